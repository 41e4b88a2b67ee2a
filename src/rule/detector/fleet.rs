//! What only the whole of a client's servers shows: one name for two launches, a client's own tools redefined, a vendor's
//! name from elsewhere, server names that look alike. Family `shadowing`; tools of two servers are compared in `names`.

mod builtins;
mod known;
pub(super) mod vendor;

use std::collections::BTreeMap;

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::publisher;
use crate::rule::{Hit, Subject, loaded};
use crate::secret::names_key;
use crate::target::{Launch, Located, Secret, Target};
use crate::terms::Confidence;
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
    let replaced = loaded::replaced(fleet);
    let out_of_it = |at: usize| replaced[at] || matches!(fleet[at].target.launch, Launch::File(_));
    for (server, subject) in fleet.iter().enumerate().filter(|(at, _)| !out_of_it(*at)) {
        for (at, other) in fleet[..server].iter().enumerate() {
            if out_of_it(at) {
                continue;
            }
            // cheap before dear: there may be thousands
            let Some(near) = likeness(&looks[at], &looks[server]) else { continue };
            // letters that look the same are a disguise also as a word of their own
            if near != Likeness::Look && told_apart(other.target.name.raw(), subject.target.name.raw()) {
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
            let hit = entry("confusable-name", server, subject.target, "/name", message);
            // two words of a language may be one letter apart; who copies a server copies what its tools say
            let certain = match near {
                Likeness::Look => true,
                Likeness::Near if known::is_imitated(&looks[at].0, &looks[server].0) => true,
                _ => super::names::share_a_tool(other.manifest, subject.manifest),
            };
            out.push(if certain { hit } else { Hit { confidence: Some(Confidence::Low), ..hit } });
            break;
        }
    }
}

/// Whether two names are told apart on purpose: one is the other with one more word, however short (`linear` and
/// `linear-a`), or words of one letter differ (`linear-a` and `linear-b`).
fn told_apart(a: &str, b: &str) -> bool {
    let words = |n: &str| -> Vec<String> {
        let words = n.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if long.len() == short.len() {
        let one = |w: &String| w.chars().count() == 1;
        return long != short && long.iter().zip(&short).all(|(l, s)| l == s || (one(l) && one(s)));
    }
    let mut rest = long.iter();
    short.iter().all(|w| rest.any(|l| l == w))
}

/// The letters of a name and its skeleton.
fn look(name: &str) -> (String, String) {
    (super::names::letters(name), super::names::skeleton(name))
}

/// How much one name is like another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likeness {
    /// Other code points that look the same.
    Look,
    /// One letter changed, left out, put in or doubled.
    Near,
    /// One more letter at the end, or before all others, which is as often another name as a slip.
    Longer,
}

/// Another spelling of one word: other code points that look the same, or one letter changed in a long name.
/// Of both names the letters and the skeleton.
fn likeness((la, sa): &(String, String), (lb, sb): &(String, String)) -> Option<Likeness> {
    if la == lb {
        return None;
    }
    if sa == sb {
        return Some(Likeness::Look);
    }
    if la.len().abs_diff(lb.len()) > 4 {
        return None;
    }
    let shorter = la.chars().count().min(lb.chars().count());
    // plural, number and version suffixes are honest
    let suffix =
        |x: &str, y: &str| x.strip_prefix(y).is_some_and(|r| r == "s" || r.chars().all(|c| c.is_ascii_digit()));
    let numbered = |t: &str| t.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let near = shorter >= 6
        && strsim::levenshtein(la, lb) == 1
        && !suffix(la, lb)
        && !suffix(lb, la)
        && numbered(la) != numbered(lb);
    // a letter twice is easily overlooked
    let longer = |x: &str, y: &str| {
        let more = x.strip_prefix(y).or_else(|| x.strip_suffix(y));
        more.is_some_and(|m| !y.starts_with(m) && !y.ends_with(m))
    };
    near.then_some(if longer(la, lb) || longer(lb, la) { Likeness::Longer } else { Likeness::Near })
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
    fn a_word_more_or_other_letters_that_are_words_are_another_name_and_a_letter_more_is_not() {
        for (a, b) in [
            ("linear", "linear-a"),
            ("stripe-r", "stripe"),
            ("acme.x", "acme"),
            ("my-slack", "my slack 2 b"),
            ("linear-a", "linear-b"),
            ("team_x_db", "team_y_db"),
        ] {
            assert!(told_apart(a, b), "{a} {b}");
        }
        for (a, b) in [("linear", "lineara"), ("git-hub", "githubb"), ("linear-ab", "linear-ac"), ("a", "a")] {
            assert!(!told_apart(a, b), "{a} {b}");
        }
    }

    #[test]
    fn one_letter_decides_by_where_it_stands() {
        let of = |a: &str, b: &str| likeness(&look(a), &look(b));
        for (a, b) in
            [("github", "gitlab"), ("db1", "db2"), ("notion", "notions"), ("s3", "s4"), ("server1", "server2")]
        {
            assert_eq!(of(a, b), None, "{a} {b}");
        }
        for (a, b) in [("context7", "context7r"), ("weather", "xweather"), ("browserd", "browser")] {
            assert_eq!(of(a, b), Some(Likeness::Longer), "{a} {b}");
        }
        for (a, b) in [("weather", "feather"), ("github", "githubb"), ("github", "ggithub"), ("slackbot", "slacbot")] {
            assert_eq!(of(a, b), Some(Likeness::Near), "{a} {b}");
        }
        assert_eq!(of("slack", "s1ack"), Some(Likeness::Look));
    }

    #[test]
    fn names_one_letter_apart_are_certain_only_beside_a_well_known_one_or_a_copy() {
        let tools = |words: &str| {
            let list = serde_json::json!({ "tools": [{ "name": "look_up", "description": words }] }).to_string();
            let document = crate::json::read(list.as_bytes(), &crate::json::Limits::default()).expect("JSON");
            crate::manifest::from_document(&document, list.as_bytes()).expect("a manifest").remove(0).manifest
        };
        let found = |a: &str, b: &str, words: [&str; 2]| {
            let manifests = words.map(tools);
            let text = serde_json::json!({ "mcpServers": {
                a: { "command": "npx", "args": ["@acme/a@1.0.0"] }, b: { "command": "uvx", "args": ["other==1.0"] }
            } });
            let targets = crate::target::config_file::from_text(&text.to_string(), "f.json").expect("a configuration");
            let snapshots = [&manifests[0], &manifests[1]].map(crate::snapshot::Snapshot::of);
            let subject = |(at, target): (usize, _)| Subject {
                target,
                manifest: &manifests[at],
                snapshot: &snapshots[at],
                approved: None,
                changes: &[],
                capture: None,
                published: crate::rule::Published::default(),
            };
            let fleet: Vec<Subject<'_>> = targets.iter().enumerate().map(subject).collect();
            let mut out = Vec::new();
            server_names(&fleet, &mut out);
            out.into_iter().map(|h| h.confidence).collect::<Vec<_>>()
        };
        let other = ["Gets the forecast of a place.", "Lists open tickets of a project."];
        let copied = ["Gets the forecast of a place for today.", "Gets the forecast of a place for today."];
        assert_eq!(found("context7", "context7r", other), [Some(Confidence::Low)]);
        assert_eq!(found("weather", "feather", other), [Some(Confidence::Low)]);
        assert_eq!(found("weather", "feather", copied), [None]);
        assert_eq!(found("context7", "context7r", copied), [None]);
        assert_eq!(found("linear-a", "linear-b", other), []);
        assert_eq!(found("supabase", "supabose", other), [None]);
        assert_eq!(found("github", "githubb", other), [None]);
        assert_eq!(found("weathe1", "weathel", other), [None]);
    }
}
