//! A home with a server in every file that a client reads, on three systems: each server found, none invented, each place
//! exact. What is expected is written down in `fake_home/rows.txt` and below, and is not made from the table that it tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use mcp_assay::target::clients::{Home, Inventory, Places, Platform, Status, TABLE};

const ROWS: &str = include_str!("fake_home/rows.txt");

/// Shape, the text of a file with one server, and the line and column of the server's name. `NAME` is the name, `PROJECT` the
/// path of the project.
const SHAPES: [(&str, &str, u32, u32); 21] = [
    (
        "mcpServers",
        "{ // mine\n  \"mcpServers\": {\n    \"NAME\": {\"command\": \"x\", \"args\": null},\n  }\n}\n",
        3,
        5,
    ),
    ("flat", "{\n\t\"NAME\": {\"command\": \"x\"}\n}\n", 2, 2),
    (
        "projects",
        "{\"numStartups\": 3,\n \"projects\": {\"PROJECT\": {\n  \"mcpServers\": { \"NAME\": {\"type\": \"stdio\", \"command\": \"x\"}}}}}\n",
        3,
        19,
    ),
    (
        "servers",
        "{\n  \"inputs\": [],\n  \"servers\": {\n    \"NAME\": {\"type\": \"stdio\", \"command\": \"x\"}\n  }\n}\n",
        4,
        5,
    ),
    (
        "mcp/servers",
        "{\"editor.fontSize\": 12, /* no MCP */\n \"mcp\": {\"servers\": {\"NAME\": {\"command\": \"x\"}}},}\n",
        2,
        22,
    ),
    ("mcp.servers", "{\n \"mcp.servers\": {\n  \"NAME\": {\"url\": \"https://a.test/mcp\"}\n }\n}\n", 3, 3),
    (
        "devcontainer",
        "{\"image\": \"a\",\n\"customizations\": {\"vscode\": {\"mcp\": {\"servers\": {\n\"NAME\": {\"command\": \"x\"}}}}}}\n",
        3,
        1,
    ),
    (
        "workspace",
        "{\"folders\": [{\"path\": \".\"}],\n \"settings\": {\"mcp\": {\"servers\": {\n   \"NAME\": {\"command\": \"x\"}}}}}\n",
        3,
        4,
    ),
    ("serverUrl", "{\"mcpServers\": {\n\n      \"NAME\": {\"serverUrl\": \"https://a.test/mcp\"}}}\n", 3, 7),
    ("httpUrl", "{\"theme\": \"x\", \"mcpServers\": {\"NAME\": {\"httpUrl\": \"https://a.test/mcp\"}}}\n", 1, 31),
    ("codex", "model = \"m\"\n\n[mcp_servers.NAME]\ncommand = \"x\"\nargs = [\"y\"]\n", 3, 14),
    ("vibe", "# mine\n[[mcp_servers]]\nname = \"NAME\"\ntransport = \"stdio\"\ncommand = \"x\"\n", 3, 8),
    (
        "opencode",
        "{\"mcp\": {\n  \"NAME\": {\"type\": \"local\", \"command\": [\"x\", \"y\"], \"enabled\": true}}}\n",
        2,
        3,
    ),
    (
        "crush",
        "{\"$schema\": \"https://charm.land/crush.json\",\n\"mcp\": {\"NAME\": {\"type\": \"stdio\", \"command\": \"x\"}}}\n",
        2,
        9,
    ),
    (
        "agent",
        "{\n  \"name\": \"reviewer\",\n  \"tools\": [\"*\"],\n  \"mcpServers\": {\n    \"NAME\": {\"command\": \"x\"}\n  }\n}\n",
        5,
        5,
    ),
    ("continue", "name: mine\nversion: 0.0.1\nmcpServers:\n  - name: NAME\n    command: x\n", 4, 11),
    (
        "continue-legacy",
        "{\"experimental\": {\"modelContextProtocolServers\": [\n  {\"name\": \"NAME\", \"transport\": {\"type\": \"stdio\", \"command\": \"x\"}}]}}\n",
        2,
        12,
    ),
    (
        "zed",
        "{\n  \"context_servers\": {\n    \"NAME\": {\"source\": \"custom\", \"command\": \"x\", \"args\": []}\n  }\n}\n",
        3,
        5,
    ),
    ("amp", "{\"amp.showCosts\": true, \"amp.mcpServers\": {\n  \"NAME\": {\"command\": \"x\"}}}\n", 2, 3),
    ("goose", "GOOSE_MODEL: m\nextensions:\n  NAME:\n    type: stdio\n    cmd: x\n    enabled: true\n", 3, 3),
    (
        "bundle",
        "{\"manifest_version\": \"0.3\",\n  \"name\": \"NAME\",\n  \"server\": {\"mcp_config\": {\"command\": \"x\"}}}\n",
        2,
        11,
    ),
];

struct Row {
    systems: &'static str,
    client: &'static str,
    also: Vec<&'static str>,
    scope: &'static str,
    shape: &'static str,
    path: &'static str,
}

impl Row {
    fn variable(&self) -> Option<&'static str> {
        self.path.strip_prefix('$').and_then(|p| p.split('/').next())
    }
}

fn rows() -> Vec<Row> {
    let lines = ROWS.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    let row = |line: &'static str| {
        let parts: Vec<&str> = line.splitn(5, '|').map(str::trim).collect();
        let [systems, clients, scope, shape, path] = parts[..] else { panic!("five parts: {line}") };
        let mut clients = clients.split(" + ");
        Row { systems, client: clients.next().expect("a client"), also: clients.collect(), scope, shape, path }
    };
    lines.map(row).collect()
}

fn system(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::Macos => "macos",
        Platform::Windows => "windows",
    }
}

/// One machine with its home, its project and its variables.
struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    fn path(&self, path: &str) -> PathBuf {
        let starts = [
            ("~/", "home"),
            ("./", "project"),
            ("%ProgramFiles%/", "files"),
            ("%ProgramData%/", "data"),
            ("/", "root"),
        ];
        if let Some(variable) = path.strip_prefix('$') {
            return self.dir.path().join("variables").join(variable);
        }
        let found = starts.iter().find_map(|(start, folder)| Some((folder, path.strip_prefix(start)?)));
        let (folder, rest) = found.unwrap_or_else(|| panic!("where is {path}?"));
        self.dir.path().join(folder).join(rest)
    }

    fn places(&self, platform: Platform, variable: Option<&str>) -> Places {
        let at = |name: &str| self.dir.path().join(name);
        Places {
            platform,
            homes: vec![Home::of(at("home"), platform)],
            root: at("root"),
            program_files: Some(at("files")),
            program_data: Some(at("data")),
            variables: variable.iter().map(|v| ((*v).to_owned(), at("variables").join(v))).collect(),
            ..Places::of_project(&at("project"))
        }
    }
}

/// File, client, others that read it, scope, name, line and column.
type Found = BTreeSet<(PathBuf, String, Vec<String>, String, String, (u32, u32))>;

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

/// Lays the rows out in as many homes as files that have several rows need, and looks at each. With a variable only what it
/// leads to is there.
fn try_system(platform: Platform, variable: Option<&str>, met: &mut BTreeSet<(&'static str, &'static str)>) {
    let all = rows();
    let here = |r: &Row| r.systems == "all" || r.systems == system(platform);
    let mut left: Vec<(usize, &Row)> =
        all.iter().enumerate().filter(|(_, r)| here(r) && r.variable() == variable).collect();
    assert!(left.len() > if variable.is_some() { 0 } else { 120 }, "{platform:?}: {}", left.len());
    let mut read = BTreeSet::new();
    let mut looked = BTreeMap::new();
    while !left.is_empty() {
        let machine = Machine { dir: tempfile::tempdir().expect("a folder") };
        let mut expected = Found::new();
        let mut taken = BTreeSet::new();
        let (here, later): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, r)| taken.insert(r.path));
        left = later;
        let project = machine.path("./x").parent().expect("a folder").to_string_lossy().replace('\\', "\\\\");
        for (i, row) in here {
            let (_, text, line, column) = SHAPES.iter().find(|s| s.0 == row.shape).expect("a shape");
            let (path, name) = (machine.path(row.path), format!("server-{i}"));
            write(&path, &text.replace("NAME", &name).replace("PROJECT", &project));
            let also = row.also.iter().map(|a| (*a).to_owned()).collect();
            expected.insert((path, row.client.to_owned(), also, row.scope.to_owned(), name, (*line, *column)));
            met.extend(std::iter::once(&row.client).chain(&row.also).map(|c| (*c, system(platform))));
        }
        // files beside those of clients hold servers of nobody
        write(&machine.path("~/.other/mcp.json"), "{\"mcpServers\": {\"invented\": {\"command\": \"x\"}}}");
        write(&machine.path("./src/mcp.json"), "{\"mcpServers\": {\"invented\": {\"command\": \"x\"}}}");
        write(&machine.path("~/.claude/settings.json"), "{\"permissions\": {\"allow\": []}}");
        let inventory = Inventory::search(&machine.places(platform, variable), |_| true);
        let found: Found = inventory
            .targets
            .iter()
            .map(|t| {
                let origin = t.origin.as_ref().expect("an origin");
                let client = t.client.expect("a client").to_owned();
                let also = t.also.iter().map(|a| (*a).to_owned()).collect();
                let place = (origin.place.line, origin.place.column);
                (origin.file.clone(), client, also, t.scope.word().to_owned(), t.name.raw().to_owned(), place)
            })
            .collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        let invented: Vec<_> = found.difference(&expected).collect();
        assert!(
            missing.is_empty() && invented.is_empty(),
            "{platform:?}\nmissing {missing:#?}\ninvented {invented:#?}"
        );
        assert_eq!(found.len(), inventory.targets.len(), "one server twice");
        assert!(inventory.unread().is_empty(), "{:?}", inventory.unread());
        let problems: Vec<_> = inventory.files.iter().flat_map(|f| &f.problems).collect();
        assert!(problems.is_empty(), "{problems:?}");
        for file in &inventory.files {
            // a variable that holds a configuration is no file: `installation` tries those
            let Ok(short) = file.path.strip_prefix(machine.dir.path()).map(Path::to_path_buf) else { continue };
            match file.status {
                Status::Read(_) => _ = read.insert((short, file.client)),
                Status::Absent => _ = looked.insert((short, file.client), ()),
                ref other => panic!("{}: {other:?}", file.path.display()),
            }
        }
    }
    // the other way round: every place that is looked at is one that somebody wrote down
    let settings = |client: Option<&str>, path: &Path| {
        TABLE.iter().any(|r| {
            Some(r.client) == client
                && r.keys.is_empty()
                && path.ends_with(Path::new(r.path).file_name().expect("a name"))
        })
    };
    let unnamed = |path: &Path| variable.is_some() && !path.starts_with("variables");
    let only: Vec<_> = looked
        .into_keys()
        .filter(|(path, client)| {
            let starred = path.to_string_lossy().contains('*');
            !starred && !read.contains(&(path.clone(), *client)) && !settings(*client, path) && !unnamed(path)
        })
        .collect();
    assert!(only.is_empty(), "{platform:?}: looked for, and not in rows.txt: {only:#?}");
}

#[test]
fn every_server_of_a_home_on_three_systems_is_found_and_none_is_invented() {
    let mut met = BTreeSet::new();
    for platform in [Platform::Linux, Platform::Macos, Platform::Windows] {
        try_system(platform, None, &mut met);
        let variables: BTreeSet<&str> = rows().iter().filter_map(Row::variable).collect();
        variables.into_iter().for_each(|v| try_system(platform, Some(v), &mut met));
    }
    // no client of the table is left out, on no system
    for row in TABLE.iter().filter(|r| !r.keys.is_empty()) {
        for platform in row.platforms {
            assert!(met.contains(&(row.client, system(*platform))), "{} on {platform:?}", row.client);
        }
    }
}

#[test]
fn the_rows_name_the_clients_of_the_design_and_each_shape_is_used() {
    let all = rows();
    for (shape, text, ..) in SHAPES {
        assert!(all.iter().any(|r| r.shape == shape) && text.contains("NAME"), "{shape}");
    }
    let clients: BTreeSet<&str> =
        all.iter().flat_map(|r| std::iter::once(r.client).chain(r.also.iter().copied())).collect();
    assert_eq!(clients.len(), 38, "{clients:?}");
}
