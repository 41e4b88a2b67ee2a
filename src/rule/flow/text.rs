//! What a description says that a tool does: its verbs, where they stand for acts. A first sentence begins with one; behind an
//! "and" or a comma only words count that are no nouns, or that are followed like a verb.

mod tongues;

use std::borrow::Cow;
use std::ops::Range;

use super::lists::{List, lists_of, stem};

/// Bytes that are looked at.
const MOST: usize = 320;
/// Sentences that are looked at.
const SENTENCES: usize = 2;
/// Words of one act.
const WORDS: usize = 12;

/// The acts of a description: the lists of their words, the verb first.
pub(super) fn acts(description: &str) -> Vec<Vec<u64>> {
    let mut out = Vec::new();
    let text = crate::text::capped(description.trim_start(), MOST);
    let small = tongues::folded(text);
    let foreign = tongues::acts(&small, SENTENCES);
    if !foreign.is_empty() {
        return foreign;
    }
    // what is folded of ASCII is in small letters, and no more than that
    let text = if text.is_ascii() { small.as_str() } else { text };
    let sentences = text.split(['.', '\n', '!', '?']).filter(|s| !s.trim().is_empty());
    for (at, sentence) in sentences.take(SENTENCES).enumerate() {
        act(sentence, at == 0, &mut out);
    }
    out
}

fn act(sentence: &str, first: bool, out: &mut Vec<Vec<u64>>) {
    let from = out.len();
    let (small, words) = words(sentence);
    let word = |range: &Range<usize>| &small[range.clone()];
    let lists: Vec<u64> = words.iter().map(|(w, _)| lists_of(word(w))).collect();
    let fillers = lists.iter().take_while(|lists| List::Filler.is_in(**lists)).count();
    let (words, lists_of_words) = (&words[fillers..], &lists[fillers..]);
    // the first sentence says what the tool does, whatever its first word is; a later one only if it begins with an act
    let (mut begins, mut beside) = (true, false);
    for (i, (range, comma)) in words.iter().enumerate() {
        let lists = lists_of_words[i];
        if List::Not.is_in(lists) {
            // "does not send" says nothing, "what is not staged" only ends
            if i < 2 {
                out.truncate(from);
            }
            return;
        }
        let joined = i > 0 && (*comma || List::And.is_in(lists_of_words[i - 1]));
        // of other words than those that may begin an act no more is asked
        let may_begin = begins || joined;
        let next = lists_of_words.get(i + 1).filter(|_| may_begin).map_or(0, |lists| *lists);
        let verb = if may_begin { lists_of(stem(word(range))) } else { 0 };
        let acts =
            [List::Send, List::Make, List::Destroy, List::Read, List::Spend, List::Write].iter().any(|l| l.is_in(verb));
        let starts = match (begins, joined) {
            (true, _) if first => true,
            (true, _) | (_, true) => List::Follow.is_in(lists) || (acts && List::Article.is_in(next)),
            (false, false) => false,
        };
        begins = false;
        if starts {
            out.push(vec![verb]);
            beside = false;
        } else if let Some(open) =
            out[from..].last_mut().filter(|a| a.len() < WORDS && (!beside || List::Net.is_in(lists)))
        {
            // "search for mail": the first of these belongs to the verb
            beside |= open.len() > 1 && List::Beside.is_in(lists);
            if !List::Article.is_in(lists) && !List::Beside.is_in(lists) {
                open.push(lists);
            }
        }
    }
}

/// The words of a sentence in small letters: where each is in them, and whether a comma stands before it.
fn words(sentence: &str) -> (Cow<'_, str>, Vec<(Range<usize>, bool)>) {
    let mut out: Vec<(Range<usize>, bool)> = Vec::with_capacity(sentence.len() / 4);
    let (mut fresh, mut comma) = (true, false);
    if sentence.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        for (at, byte) in sentence.bytes().enumerate() {
            if !byte.is_ascii_alphanumeric() {
                fresh = true;
                comma |= matches!(byte, b',' | b';' | b':');
                continue;
            }
            match out.last_mut().filter(|_| !fresh) {
                Some((word, _)) => word.end = at + 1,
                None => out.push((at..at + 1, std::mem::take(&mut comma))),
            }
            fresh = false;
        }
        return (Cow::Borrowed(sentence), out);
    }
    let mut small = String::with_capacity(sentence.len());
    for c in sentence.chars() {
        if !c.is_alphanumeric() {
            fresh = true;
            comma |= [',', ';', ':'].contains(&c);
            continue;
        }
        if fresh {
            out.push((small.len()..small.len(), std::mem::take(&mut comma)));
        }
        match c.is_ascii() {
            true => small.push(c.to_ascii_lowercase()),
            false => small.extend(c.to_lowercase()),
        }
        if let Some((word, _)) = out.last_mut() {
            word.end = small.len();
        }
        fresh = false;
    }
    (Cow::Owned(small), out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn acts_begin_with_verbs_and_nouns_behind_an_and_are_none() {
        for (text, acts) in [
            ("Fetches the issue and posts a summary to the team.", 2),
            ("Gets posts and comments of a user", 1),
            ("Reads a file, then uploads it. It does not send mail.", 2),
            ("A calculator. Deletes the rest.", 2),
            ("A calculator. Search results are sorted", 1),
            ("Shows changes that are not staged", 1),
            ("This tool can be used to send mail", 1),
            ("Never sends mail", 0),
            ("", 0),
        ] {
            assert_eq!(super::acts(text).len(), acts, "{text}");
        }
    }
}
