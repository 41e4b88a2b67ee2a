//! Homes with several scopes, with variables, and homes that are hostile. That every file of every client is found is tried in
//! `tests/it/fake_home.rs`, against rows that are not made from the table.

mod merged;

use std::path::{Path, PathBuf};

use super::super::{FactKind, Launch};
use super::*;

struct Fake {
    dir: tempfile::TempDir,
}

impl Fake {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a folder") }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, text).expect("written");
        path
    }

    fn places(&self, platform: Platform, variables: bool) -> Places {
        // a variable without more is a file, any other a folder
        let file = |name: &str| TABLE.iter().any(|r| r.path.strip_prefix('$') == Some(name));
        let named = |name: &str| {
            let end = if file(name) { ".json" } else { "" };
            (name.to_owned(), self.at("variables").join(format!("{name}{end}")))
        };
        let mut names: Vec<&str> = TABLE.iter().filter_map(Row::variable).collect();
        names.dedup();
        Places {
            platform,
            homes: vec![Home::of(self.at("home"), platform)],
            root: self.at("root"),
            program_files: Some(self.at("program-files")),
            program_data: Some(self.at("program-data")),
            ancestors: false,
            variables: if variables { names.into_iter().map(named).collect() } else { Vec::new() },
            ..Places::of_project(&self.at("project"))
        }
    }
}

/// A file with one server under one of the row's keys, and where the server's name stands.
fn file(row: &Row, name: &str, variant: usize) -> (String, (u32, u32)) {
    let path = row.path;
    let keys = row.keys[variant % row.keys.len()];
    if row.bundle {
        return (
            format!("{{\"name\":\n  \"{name}\", \"server\": {{\"mcp_config\": {{\"command\": \"x\"}}}}}}"),
            (2, 3),
        );
    }
    if row.client == "vibe" {
        let text = format!("# mine\n[[mcp_servers]]\nname = \"{name}\"\ntransport = \"stdio\"\ncommand = \"x\"\n");
        return (text, (3, 8));
    }
    if row.client == "continue" && path.ends_with("ml") {
        return (format!("# mine\nmcpServers:\n  - name: {name}\n    command: x\n"), (3, 11));
    }
    if path.ends_with(".toml") {
        return (format!("# mine\n[{}.{name}]\ncommand = \"x\"\n", keys.join(".")), (2, 14));
    }
    if path.ends_with(".yaml") || path.ends_with(".yml") {
        let command = if row.client == "goose" { "cmd" } else { "command" };
        return (format!("# mine\n{}:\n  {name}:\n    {command}: x\n", keys.join(".")), (3, 3));
    }
    let mut text = String::from("{ // mine\n");
    keys.iter().for_each(|k| text.push_str(&format!("\"{k}\": {{\n")));
    text.push_str(&format!("    \"{name}\": {{\"command\": \"x\"}},\n"));
    keys.iter().for_each(|_| text.push_str("}\n"));
    text.push('}');
    (text, (2 + u32::try_from(keys.len()).expect("few"), 5))
}

#[test]
fn every_client_has_a_row_on_every_platform_it_runs_on() {
    let clients = |platform| {
        let mut all: Vec<&str> = TABLE.iter().filter(|r| r.platforms.contains(&platform)).map(|r| r.client).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    assert_eq!(clients(Platform::Linux), clients(Platform::Macos));
    assert_eq!(clients(Platform::Linux), clients(Platform::Windows));
    assert_eq!(clients(Platform::Linux).len(), 38);
    for row in TABLE {
        let leads = |name| TABLE.iter().any(|r| r.client == row.client && r.variable() == Some(name));
        assert!(row.unless.iter().all(|name| leads(*name)), "{}: {}", row.client, row.path);
    }
}

#[test]
fn homes_inside_wsl_belong_to_the_windows_machine() {
    let fake = Fake::new();
    fake.write("wsl/Ubuntu/home/me/.cursor/mcp.json", "{\"mcpServers\": {\"w\": {\"command\": \"x\"}}}");
    fake.write("wsl/Ubuntu/home/me/.config/zed/settings.json", "{\"context_servers\": {\"z\": {\"command\": \"x\"}}}");
    let mut places = fake.places(Platform::Windows, false);
    places.homes.extend(places::wsl(&fake.at("wsl")));
    let found = Inventory::search(&places, |_| true);
    let names: Vec<&str> = found.targets.iter().map(|t| t.name.raw()).collect();
    assert_eq!(names, ["w", "z"]);
}

#[test]
fn scopes_are_merged_and_what_is_overridden_is_marked() {
    let fake = Fake::new();
    let server = |command: &str| format!("{{\"command\": \"{command}\"}}");
    let project = fake.at("project").to_string_lossy().replace('\\', "\\\\");
    fake.write("home/.claude.json", &format!("{{\"mcpServers\": {{\"a\": {u}, \"b\": {u}}}, \"projects\": {{\"{project}\": {{\"mcpServers\": {{\"b\": {l}}}}}, \"/else\": {{\"mcpServers\": {{\"c\": {l}}}}}}}}}", u = server("user"), l = server("local")));
    fake.write("project/.mcp.json", &format!("{{\"mcpServers\": {{\"a\": {}}}}}", server("project")));
    fake.write("project/.claude/settings.local.json", "{\"disabledMcpjsonServers\": [\"a\"]}");
    fake.write("home/.cursor/mcp.json", &format!("{{\"mcpServers\": {{\"a\": {}}}}}", server("cursor")));
    let of = |found: &Inventory| {
        let one = |t: &Target| {
            let Launch::Stdio(s) = &t.launch else { panic!("no command") };
            let over = t.facts.iter().find(|f| f.kind == FactKind::Overridden).map(|f| f.what.raw().to_owned());
            (t.name.raw().to_owned(), s.command.value.raw().to_owned(), over.unwrap_or_default(), t.disabled())
        };
        found.targets.iter().filter(|t| t.client == Some("claude-code")).map(one).collect::<Vec<_>>()
    };
    let own = |n: &str, c: &str, o: &str, d: bool| (n.to_owned(), c.to_owned(), o.to_owned(), d);
    let mut places = fake.places(Platform::Linux, false);
    let found = Inventory::search(&places, |_| true);
    assert_eq!(
        of(&found),
        [
            own("a", "project", "", true),
            own("a", "user", "project", true),
            own("b", "user", "local", false),
            own("b", "local", "", false)
        ]
    );
    assert!(found.targets.iter().any(|t| t.client == Some("cursor")
        && !t.disabled()
        && t.facts.iter().all(|f| f.kind != FactKind::Overridden)));
    let also = &found.files.iter().find(|f| f.path.ends_with("project/.mcp.json")).expect("read").also;
    assert_eq!(also, &["cursor", "vscode", "copilot-cli", "windsurf", "kimi", "qoder", "grok", "devin"]);
    places.all_projects = true;
    assert_eq!(of(&Inventory::search(&places, |_| true)).len(), 5);
    fake.write(
        "root/etc/claude-code/managed-mcp.json",
        &format!("{{\"mcpServers\": {{\"m\": {}}}}}", server("managed")),
    );
    let managed = of(&Inventory::search(&places, |_| true));
    assert!(managed.iter().all(|(n, _, over, _)| (n == "m") == over.is_empty()), "{managed:?}");
}

#[test]
fn folders_above_the_project_count_for_who_looks_there() {
    let fake = Fake::new();
    fake.write(".mcp.json", "{\"mcpServers\": {\"above\": {\"command\": \"x\"}}}");
    fake.write("project/.mcp.json", "{\"mcpServers\": {\"here\": {\"command\": \"x\"}}}");
    let mut places = fake.places(Platform::Linux, false);
    assert_eq!(Inventory::search(&places, |_| true).targets.len(), 1);
    places.ancestors = true;
    assert_eq!(Inventory::search(&places, |_| true).targets.len(), 2);
}

/// Whatever a variable takes the place of is nobody's configuration any more while it is set.
#[test]
fn a_variable_that_moves_a_clients_files_hides_those_at_the_usual_place() {
    for platform in [Platform::Linux, Platform::Macos, Platform::Windows] {
        for (i, row) in
            TABLE.iter().enumerate().filter(|(_, r)| !r.unless.is_empty() && !r.keys.is_empty() && !r.shared)
        {
            let fake = Fake::new();
            let usual = Places { variables: Vec::new(), ..fake.places(platform, false) };
            let Some((start, pattern)) = usual.starts(row).pop() else { continue };
            let path = start.join(pattern.replace("**", "deep/er").replace('*', "one"));
            let (text, _) = file(row, &format!("server-{i}"), 0);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(&path, text).expect("written");
            let found = |places: &Places| {
                let own = |t: &&Target| t.client == Some(row.client);
                Inventory::search(places, |_| true).targets.iter().filter(own).count()
            };
            assert_eq!(found(&usual), 1, "{}", path.display());
            for name in row.unless {
                let variables = vec![((*name).to_owned(), fake.at("elsewhere"))];
                assert_eq!(found(&Places { variables, ..usual.clone() }), 0, "{name}: {}", path.display());
            }
        }
    }
}

#[test]
fn who_looks_up_to_the_root_of_the_repository_looks_no_further() {
    let fake = Fake::new();
    let one = |name: &str| format!("{{\"mcp\": {{\"{name}\": {{\"command\": [\"x\"]}}}}}}");
    fake.write("opencode.json", &one("outside"));
    fake.write("project/opencode.json", &one("root"));
    fake.write("project/part/opencode.json", &one("here"));
    let mut places = fake.places(Platform::Linux, false);
    places.project = fake.at("project/part");
    places.ancestors = true;
    let names = |places: &Places| {
        let found = Inventory::search(places, |_| true);
        found.targets.iter().map(|t| t.name.raw().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&places), ["here"], "without a repository, the project alone");
    fake.write("project/.git/HEAD", "");
    assert_eq!(names(&places), ["here", "root"]);
}

#[test]
fn a_variable_moves_a_managed_file_and_one_project_switches_a_server_off() {
    let fake = Fake::new();
    let one = |name: &str| format!("{{\"mcpServers\": {{\"{name}\": {{\"command\": \"x\"}}}}}}");
    fake.write("root/etc/gemini-cli/settings.json", &one("default"));
    fake.write("elsewhere.json", &one("moved"));
    let mut places = fake.places(Platform::Linux, false);
    let names = |places: &Places| {
        let found = Inventory::search(places, |_| true);
        found.targets.iter().map(|t| (t.name.raw().to_owned(), t.disabled())).collect::<Vec<_>>()
    };
    assert_eq!(names(&places), [("default".to_owned(), false)]);
    places.variables.push(("GEMINI_CLI_SYSTEM_SETTINGS_PATH".to_owned(), fake.at("elsewhere.json")));
    assert_eq!(names(&places), [("moved".to_owned(), false)]);
    let project = fake.at("project").to_string_lossy().replace('\\', "\\\\");
    fake.write(
        "home/.claude.json",
        &format!("{{\"mcpServers\": {{\"a\": {{\"command\": \"x\"}}, \"b\": {{\"command\": \"x\"}}}}, \"projects\": {{\"{project}\": {{\"disabledMcpServers\": [\"a\"]}}, \"/else\": {{\"disabledMcpServers\": [\"b\"]}}}}}}"),
    );
    let off = |places: &Places| -> Vec<String> {
        names(places).into_iter().filter(|(_, off)| *off).map(|(name, _)| name).collect()
    };
    assert_eq!(off(&places), ["a"]);
    #[cfg(unix)]
    {
        // a client writes down where links lead
        std::fs::create_dir_all(fake.at("project")).expect("a folder");
        let real = fake.at("project").canonicalize().expect("there");
        fake.write(
            "home/.claude.json",
            &format!("{{\"mcpServers\": {{\"a\": {{\"command\": \"x\"}}}}, \"projects\": {{\"{}\": {{\"disabledMcpServers\": [\"a\"]}}}}}}", real.display()),
        );
        std::os::unix::fs::symlink(&real, fake.at("link")).expect("a link");
        places.project = fake.at("link");
        assert_eq!(off(&places), ["a"]);
    }
}

#[test]
fn what_could_not_be_read_is_said() {
    let fake = Fake::new();
    std::fs::create_dir_all(fake.at("project/.cursor/mcp.json")).expect("a folder");
    fake.write("project/.mcp.json", "{ oops");
    fake.write("project/.codex/config.toml", "a = ");
    fake.write("home/.continue/config.yaml", "a: [");
    fake.write("home/.kimi/mcp.json", "[]");
    std::fs::write(fake.at("home/.kimi/mcp.json"), [0xFF, 0xFE, 0x7B]).expect("written");
    let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
    assert_eq!(found.unread().len(), 5, "{:?}", found.unread());
    assert!(found.targets.is_empty());
}

#[cfg(unix)]
#[test]
fn links_pipes_and_open_doors_are_noticed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let fake = Fake::new();
    let one = "{\"mcpServers\": {\"s\": {\"command\": \"x\"}}}";
    fake.write("elsewhere/mcp.json", one);
    fake.write("home/dotfiles/mcp.json", one);
    fake.write("project/.git/HEAD", "");
    std::fs::create_dir_all(fake.at("project/.cursor")).expect("a folder");
    symlink(fake.at("elsewhere/mcp.json"), fake.at("project/.cursor/mcp.json")).expect("a link");
    std::fs::create_dir_all(fake.at("home/.kimi")).expect("a folder");
    symlink(fake.at("home/dotfiles/mcp.json"), fake.at("home/.kimi/mcp.json")).expect("a link");
    std::fs::create_dir_all(fake.at("home/.factory")).expect("a folder");
    symlink(fake.at("nowhere"), fake.at("home/.factory/mcp.json")).expect("a link");
    symlink("mcp.json", fake.at("home/.factory/loop")).expect("a link");
    let open = fake.write("project/.mcp.json", one);
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o666)).expect("set");
    let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
    let facts = |client: &str| {
        let target = found.targets.iter().find(|t| t.client == Some(client)).expect("found");
        target.facts.iter().map(|f| f.kind).collect::<Vec<_>>()
    };
    assert_eq!(facts("cursor"), [FactKind::Escapes]);
    assert_eq!(facts("kimi"), [FactKind::ReadableByOthers]);
    assert_eq!(facts("claude-code"), [FactKind::WritableByOthers]);
    assert_eq!(found.unread().len(), 1, "{:?}", found.unread());
}

#[cfg(unix)]
#[test]
fn a_home_may_be_written_with_dots_or_be_a_link() {
    let fake = Fake::new();
    let one = "{\"mcpServers\": {\"s\": {\"command\": \"x\"}}}";
    fake.write("home/.cursor/mcp.json", one);
    fake.write("elsewhere/mcp.json", one);
    fake.write("project/.git/HEAD", "");
    std::fs::create_dir_all(fake.at("home/.kimi")).expect("a folder");
    std::os::unix::fs::symlink(fake.at("elsewhere/mcp.json"), fake.at("home/.kimi/mcp.json")).expect("a link");
    std::os::unix::fs::symlink(fake.at("home"), fake.at("link")).expect("a link");
    for name in ["home", "project/../home", "link"] {
        let places = fake.places(Platform::Linux, false);
        let places = Places { homes: vec![Home::of(fake.at(name), Platform::Linux)], ..places };
        let found = Inventory::search(&places, |_| true);
        let escapes = |client: &str| {
            let target = found.targets.iter().find(|t| t.client == Some(client)).expect("found");
            target.facts.iter().any(|f| f.kind == FactKind::Escapes)
        };
        assert!(!escapes("cursor") && escapes("kimi"), "{name}");
    }
}

#[test]
fn a_home_full_of_servers_is_cut_and_said_to_be() {
    let fake = Fake::new();
    let mut map = String::new();
    for i in 0..2_500 {
        map.push_str(&format!("\"s{i}\": {{\"command\": \"x\"}},"));
    }
    for i in 0..6 {
        fake.write(&format!("project/.kiro/agents/{i}.json"), &format!("{{\"mcpServers\": {{{map}}}}}"));
    }
    let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
    assert_eq!((found.targets.len(), found.unread().len()), (TOTAL, 6));
    assert!(found.files.iter().filter(|f| matches!(f.status, Status::Cut(_))).count() == 6);
}

#[test]
fn rows_of_projects_lie_in_projects() {
    for row in TABLE {
        assert_eq!(row.scope == ConfigScope::Project, row.in_project().is_some(), "{}", row.path);
    }
    assert!(Path::new("/").join(TABLE[0].in_project().expect("a project's")).ends_with(".mcp.json"));
}

#[test]
fn a_variable_may_name_several_folders_of_plugins() {
    let fake = Fake::new();
    for (folder, name) in [("one", "a"), ("two", "b")] {
        let server = format!("{{\"mcpServers\": {{\"{name}\": {{\"command\": \"x\"}}}}}}");
        fake.write(&format!("{folder}/cache/m/p/1/.mcp.json"), &server);
    }
    let mut places = fake.places(Platform::Linux, false);
    let both = std::env::join_paths([fake.at("one"), fake.at("two")]).expect("no separator in a name");
    places.variables.push(("CLAUDE_CODE_PLUGIN_SEED_DIR".to_owned(), PathBuf::from(both)));
    let found = Inventory::search(&places, |_| true);
    let names: Vec<&str> = found.targets.iter().map(|t| t.name.raw()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn that_no_home_is_known_is_said_once() {
    let fake = Fake::new();
    let mut places = fake.places(Platform::Linux, false);
    assert!(Inventory::search(&places, |_| true).homeless().is_none());
    places.homes.clear();
    let found = Inventory::search(&places, |_| true);
    assert_eq!(found.files.iter().filter(|f| matches!(f.status, Status::NotRead(_))).count(), 1);
    assert!(found.homeless().is_some_and(|m| format!("{m:?}").contains("no home is known")));
    assert!(Inventory::search(&places, |s| s == ConfigScope::Project).homeless().is_none());
}
