//! What one file of a client says about another: the switch of an unpacked bundle, and files that plugins name instead of
//! their servers. One step and no further, inside the plugin and nowhere else.

use std::path::{Component, Path, PathBuf};

use super::super::Target;
use super::super::document::{Document, Language, Node};

/// A bundle is switched off by the settings that its client keeps beside all bundles, under the bundle's folder's name.
pub(super) fn switch(targets: &mut [Target], manifest: &Path) {
    let settings = || {
        let folder = manifest.parent()?;
        let kept = folder.parent()?.with_file_name("Claude Extensions Settings");
        let name = format!("{}.json", folder.file_name()?.to_str()?);
        let text = super::read(&kept.join(name)).ok()?;
        let document = Document::read(&text, Language::Json).ok()?;
        document.root?.get("isEnabled").and_then(Node::truth)
    };
    // settings that cannot be read switch nothing off: the server is looked at
    if settings() == Some(false) {
        targets.iter_mut().for_each(|t| t.off = Some(t.scope));
    }
}

/// The file inside a plugin that its manifest names; why not, where it leads elsewhere.
pub(super) fn inside(manifest: &Path, named: &str) -> Result<PathBuf, &'static str> {
    let mut root = manifest.parent().unwrap_or(manifest);
    let marks = [".claude-plugin", ".codex-plugin", ".github/plugin"];
    if let Some(mark) = marks.iter().find(|m| root.ends_with(m)) {
        root = root.ancestors().nth(mark.split('/').count()).unwrap_or(root);
    }
    let named = named.strip_prefix("${CLAUDE_PLUGIN_ROOT}/").unwrap_or(named);
    let path = Path::new(named);
    let plain = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
    if named.is_empty() || named.contains('\\') || !path.components().all(plain) {
        return Err("leads out of the plugin and was not followed");
    }
    let whole = root.join(path);
    match (whole.canonicalize(), root.canonicalize()) {
        (Ok(real), Ok(root)) if !real.starts_with(&root) => {
            Err("leads out of the plugin by a link and was not followed")
        }
        _ => Ok(whole),
    }
}
