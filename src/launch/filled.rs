//! References with a default (`${NAME:-default}`): which of the two a client fills in is not known here, so that a launch is
//! judged as it is written and with its defaults in their places. References that cannot be told are told apart from folders.

use std::borrow::Cow;

use crate::target::{Http, Launch, Located, Secret, Stdio};
use crate::untrusted::Untrusted;

/// What stands between a name and its default.
const MARKS: [&str; 4] = [":-", ":=", "-", "="];

/// References to folders: of the project, of the package itself, of the person.
const FOLDERS: [&str; 12] = [
    "workspaceFolder",
    "workspaceRoot",
    "CLAUDE_PROJECT_DIR",
    "CLAUDE_PLUGIN_ROOT",
    "CLAUDE_PLUGIN_DATA",
    "extensionPath",
    "__dirname",
    "userHome",
    "HOME",
    "PWD",
    "USERPROFILE",
    "APPDATA",
];

/// A launch with the defaults of its references filled in; `None` when it has none.
pub fn launch(launch: &Launch) -> Option<Launch> {
    match launch {
        Launch::Stdio(s) => stdio(s).map(Launch::Stdio),
        Launch::Http(h) => {
            let url = located(&h.url);
            let headers = values(&h.headers);
            let changed = matches!(url, Cow::Owned(_)) || headers.is_some();
            let headers = headers.unwrap_or_else(|| h.headers.clone());
            changed.then(|| Launch::Http(Http { url: url.into_owned(), headers, sse: h.sse }))
        }
        Launch::File(_) => None,
    }
}

/// The same of a program.
pub fn stdio(s: &Stdio) -> Option<Stdio> {
    let command = located(&s.command);
    let args: Vec<Cow<'_, Located<Untrusted>>> = s.args.iter().map(located).collect();
    let cwd = s.cwd.as_ref().map(located);
    let env = values(&s.env);
    let is = |text: &Cow<'_, Located<Untrusted>>| matches!(text, Cow::Owned(_));
    if !(is(&command) || args.iter().any(is) || cwd.as_ref().is_some_and(is) || env.is_some()) {
        return None;
    }
    Some(Stdio {
        command: command.into_owned(),
        args: args.into_iter().map(Cow::into_owned).collect(),
        env: env.unwrap_or_else(|| s.env.clone()),
        cwd: cwd.map(Cow::into_owned),
    })
}

type Value = (Located<Untrusted>, Located<Secret>);

fn located(text: &Located<Untrusted>) -> Cow<'_, Located<Untrusted>> {
    match filled(text.value.raw()) {
        Some(value) => Cow::Owned(Located { value: value.into(), place: text.place }),
        None => Cow::Borrowed(text),
    }
}

/// Values of variables or headers, when one of them changes.
fn values(all: &[Value]) -> Option<Vec<Value>> {
    let made: Vec<Option<String>> = all.iter().map(|(_, v)| filled(v.value.expose())).collect();
    made.iter().any(Option::is_some).then(|| {
        let one = |((name, value), made): (&Value, Option<String>)| {
            let value = made.map_or_else(|| value.clone(), |v| Located { value: Secret::new(v), place: value.place });
            (name.clone(), value)
        };
        all.iter().zip(made).map(one).collect()
    })
}

/// A text with the defaults of its references in their places, from the inside out; `None` when there are none.
pub fn filled(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    // what is open, and whether it is left out
    let mut open: Vec<bool> = Vec::new();
    let (mut rest, mut changed) = (text, false);
    while let Some(at) = rest.find(['$', '}']) {
        out.push_str(&rest[..at]);
        let here = &rest[at..];
        if let Some(default) = here.strip_prefix("${").and_then(default) {
            (rest, changed) = (default, true);
            open.push(true);
        } else if let Some(behind) = here.strip_prefix("${") {
            out.push_str("${");
            rest = behind;
            open.push(false);
        } else {
            let left_out = here.starts_with('}') && open.pop() == Some(true);
            out.push_str(if left_out { "" } else { &here[..1] });
            rest = &here[1..];
        }
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// What stands behind the name of a reference that has a default.
fn default(reference: &str) -> Option<&str> {
    let bare = reference.strip_prefix("env:").unwrap_or(reference);
    let behind = bare.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (behind.len() < bare.len()).then(|| MARKS.iter().find_map(|mark| behind.strip_prefix(mark)))?
}

/// Whether a text is a reference to a folder, or a path below a reference.
pub fn is_path(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("${") else { return false };
    let Some((inside, behind)) = rest.split_once('}') else { return false };
    let name = inside.strip_prefix("env:").unwrap_or(inside);
    behind.starts_with(['/', '\\']) || (behind.is_empty() && FOLDERS.contains(&name))
}

/// Whether a text has a reference in it: what it names is not known.
pub fn is_open(text: &str) -> bool {
    text.contains("${")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_in_the_places_of_their_references() {
        for (text, made) in [
            ("${A:-b}", "b"),
            ("x${A-b}y${C:=d}", "xbyd"),
            ("${env:A:-b}", "b"),
            ("${A:-${B:-c}}/x", "c/x"),
            ("${A:-${B}}", "${B}"),
            ("${A:-}", ""),
            ("${A:-{\"x\":1}", "{\"x\":1"),
            ("${A:-cut", "cut"),
            ("$A ${B} ${A:-b} $", "$A ${B} b $"),
        ] {
            assert_eq!(filled(text).as_deref(), Some(made), "{text}");
        }
        for text in ["", "a", "${A}", "${input:a-b}", "${workspaceFolder}/x", "${", "}", "${:-x}", "$A:-b", "{{a}}"] {
            assert_eq!(filled(text), None, "{text}");
        }
        let start = std::time::Instant::now();
        assert_eq!(filled(&"${A:-".repeat(1_000_000)).map(|t| t.len()), Some(0));
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn folders_are_told_from_what_is_not_known() {
        for text in ["${CLAUDE_PLUGIN_ROOT}", "${workspaceFolder}/x", "${ANY}/x", "${env:HOME}", "${A}\\x"] {
            assert!(is_path(text), "{text}");
        }
        for text in ["${PACKAGE}", "a${HOME}", "${P:-evil}", "x", "${HOME", "${P}@1.0.0"] {
            assert!(!is_path(text), "{text}");
        }
    }
}
