//! Tests of the programs that launches name.

use super::*;
use crate::target::config_file;

fn named(config: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    };
    for name in ["server.py", "tool.js", "pkg/__main__.py", "pkg/__init__.py", "app/index.js", "app/package.json"] {
        file(name, "x");
    }
    file("words.json", "{}");
    file("script", "#!/bin/sh\n");
    file("sub/own.py", "x");
    let entry = format!(r#"{{"mcpServers":{{"a":{config}}}}}"#);
    let mut target = config_file::from_text(&entry, ".mcp.json").expect("a configuration").remove(0);
    target.scope = ConfigScope::CommandLine;
    of(&target, dir.path()).into_keys().map(|p| p.raw().to_owned()).collect()
}

#[test]
fn programs_of_the_project_are_told_from_data_and_from_other_places() {
    for (config, programs) in [
        (r#"{"command":"python3.12","args":["server.py","--manifest","words.json"]}"#, "server.py"),
        (r#"{"command":"python3","args":["-m","pkg"]}"#, "pkg/__init__.py pkg/__main__.py"),
        (r#"{"command":"node","args":["tool"]}"#, "tool.js"),
        (r#"{"command":"node","args":["--inspect","./app"]}"#, "app/index.js app/package.json"),
        (r#"{"command":"node","args":["--require=./tool.js","app/../tool"]}"#, "tool.js"),
        (r#"{"command":"./script","args":["words.json"]}"#, "script"),
        (r#"{"command":"sh","args":["script"]}"#, "script"),
        (r#"{"command":"python","args":["own.py"],"cwd":"sub"}"#, "sub/own.py"),
        (r#"{"command":"npx","args":["-y","server-files","."]}"#, ""),
        (r#"{"command":"/bin/ls","args":["../server.py","/etc/passwd","absent.py"]}"#, ""),
        (r#"{"url":"https://x.test/server.py"}"#, ""),
    ] {
        assert_eq!(named(config).join(" "), programs, "{config}");
    }
}

#[cfg(unix)]
#[test]
fn a_program_that_becomes_a_link_out_of_the_project_is_another_program() {
    let (dir, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let script = dir.path().join("server.py");
    std::fs::write(&script, "x").expect("written");
    std::fs::write(other.path().join("server.py"), "x").expect("written");
    let text = r#"{"mcpServers":{"a":{"command":"python","args":["server.py"]}}}"#;
    let mut target = config_file::from_text(text, ".mcp.json").expect("a configuration").remove(0);
    target.scope = ConfigScope::CommandLine;
    let before = of(&target, dir.path());
    std::fs::remove_file(&script).expect("removed");
    std::os::unix::fs::symlink(other.path().join("server.py"), &script).expect("a link");
    let after = of(&target, dir.path());
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before, after);
}

#[test]
fn scripts_are_found_by_their_names_and_only_their_own_commands_count() {
    let random = "A1q8kP3nV7rT2mX9wL4sB6dF1yC5hJ0gR8tE2uA7iK4oM9zD";
    let package = r#"{"version":"1","scripts":{"mcp":"npm run build && node dist/x.js","build":"tsc","premcp":"echo a",
        "other":"o","key":"FOO=@ node dist/x.js"}}"#
        .replace('@', random);
    let make = "A=1\nall: mcp\n\nmcp: deps\n\tpython server.py\n\ndeps:\n\t@pip install .\n\nother:\n\techo o\n";
    let project = "[project]\nversion='1'\n[project.scripts]\nserver='pkg.main:run'\nother='pkg.other:run'\n";
    let files = [
        ("package.json", package.as_str()),
        ("Makefile", make),
        ("justfile", "run port='1': deps\n  python server.py\n\ndeps:\n  uv sync\n\nother:\n  echo o\n"),
        ("pyproject.toml", project),
        ("src/pkg/main.py", "x"),
        ("dist/x.js", "x"),
        ("server.py", "x"),
        ("deno.json", r#"{"tasks":{"mcp":"deno run -A server.py"}}"#),
        ("sub/package.json", r#"{"scripts":{"start":"node ../dist/x.js"}}"#),
    ];
    let of = |entry: &str, changed: &[(&str, &str)]| {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            let text = changed.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
            std::fs::write(path, text).expect("written");
        }
        let text = format!(r#"{{"mcpServers":{{"a":{entry}}}}}"#);
        let mut target = config_file::from_text(&text, ".mcp.json").expect("a configuration").remove(0);
        target.scope = ConfigScope::CommandLine;
        super::of(&target, dir.path())
    };
    for (entry, keys, other, own) in [
        (
            r#"{"command":"npm","args":["run","--silent","mcp"]}"#,
            &["./dist/x.js by package.json#mcp", "./package.json#build", "./package.json#mcp"][..],
            ("\"o\"", "\"p\""),
            ("tsc", "tsc -b"),
        ),
        (
            r#"{"command":"cmd","args":["/c","npm","run","mcp"]}"#,
            &["./dist/x.js by package.json#mcp", "./package.json#build", "./package.json#mcp"],
            ("\"version\":\"1\"", "\"version\":\"2\""),
            ("echo a", "echo b"),
        ),
        (
            r#"{"command":"npm","args":["--prefix","${workspaceFolder}/sub","start"]}"#,
            &["./", "./dist/x.js by sub/package.json#start", "./sub/package.json#start"],
            ("tsc", "x"),
            ("node ..", "node --x .."),
        ),
        (
            r#"{"command":"make","args":["-s","mcp"]}"#,
            &["./Makefile#mcp", "./server.py by Makefile#mcp"],
            ("tsc", "x"),
            ("echo o", "echo p"),
        ),
        (
            r#"{"command":"just","args":["run","8080"]}"#,
            &["./justfile#run", "./server.py by justfile#run"],
            ("tsc", "x"),
            ("uv sync", "uv sync -U"),
        ),
        (
            r#"{"command":"uv","args":["run","--frozen","server","--port","1"]}"#,
            &["./pyproject.toml#server", "./src/pkg/main.py by pyproject.toml#server"],
            ("other='pkg", "other='pkh"),
            ("main:run", "main:go"),
        ),
        (
            r#"{"command":"deno","args":["task","mcp"]}"#,
            &["./deno.json#mcp", "./server.py by deno.json#mcp"],
            ("tsc", "x"),
            ("run -A", "run"),
        ),
        (
            r#"{"command":"npm","args":["-d","-w","@a/sub","start"]}"#,
            &["./dist/x.js by sub/package.json#start", "./package.json#start", "./sub/package.json#start"],
            ("tsc", "x"),
            ("node ..", "node --x .."),
        ),
        (r#"{"command":"uv","args":["run","none"]}"#, &["./pyproject.toml#none"], ("tsc", "x"), ("other=", "none=")),
        (
            r#"{"command":"pnpm","args":["-s","none"]}"#,
            &["./package.json#none"],
            ("tsc", "x"),
            ("\"other\"", "\"none\""),
        ),
        (
            r#"{"command":"npm","args":["run","none"]}"#,
            &["./package.json#none"],
            ("tsc", "x"),
            ("\"other\"", "\"none\""),
        ),
    ] {
        let before = of(entry, &[]);
        assert_eq!(before.keys().map(Untrusted::raw).collect::<Vec<_>>(), keys, "{entry}");
        assert_eq!(before, of(entry, &[other]), "{entry}");
        assert_ne!(before, of(entry, &[own]), "{entry}");
    }
    // a random word is not hashed by itself; a change of it is seen by the whole file
    let entry = r#"{"command":"npm","args":["run","key"]}"#;
    let (one, two) = (of(entry, &[]), of(entry, &[("A1q8", "B2r9")]));
    let changed: Vec<&str> = one.iter().filter(|(k, d)| two.get(k) != Some(d)).map(|(k, _)| k.raw()).collect();
    assert_eq!(changed, ["./package.json#(more)"]);
    for entry in [r#"{"command":"npx","args":["-y","mcp@1.0.0"]}"#, r#"{"command":"pnpm","args":["dlx","mcp"]}"#] {
        assert!(of(entry, &[]).is_empty(), "{entry}");
    }
}

fn programs(entry: &str, files: &[(&str, &str)]) -> BTreeMap<Untrusted, Digest> {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
    let text = format!(r#"{{"mcpServers":{{"a":{entry}}}}}"#);
    let mut target = config_file::from_text(&text, ".mcp.json").expect("a configuration").remove(0);
    target.scope = ConfigScope::CommandLine;
    super::of(&target, dir.path())
}

#[test]
fn no_spelling_of_a_rule_hides_a_change() {
    let (make, just) = (r#"{"command":"make","args":["mcp"]}"#, r#"{"command":"just","args":["mcp"]}"#);
    let npm = r#"{"command":"npm","args":["rum","mcp"]}"#;
    let deno = r#"{"command":"deno","args":["task","mcp"]}"#;
    let poe = r#"{"command":"poe","args":["mcp"]}"#;
    for (entry, file, text, beside) in [
        (make, "Makefile", "other:\n\t@true\nmcp::\n\t@python3 srv.py old\n", ""),
        (make, "Makefile", "$(shell echo https://x.test old)\nmcp:\n\t@python3 srv.py\n", ""),
        (make, "Makefile", "define R\necho a:old; python3 srv.py\nendef\nmcp:\n\t@$(R)\n", ""),
        (make, "Makefile", "T=mcp\n$(T):\n\t@python3 srv.py old\n", ""),
        (make, "Makefile", "mcp: \\\r\n x\r\n\t@python3 srv.py\r\nx:\r\n\t@true old\r\n", ""),
        (make, "inc/x.mk", "x:\n\t@true old\n", "-include inc/x.mk\nmcp: x\n\t@python3 srv.py\n"),
        (make, "x.mk", "x:\n\t@true old\n", "$(eval include x.mk)\nmcp: ; python3 srv.py\n"),
        (just, "justfile", "alias mcp := run\nrun:\n  @python3 srv.py old\n", ""),
        (just, "x.just", "mcp:\n  @python3 srv.py old\n", ""),
        (npm, "package.json", r#"{"scripts":{"mcp":"python3 srv.py old"}}"#, ""),
        (deno, "deno.json", r#"{"tasks":{"mcp":{"command":"python3 srv.py","dependencies":["x"]},"x":"old"}}"#, ""),
        (poe, "pyproject.toml", "[tool.poe.tasks]\nmcp=['x','y']\nx='old'\ny='python3 srv.py'\n", ""),
    ] {
        let of = |text: &str, program: &str| {
            let just = if file == "x.just" { "import 'x.just'\n" } else { "" };
            let mut files = vec![("srv.py", program)];
            files.extend([("Makefile", beside), ("justfile", just)].into_iter().filter(|f| !f.1.is_empty()));
            files.push((file, text));
            programs(entry, &files)
        };
        let before = of(text, "1");
        assert_ne!(before, of(&text.replace("old", "new"), "1"), "{entry} {text}");
        assert_ne!(before, of(text, "2"), "the program of {entry} {text}: {before:?}");
        assert_eq!(before, of(text, "1"), "{entry} {text}");
    }
}

#[test]
fn what_is_not_followed_to_its_end_is_the_same_file_at_least() {
    let many = |last: &str| {
        let scripts: Vec<String> = (0..100).map(|i| format!("\"s{i}\":\"echo {i}\"")).collect();
        let all: Vec<String> = (0..100).map(|i| format!("npm run s{i}")).collect();
        let deep: Vec<String> = (0..20).map(|i| format!("\"d{i}\":\"npm run d{}\"", i + 1)).collect();
        let (scripts, all, deep) = (scripts.join(","), all.join(" && "), deep.join(","));
        format!("{{\"scripts\":{{\"mcp\":\"{all}\",{scripts},{deep},\"d20\":\"{last}\",\"s99\":\"{last}\"}}}}")
    };
    for (name, more) in [("mcp", true), ("d0", true), ("d15", false)] {
        let entry = format!(r#"{{"command":"npm","args":["run","{name}"]}}"#);
        let of = |last: &str| programs(&entry, &[("package.json", &many(last))]);
        let before = of("old");
        assert_eq!(before.keys().any(|k| k.raw() == "./package.json#(more)"), more, "{name}");
        assert_ne!(before, of("new"), "{name}");
    }
    let make = r#"{"command":"make","args":["mcp"]}"#;
    let large = |end: &str| programs(make, &[("Makefile", &format!("mcp:\n{}\techo {end}\n", "#\n".repeat(1 << 20)))]);
    assert_ne!(large("old"), large("new"));
    // many rules cost no more than their text
    let rules = format!("all: {}\n{}", "a ".repeat(6000), "%:\n\tmake all\n".repeat(6000));
    assert!(programs(make, &[("Makefile", &rules)]).len() <= 3);
}

#[test]
fn places_of_the_project_are_told_from_what_versions_before_saw() {
    let files = [("srv.py", "1"), ("tool.py", "2"), ("sub/own.py", "3")];
    for (entry, keys) in [
        (r#"{"command":"python3","args":["srv.py","--plugin","${workspaceFolder}/tool.py"]}"#, "./ ./tool.py srv.py"),
        (r#"{"command":"python3","args":["srv.py","${workspaceFolder}/none.py"]}"#, "./ srv.py"),
        (r#"{"command":"python3","args":["own.py"],"cwd":"${workspaceFolder}/sub"}"#, "./ ./sub/own.py"),
        (r#"{"command":"python3","args":["srv.py"]}"#, "srv.py"),
    ] {
        let found = programs(entry, &files);
        assert_eq!(found.keys().map(Untrusted::raw).collect::<Vec<_>>().join(" "), keys, "{entry}");
        // an old baseline
        let old = found.iter().filter(|(k, _)| !k.raw().starts_with(LATER)).map(|(k, d)| (k.clone(), *d)).collect();
        assert!(crate::diff::programs_changed(&old, &found).is_empty(), "{entry}");
    }
}

#[test]
fn every_file_that_a_runner_may_read_counts() {
    let make = r#"{"command":"make","args":["mcp"]}"#;
    let npm = |more: &str| format!(r#"{{"command":"npm","args":["run","mcp",{more}]}}"#);
    let of = |command: &str, args: &str| format!(r#"{{"command":"{command}","args":[{args}]}}"#);
    let package = r#"{"scripts":{"mcp":"node old.js"}}"#;
    for (entry, file, text, beside) in [
        (make.to_owned(), "mk/x.mk", "x:\n\ttrue old\n", "include mk/*.mk\nmcp: x\n"),
        (make.to_owned(), "mk/x.mk", "x:\n\ttrue old\n", "D=mk\ninclude $(D)/x.mk\nmcp: x\n"),
        (make.to_owned(), "mk/x.inc", "x:\n\ttrue old\n", "F := mk/x.inc\n-include $(F)\nmcp: x\n"),
        (make.to_owned(), "mk/x.mk", "x:\n\ttrue old\n", "include $(wildcard mk/*)\nmcp: x\n"),
        (of("make", r#""-f","Makefile","-f","b","mcp""#), "b", "x:\n\ttrue old\n", "mcp: x\n"),
        (of("make", r#""-sfb","mcp""#), "b", "mcp:\n\ttrue old\n", "x:\n"),
        (of("make", r#""-C","a","-C","b","mcp""#), "a/b/Makefile", "mcp:\n\ttrue old\n", "x:\n"),
        (npm(r#""--workspace","@acme/one""#), "packages/uno/package.json", package, ""),
        (npm(r#""--workspaces""#), "a/b/package.json", package, ""),
        (of("pnpm", r#""--filter","./x/**","run","mcp""#), "x/y/package.json", package, ""),
        (of("yarn", r#""workspace","one","run","mcp""#), "x/package.json", package, ""),
        (of("turbo", r#""run","mcp""#), "x/package.json", package, ""),
        (of("turbo", r#""run","mcp""#), "turbo.json", r#"{"tasks":{"mcp":{"dependsOn":["old"]}}}"#, ""),
        (of("nx", r#""run","a:mcp""#), "a/project.json", r#"{"targets":{"mcp":{"command":"old"}}}"#, ""),
        (of("lerna", r#""run","mcp""#), "x/package.json", package, ""),
        (of("task", r#""mcp""#), "Taskfile.yml", "tasks:\n  mcp: old\n", ""),
        (of("task", r#""mcp""#), "x/Taskfile.dist.yaml", "tasks:\n  mcp: old\n", ""),
        (of("task", r#""-t","x/own.yml","mcp""#), "x/own.yml", "tasks:\n  mcp: old\n", ""),
        (of("mise", r#""run","mcp""#), ".mise.toml", "[tasks.mcp]\nrun='old'\n", ""),
        (of("mise", r#""run","mcp""#), ".mise/tasks/mcp", "#!/bin/sh\nold\n", ""),
        (of("rake", r#""mcp""#), "rakelib/x.rake", "old", ""),
        (of("invoke", r#""mcp""#), "tasks.py", "old", ""),
        (of("nox", r#""-s","mcp""#), "noxfile.py", "old", ""),
        (of("tox", r#""-e","mcp""#), "tox.ini", "old", ""),
        (of("docker", r#""compose","run","mcp""#), "compose.yaml", "old", ""),
        (of("docker", r#""compose","-f","x/own","run","mcp""#), "x/own", "old", ""),
    ] {
        let run = |text: &str| {
            let mut files = vec![(file, text), ("Makefile", beside)];
            files.retain(|f| !f.1.is_empty());
            programs(&entry, &files)
        };
        let before = run(text);
        assert_ne!(before, run(&text.replace("old", "new")), "{entry} {file}: {before:?}");
        assert_eq!(before, run(text), "{entry}");
    }
    // what a variable names is said to be open, and what a pattern names is not
    let open = |text: &str| {
        let found = programs(make, &[("Makefile", text), ("mk/x.mk", "x:\n")]);
        found.keys().any(|k| k.raw() == "./Makefile#(other files are not covered)")
    };
    assert!(open("include $(X)\nmcp:\n") && open("include $(D)/x.mk\nmcp:\n"));
    assert!(!open("include mk/*.mk\nmcp:\n") && !open("include mk/x.mk\nmcp:\n"));
    // a line that is not read to its end: all files of runners count
    let many = (0..300).map(|i| format!("echo {i}")).collect::<Vec<_>>().join("; ");
    let entry = of("sh", &format!(r#""-c","{many}; npm run mcp""#));
    let run = |text: &str| programs(&entry, &[("package.json", text)]);
    assert_ne!(run(package), run(&package.replace("old", "new")));
    // a file above the folder where the launch starts
    let entry = r#"{"command":"npm","args":["run","mcp"],"cwd":"sub/deep"}"#;
    let run = |text: &str| programs(entry, &[("package.json", text), ("sub/deep/x", "x")]);
    assert_ne!(run(package), run(&package.replace("old", "new")));
}

#[test]
fn no_include_and_no_option_leaves_a_file_out() {
    let make = r#"{"command":"make","args":["mcp"]}"#;
    let of = |command: &str, args: &str| format!(r#"{{"command":"{command}","args":[{args}]}}"#);
    let package = r#"{"scripts":{"mcp":"node old.js"}}"#;
    let many = (0..70).map(|i| format!("n{i}.mk")).collect::<Vec<_>>().join(" ");
    let rules = "x:\n\ttrue old\n";
    let taskfiles: Vec<String> = (0..64).map(|i| format!("t{i}/Taskfile.yml")).collect();
    let workspaces = (0..9).map(|i| format!(r#""-w","p{i}","#)).collect::<String>();
    let mut failed = Vec::new();
    for (entry, file, text, beside) in [
        (make.to_owned(), "x.mk", rules, ("Makefile", format!("-include {many} x.mk\nmcp: x\n"))),
        (make.to_owned(), "mk/q.mk", rules, ("Makefile", "include mk/[a-z].mk\nmcp: x\n".to_owned())),
        (make.to_owned(), "mk/q.mk", rules, ("Makefile", "include mk/[!a].mk\nmcp: x\n".to_owned())),
        (make.to_owned(), "rules/x.mk", rules, ("Makefile", "include mk/../rules/*.mk\nmcp: x\n".to_owned())),
        (make.to_owned(), "mk/x", rules, ("Makefile", "include */*\nmcp: x\n".to_owned())),
        (of("make", r#""-I","inc","mcp""#), "inc/x.mk", rules, ("Makefile", "include x.mk\nmcp: x\n".to_owned())),
        (make.to_owned(), "target/x.mk", rules, ("Makefile", "include target/*.mk\nmcp: x\n".to_owned())),
        (of("just", r#""mcp""#), "a b/x.just", rules, ("justfile", "import 'a b/x.just'\nmcp: x\n".to_owned())),
        (
            of("docker", r#""-D","-D","-D","-D","-D","-D","-D","-D","compose","up""#),
            "compose.yml",
            "old",
            ("y", String::new()),
        ),
        (
            of("docker", r#""compose","up""#),
            "base.yml",
            "old",
            ("compose.yml", "include:\n  - ./base.yml\n".to_owned()),
        ),
        (of("task", r#""mcp""#), "sub/own.yml", "old", ("Taskfile.yml", "includes:\n  a: ./sub/own.yml\n".to_owned())),
        (of("task", r#""-t","own.yml","mcp""#), "own.yml", "tasks: old", ("y", String::new())),
        (of("npm", &format!(r#"{workspaces}"run","mcp""#)), "p8/package.json", package, ("y", String::new())),
        (of("pnpm", r#""--filter-prod","./x","run","mcp""#), "x/package.json", package, ("y", String::new())),
        (of("pnpm", r#""recursive","run","mcp""#), "x/package.json", package, ("y", String::new())),
        (of("mise", r#""mcp""#), ".mise.toml", "[tasks.mcp]\nrun='old'\n", ("y", String::new())),
    ] {
        let run = |text: &str| {
            let mut files = vec![(file, text), (beside.0, beside.1.as_str())];
            if entry.contains("own.yml") {
                files.extend(taskfiles.iter().map(|f| (f.as_str(), "1")));
            }
            programs(&entry, &files)
        };
        let (before, after) = (run(text), run(&text.replace("old", "new")));
        let open = before.keys().any(|k| k.raw().ends_with("#(other files are not covered)"));
        if before == after && !open {
            failed.push(format!("{entry} {file}: {:?}", before.keys().collect::<Vec<_>>()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    // an option of another program is no include
    let run = |text: &str| programs(make, &[("Makefile", "mcp:\n\trsync --include *.js a b\n"), ("z.js", text)]);
    assert_eq!(run("old"), run("new"));
    // nor is what a list of files mentions, but settings
    let up = of("docker", r#""compose","up""#);
    let run = |text: &str| programs(&up, &[("compose.yml", "volumes: ['./data.json:/d']\n"), ("data.json", text)]);
    assert_eq!(run("old"), run("new"));
}
