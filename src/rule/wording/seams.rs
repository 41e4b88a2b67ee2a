//! What is said over several fields of an item: all its descriptions read as one, and a sentence that stops in one and goes on in
//! another. What a field says by itself is for `reading`.

use super::edges::{self, SHORT};
use super::fusion::{Best, Origin, ROOM};
use super::reading::{Reader, Said};
use super::slots::Slot;
use super::{Place, identifier};
use crate::finding::View;
use crate::terms::Confidence;
use crate::text::{Field, Role};

/// Where a sentence ends.
const ENDS: [char; 10] = ['.', '!', '?', ':', ';', ')', '。', '！', '？', '।'];

impl Place<'_> {
    /// The joined view: all descriptions of a tool in order, for payloads split over fields.
    pub(super) fn joined(&self, fields: &[Field<'_>], said: &[Option<&Said>], reader: &Reader<'_>, best: &mut Best) {
        let spoken =
            |f: &Field<'_>| matches!(f.role, Role::Description | Role::ParamDescription) && f.text.len() < SHORT;
        let prose = |(f, _): &(&Field<'_>, _)| spoken(f) && !identifier::is_public_key(f);
        let (parts, said): (Vec<&Field<'_>>, Vec<_>) = fields.iter().zip(said).filter(prose).take(40).unzip();
        let [first, _, ..] = parts[..] else { return };
        for (i, second) in parts.iter().enumerate().skip(1) {
            self.continued(first, second, reader, best);
            if i > 1 {
                self.continued(parts[i - 1], second, reader, best);
            }
        }
        // most have none of what they are read for
        if !edges::may_conceal(said.iter().map(|said: &&Option<&Said>| said.and_then(|said| said.edges.as_ref()))) {
            return;
        }
        let text: Vec<&str> = parts.iter().map(|f| edges::cut(f.text)).collect();
        let text = text.join(" ");
        for seen in reader.joined(self.server, &text) {
            let known = best.knows(seen.verdict.rule);
            let whole = matches!(seen.verdict.rule, "concealed-action" | "sensitive-resource-pull");
            if !known && whole && seen.verdict.confidence.is_none() {
                let why = format!("{}, over several fields", Slot::words(seen.verdict.slots));
                let mut hit = self.hit(seen.verdict.rule, first, 0, first.text.len(), View::Raw, why, seen.related);
                // what a tool is there for its parameters speak of
                let own = identifier::has_purpose(seen.verdict.rule)
                    && identifier::purposes(&text.to_ascii_lowercase()) & self.own_purposes() != 0;
                hit.confidence = (own || text.len() > ROOM).then_some(Confidence::Low);
                best.add(hit, Origin::Slots);
            }
        }
    }

    /// A sentence that stops in the middle and goes on in another field.
    fn continued(&self, first: &Field<'_>, second: &Field<'_>, reader: &Reader<'_>, best: &mut Best) {
        let (begun, rest) = (first.text.trim_end(), second.text.trim_start());
        let goes_on = rest.chars().next().is_some_and(|c| !c.is_uppercase());
        if begun.is_empty() || begun.ends_with(ENDS) || !goes_on {
            return;
        }
        let text = format!("{begun} {rest}");
        for seen in reader.across(self.server, &text, begun.len()) {
            // parameters are a list, and lists go on without a stop
            let listed = first.role != Role::Description;
            let weak = listed && seen.verdict.confidence.is_some();
            if weak || seen.purposes & self.own_purposes() != 0 || best.knows(seen.verdict.rule) {
                continue;
            }
            let why = format!("{}, begun here and ended in another field", Slot::words(seen.verdict.slots));
            let start = seen.start.min(begun.len());
            let mut hit = self.hit(seen.verdict.rule, first, start, begun.len(), View::Raw, why, seen.related);
            hit.confidence = if listed { Some(Confidence::Low) } else { seen.verdict.confidence };
            best.add(hit, seen.origin);
        }
    }
}
