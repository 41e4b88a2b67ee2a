//! Whether a text is in English, the language that most weights of words were learnt in. In others they say less: what only
//! joins words there ("de", "la", "se") stands in the weights as if it meant something.

use std::borrow::Cow;

use crate::text::{capped, normalize};

/// Words that few sentences in English do without.
const ENGLISH: [&str; 27] = [
    "and", "are", "be", "before", "by", "call", "can", "for", "from", "if", "is", "it", "not", "of", "or", "that",
    "the", "this", "to", "tool", "use", "user", "when", "will", "with", "you", "your",
];

/// Words that few sentences in other languages of Latin letters do without, and hardly an English one has.
const OTHER: [&str; 83] = [
    "al", "alle", "als", "auf", "aus", "avec", "bir", "bu", "che", "con", "cu", "cua", "da", "dans", "das", "de",
    "dei", "del", "della", "dem", "den", "der", "des", "di", "dos", "du", "een", "ein", "eine", "el", "elle", "em",
    "en", "er", "es", "est", "et", "ett", "eu", "fra", "gli", "het", "icin", "il", "ile", "ist", "je", "jest", "la",
    "las", "le", "les", "lo", "los", "mit", "na", "nach", "ne", "nel", "nicht", "nie", "och", "og", "om", "ou", "para",
    "pas", "por", "que", "se", "si", "som", "su", "sur", "um", "una", "und", "une", "van", "ve", "von", "voor", "zu",
];

/// Bytes of a text that are looked at.
const READ: usize = 4 << 10;

/// Letters of other scripts that count as a word: some languages put nothing between theirs.
const LETTERS: usize = 4;

/// Whether more words of these texts are of other languages than of English.
pub fn is_foreign<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let (mut english, mut other) = (0, 0);
    for text in texts {
        let text = capped(text, READ);
        // what is spelled with letters that look like Latin ones is English in disguise
        let text = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(normalize(text).text) };
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let foreign = word.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
            let word = word.to_ascii_lowercase();
            let is = |words: &[&str]| words.binary_search(&word.as_str()).is_ok();
            english += usize::from(is(&ENGLISH));
            other += if is(&OTHER) { 1 } else { foreign.div_ceil(LETTERS) };
        }
    }
    other > english
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(text: &str) -> bool {
        is_foreign([text].into_iter())
    }

    #[test]
    fn the_lists_are_in_order_and_share_no_word() {
        assert!(ENGLISH.is_sorted() && OTHER.is_sorted());
        assert!(!ENGLISH.iter().any(|word| OTHER.contains(word)));
    }

    #[test]
    fn languages_are_told_by_what_joins_their_words() {
        for text in [
            "Lists the orders of a customer.",
            "Get user",
            "id",
            "",
            "Sends a message to the caf\u{e9} that you name.",
            // in other letters that look the same
            "\u{ff32}\u{ff45}\u{ff41}\u{ff44} \u{ff54}\u{ff48}\u{ff45} \u{ff46}\u{ff49}\u{ff4c}\u{ff45}",
            "Call this t\u{43e}\u{43e}l bef\u{43e}re the \u{43e}ther",
        ] {
            assert!(!foreign(text), "{text}");
        }
        for text in [
            "Lista los pedidos de un cliente.",
            "Liste les commandes d'un client.",
            "Listet die Bestellungen eines Kunden auf",
            "Lista os pedidos de um cliente",
            "\u{67e5}\u{8be2}\u{8ba2}\u{5355}",
            "\u{421}\u{43f}\u{438}\u{441}\u{43e}\u{43a} \u{437}\u{430}\u{43a}\u{430}\u{437}\u{43e}\u{432}",
        ] {
            assert!(foreign(text), "{text}");
        }
    }

    #[test]
    fn the_most_of_a_mixture_counts() {
        let spanish = "Lista los pedidos de un cliente.";
        assert!(!foreign(&format!("{spanish} Call this tool before you use the mail tool, and send it to the user.")));
        assert!(is_foreign([spanish, "The id"].into_iter()));
    }
}
