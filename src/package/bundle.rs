//! MCP bundles (`.mcpb`): a zip file with a manifest, perhaps translations of its words, and perhaps a signature behind it.
//! Everything is read in memory and nothing is unpacked to disk. Only the manifest and its translations are inflated, so a
//! file that unpacks to a mountain is never unpacked.

mod archive;
mod folder;
mod signature;
mod signer;
mod unpack;
mod words;

use std::path::Path;

use crate::json::{self, Document, Limits, Node, Value};
use crate::target::config_file::bundle::{Started, started};
use crate::target::config_file::members::is_secret_value;
use crate::target::{Located, Origin, Place, Secret};
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

/// What a placeholder for a value that people choose starts with.
const FIELD: &str = "${user_config.";

/// What manifests call this system.
const PLATFORM: &str = if cfg!(windows) {
    "win32"
} else if cfg!(target_os = "macos") {
    "darwin"
} else {
    "linux"
};

/// Reads one of the files.
type Read<'r> = &'r mut dyn FnMut(&str) -> Result<Option<Vec<u8>>, Broken>;

/// A bundle.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// SHA-256 of the whole file, signature included: what a record's `fileSha256` is about. Of an unpacked bundle that of
    /// its manifest.
    pub digest: Digest,
    /// It lies in a folder, as its client unpacked it; a signature is not kept there.
    pub unpacked: bool,
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
    /// What hosts start, on this system and on others, with the defaults of the manifest.
    pub starts: Vec<Started>,
    /// Secrets that the manifest has beside that: where, and what it is.
    pub secrets: Vec<(Place, &'static str)>,
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

    /// Bytes of its words, in all languages.
    pub fn size(&self) -> usize {
        self.readings.iter().map(|r| r.manifest.size()).sum()
    }

    /// Reads one. Whatever two readers could read differently is refused.
    pub fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let (content, signature) = signature::split(bytes)?;
        let mut archive = archive::Archive::open(&content)?;
        let files: Vec<String> = archive.names().map(str::to_owned).collect();
        Self::of_files(Digest::of(bytes), signature, files, &mut |name| archive.read(name, WORDS))
    }

    /// What the files say: `read` gives one of them, `None` where there is none of this name.
    fn of_files(digest: Digest, signature: Signature, files: Vec<String>, read: Read<'_>) -> Result<Self, Broken> {
        let text = read("manifest.json")?.ok_or(Broken::new("it has no manifest.json"))?;
        let document = parse("manifest.json", &text)?;
        let mut problems = Vec::new();
        let mut all = text.len();
        let mut readings = vec![words::of_manifest(&document, &text)];
        readings.extend(words::kept(&document.root, &text, &document));
        let localization = document.root.get("localization");
        let pattern = localization.and_then(|l| l.get("resources")).and_then(Node::as_str);
        let pattern = pattern.unwrap_or("mcpb-resources/${locale}.json");
        for (locale, file) in words::locales(pattern, &files) {
            if readings.len() > LOCALES {
                return Err(Broken(format!("it has more than {LOCALES} translations")));
            }
            let text = read(&file)?.ok_or(Broken::new("a translation is gone"))?;
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
        let entry = server.and_then(|s| s.get("entry_point")).and_then(Node::as_str);
        problems.extend(entry.and_then(|entry| entry_problem(entry, &files)));
        problems.extend(unsaid(server, config));
        // what cannot be read here a host may start
        let begun = started(&String::from_utf8_lossy(&text))
            .map_err(|e| Broken(format!("its manifest.json does not say clearly what starts its server: {e}")))?;
        problems.extend(begun.problems);
        let own = |key: &str| root.get(key).and_then(Node::as_str).map(Untrusted::from);
        let mut bundle = Self {
            digest,
            unpacked: false,
            name: own("name"),
            version: own("version"),
            kind: server.and_then(|s| s.get("type")).and_then(Node::as_str).map(Untrusted::from),
            command: command.filter_map(|n| n.as_str().map(Untrusted::from)).collect(),
            environment: environment.collect(),
            starts: begun.started,
            secrets: begun.secrets,
            generates_tools: root.get("tools_generated").and_then(Node::as_bool) == Some(true),
            files,
            signature,
            readings,
            problems,
            file: None,
            manifest: document.root,
        };
        bundle.choose();
        Ok(bundle)
    }

    /// Says which file it is.
    pub fn lies_at(&mut self, path: &Path) {
        self.placed(path, &path.join("manifest.json"));
    }

    fn placed(&mut self, path: &Path, manifest: &Path) {
        self.file = Some(path.to_string_lossy().into_owned());
        for started in &mut self.starts {
            started.target.origin = Some(Origin { file: manifest.to_path_buf(), place: started.place });
        }
    }

    /// Puts the defaults of the manifest in the place of what people may choose.
    fn choose(&mut self) {
        let mut starts = std::mem::take(&mut self.starts);
        let written = |default: Option<&str>, field: &str| default.unwrap_or(field).to_owned();
        for stdio in starts.iter_mut().filter_map(Started::stdio_mut) {
            stdio.command.value = self.chosen(stdio.command.value.raw(), written).into();
            let mut args = Vec::new();
            for arg in stdio.args.drain(..) {
                // a field of several values is as many arguments
                let field = arg.value.raw().strip_prefix(FIELD).and_then(|t| t.strip_suffix('}'));
                let list = field.and_then(|f| self.default_of(f)).map(Node::elements).unwrap_or_default();
                let place = arg.place;
                if list.is_empty() {
                    args.push(Located { value: self.chosen(arg.value.raw(), written).into(), place });
                }
                args.extend(list.iter().filter_map(|n| Some(Located { value: scalar(n)?.into(), place })));
            }
            stdio.args = args;
            for (_, value) in &mut stdio.env {
                value.value = Secret::new(self.chosen(value.value.expose(), written));
            }
        }
        self.starts = starts;
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

    /// The value that a placeholder of the command stands for: the default that the manifest gives. Hosts fill it in
    /// whether or not its author marked it. A secret is told where it stands and not again where it would be filled in;
    /// an option, a path, an address or a line is filled in whatever it looks like.
    fn default_of(&self, name: &str) -> Option<&Node> {
        let field = self.manifest.get("user_config")?.get(name)?;
        let marked = field.get("sensitive").and_then(Node::as_bool) == Some(true);
        let line = |t: &str| t.starts_with(['-', '.', '/']) || t.contains("://") || t.contains(char::is_whitespace);
        let secret = |n: &Node| scalar(n).is_some_and(|t| !line(t) && is_secret_value(name, marked, t));
        field.get("default").filter(|n| !secret(n) && !n.elements().iter().any(secret))
    }

    /// A text in which `value` has named what stands for every field, from its default and from how it is written.
    fn chosen(&self, text: &str, value: impl Fn(Option<&str>, &str) -> String) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, behind)) = rest.split_once(FIELD) {
            let Some((name, after)) = behind.split_once('}') else { break };
            out.push_str(before);
            out.push_str(&value(self.default_of(name).and_then(scalar), &format!("{FIELD}{name}}}")));
            rest = after;
        }
        out + rest
    }

    /// A text of the command with its placeholders filled in, as far as that is possible without asking anybody.
    pub fn filled(&self, text: &str) -> String {
        let placed = text.replace("${__dirname}", &self.folder()).replace("${pathSeparator}", "/").replace("${/}", "/");
        self.chosen(&placed, |default, _| default.unwrap_or("placeholder").replace("${", "$ {"))
    }

    /// Whether a record's identifier (a URL or a path) names this file.
    pub fn is_named(&self, identifier: &str) -> bool {
        let last = identifier.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        self.file.as_deref().is_some_and(|f| Path::new(f).file_name().is_some_and(|n| n.to_string_lossy() == last))
    }
}

/// A default as a host writes it into a command.
fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null | Value::Array(_) | Value::Object(_) | Value::Deep => None,
    }
}

/// What is odd about an entry point.
fn entry_problem(entry: &str, files: &[String]) -> Option<String> {
    let entry = entry.strip_prefix("${__dirname}/").unwrap_or(entry).trim_start_matches("./");
    let parts = || entry.split(['/', '\\']);
    if parts().any(|p| p == "..") || parts().next().is_some_and(|first| first.is_empty() || first.ends_with(':')) {
        return Some("its entry point leads out of it".to_owned());
    }
    (!files.iter().any(|f| f == entry)).then(|| "its entry point is not among its files".to_owned())
}

/// What starts its server and cannot be judged, because it stands nowhere or where it has no meaning.
fn unsaid(server: Option<&Node>, config: Option<&Node>) -> Vec<String> {
    let mut out = Vec::new();
    if config.is_none() {
        out.push("it does not say what starts its server (`server.mcp_config`), so no command was judged".to_owned());
    }
    for key in ["platformOverrides", "platforms"] {
        if [server, config].into_iter().flatten().any(|n| n.get(key).is_some()) {
            out.push(format!(
                "its `{key}` is no member that hosts have to know (`platform_overrides`), and was not judged"
            ));
        }
    }
    let camel = server.is_some_and(|s| s.get("mcpConfig").is_some());
    out.extend(camel.then(|| "its `mcpConfig` is no member that hosts have to know, and was not judged".to_owned()));
    out
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
