//! Other code behind approved words: packages that are published again, dependencies that change, programs of the project
//! that somebody edits (TRUST §2.1).

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::scene::{Outcome, Scene, scripted};

const WORDS: &str = r#"{"serverInfo":{"name":"calc","version":"1.0.3"},"tools":[{"name":"add","description":"Adds.","inputSchema":{"type":"object"}}]}"#;

/// What the registry gives: version, integrity, and the version of a dependency.
#[derive(Clone, Copy)]
struct Published<'p>(&'p str, &'p str, &'p str);

const FIRST: Published<'_> = Published("1.0.3", "sha512-one", "2.0.0");

/// A project that runs a package, and an npm that "installs" what is published now: the server always says the same.
struct Project {
    scene: Scene,
    path: String,
    read: String,
}

impl Project {
    fn new() -> Self {
        Self::fetching(&["@acme/calc@^1"])
    }

    /// Whose launch names these packages.
    fn fetching(named: &[&str]) -> Self {
        let scene = Scene::new();
        let words = scene.write("words.json", WORDS);
        let behind = ["--manifest", words.to_str().expect("UTF-8")];
        let args = [&["-y"], named, &behind].concat();
        let server = serde_json::json!({ "command": "npx", "args": args });
        scene.write(".mcp.json", serde_json::json!({ "mcpServers": { "calc": server } }).to_string());
        let bin = scene.home().join("bin");
        fs::create_dir(&bin).expect("a folder");
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let read = format!("{},{}", scene.project().display(), scripted().display());
        let project = Self { scene, path, read };
        project.publish(FIRST);
        project.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
        project.run(&["scan", "--launch", "all", "-q"]);
        project.run(&["approve", "--unattended", "--reason", "first review"]).expect(0);
        project
    }

    fn publish(&self, Published(version, integrity, dependency): Published<'_>) {
        let lock = serde_json::json!({ "packages": {
            "": {},
            "node_modules/@acme/calc": { "version": version, "integrity": integrity },
            "node_modules/dep": { "version": dependency, "integrity": "sha512-dep" },
        } });
        let script = format!(
            "#!/bin/sh\nmkdir -p node_modules/@acme/calc node_modules/.bin\necho '{lock}' > package-lock.json\n\
             echo '{{\"bin\": \"x\"}}' > node_modules/@acme/calc/package.json\ncp '{}' node_modules/.bin/calc\n",
            scripted().display()
        );
        for (name, text) in [("npm", script.as_str()), ("npx", "#!/bin/sh\nexit 1\n")] {
            let file = self.scene.home().join("bin").join(name);
            fs::write(&file, text).expect("written");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("ours");
        }
    }

    fn run(&self, args: &[&str]) -> Outcome {
        let env = [("PATH", self.path.as_str()), ("MCP_ASSAY_READ", self.read.as_str())];
        self.scene.run_in(&self.scene.project(), args, &env)
    }

    /// The exit code, the rules that fired, and the one change: its kind, pointer and grade.
    fn scan(&self, more: &[&str]) -> (i32, Vec<String>, Vec<String>) {
        let outcome = self.run(&[&["scan", "--output", "json"], more].concat());
        let report = outcome.json();
        assert_eq!(report["targets"][0]["coverage"]["complete"], true, "{report:#}");
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        let rules = report["findings"].as_array().expect("findings").iter().map(|f| text(&f["rule"]));
        let changes = report["changes"].as_array().expect("changes").iter();
        let changes = changes.flat_map(|c| [text(&c["kind"]), text(&c["pointer"]), text(&c["grade"])]).collect();
        (outcome.code, rules.filter(|r| r.contains("package-")).collect(), changes)
    }
}

#[test]
fn an_approved_package_is_part_of_the_baseline_and_is_shown_before_it_is_signed() {
    let project = Project::new();
    let text = fs::read_to_string(project.scene.project().join(".mcp-assay/baseline.json")).expect("a baseline");
    let baseline: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let package = &baseline["servers"]["calc"]["package"];
    assert_eq!((&package["name"], &package["version"]), (&"@acme/calc".into(), &"1.0.3".into()), "{baseline:#}");
    assert_eq!((&package["integrity"], &package["type"]), (&"sha512-one".into(), &"npm".into()));
    assert!(package["tree"].as_str().is_some_and(|t| t.starts_with("sha256:")), "{package}");
    let (code, rules, changes) = project.scan(&[]);
    assert_eq!((code, rules, changes), (0, vec![], vec![]));
    project.publish(Published("1.0.4", "sha512-two", "2.0.0"));
    project.run(&["scan", "-q"]);
    let shown = project.run(&["approve", "--unattended"]).expect(0).stdout;
    assert!(
        shown.contains("package: npm @acme/calc 1.0.4 (sha512-two") && shown.contains("sha512-[-one-]{+two+}"),
        "{shown}"
    );
    assert_eq!(project.scan(&[]).0, 0);
}

#[test]
fn a_hijacked_package_published_again_under_the_same_version_with_the_same_words_gates() {
    let project = Project::new();
    project.publish(Published("1.0.3", "sha512-two", "2.0.0"));
    let (code, rules, changes) = project.scan(&[]);
    assert_eq!((code, rules), (1, vec!["package-content-changed".to_owned()]));
    assert_eq!(changes, ["package-changed", "/integrity", "D6"]);
    let human = project.run(&["scan"]).expect(1).stdout;
    assert!(human.contains("sha512-one") && human.contains("sha512-two"), "{human}");
}

#[test]
fn a_new_transitive_dependency_under_the_same_words_is_reported() {
    let project = Project::new();
    project.publish(Published("1.0.3", "sha512-one", "2.0.1"));
    let (code, rules, changes) = project.scan(&[]);
    assert_eq!((code, rules), (0, vec!["resolved-package-changed".to_owned()]));
    assert_eq!(changes, ["package-changed", "/tree", "D3"]);
    assert_eq!(project.scan(&["--exact"]).0, 1);
}

/// A record, the package that it names, and the server that runs from it have to say the same.
#[test]
fn a_live_server_is_compared_with_the_record_that_it_was_started_from() {
    let project = Project::new();
    let words = project.scene.write("other.json", WORDS.replace("\"calc\"", "\"io.github.evil/calc\""));
    let arguments =
        ["--manifest", words.to_str().expect("UTF-8")].map(|v| serde_json::json!({ "type": "positional", "value": v }));
    let record = serde_json::json!({ "name": "io.github.acme/calc", "description": "Calculates.", "version": "2.0.0",
        "packages": [{ "registryType": "npm", "identifier": "@acme/calc", "version": "1.0.3", "packageArguments": arguments }] });
    project.scene.write("server.json", record.to_string());
    let report = project.run(&["scan", "server.json", "--launch", "all", "--no-baseline", "--output", "json"]).json();
    let findings = report["findings"].as_array().expect("findings").iter();
    let said = findings.filter(|f| f["rule"] == "registry-record-mismatch").map(|f| f["message"].to_string());
    let said: Vec<String> = said.collect();
    assert_eq!(said.len(), 2, "{report:#}");
    assert!(
        said.iter().any(|s| s.contains("says that it is 'io.github.evil/calc', its record says 'io.github.acme/calc'"))
    );
    assert!(said.iter().any(|s| s.contains("says that its version is '1.0.3', its record says '2.0.0'")), "{said:#?}");
}

/// A package that the line names beside the server's own is part of what was approved as well.
#[test]
fn another_package_beside_the_own_one_is_reported() {
    let project = Project::fetching(&["-p", "@acme/calc@^1", "-p", "dep", "calc"]);
    assert_eq!(project.scan(&[]), (0, vec![], vec![]));
    project.publish(Published("1.0.3", "sha512-one", "2.0.1"));
    let (_, rules, changes) = project.scan(&[]);
    assert_eq!(rules, ["resolved-package-changed"]);
    assert_eq!(changes, ["package-changed", "/tree", "D3"]);
}

#[test]
fn another_resolved_version_under_the_same_words_is_reported() {
    let project = Project::new();
    project.publish(Published("1.0.4", "sha512-two", "2.0.0"));
    let (code, rules, changes) = project.scan(&[]);
    assert_eq!((code, rules), (0, vec!["resolved-package-changed".to_owned()]));
    assert_eq!(changes, ["package-changed", "/version", "D3"]);
    assert_eq!(project.scan(&["--exact"]).0, 1);
}

#[test]
fn without_starting_it_the_registry_says_that_an_approved_range_means_another_release() {
    use crate::packages::registry::{Answers, Registry, ok};
    let project = Project::new();
    let packument = |version: &str, integrity: &str| {
        let one = serde_json::json!({ "version": version, "dist": { "integrity": integrity } });
        let mut versions = serde_json::Map::new();
        versions.insert(version.to_owned(), one);
        let all = serde_json::json!({ "name": "@acme/calc", "dist-tags": { "latest": version }, "versions": versions });
        Registry::start(Answers::from([("/@acme%2Fcalc".to_owned(), ok(&all))]))
    };
    let scan = |version: &str, integrity: &str| {
        let registry = packument(version, integrity);
        let all = ["npm", "pypi", "oci", "mcp", "osv"].map(|n| format!("{n}={}", registry.url)).join(",");
        let args = ["scan", "--launch", "never", "--packages", "--packages-age", "0", "--registry", &all];
        let report = project.run(&[&args[..], &["--output", "json"]].concat()).json();
        let findings = report["findings"].as_array().expect("findings").iter();
        let rules: Vec<String> = findings.map(|f| f["rule"].as_str().unwrap_or_default().to_owned()).collect();
        rules.into_iter().filter(|r| r.contains("package-")).collect::<Vec<_>>()
    };
    assert_eq!(scan("1.0.3", "sha512-one"), [""; 0]);
    assert_eq!(scan("1.4.0", "sha512-two"), ["resolved-package-changed"]);
    assert_eq!(scan("1.0.3", "sha512-two"), ["package-content-changed"]);
}

#[test]
fn a_package_that_nothing_resolved_is_said_not_to_have_been_compared() {
    let project = Project::new();
    // with nothing that contains it, npx fetches and runs in one step, and what it fetched is not known
    let run = format!("#!/bin/sh\nshift 2\nexec '{}' \"$@\"\n", scripted().display());
    fs::write(project.scene.home().join("bin/npx"), run).expect("written");
    let report = project.run(&["scan", "--sandbox", "off", "--output", "json"]).json();
    let notices = report["notices"].to_string();
    assert!(notices.contains("whether it is the approved one was not checked"), "{report:#}");
}

/// A server that is a script of the project.
fn script() -> Scene {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.write("server.sh", format!("exec '{}' --manifest words.json\n", scripted().display()));
    scene.write(".mcp.json", r#"{"mcpServers":{"calc":{"command":"sh","args":["server.sh"]}}}"#);
    scene.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    let env = [("MCP_ASSAY_SANDBOX", "off")];
    scene.run_in(&scene.project(), &["scan", "--launch", "all", "-q"], &env);
    scene.run(&["approve", "--unattended"]).expect(0);
    scene
}

#[test]
fn a_pull_request_that_edits_the_program_of_an_approved_server_does_not_get_it_started() {
    let scene = script();
    let env = [("MCP_ASSAY_SANDBOX", "off")];
    let scan = || scene.run_in(&scene.project(), &["scan", "--output", "json"], &env);
    scene.run(&["verify"]).expect(0);
    let clean = scan().json();
    assert_eq!(clean["targets"][0]["verdict"], "clean", "{clean:#}");
    scene.write("server.sh", format!("touch marker\nexec '{}' --manifest words.json\n", scripted().display()));
    let outcome = scene.run(&["verify"]).expect(1);
    assert!(outcome.stdout.contains("is not the approved one") && outcome.stdout.contains("server.sh"), "{outcome:#?}");
    let outcome = scan();
    assert!([1, 3].contains(&outcome.code), "{outcome:#?}");
    let report = outcome.json();
    assert_eq!(report["targets"][0]["verdict"], "not-audited", "{report:#}");
    assert!(!scene.project().join("marker").exists());
    let change = &report["changes"][0];
    assert_eq!((&change["kind"], &change["grade"]), (&"launch-changed".into(), &"D6".into()), "{report:#}");
    assert_eq!(change["pointer"], "/files/server.sh");
    // data beside it is not part of the launch
    scene.write("server.sh", format!("exec '{}' --manifest words.json\n", scripted().display()));
    scene.write("notes.txt", "anything");
    scene.run(&["verify"]).expect(0);
}

#[test]
fn a_pull_request_that_edits_the_script_of_an_approved_server_is_told() {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    let package = |command: &str, other: &str| {
        let node = serde_json::json!({"scripts": {"mcp": command, "lint": other}});
        scene.write("package.json", node.to_string());
    };
    let started = format!("exec '{}' --manifest words.json", scripted().display());
    package(&started, "eslint .");
    scene.write(".mcp.json", r#"{"mcpServers":{"calc":{"command":"npm","args":["run","--silent","mcp"]}}}"#);
    // what npm does, without npm
    let bin = scene.project().join("bin");
    scene.write("bin/npm", format!("#!/bin/sh\n{started}\n"));
    std::process::Command::new("chmod").arg("+x").arg(bin.join("npm")).status().expect("chmod");
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let env = [("MCP_ASSAY_SANDBOX", "off"), ("PATH", path.as_str())];
    scene.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    scene.run_in(&scene.project(), &["scan", "--launch", "all", "-q"], &env);
    scene.run(&["approve", "--unattended"]).expect(0);
    scene.run(&["verify"]).expect(0);
    package(&started, "eslint --fix .");
    scene.run(&["verify"]).expect(0);
    package(&format!("touch marker; {started}"), "eslint .");
    let outcome = scene.run(&["verify"]).expect(1);
    assert!(outcome.stdout.contains("package.json#mcp"), "{outcome:#?}");
    let report = scene.run_in(&scene.project(), &["scan", "--output", "json"], &env).json();
    assert_eq!(report["changes"][0]["pointer"], "/files/.~1package.json#mcp", "{report:#}");
    assert_eq!(report["targets"][0]["verdict"], "not-audited", "{report:#}");
}

#[test]
fn another_image_under_the_same_tag_is_reported() {
    let scene = Scene::new();
    let bin = scene.home().join("bin");
    fs::create_dir(&bin).expect("a folder");
    // a docker that plays the container with the scripted server
    let image = |id: char| {
        let id = id.to_string().repeat(64);
        let script = format!(
            "#!/bin/sh\ncase \"$1\" in\nimage) echo sha256:{id};;\nrun) exec '{}';;\nesac\n",
            scripted().display()
        );
        fs::write(bin.join("docker"), script).expect("written");
        fs::set_permissions(bin.join("docker"), fs::Permissions::from_mode(0o755)).expect("ours");
    };
    scene.write(".mcp.json", r#"{"mcpServers":{"boxed":{"command":"docker","args":["run","-i","acme/server:1"]}}}"#);
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let run = |args: &[&str]| scene.run_in(&scene.project(), args, &[("PATH", &path)]);
    image('a');
    run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    run(&["scan", "--launch", "all", "-q"]);
    let shown = run(&["approve", "--unattended"]).expect(0).stdout;
    assert!(shown.contains("package: oci acme/server:1 (sha256:aaaa"), "{shown}");
    let clean = run(&["scan", "--output", "json"]).json();
    assert_eq!(clean["changes"], serde_json::json!([]), "{clean:#}");
    image('b');
    let report = run(&["scan", "--output", "json"]).json();
    assert_eq!(report["changes"][0]["kind"], "package-changed", "{report:#}");
    assert!(report["findings"].to_string().contains("resolved-package-changed"), "{report:#}");
}
