//! Variables that a command, its arguments or a URL refer to: a reference without a default to what is not set starts
//! something else than the words say.

use std::collections::BTreeSet;

use super::super::{Fact, FactKind, Launch, Located, Target};
use crate::untrusted::Untrusted;

/// References of one server that are told; more say nothing more.
const MOST: usize = 50;

/// Marks references to variables that are neither set nor declared by the server. `${input:…}` and the like are asked for
/// by the client.
pub fn mark(target: &mut Target, set: &BTreeSet<String>) {
    let Some(origin) = &target.origin else { return };
    let (texts, own): (Vec<&Located<Untrusted>>, BTreeSet<&str>) = match &target.launch {
        Launch::Stdio(s) => {
            let own = s.env.iter().map(|(n, _)| n.value.raw()).collect();
            (std::iter::once(&s.command).chain(&s.args).chain(&s.cwd).collect(), own)
        }
        Launch::Http(h) => (vec![&h.url], BTreeSet::new()),
        Launch::File(_) => return,
    };
    let mut facts = Vec::new();
    let mut told = BTreeSet::new();
    'all: for text in texts {
        for name in names(text.value.raw()) {
            if told.len() == MOST {
                break 'all;
            }
            if !set.contains(name) && !own.contains(name) && told.insert((name, text.place)) {
                let place = text.place.unwrap_or(origin.place);
                let (kind, what, file) = (FactKind::Unresolved, name.into(), origin.file.clone());
                facts.push(Fact { kind, what, file, scope: target.scope, place });
            }
        }
    }
    facts.retain(|f| !target.facts.contains(f));
    target.facts.extend(facts);
}

/// `${NAME}` and `${env:NAME}` without a default.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let inside = rest.split_once('}')?.0;
        let name = inside.strip_prefix("env:").unwrap_or(inside);
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        plain.then_some(name)
    })
}
