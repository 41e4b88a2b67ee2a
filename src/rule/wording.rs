//! The wording engine: what do the words *do*? Every text is folded, cut into segments, and read as semantic slots and
//! references to tools; rules are combinations of those, never one keyword (DETECTION §4).

mod effects;
mod encoded;
mod fleet;
mod names;
mod refs;
mod slots;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::refs::Inventory;
use self::window::Window;
use super::strings::{Role, each_text};
use super::{Hit, Subject};
use crate::finding::{Evidence, View};
use crate::json::Pointer;
use crate::manifest::Item;
use crate::terms::{Confidence, ItemKind};
use crate::text::{Folded, despaced, fold, segments, unleet};
use crate::untrusted::{Message, Untrusted};

/// Bytes of one text that are read; a longer one is read up to here.
const TEXT: usize = 256 << 10;
/// Bytes of the joined view of one item.
const JOINED: usize = 64 << 10;

/// What a rule saw in a window.
pub(self) struct Seen {
    pub(self) rule: &'static str,
    pub(self) what: &'static str,
    pub(self) confidence: Confidence,
}

/// Runs all wording rules over a fleet.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let inventory = Inventory::new(fleet);
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        for item in &subject.manifest.items {
            let place = Place { inventory: &inventory, fleet, server, item };
            place.item(&mut out);
        }
    }
    out
}

struct Place<'a> {
    inventory: &'a Inventory,
    fleet: &'a [Subject<'a>],
    server: usize,
    item: &'a Item,
}

/// One text of an item.
struct Text<'i> {
    pointer: Pointer,
    text: &'i str,
    role: Role,
}

impl Place<'_> {
    fn item(&self, out: &mut Vec<Hit>) {
        let mut texts: Vec<Text<'_>> = Vec::new();
        each_text(self.item, &mut |pointer, text, role| {
            let prose = text.len() >= 12 && (text.contains(' ') || !text.is_ascii() || text.len() >= 24);
            if role == Role::Name || role == Role::Key || (role == Role::SchemaValue && !text.contains(' ')) {
                names::judge(self, pointer, text, role, out);
            }
            if prose && role != Role::Key {
                texts.push(Text { pointer: pointer.clone(), text: clip(text), role });
            }
        });
        for text in &texts {
            self.text(text, out);
        }
        if self.item.key.kind == ItemKind::Tool && texts.len() > 1 {
            self.joined(&texts, out);
        }
    }

    fn text(&self, text: &Text<'_>, out: &mut Vec<Hit>) {
        let folded = fold(text.text);
        let plain = self.views(text, &folded, out);
        // disguised views only where the plain one says nothing
        if plain == 0 {
            for view in [despaced(&folded), unleet(&folded)].into_iter().flatten() {
                let mut found = Vec::new();
                self.windows(text, &view, View::Normalized, &mut found);
                out.extend(found.into_iter().take(1).filter(|h| encoded::is_strong(&h.rule)).flat_map(|h| encoded::disguised(h)));
            }
        }
        encoded::judge(self, text, out);
    }

    /// The folded view; a hit in a disguised text is evidence of its own.
    fn views(&self, text: &Text<'_>, folded: &Folded, out: &mut Vec<Hit>) -> usize {
        let mut found = Vec::new();
        let view = if folded.disguised { View::Normalized } else { View::Raw };
        self.windows(text, folded, view, &mut found);
        let count = found.len();
        if folded.disguised
            && let Some(hit) = found.iter().find(|h| encoded::is_strong(&h.rule))
        {
            out.push(Hit { rule: "obfuscated-instruction".to_owned(), ..hit.clone() });
        }
        out.extend(found);
        count
    }

    fn windows(&self, text: &Text<'_>, folded: &Folded, view: View, out: &mut Vec<Hit>) {
        let words = slots::find(&folded.text);
        if words.is_empty() && !folded.text.contains(['<', '[', '#']) {
            return;
        }
        // references need the letters as written: folding loses camel case
        let refs = self.inventory.references(self.server, text.text);
        let mut best: BTreeMap<&'static str, (Confidence, Hit)> = BTreeMap::new();
        for range in segments(&folded.text) {
            let (start, end) = folded.raw(range.start, range.end);
            let window = Window::new(&folded.text, range, &words, &refs, (start, end), text.text, self.item, text.role);
            let seen = effects::judge(&window);
            for s in seen.into_iter().chain(fleet::judge(self, &window)) {
                let hit = self.hit(text, &window, &s, view, (start, end));
                let better = best.get(s.rule).is_none_or(|(c, _)| *c < s.confidence);
                if better {
                    best.insert(s.rule, (s.confidence, hit));
                }
            }
        }
        out.extend(best.into_values().map(|(_, hit)| hit));
    }

    fn hit(&self, text: &Text<'_>, window: &Window<'_>, seen: &Seen, view: View, span: (usize, usize)) -> Hit {
        let evidence = Evidence {
            pointer: text.pointer.clone(),
            text: Untrusted::from(text.text),
            view,
            start: span.0,
            end: span.1,
            why: window.explain(),
        };
        let related = window.others().map(|(server, key)| (server, key.clone())).collect();
        Hit {
            item: Some(self.item.key.clone()),
            pointer: text.pointer.clone(),
            message: Message::new(format!("{} ", self.item.key.kind.word())).quote(&self.item.key.name).text(format!(" {}", seen.what)),
            evidence: vec![evidence],
            related,
            confidence: Some(seen.confidence),
            ..Hit::new(seen.rule, self.server)
        }
    }

    /// Description and parameter texts in order, so that an order split over fields is seen. Only what no field says by
    /// itself counts.
    fn joined(&self, texts: &[Text<'_>], out: &mut Vec<Hit>) {
        let mut joined = String::new();
        let mut parts: Vec<(usize, usize)> = Vec::new();
        for (i, part) in texts.iter().enumerate() {
            let prose = matches!(part.role, Role::Description | Role::SchemaText | Role::Title | Role::SchemaValue);
            if !prose || joined.len() + part.text.len() > JOINED {
                continue;
            }
            parts.push((joined.len(), i));
            joined.push_str(part.text.trim_end());
            // a dot would end a sentence that goes on in the next field
            joined.push(' ');
        }
        if parts.len() < 2 {
            return;
        }
        let whole = Text { pointer: Pointer::root(), text: &joined, role: Role::Description };
        let mut found = Vec::new();
        self.windows(&whole, &fold(&joined), View::Visible, &mut found);
        for mut hit in found {
            if !encoded::is_strong(&hit.rule) || out.iter().any(|h| h.item == hit.item && encoded::is_strong(&h.rule)) {
                continue;
            }
            let Some(evidence) = hit.evidence.first_mut() else { continue };
            let first = parts.partition_point(|(at, _)| *at <= evidence.start).saturating_sub(1);
            let last = parts.partition_point(|(at, _)| *at < evidence.end).saturating_sub(1);
            if first == last {
                continue;
            }
            let part = &texts[parts[last].1];
            evidence.why = format!("{}; split over {} fields", evidence.why, last - first + 1);
            evidence.pointer = part.pointer.clone();
            evidence.end = (evidence.end - parts[last].0).min(part.text.len());
            evidence.start = 0;
            evidence.text = Untrusted::from(part.text);
            hit.pointer = part.pointer.clone();
            hit.confidence = Some(Confidence::Medium);
            out.push(hit);
        }
    }
}

fn clip(text: &str) -> &str {
    let mut end = text.len().min(TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
