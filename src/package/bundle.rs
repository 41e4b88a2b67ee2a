//! MCP bundles (`.mcpb`): a zip file with a manifest, perhaps translations of its words, and perhaps a signature behind it.
//! Everything is read in memory and nothing is unpacked to disk. Only the manifest and its translations are inflated, so a
//! file that unpacks to a mountain is never unpacked.

mod archive;
mod signature;
mod signer;
mod unpack;
mod words;

use std::path::Path;

use crate::json::{self, Document, Limits, Node};
use crate::terms::{Digest, ItemKind};
use crate::untrusted::Untrusted;

pub use archive::Broken;
pub use signature::{Block, Signature};
pub use signer::Signer;
pub use words::Reading;

/// Bytes of a manifest or of one translation.
const WORDS: u64 = 4 << 20;
/// Bytes of all of them.
const ALL_WORDS: usize = 32 << 20;
/// Translations of one bundle.
const LOCALES: usize = 200;

/// What manifests call this system.
const PLATFORM: &str = if cfg!(windows) {
    "win32"
} else if cfg!(target_os = "macos") {
    "darwin"
} else {
    "linux"
};

/// A bundle.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// SHA-256 of the whole file, signature included: what a record's `fileSha256` is about.
    pub digest: Digest,
    /// Its own name.
    pub name: Option<Untrusted>,
    /// Its version.
    pub version: Option<Untrusted>,
    /// `node`, `python`, `binary`, `uv`.
    pub kind: Option<Untrusted>,
    /// The command that a host starts on this system, with its arguments, placeholders as written.
    pub command: Vec<Untrusted>,
    /// The environment that it gets, placeholders as written.
    pub environment: Vec<(Untrusted, Untrusted)>,
    /// It says that it has more tools than it names.
    pub generates_tools: bool,
    /// Names of its files.
    pub files: Vec<String>,
    /// The signature behind it.
    pub signature: Signature,
    /// What it says, in every language.
    pub readings: Vec<Reading>,
    /// What is odd about it.
    pub problems: Vec<String>,
    /// The file's name, when it was read from one.
    pub file: Option<String>,
    manifest: Node,
}

impl PartialEq for Bundle {
    /// The same bytes are the same bundle.
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest && self.file == other.file
    }
}

impl Bundle {
    /// Whether a file begins like a zip file.
    pub fn is(bytes: &[u8]) -> bool {
        bytes.starts_with(b"PK\x03\x04")
    }

    /// Reads one. Whatever two readers could read differently is refused.
    pub fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let (content, signature) = signature::split(bytes)?;
        let mut archive = archive::Archive::open(&content)?;
        let text = archive.read("manifest.json", WORDS)?.ok_or(Broken::new("it has no manifest.json"))?;
        let document = parse("manifest.json", &text)?;
        let mut problems = Vec::new();
        let mut all = text.len();
        let mut readings = vec![words::of_manifest(&document, &text)];
        readings.extend(words::kept(&document.root, &text, &document));
        let files: Vec<String> = archive.names().map(str::to_owned).collect();
        let localization = document.root.get("localization");
        let pattern = localization.and_then(|l| l.get("resources")).and_then(Node::as_str);
        let pattern = pattern.unwrap_or("mcpb-resources/${locale}.json");
        for (locale, file) in words::locales(pattern, &files) {
            if readings.len() > LOCALES {
                return Err(Broken(format!("it has more than {LOCALES} translations")));
            }
            let text = archive.read(&file, WORDS)?.ok_or(Broken::new("a translation is gone"))?;
            all += text.len();
            if all > ALL_WORDS {
                return Err(Broken(format!("its translations have more than {ALL_WORDS} bytes")));
            }
            let words = parse(&file, &text)?;
            readings.extend(words::of_locale(&locale, &words, &text));
        }
        if localization.is_some() && !readings.iter().any(|r| r.locale.is_some()) {
            problems.push("it names translations, and the bundle holds none".to_owned());
        }
        let root = &document.root;
        let server = root.get("server");
        let config = server.and_then(|s| s.get("mcp_config"));
        let own_config = config.and_then(|c| c.get("platform_overrides")).and_then(|o| o.get(PLATFORM));
        let member = |key: &str| own_config.and_then(|c| c.get(key)).or_else(|| config.and_then(|c| c.get(key)));
        let args = member("args").map(Node::elements).unwrap_or_default();
        let command = member("command").into_iter().chain(args);
        let environment = member("env").map(Node::members).unwrap_or_default();
        let environment = environment.iter().filter_map(|m| Some(((&*m.key).into(), m.value.as_str()?.into())));
        if let Some(entry) = server.and_then(|s| s.get("entry_point")).and_then(Node::as_str)
            && !files.iter().any(|f| f == entry.trim_start_matches("./"))
        {
            problems.push("its entry point is not among its files".to_owned());
        }
        let own = |key: &str| root.get(key).and_then(Node::as_str).map(Untrusted::from);
        Ok(Self {
            digest: Digest::of(bytes),
            name: own("name"),
            version: own("version"),
            kind: server.and_then(|s| s.get("type")).and_then(Node::as_str).map(Untrusted::from),
            command: command.filter_map(|n| n.as_str().map(Untrusted::from)).collect(),
            environment: environment.collect(),
            generates_tools: root.get("tools_generated").and_then(Node::as_bool) == Some(true),
            files,
            signature,
            readings,
            problems,
            file: None,
            manifest: document.root,
        })
    }

    /// The tools that it names.
    pub fn tools(&self) -> impl Iterator<Item = &Node> {
        self.manifest.get("tools").map(Node::elements).unwrap_or_default().iter()
    }

    /// What it says of one tool: itself, and answers that a host keeps in it. Translations are words for people.
    pub fn tools_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        let own = self.tools().filter(move |t| t.get("name").and_then(Node::as_str) == Some(name));
        let kept = self.readings.iter().filter(|r| r.kept).flat_map(|r| r.manifest.of_kind(ItemKind::Tool));
        own.chain(kept.filter(move |t| t.key.name.raw() == name).map(|t| &*t.node))
    }

    /// The value that a placeholder of the command stands for: the default that the manifest gives, when it is no secret.
    fn default_of(&self, name: &str) -> Option<&str> {
        let field = self.manifest.get("user_config")?.get(name)?;
        let secret = field.get("sensitive").and_then(Node::as_bool) == Some(true);
        field.get("default").and_then(Node::as_str).filter(|_| !secret)
    }

    /// A text of the command with its placeholders filled in, as far as that is possible without asking anybody.
    pub fn filled(&self, text: &str) -> String {
        let mut out =
            text.replace("${__dirname}", &self.folder()).replace("${pathSeparator}", "/").replace("${/}", "/");
        while let Some(at) = out.find("${user_config.") {
            let rest = &out[at + "${user_config.".len()..];
            let Some(end) = rest.find('}') else { break };
            let value = self.default_of(&rest[..end]).unwrap_or("placeholder").replace("${", "$ {");
            out.replace_range(at..at + "${user_config.".len() + end + 1, &value);
        }
        out
    }

    /// Whether a record's identifier (a URL or a path) names this file.
    pub fn is_named(&self, identifier: &str) -> bool {
        let last = identifier.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        self.file.as_deref().is_some_and(|f| Path::new(f).file_name().is_some_and(|n| n.to_string_lossy() == last))
    }
}

fn parse(name: &str, text: &[u8]) -> Result<Document, Broken> {
    let limits = Limits { nodes: 200_000, ..Limits::default() };
    let document = json::read(text, &limits)
        .map_err(|e| Broken(format!("its {} is not JSON: {e}", crate::untrusted::visible(name))))?;
    if !document.root.is_object() {
        return Err(Broken(format!("its {} is no JSON object", crate::untrusted::visible(name))));
    }
    Ok(document)
}

/// A bundle of these entries, for examples of rules and for tests.
pub fn pack<'e>(entries: impl IntoIterator<Item = (&'e str, &'e [u8])>) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        // in memory: what cannot be written is a name that no zip file can hold, and is then missing
        let _written = writer.start_file(name, options).map(|()| writer.write_all(bytes));
    }
    writer.finish().map(std::io::Cursor::into_inner).unwrap_or_default()
}

#[cfg(test)]
mod tests;
