//! One word that names a package: its registry, name and version, or the repository, the URL or the other name that it is.

use super::super::super::filled;
use super::{CodeSource, Kind, source};

/// What a word names to a registry's runner; a folder of the machine is no source.
pub(super) fn read(registry: Kind, spec: &str) -> Option<CodeSource> {
    let local = spec.starts_with(['.', '/', '~', '\\']) || spec.starts_with("file:") || spec.get(1..3) == Some(":\\");
    if local || spec.is_empty() || filled::is_path(spec) {
        return None;
    }
    if spec.starts_with("${") {
        return Some(source(registry, spec, None, false));
    }
    // npm's other name for a package: what is fetched stands behind it
    if let Some((alias, other)) = alias(spec).filter(|_| registry == Kind::Npm) {
        let found = read(registry, other).unwrap_or_else(|| source(Kind::Url, other, None, false));
        return Some(CodeSource { alias: Some(alias.to_owned()), ..found });
    }
    // `name @ git+https://…`
    let named = spec.split_once(" @ ").filter(|_| registry == Kind::PyPi);
    let spec = named.map_or(spec, |(_, url)| url.trim());
    let repository = ["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:"].iter().any(|p| spec.starts_with(p));
    let short =
        registry == Kind::Npm && !spec.starts_with('@') && spec.matches('/').count() == 1 && !spec.contains(':');
    if repository || short || spec.contains(".git@") || spec.ends_with(".git") || spec.contains(".git#") {
        // `#subdirectory=x` says where in it, not which state of it
        let spec = spec.rsplit_once('#').filter(|(_, part)| part.contains('=')).map_or(spec, |(url, _)| url);
        let cut = spec.rsplit_once('#').or_else(|| spec.rsplit_once('@').filter(|(head, _)| head.contains('/')));
        let (name, version) = cut.map_or((spec, None), |(n, v)| (n, Some(v)));
        return Some(source(Kind::Git, name, version, version.is_some_and(is_commit)));
    }
    if spec.contains("://") {
        return Some(source(Kind::Url, spec, None, false));
    }
    // deno writes `npm:name@version`
    let jsr = spec.starts_with("jsr:");
    let spec = spec.strip_prefix("npm:").or_else(|| spec.strip_prefix("jsr:")).unwrap_or(spec);
    if registry == Kind::PyPi {
        let end = spec.find(['=', '<', '>', '!', '~', '@', ';']).unwrap_or(spec.len());
        let name = spec[..end].split('[').next().unwrap_or(spec).trim();
        let rest = spec[end..].trim();
        let version = rest.strip_prefix("===").or_else(|| rest.strip_prefix("==")).or_else(|| rest.strip_prefix('@'));
        let pinned = version.is_some_and(|v| is_exact(v.trim()) || is_number(v.trim()));
        let shown = version.map(str::trim).or((!rest.is_empty()).then_some(rest));
        return Some(CodeSource { written: spec.to_owned(), ..source(Kind::PyPi, name, shown, pinned) });
    }
    let (name, version) = match spec.rsplit_once('@').filter(|(n, _)| !n.is_empty()) {
        Some((name, version)) => (name, Some(version)),
        None => (spec, None),
    };
    let kind = if jsr { Kind::Jsr } else { Kind::Npm };
    let pinned = version.is_some_and(is_whole);
    Some(CodeSource { written: spec.to_owned(), ..source(kind, name, version, pinned) })
}

/// `name@npm:other@1.0.0`, `name@github:a/b`, `name@https://…`: the name, and what is meant by it.
fn alias(spec: &str) -> Option<(&str, &str)> {
    let at = spec.get(1..)?.find('@')? + 1;
    let (name, other) = (&spec[..at], &spec[at + 1..]);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@/._-~".contains(&b);
    let named =
        name != "git" && name.bytes().all(plain) && name.matches('/').count() == usize::from(name.starts_with('@'));
    (named && !other.starts_with("${") && other.contains([':', '/'])).then_some((name, other))
}

/// One version, no range, no tag.
pub(super) fn is_exact(version: &str) -> bool {
    let plain = !version.contains(['x', '*', '^', '~', '>', '<', ' ', '|', ',']) || version.contains('-');
    let ranged = version.contains(['*', '^', '~', '>', '<', ' ', '|', ',']);
    version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.') && plain && !ranged
}

/// A version of one number, which Python reads as that version: `==9` is no range.
fn is_number(version: &str) -> bool {
    !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit())
}

/// One version with all of its three parts: `1.2` is a range where npm, Go and Cargo read it.
pub(super) fn is_whole(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn is_commit(text: &str) -> bool {
    let text = text.split('#').next().unwrap_or(text);
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}
