//! What a description says that a tool does: its verbs, where they stand for acts. A first sentence begins with one; behind an
//! "and" or a comma only words count that are no nouns, or that are followed like a verb.

mod tongues;

use std::ops::{Deref, Range};

use super::lists::{Code, List, lists_of, stem};

/// Bytes that are looked at.
const MOST: usize = 320;
/// Sentences that are looked at.
const SENTENCES: usize = 2;
/// Words of one act.
const WORDS: usize = 12;

/// The lists of an act's words, the verb first.
pub(super) struct Act {
    lists: [u64; WORDS],
    words: usize,
}

impl Act {
    fn of(verb: u64) -> Self {
        let mut lists = [0; WORDS];
        lists[0] = verb;
        Self { lists, words: 1 }
    }

    /// Adds a word; those after the last place are not looked at.
    fn push(&mut self, lists: u64) {
        if let Some(place) = self.lists.get_mut(self.words) {
            *place = lists;
            self.words += 1;
        }
    }
}

impl Deref for Act {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.lists[..self.words]
    }
}

/// The acts of a description.
pub(super) fn acts(description: &str) -> Vec<Act> {
    let mut out = Vec::new();
    let text = crate::text::capped(description.trim_start(), MOST);
    let small = tongues::folded(text);
    let foreign = tongues::acts(&small, SENTENCES);
    if !foreign.is_empty() {
        return foreign;
    }
    // what is folded of ASCII is in small letters, and no more than that
    let plain = text.is_ascii();
    let text = if plain { small.as_str() } else { text };
    for (at, sentence) in sentences(text).filter(|s| !s.trim().is_empty()).take(SENTENCES).enumerate() {
        if plain {
            act(sentence, &words(sentence), at == 0, &mut out);
        } else {
            let (small, words) = words_of_any(sentence);
            act(&small, &words, at == 0, &mut out);
        }
    }
    out
}

/// What stands between full stops and the like.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let all = rest?;
        let end = all.bytes().position(|b| matches!(b, b'.' | b'\n' | b'!' | b'?'));
        rest = end.map(|end| &all[end + 1..]);
        Some(&all[..end.unwrap_or(all.len())])
    })
}

/// A word of a sentence.
struct Word {
    /// Where it is in the small letters.
    at: Range<usize>,
    /// A comma stands before it.
    comma: bool,
    lists: u64,
}

fn act(sentence: &str, words: &[Word], first: bool, out: &mut Vec<Act>) {
    let from = out.len();
    let fillers = words.iter().take_while(|word| List::Filler.is_in(word.lists)).count();
    let words = &words[fillers..];
    // the first sentence says what the tool does, whatever its first word is; a later one only if it begins with an act
    let (mut begins, mut beside) = (true, false);
    for (i, &Word { ref at, comma, lists }) in words.iter().enumerate() {
        if List::Not.is_in(lists) {
            // "does not send" says nothing, "what is not staged" only ends
            if i < 2 {
                out.truncate(from);
            }
            return;
        }
        let joined = i > 0 && (comma || List::And.is_in(words[i - 1].lists));
        // of other words than those that may begin an act no more is asked
        let may_begin = begins || joined;
        let next = words.get(i + 1).filter(|_| may_begin).map_or(0, |word| word.lists);
        let verb = match &sentence[at.clone()] {
            _ if !may_begin => 0,
            word if word.ends_with('s') => lists_of(stem(word)),
            _ => lists,
        };
        let acts =
            [List::Send, List::Make, List::Destroy, List::Read, List::Spend, List::Write].iter().any(|l| l.is_in(verb));
        let starts = match (begins, joined) {
            (true, _) if first => true,
            (true, _) | (_, true) => List::Follow.is_in(lists) || (acts && List::Article.is_in(next)),
            (false, false) => false,
        };
        begins = false;
        if starts {
            out.push(Act::of(verb));
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

/// The words of a sentence that is in small letters of ASCII.
fn words(sentence: &str) -> Vec<Word> {
    let mut out = Vec::with_capacity(sentence.len() / 4);
    let bytes = sentence.as_bytes();
    let (mut at, mut comma) = (0, false);
    while at < bytes.len() {
        let start = at;
        let mut code = Code::default();
        while let Some(byte) = bytes.get(at).filter(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')) {
            code.add(*byte);
            at += 1;
        }
        if start < at {
            let lists = code.lists_of(&sentence[start..at]);
            out.push(Word { at: start..at, comma: std::mem::take(&mut comma), lists });
        } else {
            comma |= matches!(bytes[at], b',' | b';' | b':');
            at += 1;
        }
    }
    out
}

/// The words of any sentence, and its small letters.
fn words_of_any(sentence: &str) -> (String, Vec<Word>) {
    let mut out: Vec<Word> = Vec::with_capacity(sentence.len() / 4);
    let (mut fresh, mut comma) = (true, false);
    let mut small = String::with_capacity(sentence.len());
    for c in sentence.chars() {
        if !c.is_alphanumeric() {
            fresh = true;
            comma |= [',', ';', ':'].contains(&c);
            continue;
        }
        if fresh {
            let at = small.len()..small.len();
            out.push(Word { at, comma: std::mem::take(&mut comma), lists: 0 });
        }
        match c.is_ascii() {
            true => small.push(c.to_ascii_lowercase()),
            false => small.extend(c.to_lowercase()),
        }
        if let Some(word) = out.last_mut() {
            word.at.end = small.len();
        }
        fresh = false;
    }
    out.iter_mut().for_each(|word| word.lists = lists_of(&small[word.at.clone()]));
    (small, out)
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
