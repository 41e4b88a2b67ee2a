//! The words of a text as the model knows them: stems, beginnings, and a class for what is no word. Which of them say
//! something of an item is for `vocabulary`.

use super::keys::{key_of_small, key_of_word};

/// A word as the model knows it.
pub enum Word<'w> {
    /// Letters of ASCII, whatever their case.
    English(&'w str),
    /// What stands for itself.
    Other(&'w str),
}

impl Word<'_> {
    /// By which it is known.
    pub fn key(&self) -> u32 {
        match self {
            Self::English(word) => key_of_small(word),
            Self::Other(word) => key_of_word(word),
        }
    }

    /// For people.
    pub fn spelled(&self) -> String {
        match self {
            Self::English(word) => word.to_ascii_lowercase(),
            Self::Other(word) => (*word).to_owned(),
        }
    }
}

/// The words of a text as the model knows them: stems, and a class for what is no word.
pub fn each_word(text: &str, mut out: impl FnMut(Word<'_>)) {
    let bytes = text.as_bytes();
    let run = |from: usize, kind: u8| {
        let inside = bytes[from..].iter().take_while(|b| KINDS[usize::from(**b)] & kind != 0);
        from + inside.count()
    };
    let mut at = run(0, BLANK);
    while at < bytes.len() {
        // most are a word and at most a stop
        let end = run(at, LETTER);
        let stop = run(end, STOP);
        let next = run(stop, BLANK);
        if end > at && (next > stop || stop == bytes.len()) {
            english(&text[at..end], &mut out);
            at = next;
            continue;
        }
        let rest = &text[at..];
        let chunk = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
        each_of_chunk(chunk, &mut out);
        // of other blanks than ASCII's only this knows
        at = text.len() - rest[chunk.len()..].trim_start().len();
    }
}

const BLANK: u8 = 1;
const LETTER: u8 = 2;
const STOP: u8 = 4;

/// What each byte is.
const KINDS: [u8; 256] = {
    let mut out = [0; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = match at as u8 {
            b'\t'..=b'\r' | b' ' => BLANK,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b',' | b'.' | b';' | b':' | b'!' | b'?' | b')' => STOP,
            _ => 0,
        };
        at += 1;
    }
    out
};

/// The words of a text without blanks.
fn each_of_chunk(chunk: &str, out: &mut impl FnMut(Word<'_>)) {
    let plain = chunk.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_alphabetic()) {
        return english(plain, out);
    }
    if chunk.is_ascii() || !chunk.chars().any(is_dense) {
        return spaced(chunk, out);
    }
    // without blanks an address or a name stands among words, or a stop between two of them
    let mut rest = chunk;
    while let Some(c) = rest.chars().next() {
        let dense = is_dense(c);
        let (run, after) = rest.split_at(rest.find(|c| is_dense(c) != dense).unwrap_or(rest.len()));
        rest = after;
        if dense {
            // two characters are about one word
            let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
            starts.windows(3).for_each(|at| out(Word::Other(&run[at[0]..at[2]])));
        } else {
            let apart = |c: char| !c.is_ascii() && !c.is_alphabetic();
            run.split(apart).filter(|part| !part.is_empty()).for_each(|part| spaced(part, out));
        }
    }
}

/// The words of a text of a script that has blanks.
fn spaced(chunk: &str, out: &mut impl FnMut(Word<'_>)) {
    let bare = chunk.trim_matches(|c: char| !c.is_alphanumeric() && !"~/.".contains(c));
    let path = bare.starts_with(['~', '/']) || bare.matches('/').nth(1).is_some();
    if chunk.contains("://") {
        out(Word::Other("urlx"));
    } else if bare.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
        out(Word::Other("mailx"));
    } else if bare.len() > 2 && (path || bare.starts_with('.')) {
        out(Word::Other("pathx"));
    } else if bare.contains('_') || (chunk.starts_with('`') && chunk.ends_with('`')) {
        out(Word::Other("idx"));
    } else {
        for word in chunk.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
            if word.is_ascii() {
                english(word, out);
            } else {
                let beginning: String = word.chars().flat_map(char::to_lowercase).take(BEGINNING).collect();
                out(Word::Other(&beginning));
            }
        }
    }
}

/// The stem of a word in letters of ASCII.
fn english(word: &str, out: &mut impl FnMut(Word<'_>)) {
    let stem = stem(word);
    if stem.len() > 1 {
        out(Word::English(stem));
    }
}

/// Letters of a word of other languages than English that are kept: what follows is grammar.
const BEGINNING: usize = 6;

/// Chinese, Japanese, Korean.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn stem(word: &str) -> &str {
    let cut = match word.as_bytes() {
        [_, _, _, _, .., b'i' | b'I', b'n' | b'N', b'g' | b'G'] => 3,
        [_, _, _, _, .., b'e' | b'E', b'd' | b'D' | b's' | b'S'] => 2,
        [_, _, _, _, .., b's' | b'S'] => 1,
        [_, _, _, _, .., b'l' | b'L', b'y' | b'Y'] => 2,
        _ => 0,
    };
    &word[..word.len() - cut]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_stems_and_classes() {
        let tokens = |text: &str| {
            let mut out = Vec::new();
            each_word(text, |w| out.push(w.spelled()));
            out
        };
        assert_eq!(tokens("Copies ~/.ssh to `x` see user_id."), ["copi", "pathx", "to", "idx", "see", "idx"]);
        assert_eq!(tokens("mail a@b.test https://c.test"), ["mail", "mailx", "urlx"]);
        // as the weights were trained
        assert_eq!(tokens("and so on ... or."), ["and", "so", "on", "pathx", "or"]);
        assert_eq!(
            tokens("\u{c4}nderungsprotokoll \u{5bf9}\u{8bdd}\u{5386}"),
            ["\u{e4}nderu", "\u{5bf9}\u{8bdd}", "\u{8bdd}\u{5386}"]
        );
        // without blanks
        assert_eq!(
            tokens(
                "Google\u{30c9}\u{30ad}\u{3092}save_it\u{3067}\u{ff08}\u{4fdd}\u{5b58}\u{ff09}~/.ssh\u{3002}\u{8bfb}\u{53d6}"
            ),
            ["google", "\u{30c9}\u{30ad}", "\u{30ad}\u{3092}", "idx", "\u{4fdd}\u{5b58}", "pathx", "\u{8bfb}\u{53d6}"]
        );
    }

    proptest! {
        #[test]
        fn words_do_not_depend_on_how_they_are_looked_for(text in "([a-zA-Z]{0,8}[ .,;)\t\u{b}\u{a0}\u{e9}_/1`]{0,2}){0,12}") {
            let mut found = Vec::new();
            each_word(&text, |w| found.push(w.spelled()));
            let mut wanted = Vec::new();
            for chunk in text.split_whitespace() {
                each_of_chunk(chunk, &mut |w: Word<'_>| wanted.push(w.spelled()));
            }
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn endings_are_cut_where_enough_is_left(word in "[a-z]{0,6}(ing|ed|es|s|ly|ings|sed)?") {
            let endings = ["ing", "ed", "es", "s", "ly"];
            let cut = endings.iter().find_map(|e| word.strip_suffix(e).filter(|w| w.len() >= 4));
            prop_assert_eq!(stem(&word), cut.unwrap_or(&word));
            let large = word.to_uppercase();
            prop_assert_eq!(stem(&large).to_lowercase(), cut.unwrap_or(&word));
            prop_assert_eq!(Word::English(stem(&large)).key(), key_of_word(stem(&word)));
        }
    }
}
