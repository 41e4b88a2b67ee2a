//! What the manifest of a bundle has a host start: its command, and what each platform has instead of it. A bundle is read on
//! one system and started on others, so all of them are looked at.

use std::path::Path;

use super::super::document::{ConfigError, Document, Language, Node, Value};
use super::super::{Launch, Place, Target};
use super::{entry, members};
use crate::json::token;
use crate::untrusted::Untrusted;

/// Platforms of one manifest that are looked at.
const MOST: usize = 8;
/// Arguments and variables of one entry.
const WORDS: usize = 2_000;
/// Where the command stands.
const ENTRY: &str = "/server/mcp_config";

/// One thing that a host starts.
#[derive(Clone, Debug)]
pub struct Started {
    /// The platform that has words of its own; `None` for all others.
    pub platform: Option<Untrusted>,
    /// What is started there. It has no origin: only who read the manifest knows where it lies.
    pub target: Target,
    /// Where the entry stands.
    pub place: Place,
    /// Members that the platform says for itself.
    own: Vec<String>,
}

impl Started {
    /// The pointer into the manifest of a pointer into the launch.
    pub fn pointer(&self, inside: &str) -> String {
        let first = inside.split('/').nth(1).unwrap_or_default();
        match &self.platform {
            Some(platform) if self.own.iter().any(|k| k == first) => {
                format!("{ENTRY}/platform_overrides{}{inside}", token(platform.raw()))
            }
            _ => format!("{ENTRY}{inside}"),
        }
    }
}

/// A manifest as it is started.
#[derive(Debug, Default)]
pub struct Read {
    /// What is started.
    pub started: Vec<Started>,
    /// Sentences about what could not be used.
    pub problems: Vec<String>,
    /// Secrets beside what is started: where, and what it is.
    pub secrets: Vec<(Place, &'static str)>,
}

/// What a manifest has started.
pub fn started(text: &str) -> Result<Read, ConfigError> {
    let document = Document::read(text, Language::of(Path::new("manifest.json")))?;
    let mut problems = Vec::new();
    let Some(root) = &document.root else { return Ok(Read::default()) };
    let mut secrets: Vec<(Place, &'static str)> =
        members::defaults(root, &document).into_iter().map(|at| (at, members::DEFAULT)).collect();
    let Some(entry) = root.at(&["server", "mcp_config"]) else {
        return Ok(Read { secrets, ..Read::default() });
    };
    let mut out: Vec<Started> = one(entry, None, entry, &document, &mut problems)?.into_iter().collect();
    let platforms = entry.get("platform_overrides").map(Node::members).unwrap_or_default();
    if platforms.len() > MOST {
        // one that is left out may be the one that is started
        return Err(ConfigError::new(format!("words for more than {MOST} platforms"), entry.start, entry.end));
    }
    for platform in platforms {
        // a platform's member takes the place of the one for all
        let own = platform.value.members();
        let kept = entry.members().iter().filter(|m| own.iter().all(|o| o.key != m.key));
        let members = own.iter().chain(kept).cloned().collect();
        let merged = Node { value: Value::Map(members), ..platform.value };
        out.extend(one(&merged, Some(&platform.key), &platform.value, &document, &mut problems)?);
    }
    let launch = |own: Option<&str>| {
        out.iter().find(|s| s.platform.as_ref().map(Untrusted::raw) == own).map(|s| &s.target.launch)
    };
    let mut beside = members::of_entry(entry, launch(None), &document, &["platform_overrides"]);
    for platform in platforms {
        beside.extend(members::of_entry(&platform.value, launch(Some(&platform.key)), &document, &[]));
    }
    secrets.extend(beside.into_iter().map(|at| (at, members::MEMBER)));
    Ok(Read { started: out, problems, secrets })
}

fn one(
    entry: &Node,
    platform: Option<&str>,
    own: &Node,
    document: &Document,
    problems: &mut Vec<String>,
) -> Result<Option<Started>, ConfigError> {
    let count = |key: &str| own.get(key).map_or(0, |n| n.elements().len() + n.members().len());
    if count("args") + count("env") + count("command") > WORDS {
        return Err(ConfigError::new(format!("more than {WORDS} arguments and variables"), own.start, own.end));
    }
    let read = entry::launch(entry, document, None);
    let says = own.members().iter().any(|m| ["command", "args", "env"].contains(&m.key.as_str()));
    if says || platform.is_none() {
        let said = read.note.into_iter().chain(read.odd.into_iter().map(|odd| odd.said));
        problems.extend(said.map(|said| format!("its server{said}")));
    }
    let Some(launch) = read.launch.filter(|_| says) else { return Ok(None) };
    Ok(Some(Started {
        platform: platform.map(Untrusted::from),
        target: Target::alone("bundle", Untrusted::from(""), launch),
        place: document.place(own.start, own.end),
        own: own.members().iter().map(|m| m.key.clone()).collect(),
    }))
}

impl Started {
    /// The program that it starts.
    pub fn stdio_mut(&mut self) -> Option<&mut super::super::Stdio> {
        match &mut self.target.launch {
            Launch::Stdio(stdio) => Some(stdio),
            Launch::Http(_) | Launch::File(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_has_its_own_members_and_those_for_all() {
        let text = r#"{"name": "calc", "server": {"mcp_config": {
 "command": "node", "args": ["a.js"], "env": {"A": "1"},
 "platform_overrides": {"win32": {"command": "cmd"}, "dar/win": {"args": []}, "linux": {}}}}}"#;
        let Read { started: all, problems, .. } = started(text).expect("read");
        assert_eq!((all.len(), problems.len()), (3, 0), "{problems:?}");
        let places = |s: &Started| {
            let Launch::Stdio(stdio) = &s.target.launch else { panic!("a program") };
            let command = stdio.command.place.expect("a place");
            ((command.line, command.column), stdio.args.len(), stdio.env.len())
        };
        assert_eq!(all.iter().map(places).collect::<Vec<_>>(), [((2, 13), 1, 1), ((3, 46), 1, 1), ((2, 13), 0, 1)]);
        let pointers: Vec<String> = all.iter().flat_map(|s| ["/command", "/args/0"].map(|p| s.pointer(p))).collect();
        let win = "/server/mcp_config/platform_overrides/win32/command";
        assert_eq!(
            pointers[..4],
            [format!("{ENTRY}/command"), format!("{ENTRY}/args/0"), win.into(), format!("{ENTRY}/args/0")]
        );
        assert_eq!(pointers[5], "/server/mcp_config/platform_overrides/dar~1win/args/0");
        let none = started(r#"{"server": {"type": "uv"}}"#).expect("read");
        assert!(none.started.is_empty());
        assert_eq!(started(r#"{"server": {"mcp_config": {"args": []}}}"#).expect("read").problems.len(), 1);
        let odd = started(r#"{"server": {"mcp_config": {"command": "x", "args": "a b"}}}"#).expect("read").problems;
        assert!(odd.len() == 1 && odd[0].contains("in one string"), "{odd:?}");
        let platforms = (0..=MOST).map(|i| format!(r#""p{i}": {{}}"#)).collect::<Vec<_>>().join(",");
        let crowd =
            format!(r#"{{"server": {{"mcp_config": {{"command": "x", "platform_overrides": {{{platforms}}}}}}}}}"#);
        assert!(started(&crowd).is_err());
        let many = vec!["\"x\""; WORDS + 1].join(",");
        assert!(started(&format!(r#"{{"server": {{"mcp_config": {{"command": "x", "args": [{many}]}}}}}}"#)).is_err());
    }
}
