//! Which files MCP clients read, as a table, and the search through it. Nothing is started and nothing is contacted.
//!
//! The table says where a client looks by its public documentation and by what other auditors read; rows without a vendor
//! page are marked in `standing`.

use std::path::{Path, PathBuf};

use super::config_file::{self, FILE, Problem, Source};
use super::{ConfigScope, Target};
use crate::terms::TargetId;
use crate::untrusted::Message;

/// One place a client reads. `~` is the home, `{APP}` the platform's application data, `.` the project.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The client.
    pub client: &'static str,
    /// The file.
    pub path: &'static str,
    /// Where it applies.
    pub scope: ConfigScope,
    /// A variable that names another directory for it.
    pub variable: Option<&'static str>,
}

const fn row(client: &'static str, path: &'static str, scope: ConfigScope) -> Row {
    Row { client, path, scope, variable: None }
}

/// Clients and files.
pub const TABLE: &[Row] = &[
    row("claude-code", "./.mcp.json", ConfigScope::Project),
    Row {
        client: "claude-code",
        path: "~/.claude.json",
        scope: ConfigScope::User,
        variable: Some("CLAUDE_CONFIG_DIR"),
    },
    row("claude-code", "/etc/claude-code/managed-mcp.json", ConfigScope::Managed),
    row("claude-code", "/Library/Application Support/ClaudeCode/managed-mcp.json", ConfigScope::Managed),
    row("claude-desktop", "{APP}/Claude/claude_desktop_config.json", ConfigScope::User),
    row("cursor", "./.cursor/mcp.json", ConfigScope::Project),
    row("cursor", "~/.cursor/mcp.json", ConfigScope::User),
    row("vscode", "./.vscode/mcp.json", ConfigScope::Project),
    row("vscode", "{APP}/Code/User/mcp.json", ConfigScope::User),
    row("vscode", "{APP}/Code/User/settings.json", ConfigScope::User),
    row("vscode-insiders", "{APP}/Code - Insiders/User/mcp.json", ConfigScope::User),
    row("copilot-cli", "~/.copilot/mcp-config.json", ConfigScope::User),
    row("windsurf", "~/.codeium/windsurf/mcp_config.json", ConfigScope::User),
    row("gemini-cli", "./.gemini/settings.json", ConfigScope::Project),
    row("gemini-cli", "~/.gemini/settings.json", ConfigScope::User),
    row("kiro", "./.kiro/settings/mcp.json", ConfigScope::Project),
    row("kiro", "~/.kiro/settings/mcp.json", ConfigScope::User),
    row("amazon-q", "./.amazonq/mcp.json", ConfigScope::Project),
    row("amazon-q", "~/.aws/amazonq/mcp.json", ConfigScope::User),
    row(
        "cline",
        "{APP}/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        ConfigScope::User,
    ),
    row("roo-code", "./.roo/mcp.json", ConfigScope::Project),
    row("zed", "./.zed/settings.json", ConfigScope::Project),
    row("zed", "~/.config/zed/settings.json", ConfigScope::User),
    row("lm-studio", "~/.lmstudio/mcp.json", ConfigScope::User),
    row("trae", "./.trae/mcp.json", ConfigScope::Project),
];

/// Where to look. Tests give a home of their own.
#[derive(Clone, Debug)]
pub struct Places {
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The platform's application data directory.
    pub app: Option<PathBuf>,
    /// The project.
    pub project: PathBuf,
    /// Values of the variables the table names.
    pub variables: Vec<(String, PathBuf)>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Read; so many servers.
    Read(usize),
    /// Not there.
    Absent,
    /// There, and not readable: the system's words.
    Unreadable(String),
    /// Not a configuration: what is wrong, and the byte range.
    Malformed(String, usize, usize),
}

/// One file that was looked at.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// Its client.
    pub client: Option<&'static str>,
    /// Where it applies.
    pub scope: ConfigScope,
    /// What became of it.
    pub status: Status,
    /// Entries that could not be used, and ambiguous keys.
    pub problems: Vec<Problem>,
}

/// Everything found.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// All files looked at, in the order of the table.
    pub files: Vec<FileReport>,
    /// Servers, with ids of their own.
    pub targets: Vec<Target>,
}

impl Places {
    /// The user's and the project's, from the process's environment.
    pub fn of_process(project: &Path) -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let home = var("HOME").or_else(|| var("USERPROFILE"));
        let app = if cfg!(target_os = "macos") {
            home.as_ref().map(|h| h.join("Library/Application Support"))
        } else if cfg!(windows) {
            var("APPDATA")
        } else {
            var("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|h| h.join(".config")))
        };
        let variables = TABLE.iter().filter_map(|r| Some((r.variable?.to_owned(), var(r.variable?)?))).collect();
        Self { home, app, project: project.to_path_buf(), variables }
    }

    fn resolve(&self, row: &Row) -> Option<PathBuf> {
        if let Some(dir) = row.variable.and_then(|v| self.variables.iter().find(|(n, _)| n == v)) {
            return Some(dir.1.join(row.path.rsplit('/').next().unwrap_or(row.path)));
        }
        if let Some(rest) = row.path.strip_prefix("~/") {
            return Some(self.home.as_ref()?.join(rest));
        }
        if let Some(rest) = row.path.strip_prefix("{APP}/") {
            return Some(self.app.as_ref()?.join(rest));
        }
        match row.path.strip_prefix("./") {
            Some(rest) => Some(self.project.join(rest)),
            None => Some(PathBuf::from(row.path)),
        }
    }
}

impl Inventory {
    /// Looks at every file of the table whose scope `wanted` takes.
    pub fn search(places: &Places, wanted: impl Fn(ConfigScope) -> bool) -> Self {
        let mut out = Self::default();
        for row in TABLE.iter().filter(|r| wanted(r.scope)) {
            if let Some(path) = places.resolve(row) {
                out.add(&path, Some(row.client), row.scope, &places.project);
            }
        }
        out.number();
        out
    }

    /// Reads one file.
    pub fn add(&mut self, path: &Path, client: Option<&'static str>, scope: ConfigScope, project: &Path) {
        let mut problems = Vec::new();
        let status = match read(path) {
            Ok(text) => match config_file::parse(&text, Source { file: path, client, scope, project: Some(project) }) {
                Ok(parsed) => {
                    problems = parsed.problems;
                    let count = parsed.targets.len();
                    self.targets.extend(parsed.targets);
                    Status::Read(count)
                }
                Err(e) => {
                    let (line, column) = crate::json::line_column(text.as_bytes(), e.start);
                    Status::Malformed(format!("line {line}, column {column}: {}", e.what), e.start, e.end)
                }
            },
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Status::Absent,
            Err(e) => Status::Unreadable(e.to_string()),
        };
        self.files.push(FileReport { path: path.to_path_buf(), client, scope, status, problems });
    }

    /// Gives every target an id of its own.
    pub fn number(&mut self) {
        let mut seen: std::collections::BTreeMap<TargetId, usize> = std::collections::BTreeMap::new();
        for target in &mut self.targets {
            let count = seen.entry(target.id.clone()).or_default();
            *count += 1;
            if *count > 1 {
                target.id = TargetId::new(&format!("{}#{count}", target.id));
            }
        }
    }

    /// Files that should have been read and were not, as sentences.
    pub fn unread(&self) -> Vec<(PathBuf, Message)> {
        let sentence = |f: &FileReport| match &f.status {
            Status::Unreadable(why) => Some((f.path.clone(), Message::new(format!("could not be read: {why}")))),
            Status::Malformed(why, ..) => {
                Some((f.path.clone(), Message::new(format!("is malformed and was skipped: {why}"))))
            }
            Status::Read(_) | Status::Absent => None,
        };
        self.files.iter().filter_map(sentence).collect()
    }
}

/// Reads a file within the cap. Not a regular file is an error: a pipe would block.
pub fn read(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE {
        return Err(std::io::Error::other(format!("it is larger than {FILE} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_a_fake_home_is_found_and_nothing_else() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |p: &str| dir.path().join(p);
        let places = Places {
            home: Some(at("home")),
            app: Some(at("app")),
            project: at("project"),
            variables: vec![("CLAUDE_CONFIG_DIR".to_owned(), at("claude"))],
        };
        let mut expected = 0;
        for row in TABLE.iter().filter(|r| !r.path.starts_with('/')) {
            let path = places.resolve(row).expect("a path");
            assert!(path.starts_with(dir.path()), "{}", path.display());
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            let key = if row.client.starts_with("vscode") {
                "servers"
            } else if row.client == "zed" {
                "context_servers"
            } else {
                "mcpServers"
            };
            std::fs::write(&path, format!("{{\"{key}\": {{\"s\": {{\"command\": \"x\"}}}}}}")).expect("written");
            expected += 1;
        }
        let found = Inventory::search(&places, |_| true);
        let here: Vec<&Target> = found
            .targets
            .iter()
            .filter(|t| t.origin.as_ref().is_some_and(|o| o.file.starts_with(dir.path())))
            .collect();
        assert_eq!(here.len(), expected);
        let mut ids: Vec<_> = found.targets.iter().map(|t| t.id.clone()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), found.targets.len());
        let project = Inventory::search(&places, |s| s == ConfigScope::Project);
        assert!(project.targets.len() < here.len() && project.targets.iter().all(|t| t.scope == ConfigScope::Project));
    }

    #[test]
    fn what_could_not_be_read_is_said() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(dir.path().join(".cursor/mcp.json")).expect("a folder");
        std::fs::write(dir.path().join(".mcp.json"), "{ oops").expect("written");
        let places = Places { home: None, app: None, project: dir.path().to_path_buf(), variables: vec![] };
        let found = Inventory::search(&places, |s| s == ConfigScope::Project);
        assert_eq!(found.unread().len(), 2, "{:?}", found.files);
    }
}
