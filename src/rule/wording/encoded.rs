//! Orders behind an encoding, and orders in disguise. Evasion is evidence: honest servers do not need these views.

use super::{Place, Text, window};
use crate::finding::{Evidence, View};
use crate::rule::Hit;
use crate::text::{decoded, fold, segments};
use crate::untrusted::{Message, Untrusted};

/// Rules whose hit in a hidden view is an attack.
pub(super) fn is_strong(rule: &str) -> bool {
    ["concealed-action", "sensitive-resource-pull", "context-harvest", "foreign-tool-sequencing", "instruction-override", "directed-egress", "shell-directive", "parameter-redirection", "session-wide-directive", "instruction-markup", "consent-bypass", "concealment-from-user", "foreign-tool-directive"].contains(&rule)
}

/// A hit that only a disguised view shows, and what the disguise is for.
pub(super) fn disguised(hit: Hit) -> Vec<Hit> {
    let obfuscated = Hit { rule: "obfuscated-instruction".to_owned(), ..hit.clone() };
    vec![hit, obfuscated]
}

/// Looks behind encodings.
pub(super) fn judge(place: &Place<'_>, text: &Text<'_>, out: &mut Vec<Hit>) {
    for view in decoded(text.text) {
        let folded = fold(&view.text);
        let words = super::slots::find(&folded.text);
        let refs = place.inventory.references(place.server, &view.text);
        let found = segments(&folded.text).into_iter().find_map(|range| {
            let raw = folded.raw(range.start, range.end);
            let w = window::Window::new(&folded.text, range, &words, &refs, raw, &view.text, place.item, text.role);
            let strong = super::effects::judge(&w).into_iter().find(|s| is_strong(s.rule));
            let command = w.command() || (w.strong_path() && w.slots.any(&[super::slots::Slot::Read, super::slots::Slot::Move]));
            (strong.is_some() || command).then(|| w.explain())
        });
        let Some(why) = found else { continue };
        let evidence = Evidence {
            pointer: text.pointer.clone(),
            text: Untrusted::from(text.text),
            view: View::Decoded,
            start: view.start,
            end: view.end,
            why: format!("{}: {why}", view.how),
        };
        out.push(Hit {
            item: Some(place.item.key.clone()),
            pointer: text.pointer.clone(),
            message: Message::new(format!("{} ", place.item.key.kind.word()))
                .quote(&place.item.key.name)
                .text(format!(" hides an order behind {}: ", view.how))
                .quote(&Untrusted::from(view.text.as_str())),
            evidence: vec![evidence],
            ..Hit::new("encoded-instruction", place.server)
        });
        return;
    }
}
