//! What the last scan of a project saw, kept outside the project so that `approve` signs exactly what was shown and
//! never fetches again (TRUST T14).
//!
//! One file per project in the user's state directory, readable by the user only. It holds canonical documents and
//! launch identities, which never contain secret values.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::json::{Limits, Node, Value, read, render, unrender};
use crate::terms::Digest;

use super::failure::Failure;

const FORMAT: &str = "mcp-assay-pending-1";

/// The directory for state that is not part of any project.
pub fn state_dir() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    var("MCP_ASSAY_STATE")
        .or_else(|| var("XDG_STATE_HOME").map(|d| d.join("mcp-assay")))
        .or_else(|| var("HOME").map(|d| d.join(".local/state/mcp-assay")))
        .or_else(|| var("LOCALAPPDATA").map(|d| d.join("mcp-assay")))
}

fn file(project: &Path) -> Option<PathBuf> {
    let name = Digest::of(project.as_os_str().as_encoded_bytes()).hex();
    Some(state_dir()?.join("pending").join(format!("{}.json", &name[..16])))
}

/// Stores the servers of the last scan. `servers` is what [`load`] gives back.
pub fn store(project: &Path, servers: Node) -> Result<(), Failure> {
    let Some(path) = file(project) else { return Ok(()) };
    let fail = |what: &str, e: &dyn std::fmt::Display| {
        Failure::usage(format!("cannot {what} {}: {e}", path.display()))
            .help("set MCP_ASSAY_STATE to a directory you can write to")
    };
    let text = render(&Node::object([("format", Node::text(FORMAT)), ("servers", servers)]))
        .map_err(|e| fail("render", &e))?;
    replace(&path, text.as_bytes()).map_err(|e| fail("write", &e))
}

/// Writes a file for this user only, in one step.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    private(&temporary).and_then(|mut f| f.write_all(bytes).and_then(|()| f.sync_all()))?;
    fs::rename(&temporary, path)
}

fn private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// What [`store`] wrote for this project, or `None` when no scan has.
pub fn load(project: &Path) -> Result<Option<Node>, Failure> {
    let Some(path) = file(project) else { return Ok(None) };
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => {
            return Err(
                Failure::usage(format!("cannot read {}: {e}", path.display())).help("run `mcp-assay scan` again")
            );
        }
    };
    let damaged = || Failure::usage(format!("{} is damaged", path.display())).help("run `mcp-assay scan` again");
    let document = read(&bytes, &Limits::default()).map_err(|_| damaged())?;
    let root = unrender(&document.root);
    let intact = render(&root).is_ok_and(|text| text.as_bytes() == bytes);
    match (root.get("format").and_then(Node::as_str), root.get("servers")) {
        (Some(FORMAT), Some(servers)) if intact && matches!(servers.value, Value::Array(_)) => {
            Ok(Some(servers.clone()))
        }
        _ => Err(damaged()),
    }
}
