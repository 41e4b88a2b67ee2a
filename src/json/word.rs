//! A string of a document. What nearly every tool says in the same words (`type`, `properties`, `string`) takes no memory of
//! its own.

use std::fmt;
use std::ops::Deref;

/// A key or a string, decoded.
#[derive(Clone)]
pub struct Word(Kept);

#[derive(Clone)]
enum Kept {
    Known(&'static str),
    Own(Box<str>),
}

macro_rules! known {
    ($($word:literal)*) => {
        /// What bytes say, if it is one of the words that most documents repeat. Patterns of bytes are told by their length and
        /// then byte by byte.
        fn known(bytes: &[u8]) -> Option<&'static str> {
            match bytes {
                $($word => const { text($word) },)*
                _ => None,
            }
        }
    };
}

known! {
    b"$schema" b"_meta" b"additionalProperties" b"annotations" b"array" b"boolean" b"default" b"description"
    b"destructiveHint" b"enum" b"execution" b"id" b"idempotentHint" b"inputSchema" b"integer" b"items" b"limit"
    b"maximum" b"minLength" b"minimum" b"name" b"null" b"number" b"object" b"openWorldHint" b"outputSchema" b"path"
    b"properties" b"query" b"readOnlyHint" b"required" b"string" b"title" b"type" b"uri" b"url"
}

const fn text(word: &'static [u8]) -> Option<&'static str> {
    match std::str::from_utf8(word) {
        Ok(text) => Some(text),
        Err(_) => None,
    }
}

impl Word {
    /// Takes bytes; `None` where they are not UTF-8.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match known(bytes) {
            Some(word) => Some(Self(Kept::Known(word))),
            None => std::str::from_utf8(bytes).ok().map(|text| Self(Kept::Own(text.into()))),
        }
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Kept::Known(word) => word,
            Kept::Own(text) => text,
        }
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Word {}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(known(text.as_bytes()).map_or_else(|| Kept::Own(text.into()), Kept::Known))
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self(Kept::Own(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_word_says_what_its_bytes_say(text in "type|typ|types|\\$schema|uri|url|[a-z]{0,6}|\\PC{0,9}", bytes in any::<Vec<u8>>()) {
            let word = Word::of(text.as_bytes()).expect("UTF-8");
            prop_assert_eq!(&*word, text.as_str());
            prop_assert_eq!(&word, &Word::from(text.as_str()));
            prop_assert_eq!(&word, &Word::from(text.clone()));
            prop_assert_eq!(format!("{word:?}"), format!("{text:?}"));
            let word = Word::of(&bytes);
            prop_assert_eq!(word.as_deref(), std::str::from_utf8(&bytes).ok());
        }
    }
}
