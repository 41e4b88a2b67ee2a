//! What only the whole of a client's servers shows: one name for two launches, a client's own tools redefined, a vendor's
//! name from elsewhere, server names that look alike. Family `shadowing`; tools of two servers are compared in `names`.

mod builtins;
mod known;
pub(super) mod vendor;

use std::collections::BTreeMap;

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::publisher;
use crate::rule::{Hit, Subject};
use crate::secret::names_key;
use crate::target::{Launch, Located, Secret, Target};
use crate::untrusted::{Message, Untrusted};

/// Runs over a fleet.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    conflicts(fleet, &mut out);
    for (server, subject) in fleet.iter().enumerate() {
        builtins::detect(server, fleet, &mut out);
        vendor::detect(server, subject, &mut out);
        known::detect(server, fleet, &mut out);
    }
    server_names(fleet, &mut out);
    out
}

/// A hit about a server's entry in its configuration.
fn entry(rule: &str, server: usize, target: &Target, pointer: &str, message: Message) -> Hit {
    let location = target.origin.as_ref().map(|o| Location { file: o.file.clone(), place: o.place });
    let pointer = Pointer::parse(pointer).unwrap_or_default();
    Hit { pointer, location, message, ..Hit::new(rule, server) }
}

/// One name, two launches. Names that differ in case and separators are one: clients take both out of the names of tools.
fn conflicts(fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (server, subject) in fleet.iter().enumerate() {
        if !matches!(subject.target.launch, Launch::File(_)) {
            names.entry(super::names::letters(subject.target.name.raw())).or_default().push(server);
        }
    }
    for group in names.values().filter(|g| g.len() > 1) {
        let first = fleet[group[0]].target;
        let differs = |s: &&usize| {
            let other = fleet[**s].target;
            // one key twice in one file is told as that
            let twice = first.name == other.name && first.scope == other.scope && file(first) == file(other);
            if twice && file(first).is_some() {
                return false;
            }
            // two spellings of one publisher are two servers of a suite
            !alike(first, other) && (first.name == other.name || !publisher::same(first, other))
        };
        let Some(server) = group.iter().skip(1).find(differs).copied() else { continue };
        let target = fleet[server].target;
        let place = first.origin.as_ref().map(|o| (o.file.to_string_lossy().into_owned(), o.place.line));
        let mut message = Message::new("server ").quote(&target.name);
        message = if target.name == first.name && target.scope == first.scope {
            message.text(format!(
                " is launched otherwise than in another {} configuration that the client reads",
                target.scope.word()
            ))
        } else if target.name == first.name {
            message.text(format!(
                " is launched otherwise in the {} configuration than in the {} one",
                target.scope.word(),
                first.scope.word()
            ))
        } else {
            message
                .text(" is launched otherwise than ")
                .quote(&first.name)
                .text(", whose name differs only in its spelling")
        };
        if let Some((file, line)) = place {
            message = message.text(" (").quote(&file.into()).text(format!(", line {line})"));
        }
        out.push(entry("conflicting-server-definition", server, target, "/launch", message));
    }
}

/// The file that configures a server.
fn file(target: &Target) -> Option<&std::path::Path> {
    target.origin.as_ref().map(|o| o.file.as_path())
}

/// Whether two entries have the same code answer. How each client is given a key (a header here, a variable there) is no
/// other launch; any other variable may be one.
fn alike(a: &Target, b: &Target) -> bool {
    match (&a.launch, &b.launch) {
        (Launch::Stdio(a), Launch::Stdio(b)) => {
            let words = |s: &crate::target::Stdio| -> Vec<String> {
                std::iter::once(&s.command).chain(&s.args).map(|w| w.value.raw().to_owned()).collect()
            };
            let folder = |s: &crate::target::Stdio| s.cwd.as_ref().map(|c| c.value.clone());
            words(a) == words(b) && folder(a) == folder(b) && settings(&a.env, &[]) == settings(&b.env, &[])
        }
        (Launch::Http(a), Launch::Http(b)) => {
            let usual = ["accept", "content-type", "user-agent"];
            a.url.value == b.url.value && settings(&a.headers, &usual) == settings(&b.headers, &usual)
        }
        _ => false,
    }
}

/// What variables or headers say, but for keys. An address says where something goes, whatever its name.
fn settings<'a>(all: &'a [(Located<Untrusted>, Located<Secret>)], usual: &[&str]) -> BTreeMap<&'a str, &'a str> {
    let pairs = all.iter().map(|(name, value)| (name.value.raw(), value.value.expose()));
    let kept = pairs.filter(|(name, value)| {
        (!names_key(name) || value.contains("://")) && !usual.contains(&name.to_ascii_lowercase().as_str())
    });
    kept.collect()
}

/// Names of servers that look alike and are not the same publisher's.
fn server_names(fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let looks: Vec<(String, String)> = fleet.iter().map(|s| look(s.target.name.raw())).collect();
    for (server, subject) in fleet.iter().enumerate().filter(|(_, s)| !matches!(s.target.launch, Launch::File(_))) {
        for (at, other) in fleet[..server].iter().enumerate() {
            // cheap before dear: there may be thousands
            if matches!(other.target.launch, Launch::File(_)) || !alike_to_the_eye(&looks[at], &looks[server]) {
                continue;
            }
            // letters that look the same are a disguise also as a word of their own
            if looks[at].1 != looks[server].1 && has_a_word_more(other.target.name.raw(), subject.target.name.raw()) {
                continue;
            }
            if publisher::same(other.target, subject.target) || publisher::one_server(other.target, subject.target) {
                continue;
            }
            let message = Message::new("server ")
                .quote(&subject.target.name)
                .text(" looks like server ")
                .quote(&other.target.name);
            let message = message.text(" and comes from another publisher");
            out.push(entry("confusable-name", server, subject.target, "/name", message));
            break;
        }
    }
}

/// Whether one name is the other with one more word, however short: `linear` and `linear-a` are told apart on purpose.
fn has_a_word_more(a: &str, b: &str) -> bool {
    let words = |n: &str| -> Vec<String> {
        let words = n.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut rest = long.iter();
    long.len() > short.len() && short.iter().all(|w| rest.any(|l| l == w))
}

/// The letters of a name and its skeleton.
fn look(name: &str) -> (String, String) {
    (super::names::letters(name), super::names::skeleton(name))
}

/// Another spelling of one word: other code points that look the same, or one letter changed in a long name.
/// Of both names the letters and the skeleton.
fn alike_to_the_eye((la, sa): &(String, String), (lb, sb): &(String, String)) -> bool {
    if la == lb {
        return false;
    }
    if sa == sb {
        return true;
    }
    if la.len().abs_diff(lb.len()) > 4 {
        return false;
    }
    let shorter = la.chars().count().min(lb.chars().count());
    // plural, number and version suffixes are honest
    let suffix =
        |x: &str, y: &str| x.strip_prefix(y).is_some_and(|r| r == "s" || r.chars().all(|c| c.is_ascii_digit()));
    let numbered = |t: &str| t.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    shorter >= 6
        && strsim::levenshtein(la, lb) == 1
        && !suffix(la, lb)
        && !suffix(lb, la)
        && numbered(la) != numbered(lb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::argument::command_target;

    #[test]
    fn only_keys_may_differ_in_one_launch() {
        let of = |env: &[(&str, &str)]| {
            let mut target = command_target(&["slack-mcp".to_owned()]).expect("a target");
            if let Launch::Stdio(stdio) = &mut target.launch {
                let pair = |(n, v): &(&str, &str)| {
                    (Located { value: (*n).into(), place: None }, Located { value: Secret::new(*v), place: None })
                };
                stdio.env = env.iter().map(pair).collect();
            }
            target
        };
        let one = of(&[("SLACK_TOKEN", "${SLACK_TOKEN}"), ("LOG", "x")]);
        assert!(alike(&one, &of(&[("LOG", "x"), ("SLACK_TOKEN", "${input:token}")])));
        assert!(alike(&one, &of(&[("LOG", "x")])));
        for other in [
            &[("LOG", "x"), ("SLACK_API_URL", "https://evil.test")][..],
            &[("LOG", "x"), ("SLACK_AUTH_TOKEN", "https://evil.test")],
            &[("LOG", "y")],
            &[("LOG", "x"), ("LD_PRELOAD", "./x.so")],
        ] {
            assert!(!alike(&one, &of(other)), "{other:?}");
        }
        assert!(names_key("SLACK_BOT_TOKEN") && names_key("Authorization") && !names_key("SLACK_API_URL"));
    }

    #[test]
    fn a_word_more_is_another_name_and_a_letter_more_is_not() {
        for (a, b) in [("linear", "linear-a"), ("stripe-r", "stripe"), ("acme.x", "acme"), ("my-slack", "my slack 2 b")]
        {
            assert!(has_a_word_more(a, b), "{a} {b}");
        }
        for (a, b) in [("linear", "lineara"), ("git-hub", "githubb"), ("linear-a", "linear-b"), ("a", "a")] {
            assert!(!has_a_word_more(a, b), "{a} {b}");
        }
    }
}
