//! Why a named file is nothing that can be audited, where its name or its size says more than that it does not parse.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::json::{ReadError, line_column};
use crate::target::argument::{is_config_name, oversized, refused_as_config};
use crate::target::document::Language;
use crate::untrusted::Untrusted;

const CONFIGS: &str =
    "give a client's configuration (servers below `mcpServers` or a client's own key), a manifest or a capture";

/// A file called like a bundle that is none.
pub fn bundle(name: &str, bytes: &[u8]) -> Option<Failure> {
    let ending = Path::new(name).extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase)?;
    if !["mcpb", "dxt"].contains(&ending.as_str()) {
        return None;
    }
    let inside = bytes.windows(4).any(|w| w == b"PK\x03\x04");
    let what = match bytes.len() {
        0 => "it is empty",
        _ if inside => "something stands before the zip archive in it, which programs read differently",
        _ => "it is no zip archive",
    };
    let shown = Untrusted::from(name).to_terminal();
    Some(Failure::usage(format!("{shown} is no bundle: {what}")).help("get the bundle from its publisher again"))
}

/// A document that is not read.
pub fn json(name: &str, bytes: &[u8], error: &ReadError) -> Failure {
    if bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).iter().all(u8::is_ascii_whitespace) {
        let shown = Untrusted::from(name).to_terminal();
        return Failure::usage(format!("{shown} is empty, and configures no server")).help(CONFIGS);
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.iter().take(4).any(|b| *b == 0) {
        let shown = Untrusted::from(name).to_terminal();
        return Failure::usage(format!("{shown} is UTF-16 or UTF-32, and not UTF-8")).help("save it as UTF-8");
    }
    config(name, bytes).unwrap_or_else(|| Failure::json(name, bytes, error))
}

/// JSON that is no manifest.
pub fn shape(name: &str, bytes: &[u8], why: &str) -> Failure {
    config(name, bytes).or_else(|| malformed(name, bytes)).unwrap_or_else(|| {
        Failure::usage(format!("{} is JSON, but {why}", Untrusted::from(name).to_terminal()))
            .help("see `mcp-assay scan --help`, or give a client's configuration file")
    })
}

/// A configuration that is too large to be read as one.
fn config(name: &str, bytes: &[u8]) -> Option<Failure> {
    let (why, at) = oversized(bytes)?;
    let (line, _) = line_column(bytes, at);
    let shown = Untrusted::from(name).to_terminal();
    let failure = Failure::usage(format!("{shown} looks like a client's configuration, and holds {why} (line {line})"));
    Some(failure.help("no client needs so many servers: split it, and give the parts"))
}

/// A configuration that clients refuse: their readers are stricter than that of manifests.
fn malformed(name: &str, bytes: &[u8]) -> Option<Failure> {
    let (why, at) = refused_as_config(bytes)?;
    let (line, column) = line_column(bytes, at);
    let shown = Untrusted::from(name).to_terminal();
    let place = format!("line {line}, column {column}");
    let failure =
        Failure::usage(format!("{shown} looks like a client's configuration, and is malformed: {place}: {why}"));
    Some(failure.help("correct the file"))
}

/// YAML or TOML without a server, unless it is called like a client's own.
pub fn without_servers(path: &Path) -> Option<Failure> {
    let language = match Language::of(path) {
        Language::Yaml => "YAML",
        Language::Toml => "TOML",
        Language::Json => return None,
    };
    let shown = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
    let failure = || Failure::usage(format!("{shown} is {language}, and configures no server")).help(CONFIGS);
    (!is_config_name(path)).then(failure)
}

/// A file that the system does not give.
pub(super) fn unreadable(path: &Path, e: &std::io::Error) -> Failure {
    let name = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
    Failure::usage(format!("{name} cannot be read: {e}")).help("check the path and its permissions")
}
