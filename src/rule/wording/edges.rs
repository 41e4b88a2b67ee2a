//! What texts might conceal that are read as one, told by what was found in each of them: an entry or an order over the edge of
//! two texts is possible only where one is open at its end, or where both halves are near it.

use std::ops::Range;

use super::entries::{self, Found};
use super::grammar::{self, NEAR};
use super::slots::{self, Match, Slot};

/// Bytes of a text that is read together with others.
pub const SHORT: usize = 400;

/// What there is to know of a text about its neighbours.
#[derive(Clone, Debug)]
pub struct Edges {
    /// It has what conceals by itself, or begins an entry that another text may end.
    conceals: bool,
    /// What is left of it when others follow.
    len: usize,
    /// From the first word of telling to the last one.
    told: Option<Range<usize>>,
    /// From the first word that forbids to the last one.
    forbids: Option<Range<usize>>,
}

/// Whether the edges of a text are known: it is short, and each of its bytes is one letter wherever it stands.
fn known(raw: &str) -> bool {
    let rest = cut(raw);
    // a stop behind a word makes a list entry of its line, and is taken out where another text follows
    let listed = || rest.len() < raw.len() && rest.as_bytes()[rest.len().saturating_sub(KEY)..].contains(&b'\n');
    raw.len() < SHORT && raw.is_ascii() && !rest.ends_with(char::is_whitespace) && !listed()
}

/// Bytes of a line that begins like an entry of a list, and some more.
const KEY: usize = 48;

/// What of a text is read when others follow it.
pub fn cut(raw: &str) -> &str {
    raw.trim_end_matches(['.', ' '])
}

/// Where a normalized text may go on otherwise when others follow it.
fn limit(text: &str) -> usize {
    text.trim_end_matches(|c: char| c == '.' || c.is_whitespace()).len()
}

impl Edges {
    /// Finds the entries of a text in its normalized form and the slots they fill, and with them its edges where those are known.
    pub fn find(raw: &str, text: &str, found: &mut Vec<Found>, matches: &mut Vec<Match>) -> Option<Self> {
        let limit = known(raw).then(|| limit(text));
        let mut open = false;
        entries::find(text, limit.unwrap_or(usize::MAX), found, |one| open |= one.is_of(slots::OF_JOINED));
        slots::of(text, found, matches);
        limit.map(|limit| Self::of(matches, limit, open))
    }

    /// Of the entries of a text, which may be `open` at its `limit`.
    fn of(matches: &[Match], limit: usize, open: bool) -> Self {
        let all = |slot: Slot| {
            let mut of = matches.iter().filter(move |m| m.slot == slot);
            let first = of.next()?;
            Some(first.start..of.fold(first.end, |end, m| end.max(m.end)))
        };
        Self {
            conceals: open || grammar::may_conceal(matches),
            len: limit,
            told: all(Slot::Disclose),
            forbids: all(Slot::Negate),
        }
    }
}

/// Whether texts that are read as one may conceal something; of one whose edges are not known nothing is ruled out.
pub fn may_conceal<'e>(texts: impl Iterator<Item = Option<&'e Edges>>) -> bool {
    // where the texts so far end, and the last words of telling and forbidding in them
    let (mut at, mut told, mut forbids) = (0, None, None);
    for edges in texts {
        let Some(Edges { conceals, len, told: here, forbids: but }) = edges else { return true };
        let near = |last: Option<usize>, next: &Option<Range<usize>>| {
            last.zip(next.as_ref()).is_some_and(|(end, next)| at + next.start <= end + NEAR)
        };
        if *conceals || near(told, but) || near(forbids, here) {
            return true;
        }
        told = here.as_ref().map(|range| at + range.end).or(told);
        forbids = but.as_ref().map(|range| at + range.end).or(forbids);
        at += len;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize;
    use proptest::prelude::*;

    fn edges(raw: &str) -> Option<Edges> {
        Edges::find(raw, &normalize(raw).text, &mut Vec::new(), &mut Vec::new())
    }

    fn asked(parts: &[&str]) -> bool {
        may_conceal(parts.iter().map(|raw| edges(raw)).collect::<Vec<_>>().iter().map(Option::as_ref))
    }

    fn says(parts: &[&str]) -> bool {
        let texts: Vec<&str> = parts.iter().map(|raw| cut(raw)).collect();
        grammar::may_conceal(&slots::find_joined(&normalize(&texts.join(" ")).text))
    }

    #[test]
    fn what_stands_in_two_texts_is_seen() {
        for parts in [["You should not.", "tell anyone"], ["Do not", "tell the user"], ["never ", "mention it"]] {
            assert!(says(&parts) && asked(&parts), "{parts:?}");
        }
        for parts in [["private ", "key "], ["private", "key"]] {
            assert!(asked(&parts) || !says(&parts), "{parts:?}");
        }
        assert!(!asked(&["Lists the rows of a table.", "the name of the table", "rows to list"]));
    }

    /// Words of which the entries are made that texts are joined for, and others.
    const SOME: [&str; 40] = [
        "do",
        "not",
        "never",
        "tell",
        "mention",
        "user",
        "the",
        "secret",
        "keep",
        "this",
        "silently",
        "without",
        "telling",
        "reveal",
        "don't",
        "no",
        "show",
        "report",
        "quiet",
        "quietly",
        "in",
        "background",
        "it",
        "~/.ssh",
        "id_rsa",
        ".env",
        "file",
        "key",
        "from",
        "private",
        "hidden",
        "let",
        "know",
        "say",
        "nothing",
        "a",
        "\n",
        ".",
        "1.",
        "\n- ",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn nothing_that_joined_texts_conceal_is_ruled_out(
            parts in prop::collection::vec(prop::collection::vec((prop::sample::select(&SOME[..]), "[ ]{1,2}"), 1..6), 1..5),
        ) {
            let parts: Vec<String> = parts.iter().map(|p| p.iter().flat_map(|(a, b)| [*a, b.as_str()]).collect()).collect();
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            prop_assert!(asked(&parts) || !says(&parts), "{:?}", parts);
        }
    }
}
