//! Files that hold commands by their names: `package.json`, `pyproject.toml`, a Makefile. Read inside of the project only.

use std::path::{Path, PathBuf};

use super::{COMMANDS, Script};
use crate::target::document::{Document, Language, Node, Value};

/// Bytes of such a file.
const BYTES: u64 = 1 << 20;

/// The text of a file inside of the project. Where it is none it is not what was approved, and says why.
pub(super) fn read(file: &Path, root: &Path) -> Result<Option<String>, String> {
    let Ok(real) = file.canonicalize() else { return Ok(None) };
    let size = real.metadata().map_err(|e| e.to_string())?;
    if !real.starts_with(root) || !size.is_file() {
        return Err(format!("leads to {}", real.display()));
    }
    if size.len() > BYTES {
        return Err(format!("larger than {BYTES} bytes"));
    }
    std::fs::read_to_string(&real).map(Some).map_err(|e| e.to_string())
}

/// A file with commands by their names, read once.
pub(super) struct Book {
    file: PathBuf,
    content: Content,
}

enum Content {
    /// There is no such file.
    None,
    Document(Document),
    /// What cannot be taken apart.
    Text(String),
    /// Why it was not read.
    Unread(String),
}

impl Book {
    pub(super) fn open(file: PathBuf, language: Language, root: &Path) -> Self {
        let content = match read(&file, root) {
            Ok(None) => Content::None,
            Ok(Some(text)) => Document::read(&text, language).map_or(Content::Text(text), Content::Document),
            Err(why) => Content::Unread(why),
        };
        Self { file, content }
    }

    /// The command at a path.
    pub(super) fn script(&self, path: &[&str]) -> Script {
        let mut out = Script::new(self.file.clone(), path.last().copied().unwrap_or_default());
        match &self.content {
            Content::None => {}
            Content::Document(document) => {
                document.root.as_ref().and_then(|r| r.at(path)).into_iter().for_each(|n| flat(n, &mut out));
            }
            Content::Text(text) => out.text.clone_from(text),
            Content::Unread(why) => (out.text, out.cut) = (why.clone(), true),
        }
        out
    }
}

/// All texts of a node, however deep: the reader bounds it.
fn flat(node: &Node, out: &mut Script) {
    match &node.value {
        Value::Map(members) => members.iter().for_each(|m| {
            out.text.push_str(&m.key);
            out.text.push(' ');
            flat(&m.value, out);
        }),
        Value::List(all) => all.iter().for_each(|n| flat(n, out)),
        _ => {
            let text = node.scalar().unwrap_or_default();
            out.text.push_str(&text);
            out.text.push('\n');
            match out.code.len() < COMMANDS {
                true => out.code.push(text.to_string()),
                false => out.cut = true,
            }
        }
    }
}
