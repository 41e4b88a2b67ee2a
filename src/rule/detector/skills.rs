//! Skills: what they may use without being asked, whether they are what their listing says, and what their files fetch or
//! hide. Bodies are read on request only; rules about them see what was read. Families `package` and `schema`.

use std::sync::LazyLock;

use regex::RegexSet;

use crate::finding::Evidence;
use crate::json::{Node, Pointer};
use crate::manifest::Item;
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// Tools that reach everything when they are allowed without bounds.
const BROAD: [&str; 8] = ["*", "Bash", "Bash(*)", "Bash(*:*)", "Shell", "Shell(*)", "mcp__*", "Task(*)"];
/// Words that make a skill apply to whatever is said.
const CATCH_ALL: [&str; 8] = [
    "every request",
    "every task",
    "any task",
    "any request",
    "all requests",
    "all tasks",
    "every conversation",
    "always use this skill",
];

/// Words of a file that hide a program, open a way in, or spend the machine.
static PAYLOAD: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let all = [
        r"(?i)base64\s+(?:-d|-D|--decode)\b[^\n|]*\|\s*(?:ba|z|da)?sh\b",
        r"(?i)\b(?:exec|eval)\s*\(\s*(?:compile\s*\(\s*)?(?:base64|codecs|zlib|marshal|bytes\.fromhex|atob)\b",
        r"/dev/(?:tcp|udp)/",
        r"(?i)\bnc(?:at)?\s+(?:-\w+\s+)*-e\b",
        r"(?i)stratum\+(?:tcp|ssl)://|\bxmrig\b",
        r"(?i)\b(?:pickle|marshal|dill)\.loads?\s*\(\s*(?:base64|requests|urlopen|bytes)",
        r"(?i)powershell(?:\.exe)?\s+[^\n]*-e(?:nc|ncodedcommand)?\s+[A-Za-z0-9+/=]{40,}",
    ];
    RegexSet::new(all).ok()
});

/// Words of a file that bring in code which nobody has pinned.
static REMOTE: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let all = [
        r"(?i)\b(?:curl|wget)\b[^\n|]*\|\s*(?:sudo\s+)?(?:(?:ba|z|da)?sh|python3?|node|perl|ruby)\b",
        r"(?i)\bgit\s+clone\s+https?://",
        r"(?i)\bpip3?\s+install\s+(?:-[-\w]+\s+)*[A-Za-z][\w.-]*(?:\s|$)",
        r"(?i)\b(?:npx|bunx|uvx)\s+(?:-y\s+|--yes\s+)?@?[a-z][\w./-]*(?:@latest)?(?:\s|$)",
        r"(?i)\bnpm\s+(?:i|install)\s+(?:-g\s+|--global\s+)?@?[a-z][\w./-]*(?:@latest)?(?:\s|$)",
    ];
    RegexSet::new(all).ok()
});

/// Runs over every skill and every file of one.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        for skill in subject.manifest.of_kind(ItemKind::Skill) {
            out.extend(permissions(skill).map(|found| hit("skill-overbroad-tools", server, skill, found)));
            out.extend(mismatch(skill).map(|found| hit("skill-metadata-mismatch", server, skill, found)));
        }
        for file in subject.manifest.of_kind(ItemKind::Content).filter(|c| !c.key.name.raw().starts_with("ui://")) {
            let files = [
                (&PAYLOAD, "skill-embedded-payload", "holds a hidden program or a way in"),
                (&REMOTE, "skill-remote-dependency", "brings in code that nobody has pinned"),
            ];
            for (set, rule, what) in files {
                out.extend(
                    line(file, set.as_ref())
                        .map(|text| hit(rule, server, file, (Pointer::root().child("text"), text, what))),
                );
            }
        }
    }
    out
}

type Found = (Pointer, Untrusted, &'static str);

fn hit(rule: &str, server: usize, item: &Item, (pointer, text, what): Found) -> Hit {
    let message = Message::new(format!("{} ", item.key.kind.word())).quote(&item.key.name).text(format!(" {what}"));
    Hit {
        item: Some(item.key.clone()),
        message,
        evidence: vec![Evidence::whole(&pointer, text, what)],
        pointer,
        ..Hit::new(rule, server)
    }
}

/// The first line that one of the expressions matches.
fn line(file: &Item, set: Option<&RegexSet>) -> Option<Untrusted> {
    let (text, set) = (file.text("text")?, set?);
    set.is_match(text).then(|| text.lines().find(|l| set.is_match(l)).unwrap_or(text).into())
}

fn front<'a>(skill: &'a Item, key: &str) -> Option<&'a Node> {
    skill.node.get("frontmatter")?.get(key)
}

fn permissions(skill: &Item) -> Option<Found> {
    let at = |key: &str| Pointer::root().child("frontmatter").child(key);
    if let Some(hooks) = front(skill, "hooks") {
        let shown = hooks.as_str().unwrap_or("hooks");
        return Some((at("hooks"), shown.into(), "brings commands that run by themselves"));
    }
    let key = ["allowed-tools", "allowedTools"].into_iter().find(|key| front(skill, key).is_some())?;
    let allowed = front(skill, key)?;
    let listed: Vec<&str> = match allowed.as_str() {
        Some(text) => text.split([',', ' ']).map(str::trim).collect(),
        None => allowed.elements().iter().filter_map(Node::as_str).map(str::trim).collect(),
    };
    let broad = listed.into_iter().find(|tool| BROAD.contains(tool))?;
    Some((at(key), broad.into(), "may use a tool that reaches everything, without being asked"))
}

fn mismatch(skill: &Item) -> Option<Found> {
    let uri = skill.key.name.raw();
    let shown = |text: &str| Untrusted::from(text);
    let Some(folder) = uri.strip_suffix("/SKILL.md") else {
        return Some((Pointer::root().child("uri"), shown(uri), "is not a file named SKILL.md"));
    };
    let name = front(skill, "name").and_then(Node::as_str).unwrap_or_default();
    let last = folder.rsplit('/').next().unwrap_or_default();
    let front_at = |key: &str| Pointer::root().child("frontmatter").child(key);
    if !name.is_empty() && name != last {
        return Some((front_at("name"), shown(name), "has another name than its folder"));
    }
    if skill.text("resources") == Some("dynamic") {
        return Some((Pointer::root().child("resources"), shown("dynamic"), "does not say which files it has"));
    }
    let files = skill.node.get("resources").map(Node::elements).unwrap_or_default();
    let outside = files.iter().filter_map(|f| f.get("uri")?.as_str()).find(|file| {
        let below = file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        !below || file.split('/').any(|part| part == "..")
    });
    if let Some(file) = outside {
        return Some((Pointer::root().child("resources"), shown(file), "lists a file outside its folder"));
    }
    let trigger = front(skill, "description").and_then(Node::as_str).unwrap_or_default();
    let lower = trigger.to_lowercase();
    CATCH_ALL
        .iter()
        .any(|words| lower.contains(words))
        .then(|| (front_at("description"), shown(trigger), "asks to be used whatever is said"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_expressions_compile() {
        assert!(PAYLOAD.is_some() && REMOTE.is_some());
    }
}
