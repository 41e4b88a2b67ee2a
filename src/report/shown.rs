//! A difference as Markdown and HTML show it, made from a comparison or from a saved report. What the words are escaped
//! for is the writer's business.

use super::reasons::reasons;
use super::saved;
use super::whole::{Whole, fields};
use super::words::{Line, Piece, Row, lines, parts};
use crate::diff::{Change, ChangeKind, Side, Told, Work, reordered};
use crate::finding::Finding;
use crate::untrusted::Untrusted;

/// One difference.
#[derive(Clone, Debug)]
pub struct Shown {
    /// `D0` … `D6`.
    pub grade: Option<Untrusted>,
    /// The kind of change.
    pub kind: Untrusted,
    /// The kind of item, a word of ours.
    pub item: &'static str,
    /// Its name.
    pub name: Untrusted,
    /// Where in it.
    pub pointer: Untrusted,
    /// What it means.
    pub sentence: Option<Untrusted>,
    /// Why it has its grade.
    pub why: Vec<Untrusted>,
    /// The words.
    pub body: Body,
}

/// The words of a difference.
#[derive(Clone, Debug)]
pub enum Body {
    /// Two texts.
    Words(Vec<Line>),
    /// Something that came, or went, or has another name.
    Whole {
        /// What is gone.
        old: Option<Whole>,
        /// What came.
        new: Option<Whole>,
    },
}

impl Shown {
    /// The differences of one server, worst grade first. Unchanged words are folded and long ones cut unless `full`.
    pub fn all(changes: &[Change], findings: &[Finding], full: bool, work: &mut Work) -> Vec<Self> {
        let told = Told::of(changes);
        let mut order: Vec<&Change> = changes.iter().collect();
        order.sort_by(|a, b| b.grade.cmp(&a.grade).then_with(|| a.cmp(b)));
        let mut one = |c: &&Change| {
            let body = match (&c.old, &c.new) {
                (Some(old), Some(new)) if word_by_word(c) => Body::Words(lines(parts(old, new, true, work), full)),
                (old, new) => Body::Whole {
                    old: old.as_ref().map(|t| fields(t, full)),
                    new: new.as_ref().map(|t| fields(t, full)),
                },
            };
            Self {
                grade: c.grade.map(|g| g.word().into()),
                kind: c.kind.word().into(),
                item: c.item.kind.word(),
                name: c.item.name.clone(),
                pointer: c.pointer.to_untrusted(),
                sentence: told.sentence(c).map(|s| s.to_visible().into()),
                why: reasons(c, findings).map(|f| format!("{} ({})", f.message.to_visible(), f.rule).into()).collect(),
                body,
            }
        };
        order.iter().map(&mut one).collect()
    }

    /// A difference of a saved report.
    pub fn saved(c: &saved::Change) -> Self {
        let side = |s: saved::Side| match s {
            saved::Side::Equal => Side::Equal,
            saved::Side::Removed => Side::Removed,
            saved::Side::Added => Side::Added,
        };
        // a report spells line breaks out
        let broken = |t: &Untrusted| Untrusted::said(t.raw().replace("\\n", "\n"));
        let whole = |f: &saved::Fields| Whole::new(f.shown.iter().map(|f| (&f.pointer, broken(&f.text))), f.more);
        // a report is folded already, as far as it was asked for
        let body = match (&c.fields, &c.words) {
            (Some(both), _) => Body::Whole { old: both.old.as_ref().map(whole), new: both.new.as_ref().map(whole) },
            (None, Some(words)) if !words.is_empty() => {
                Body::Words(lines(words.iter().map(|w| (side(w.side), broken(&w.text))), true))
            }
            // written before reports had fields
            (None, _) => Body::Whole {
                old: c.old.as_ref().map(|t| fields(&broken(t), true)),
                new: c.new.as_ref().map(|t| fields(&broken(t), true)),
            },
        };
        Self {
            grade: c.grade.clone(),
            kind: c.kind.clone(),
            item: c.item.kind.word(),
            name: c.item.name.clone(),
            pointer: c.pointer.clone(),
            sentence: c.sentence.clone(),
            // a report has them among its findings
            why: Vec::new(),
            body,
        }
    }
}

/// Whether both texts are compared word by word; the sides of any other change are shown whole.
pub fn word_by_word(c: &Change) -> bool {
    let both = c.old.as_ref().zip(c.new.as_ref());
    both.is_some_and(|(old, new)| c.kind != ChangeKind::ItemRenamed && !reordered(old, new))
}

/// Pieces of a row as lines that end where the server's own text ends a line. The mark of that end is kept only where it
/// came or went alone.
pub fn physical<'p>(row: &Row, pieces: impl Iterator<Item = &'p Piece>) -> Vec<Vec<Piece>> {
    let whole = row.only().is_some();
    let mut out: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut ended = false;
    for piece in pieces {
        for part in piece.text.raw().split_inclusive('\n') {
            if ended {
                out.push(Vec::new());
            }
            ended = part.ends_with('\n');
            let shown = if whole || piece.side == Side::Equal { part.strip_suffix('\n').unwrap_or(part) } else { part };
            if !shown.is_empty() {
                out.last_mut()
                    .expect("it begins with one")
                    .push(Piece { text: Untrusted::said(shown), ..piece.clone() });
            }
        }
    }
    out
}

/// What a grade means, in words.
pub fn meaning(grade: &str) -> &'static str {
    match grade {
        "D0" => " cosmetic",
        "D1" => " documentation",
        "D2" => " steering",
        "D3" => " more surface",
        "D4" => " new power",
        "D5" => " injection",
        "D6" => " another identity",
        _ => "",
    }
}
