//! Servers that are put together from several files, files that are named by others, and what is only said to be there.

use super::super::super::{FactKind, Launch, Secret};
use super::super::*;
use super::Fake;

/// Name, scope, the words of the launch, the names of its variables, and whether it is switched off.
fn launched(found: &Inventory, client: &str) -> Vec<(String, &'static str, String, String, bool)> {
    let one = |t: &Target| {
        let (words, names): (Vec<&str>, Vec<&str>) = match &t.launch {
            Launch::Stdio(s) => (
                std::iter::once(&s.command).chain(&s.args).map(|w| w.value.raw()).collect(),
                s.env.iter().map(|(n, _)| n.value.raw()).collect(),
            ),
            Launch::Http(h) => (vec![h.url.value.raw()], h.headers.iter().map(|(n, _)| n.value.raw()).collect()),
            Launch::File(_) => panic!("no launch"),
        };
        (t.name.raw().to_owned(), t.scope.word(), words.join(" "), names.join(" "), t.disabled())
    };
    found.targets.iter().filter(|t| t.client == Some(client)).map(one).collect()
}

#[test]
fn clients_that_merge_key_by_key_have_their_servers_merged_key_by_key() {
    let fake = Fake::new();
    let of = |name: &str, scope, words: &str, names: &str, off| {
        (name.to_owned(), scope, words.to_owned(), names.to_owned(), off)
    };
    fake.write(
        "home/.codex/config.toml",
        "[mcp_servers.calc]\ncommand = \"npx\"\nargs = [\"calc@1\"]\nenv = { A = \"1\", B = \"2\" }\n\n[mcp_servers.off]\ncommand = \"x\"\n\n[mcp_servers.both]\ncommand = \"x\"\n",
    );
    fake.write(
        "project/.codex/config.toml",
        "[mcp_servers.calc]\nargs = [\"calc@2\"]\nenv = { B = \"3\", C = \"4\" }\n\n[mcp_servers.off]\nenabled = false\n\n[mcp_servers.both]\nurl = \"https://b.test\"\n\n[mcp_servers.nowhere]\nenabled = true\n",
    );
    fake.write(
        "home/.config/opencode/opencode.json",
        r#"{"mcp": {"far": {"type": "remote", "url": "https://a.test", "headers": {"X": "1"}, "enabled": false}}}"#,
    );
    fake.write("project/opencode.json", "{\"mcp\": {\n  \"far\": {\"headers\": {\"Y\": \"2\"}, \"enabled\": true}}}");
    let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
    let codex = launched(&found, "codex");
    for expected in [
        of("calc", "project", "npx calc@2", "A B C", false),
        of("calc", "user", "npx calc@1", "A B", false),
        of("off", "project", "x", "", true),
        of("off", "user", "x", "", true),
        of("both", "project", "https://b.test", "", false),
    ] {
        assert!(codex.contains(&expected), "{expected:?} in {codex:#?}");
    }
    assert_eq!(codex.len(), 6);
    assert!(launched(&found, "opencode").contains(&of("far", "project", "https://a.test", "X Y", false)));
    // the merged server stands where the strongest entry does; what comes from elsewhere has no place of its own
    let calc = found.targets.iter().find(|t| t.name.raw() == "calc" && t.scope == ConfigScope::Project).expect("there");
    let Launch::Stdio(s) = &calc.launch else { panic!("no command") };
    let file = fake.at("project/.codex/config.toml");
    assert_eq!(calc.origin.as_ref().map(|o| (o.file.clone(), o.place.line)), Some((file.clone(), 1)));
    assert_eq!((s.command.place, s.args[0].place.map(|p| p.line)), (None, Some(2)));
    assert_eq!(s.env.iter().map(|(n, _)| n.place.map(|p| p.line)).collect::<Vec<_>>(), [None, Some(3), Some(3)]);
    assert!(
        found.targets.iter().any(|t| t.facts.iter().any(|f| f.kind == FactKind::Ambiguous && t.name.raw() == "both"))
    );
    // an entry that changes nothing that is there is said
    let said: Vec<_> = found.files.iter().filter(|f| f.path == file).flat_map(|f| &f.problems).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].sentence.to_terminal().contains("nowhere"));
    // other clients replace whole entries
    fake.write("home/.cursor/mcp.json", "{\"mcpServers\": {\"c\": {\"command\": \"x\", \"env\": {\"A\": \"1\"}}}}");
    fake.write("project/.cursor/mcp.json", "{\"mcpServers\": {\"c\": {\"command\": \"y\"}}}");
    let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
    assert!(launched(&found, "cursor").contains(&of("c", "project", "y", "", false)));
}

#[test]
fn a_variable_that_holds_the_configuration_is_a_scope_of_its_own_between_the_project_and_the_administrator() {
    let fake = Fake::new();
    fake.write(
        "home/.config/opencode/opencode.json",
        r#"{"mcp": {"calc": {"command": ["a"], "environment": {"X": "1"}}}}"#,
    );
    fake.write("project/opencode.json", r#"{"mcp": {"calc": {"command": ["b"]}, "mine": {"command": ["m"]}}}"#);
    fake.write("root/etc/opencode/opencode.json", r#"{"mcp": {"mine": {"command": ["theirs"]}}}"#);
    let text = "{ // typed in a shell\n\"mcp\": {\n  \"calc\": {\"command\": [\"c\"], \"environment\": {\"Y\": \"2\"}},\n  \"mine\": {\"enabled\": false}, \"bad\": {\"enabled\": true}}}";
    let with = |text: Option<&str>| Places {
        contents: vec![("OPENCODE_CONFIG_CONTENT".to_owned(), text.map(Secret::new))],
        ..fake.places(Platform::Linux, false)
    };
    let found = Inventory::search(&with(Some(text)), |_| true);
    let servers = launched(&found, "opencode");
    let of = |name: &str, scope, words: &str, names: &str, off| {
        (name.to_owned(), scope, words.to_owned(), names.to_owned(), off)
    };
    assert!(servers.contains(&of("calc", "environment", "c", "X Y", false)), "{servers:#?}");
    assert!(
        servers.contains(&of("mine", "managed", "theirs", "", true)),
        "the switch of the variable is merged: {servers:#?}"
    );
    let calc = found.targets.iter().find(|t| t.scope == ConfigScope::Environment).expect("there");
    let origin = calc.origin.as_ref().expect("a place");
    assert_eq!(
        (origin.file.to_string_lossy().as_ref(), origin.place.line, origin.place.column),
        ("env:OPENCODE_CONFIG_CONTENT", 3, 3)
    );
    let over = |scope| {
        let of = |t: &&Target| t.name.raw() == "calc" && t.scope == scope;
        let target = found.targets.iter().find(of).expect("there");
        target.facts.iter().any(|f| f.kind == FactKind::Overridden && f.what.raw() == "environment")
    };
    assert!(over(ConfigScope::Project) && over(ConfigScope::User) && !over(ConfigScope::Environment));
    let file = found.files.iter().find(|f| f.scope == ConfigScope::Environment).expect("said");
    assert_eq!(file.status, Status::Read(1), "{servers:#?}");
    assert!(file.problems.iter().any(|p| p.sentence.to_terminal().contains("bad")), "{:?}", file.problems);
    // neither the words of a broken one nor those that are no text are shown
    let broken = |text: Option<&str>| {
        let found = Inventory::search(&with(text), |s| s == ConfigScope::Environment);
        assert!(found.targets.is_empty());
        found.unread().into_iter().map(|(path, why)| (path, why.to_terminal().to_string())).collect::<Vec<_>>()
    };
    let path = PathBuf::from("env:OPENCODE_CONFIG_CONTENT");
    for (text, expected) in [(None, "not UTF-8"), (Some("{\"mcp\": s3cr3t-w0rd"), "line 1, column 9")] {
        let said = broken(text);
        assert_eq!((said.len(), &said[0].0), (1, &path));
        assert!(said[0].1.contains(expected) && !said[0].1.contains("s3cr3t"), "{said:?}");
    }
    let unset = Inventory::search(&fake.places(Platform::Linux, false), |s| s == ConfigScope::Environment);
    assert!(!unset.files.is_empty() && unset.files.iter().all(|f| f.status == Status::Absent), "{:?}", unset.files);
    for row in TABLE.iter().filter(|r| r.content().is_some()) {
        let (name, text) = (row.content().expect("a name").to_owned(), "{\"mcp\": {\"own\": {\"command\": [\"x\"]}}}");
        let places = Places { contents: vec![(name, Some(Secret::new(text)))], ..fake.places(Platform::Macos, false) };
        let found = Inventory::search(&places, |s| s == ConfigScope::Environment);
        assert_eq!(launched(&found, row.client), [of("own", "environment", "x", "", false)]);
    }
}

#[test]
fn what_is_there_and_not_read_is_said_with_its_reason_on_every_platform() {
    for platform in [Platform::Linux, Platform::Macos, Platform::Windows] {
        let fake = Fake::new();
        let places = fake.places(platform, false);
        let mut expected = Vec::new();
        for row in TABLE.iter().filter(|r| r.unread.is_some()) {
            for (start, pattern) in places.starts(row) {
                let path = start.join(pattern.replace('*', "one"));
                std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                std::fs::write(&path, "SQLite format 3").expect("written");
                expected.push((path, row.client));
            }
        }
        assert!(expected.len() >= 6, "{expected:?}");
        let found = Inventory::search(&places, |_| true);
        let said = |f: &&FileReport| matches!(f.status, Status::NotRead(why) if why.len() > 20);
        let said: Vec<_> =
            found.files.iter().filter(said).map(|f| (f.path.clone(), f.client.expect("a client"))).collect();
        assert_eq!(said, expected);
        assert!(found.targets.is_empty() && found.unread().is_empty());
    }
}

#[test]
fn bundles_that_a_client_unpacked_are_servers_and_their_switch_counts() {
    let fake = Fake::new();
    let app = "home/Library/Application Support/Claude";
    let manifest = |name: &str| {
        format!(
            r#"{{"manifest_version": "0.3", "name": "{name}", "version": "1.0.0", "server": {{"type": "node", "entry_point": "a.js", "mcp_config": {{"command": "node", "args": ["${{__dirname}}/a.js"], "env": {{"K": "${{user_config.k}}"}}}}}}}}"#
        )
    };
    for name in ["on", "off", "odd"] {
        fake.write(&format!("{app}/Claude Extensions/local.{name}/manifest.json"), &manifest(name));
    }
    fake.write(
        &format!("{app}/Claude Extensions/broken/manifest.json"),
        r#"{"name": "x", "server": {"type": "node"}}"#,
    );
    fake.write(&format!("{app}/Claude Extensions Settings/local.on.json"), r#"{"isEnabled": true}"#);
    fake.write(&format!("{app}/Claude Extensions Settings/local.off.json"), r#"{"isEnabled": false}"#);
    fake.write(&format!("{app}/Claude Extensions Settings/local.odd.json"), "{ oops");
    let found = Inventory::search(&fake.places(Platform::Macos, false), |_| true);
    let all = launched(&found, "claude-desktop");
    let on: Vec<(&str, bool)> = all.iter().map(|(n, .., off)| (n.as_str(), *off)).collect();
    assert_eq!(on, [("odd", false), ("off", true), ("on", false)]);
    assert!(all.iter().all(|(_, scope, words, names, _)| (*scope, words.as_str(), names.as_str())
        == ("plugin", "node ${__dirname}/a.js", "K")));
    let problems: usize = found.files.iter().map(|f| f.problems.len()).sum();
    assert_eq!(problems, 1, "the manifest without a launch is said");
}

#[test]
fn files_that_plugins_name_are_followed_once_and_only_inside() {
    let fake = Fake::new();
    let plugin = "home/.claude/plugins/cache/market/tool";
    let one = |name: &str| format!("{{\"mcpServers\": {{\"{name}\": {{\"command\": \"x\"}}}}}}");
    fake.write("home/secret.json", &one("outside"));
    fake.write(
        &format!("{plugin}/.claude-plugin/plugin.json"),
        r#"{"mcpServers": ["./servers/a.json", "../../../../../secret.json", "/etc/mcp.json", "circle.json", "missing.json", "link.json"]}"#,
    );
    fake.write(&format!("{plugin}/servers/a.json"), &one("inside"));
    fake.write(&format!("{plugin}/circle.json"), r#"{"mcpServers": "circle.json"}"#);
    #[cfg(unix)]
    std::os::unix::fs::symlink(fake.at("home/secret.json"), fake.at(&format!("{plugin}/link.json"))).expect("a link");
    let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
    let names: Vec<&str> = found.targets.iter().map(|t| t.name.raw()).collect();
    assert_eq!(names, ["inside"]);
    let said: Vec<String> =
        found.files.iter().flat_map(|f| &f.problems).map(|p| p.sentence.to_terminal().to_string()).collect();
    let count = |words: &str| said.iter().filter(|s| s.contains(words)).count();
    assert_eq!(count("leads out of the plugin and"), 2, "{said:#?}");
    assert_eq!(count("a plugin's manifest named this one"), 1, "{said:#?}");
    #[cfg(unix)]
    assert_eq!(count("by a link"), 1, "{said:#?}");
    // what is named and not there; and what names files that are not followed was not read as a whole
    let missing = if cfg!(unix) { 1 } else { 2 };
    assert_eq!(found.unread().len(), missing + 2, "{:?}", found.unread());
}

#[test]
fn plugins_that_are_switched_off_bring_no_servers_and_the_administrator_has_the_last_word() {
    let fake = Fake::new();
    for plugin in ["m/on/1.0.0", "m/off/1.0.0", "other/off/1.0.0", "m/here/1.0.0"] {
        let name = plugin.replace('/', "-");
        fake.write(
            &format!("home/.claude/plugins/cache/{plugin}/.mcp.json"),
            &format!("{{\"{name}\": {{\"command\": \"x\"}}}}"),
        );
    }
    fake.write(
        "home/.claude/settings.json",
        r#"{"enabledPlugins": {"on@m": true, "off@m": false, "here@m": false, "absent@m": false}}"#,
    );
    fake.write("project/.claude/settings.json", r#"{"enabledPlugins": {"here@m": false}}"#);
    fake.write("project/.claude/settings.local.json", r#"{"enabledPlugins": {"here@m": true}}"#);
    let off = || {
        let found = Inventory::search(&fake.places(Platform::Linux, false), |_| true);
        assert_eq!(found.targets.len(), 4);
        let off: Vec<String> = found.targets.iter().filter(|t| t.disabled()).map(|t| t.name.raw().to_owned()).collect();
        off
    };
    assert_eq!(off(), ["m-off-1.0.0"]);
    fake.write(
        "root/etc/claude-code/managed-settings.json",
        r#"{"enabledPlugins": {"here@m": false}, "deniedMcpServers": [{"serverName": "m-on-1.0.0"}]}"#,
    );
    assert_eq!(off(), ["m-here-1.0.0", "m-off-1.0.0", "m-on-1.0.0"]);
}

#[test]
fn plugins_are_read_where_the_variable_puts_the_clients_folder() {
    let fake = Fake::new();
    let one = |name: &str| format!("{{\"{name}\": {{\"command\": \"x\"}}}}");
    fake.write("home/.claude/plugins/repos/m/old/.mcp.json", &one("usual"));
    fake.write("moved/plugins/repos/m/new/.mcp.json", &one("moved"));
    fake.write(
        "moved/plugins/repos/m/other/.claude-plugin/plugin.json",
        &format!("{{\"mcpServers\": {}}}", one("manifest")),
    );
    let names = |places: &Places| -> Vec<String> {
        Inventory::search(places, |_| true).targets.iter().map(|t| t.name.raw().to_owned()).collect()
    };
    let usual = fake.places(Platform::Linux, false);
    assert_eq!(names(&usual), ["usual"]);
    let variables = vec![("CLAUDE_CONFIG_DIR".to_owned(), fake.at("moved"))];
    assert_eq!(names(&Places { variables, ..usual }), ["moved", "manifest"]);
}
