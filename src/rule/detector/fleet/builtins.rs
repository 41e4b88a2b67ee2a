//! Tools with the name of one that a client brings itself. A file that several clients read is compared with what each of them
//! brings. How sure a hit is depends on the name, on whether that client is known to be in use, and on whether it is known
//! what it brings.

use crate::json::Pointer;
use crate::rule::builtins::{Builtin, KNOWN};
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::Message;

/// What is known of a client's tools beside that a name is not among them; nothing where all are known.
fn gap(client: &str) -> Option<String> {
    if KNOWN.whole.contains(client) {
        return None;
    }
    if KNOWN.part.contains(client) {
        return Some(format!("of what {client} brings only a part is known"));
    }
    let why = KNOWN.unknown.get(client).map(|why| format!(": {why}")).unwrap_or_default();
    Some(format!("what {client} brings is not known{why}"))
}

/// Clients that bring a name, as a sentence says them.
fn listed(clients: &[&'static str]) -> String {
    match clients {
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [one, .., last] => format!("{one}, {} others and {last}", clients.len() - 2),
        [] => String::new(),
    }
}

pub(super) fn detect(server: usize, fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let target = fleet[server].target;
    let used = |client: &str| fleet.iter().any(|s| s.target.client == Some(client));
    for item in fleet[server].manifest.of_kind(ItemKind::Tool) {
        let Some(brought) = KNOWN.names.get(item.key.name.raw()) else { continue };
        let reads = |b: &&Builtin| target.client == Some(b.client) || target.also.contains(&b.client);
        // who loads it and brings the name; who reads the file, and nobody knows whether it is there
        let (here, maybe): (Vec<&Builtin>, Vec<&Builtin>) = brought.iter().filter(reads).partition(|b| used(b.client));
        let maybe: Vec<&'static str> = maybe.iter().filter(|b| b.own).map(|b| b.client).collect();
        let own: Vec<&'static str> = brought.iter().filter(|b| b.own).map(|b| b.client).collect();
        let message = Message::new("tool ").quote(&item.key.name).text(" has the name of a tool that ");
        let (confidence, message) = if !here.is_empty() {
            let clients: Vec<&'static str> = here.iter().map(|b| b.client).collect();
            let verb = if clients.len() == 1 { "brings" } else { "bring" };
            let mut message = message.text(format!("{} {verb} itself", listed(&clients)));
            if !maybe.is_empty() {
                message = message.text(format!(", and so does {}, which reads the same file", listed(&maybe)));
            }
            (if here.iter().any(|b| b.own) { Confidence::High } else { Confidence::Low }, message)
        } else if !maybe.is_empty() {
            let message = message.text(format!(
                "{} brings itself, which reads the same file; it is not known to be in use here",
                listed(&maybe)
            ));
            (Confidence::Low, message)
        } else if let (Some(client), false) = (target.client, own.is_empty()) {
            let Some(gap) = gap(client) else { continue };
            let message = message.text(format!("{} brings itself; {gap}", listed(&own)));
            (Confidence::Low, message)
        } else if !own.is_empty() {
            let message = message.text(format!("{} brings itself; whose server it is is not known", listed(&own)));
            (Confidence::Medium, message)
        } else {
            continue;
        };
        out.push(Hit {
            item: Some(item.key.clone()),
            pointer: Pointer::root().child("name"),
            message,
            confidence: Some(confidence),
            ..Hit::new("builtin-tool-shadowing", server)
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::json::{Limits, read};
    use crate::manifest::{Manifest, from_document};
    use crate::rule::builtins::LISTS;
    use crate::rule::example::file_target;
    use crate::snapshot::Snapshot;
    use crate::target::Target;
    use crate::target::clients::TABLE;

    fn manifest(tool: &str) -> Manifest {
        let text = format!(r#"[{{"name": "{tool}", "inputSchema": {{}}}}]"#);
        let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
        from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest
    }

    fn target(index: usize, client: Option<&'static str>, also: &[&'static str]) -> Target {
        Target { client, also: also.to_vec(), ..file_target(index, None) }
    }

    /// What is said of a tool on the first of these servers.
    fn said(tool: &str, targets: &[Target]) -> Option<(Confidence, String)> {
        let (own, other) = (manifest(tool), manifest("forecast"));
        let all: Vec<&Manifest> = (0..targets.len()).map(|i| if i == 0 { &own } else { &other }).collect();
        let snapshots: Vec<Snapshot> = all.iter().map(|m| Snapshot::of(m)).collect();
        let fleet: Vec<Subject<'_>> =
            (0..targets.len()).map(|i| Subject::of(&targets[i], all[i], &snapshots[i])).collect();
        let mut out = Vec::new();
        detect(0, &fleet, &mut out);
        assert!(out.len() < 2);
        out.pop().map(|h| (h.confidence.expect("said"), h.message.to_terminal().to_string()))
    }

    #[test]
    fn a_shared_file_is_compared_with_what_each_of_its_clients_brings() {
        let shared = |also: &[&'static str]| target(0, Some("claude-code"), also);
        let sure = |tool: &str, targets: &[Target]| said(tool, targets).map(|(c, _)| c);
        // its own client's
        assert_eq!(sure("Bash", &[shared(&[])]), Some(Confidence::High));
        // another's, of which nobody knows whether it is there
        assert_eq!(sure("run_terminal_cmd", &[shared(&[])]), None);
        let (confidence, words) = said("run_terminal_cmd", &[shared(&["cursor", "vscode"])]).expect("a hit");
        assert!(
            confidence == Confidence::Low && words.contains("cursor") && words.contains("not known to be in use"),
            "{words}"
        );
        // which is there
        let cursor = target(1, Some("cursor"), &[]);
        let (confidence, words) = said("run_terminal_cmd", &[shared(&["cursor"]), cursor.clone()]).expect("a hit");
        assert!(confidence == Confidence::High && words.contains("cursor brings itself"), "{words}");
        // plain names: never sure, and of a client that may not be there not at all
        assert_eq!(sure("read_file", &[shared(&["cursor"])]), None);
        assert_eq!(sure("read_file", &[shared(&["cursor"]), cursor]), Some(Confidence::Low));
        assert_eq!(sure("Task", &[shared(&[])]), Some(Confidence::Low));
        let (_, words) = said("Read", &[shared(&["kimi"])]).expect("a hit");
        assert!(words.contains("claude-code brings itself, and so does kimi"), "{words}");
    }

    #[test]
    fn what_is_not_known_is_less_sure() {
        let sure = |tool: &str, client| said(tool, &[target(0, client, &[])]).map(|(c, _)| c);
        assert_eq!(sure("apply_patch", None), Some(Confidence::Medium));
        assert_eq!(sure("read_file", None), None);
        assert_eq!(sure("Bash", Some("claude-desktop")), Some(Confidence::Low));
        assert_eq!(sure("read_file", Some("claude-desktop")), None);
        // what this client brings is known, and this is not among it
        assert_eq!(sure("NotebookEdit", Some("zed")), None);
        assert_eq!(sure("bash", Some("claude-code")), None);
    }

    #[test]
    fn what_is_known_in_part_or_not_at_all_is_said() {
        let words = |tool: &str, client| said(tool, &[target(0, Some(client), &[])]);
        // its own, although more of them may be
        assert_eq!(words("view_code_item", "windsurf").expect("a hit").0, Confidence::High);
        let (confidence, text) = words("run_terminal_cmd", "windsurf").expect("a hit");
        assert!(
            confidence == Confidence::Low && text.ends_with("of what windsurf brings only a part is known"),
            "{text}"
        );
        let (confidence, text) = words("ListMcpResourcesTool", "helix").expect("a hit");
        assert!(
            confidence == Confidence::Low && text.contains("what helix brings is not known: it is an editor"),
            "{text}"
        );
        assert!(words("read_file", "windsurf").is_none() && words("read_file", "helix").is_none());
        // the same host under another name
        assert_eq!(words("write_stdin", "chatgpt-desktop").expect("a hit").0, Confidence::High);
        // a client that is in no list
        assert!(gap("mine").expect("not known").ends_with("what mine brings is not known"));
    }

    #[test]
    fn every_client_has_a_list_with_a_day_and_a_source_or_a_reason() {
        let day = |day: &str| day.len() == 10 && day.starts_with("202");
        let mut clients = BTreeSet::new();
        for line in LISTS.lines().filter(|l| l.starts_with('[')) {
            let words: Vec<&str> = line.split(' ').collect();
            let ([head, on, source] | [head, on, source, "part"]) = words[..] else { panic!("{line}") };
            assert!(day(on) && source.starts_with("https://"), "{line}");
            assert!(head.trim_matches(['[', ']']).split(',').all(|client| clients.insert(client)), "{line}: twice");
        }
        for line in LISTS.lines().filter(|l| l.starts_with("unknown ")) {
            let [_, client, on, why] = line.splitn(4, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert!(day(on) && !why.is_empty() && clients.insert(client), "{line}");
        }
        assert_eq!(clients, TABLE.iter().map(|r| r.client).collect());
        let kinds = |l: &&str| !l.is_empty() && !["#", "[", "unknown "].iter().any(|start| l.starts_with(start));
        let others: Vec<&str> = LISTS.lines().filter(kinds).collect();
        assert!(others.len() > 60 && others.iter().all(|l| l.starts_with("own ") || l.starts_with("plain ")));
        for (name, brought) in &KNOWN.names {
            let mut seen = BTreeSet::new();
            assert!(!name.is_empty() && brought.iter().all(|b| seen.insert(b.client)), "{name}: {brought:?}");
            // a name that is nobody's by chance is so for every client
            let own = brought[0].own;
            assert!(name.contains('_') || brought.iter().all(|b| b.own == own), "{name}: {brought:?}");
        }
    }
}
