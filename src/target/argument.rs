//! What a person typed: a directory, a configuration file, a URL, a manifest, a capture, lines of manifests, standard
//! input, or a command.

use std::path::{Path, PathBuf};

use super::config_file::{self, FILE};
use super::document::{Document, Language};
use super::{File, Http, Launch, Located, Secret, Stdio, Target};
use crate::json::may_have_key;
use crate::untrusted::Untrusted;

/// One argument, told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A directory: the configuration files in it.
    Directory(PathBuf),
    /// A client's configuration file.
    Config(PathBuf),
    /// A server.
    Url(String),
    /// A manifest or a capture.
    Manifest(PathBuf),
    /// One manifest per line, perhaps compressed.
    Lines(PathBuf),
    /// Standard input.
    Stdin,
}

impl Argument {
    /// Tells an argument apart; the file system is asked only what kind of file it is.
    pub fn of(text: &str) -> std::io::Result<Self> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(Self::Url(text.to_owned()));
        }
        let path = PathBuf::from(text);
        let metadata = std::fs::metadata(&path)?;
        if metadata.is_dir() {
            return Ok(Self::Directory(path));
        }
        if [".jsonl", ".jsonl.gz", ".ndjson"].iter().any(|e| text.ends_with(e)) {
            return Ok(Self::Lines(path));
        }
        // manifests are JSON
        let other = Language::of(&path) != Language::Json;
        let is_config = |text: String| may_have_key(&text, &MAP_KEYS) && config_file::is_config(&text, &path);
        let config = other || is_config_name(&path) || super::clients::read(&path).is_ok_and(is_config);
        Ok(if config { Self::Config(path) } else { Self::Manifest(path) })
    }
}

/// The keys of all server maps ([`config_file::MAPS`]) in JSON. Most manifests have none of them, and are not read as
/// configurations.
const MAP_KEYS: [&str; 9] = [
    "\"mcpServers\"",
    "\"servers\"",
    "\"mcp.servers\"",
    "\"amp.mcpServers\"",
    "\"context_servers\"",
    "\"mcp_servers\"",
    "\"modelContextProtocolServers\"",
    "\"extensions\"",
    "\"mcp\"",
];

/// Their ends, which words of a broken file are compared with.
pub const MAP_ENDS: [&str; 3] = ["ervers\"", "extensions\"", "mcp\""];

/// Why bytes that have the keys of a configuration are more than is read as one, and where.
pub fn oversized(bytes: &[u8]) -> Option<(String, usize)> {
    let text = std::str::from_utf8(bytes).ok().filter(|t| may_have_key(t, &MAP_KEYS))?;
    if bytes.len() as u64 > FILE {
        return Some((format!("more than {FILE} bytes"), bytes.len()));
    }
    let error = Document::read(text, Language::Json).err()?;
    error.what.starts_with("more than").then_some((error.what, error.start))
}

/// Why bytes that have the keys of a configuration are not read as one, and where: words of ours or of the parser.
pub fn refused_as_config(bytes: &[u8]) -> Option<(String, usize)> {
    match std::str::from_utf8(bytes) {
        Ok(text) if may_have_key(text, &MAP_KEYS) => {
            Document::read(text, Language::Json).err().map(|error| (error.what, error.start))
        }
        Ok(_) => None,
        Err(broken) => {
            let named = may_have_key(&String::from_utf8_lossy(bytes), &MAP_KEYS);
            named.then(|| ("it is not UTF-8".to_owned(), broken.valid_up_to()))
        }
    }
}

/// Files that are configurations by their name, so that a broken one is not taken for a broken manifest.
pub fn is_config_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let names = [
        "mcp.json",
        ".mcp.json",
        "mcp_config.json",
        "mcp-config.json",
        "claude_desktop_config.json",
        "settings.json",
        ".claude.json",
        "opencode.json",
        "opencode.jsonc",
        "devcontainer.json",
        "config.toml",
        "config.yaml",
    ];
    names.contains(&name)
}

/// The target of a URL on the command line.
pub fn url_target(url: &str, headers: Vec<(String, Secret)>) -> Target {
    let host =
        url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_else(|| "server".to_owned());
    let header = |(name, value): (String, Secret)| (Located::bare(Untrusted::from(name)), Located::bare(value));
    let headers = headers.into_iter().map(header).collect();
    let launch = Launch::Http(Http { url: Located::bare(url.into()), headers, sse: false });
    Target::alone(&format!("url/{host}"), host.into(), launch)
}

/// The target of a command after `--`.
pub fn command_target(words: &[String]) -> Option<Target> {
    let (command, args) = words.split_first()?;
    let launch = Launch::Stdio(Stdio {
        command: Located::bare(command.as_str().into()),
        args: args.iter().map(|a| Located::bare(a.as_str().into())).collect(),
        env: Vec::new(),
        cwd: None,
    });
    let name = name_of(command, args);
    Some(Target::alone(&format!("command/{name}"), name.into(), launch))
}

/// A short name for a command: the package of a runner, else the program.
fn name_of(command: &str, args: &[String]) -> String {
    let base = |t: &str| t.rsplit(['/', '\\']).next().unwrap_or(t).to_owned();
    let runner = ["npx", "uvx", "bunx", "pnpm", "pipx", "node", "python", "python3", "deno", "bun"];
    let program = base(command);
    let package = args.iter().find(|a| !a.starts_with('-') && *a != "dlx" && *a != "run" && *a != "-m");
    match package.filter(|_| runner.contains(&program.as_str())) {
        Some(package) => {
            let name = base(package);
            name.split_once('@').map_or(name.clone(), |(n, _)| if n.is_empty() { name.clone() } else { n.to_owned() })
        }
        None => program,
    }
}

/// The target of one server in a file.
pub fn file_target(path: &Path, index: usize, name: Option<Untrusted>) -> Target {
    let stem = path.file_name().map_or_else(|| "stdin".to_owned(), |n| n.to_string_lossy().into_owned());
    let shown = name
        .unwrap_or_else(|| stem.trim_end_matches(".gz").trim_end_matches(".jsonl").trim_end_matches(".json").into());
    Target::alone(&format!("file/{stem}:{}", index + 1), shown, Launch::File(File { path: path.to_path_buf(), index }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_short_names() {
        let name = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            command_target(&words).expect("a command").name.raw().to_owned()
        };
        assert_eq!(name(&["npx", "-y", "@modelcontextprotocol/server-everything@1.0.0"]), "server-everything");
        assert_eq!(name(&["uvx", "mcp-server-time"]), "mcp-server-time");
        assert_eq!(name(&["/opt/my-server", "x"]), "my-server");
        assert!(command_target(&[]).is_none());
    }

    #[test]
    fn every_server_map_is_told_by_its_key_and_its_end() {
        for path in config_file::MAPS {
            let key = format!("\"{}\"", path.last().expect("a key"));
            assert!(MAP_KEYS.contains(&key.as_str()) && MAP_ENDS.iter().any(|end| key.ends_with(end)), "{key}");
        }
    }

    #[test]
    fn a_value_is_no_key_of_a_server_map() {
        let may = |text: &str| may_have_key(text, &MAP_KEYS);
        for manifest in [r#"{"tools": ["mcp", "mcp" ]}"#, r#"{"default":"mcp"}"#, r#"{"fastmcp": {}}"#, r#""mcp""#] {
            assert!(!may(manifest), "{manifest}");
        }
        for config in [r#"{"mcp" : {}}"#, "{\"x\":\"mcp\",\"mcp\" // its\n:{}}", r#"{"m\u0063p": {}}"#] {
            assert!(may(config), "{config}");
        }
    }

    #[test]
    fn what_is_too_large_for_a_configuration_is_said() {
        let many = format!(r#"{{"mcpServers": {{"a": {{"args": [{}1]}}}}}}"#, "1,".repeat(500_000));
        let long = format!(r#"{{"mcpServers": {{"a": "{}"}}}}"#, "x".repeat(FILE as usize));
        assert!(oversized(many.as_bytes()).is_some_and(|(why, _)| why.contains("values")));
        assert!(oversized(long.as_bytes()).is_some_and(|(why, _)| why.contains("bytes")));
        assert_eq!(oversized(br#"{"mcpServers": {"#), None);
        assert_eq!(oversized(many.replace("mcpServers", "tools").as_bytes()), None);
    }

    #[test]
    fn why_a_configuration_is_refused_is_said() {
        let deep = format!(r#"{{"mcpServers": {{"a": {}{}}}}}"#, "[".repeat(600), "]".repeat(600));
        let why = |bytes: &[u8]| refused_as_config(bytes).map(|(why, _)| why).unwrap_or_default();
        assert!(why(deep.as_bytes()).contains("depth"), "{}", why(deep.as_bytes()));
        assert!(why(br#"{"mcpServers": {"a": {"command": "\ud800"}}}"#).contains("surrogate"));
        assert_eq!(refused_as_config(b"{\"mcpServers\": {\"a\": \"\xE9\"}}"), Some(("it is not UTF-8".to_owned(), 22)));
        assert_eq!(refused_as_config(br#"{"mcpServers": {}}"#), None);
        assert_eq!(refused_as_config(br#"{"hello": "\ud800"}"#), None);
    }

    #[test]
    fn arguments_are_told_apart() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).expect("written");
            path.to_str().expect("UTF-8").to_owned()
        };
        let of = |t: &str| Argument::of(t).expect("there");
        assert!(matches!(of(&file("a.json", "{\"mcpServers\":{}}")), Argument::Config(_)));
        assert!(matches!(of(&file("e.json", r#"{"mcp\u0053ervers":{}}"#)), Argument::Config(_)));
        assert!(matches!(of(&file("b.json", "{\"tools\":[]}")), Argument::Manifest(_)));
        assert!(matches!(of(&file("mcp.json", "{ oops")), Argument::Config(_)));
        assert!(matches!(of(&file("a.yaml", "oops: [")), Argument::Config(_)));
        assert!(matches!(of(&file("a.TOML", "x = 1")), Argument::Config(_)));
        assert!(matches!(of(&file("c.jsonl", "")), Argument::Lines(_)));
        assert!(matches!(of(dir.path().to_str().expect("UTF-8")), Argument::Directory(_)));
        assert_eq!(of("-"), Argument::Stdin);
        assert_eq!(of("https://x"), Argument::Url("https://x".to_owned()));
        assert!(Argument::of("/no/such/file").is_err());
    }
}
