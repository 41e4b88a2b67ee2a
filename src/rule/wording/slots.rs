//! The lexicons: entries by slot and language, one automaton for all of them, built at first use.

use std::sync::LazyLock;

use super::grammar::OF_JOINED;
use super::index::{Index, is_word};
use super::sections::sections;
use crate::text::normalize;

macro_rules! slots {
    ($($name:ident = $word:literal, $say:literal;)*) => {
        /// What a word does in a sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)] // each one's meaning is the phrase beside it
        pub enum Slot { $($name),* }

        impl Slot {
            pub(super) const ALL: &'static [(Slot, &'static str, &'static str)] = &[$((Slot::$name, $word, $say)),*];
        }
    };
}

slots! {
    Addressee = "addressee", "addresses the model";
    User = "user", "the user";
    Obligation = "obligation", "obligation";
    Order = "order", "order of actions";
    Call = "call", "calling a tool";
    Universal = "universal", "every request or tool";
    Regardless = "regardless", "regardless of the request";
    UserAsks = "userasks", "when the user asks";
    Before = "before", "before something else";
    Trigger = "trigger", "a trigger";
    Secrecy = "secrecy", "secrecy";
    Quiet = "quiet", "quietly";
    Negate = "negate", "negation";
    Disclose = "disclose", "telling somebody";
    Consent = "consent", "without asking";
    Guard = "guard", "asks the user";
    Read = "read", "reading";
    Move = "move", "moving data";
    Bulk = "bulk", "everything";
    History = "history", "conversation or system prompt";
    Private = "private", "private data";
    SecretPath = "secretpath", "a place of secrets";
    WeakPath = "weakpath", "a place that documentation names too";
    SecretNoun = "secretnoun", "a secret";
    Exec = "exec", "a command";
    Persist = "persist", "something that lasts";
    PersistVerb = "persistverb", "writing";
    Tamper = "tamper", "changing";
    Money = "money", "money";
    Destroy = "destroy", "deleting";
    ResultNoun = "result", "a result";
    Pretext = "pretext", "a pretext";
    Threat = "threat", "a threat";
    Override = "override", "overriding other instructions";
    WeakOverride = "weakoverride", "an override that documentation uses too";
    Spoof = "spoof", "a forged role";
    Tag = "tag", "instruction markup";
    Superlative = "superlative", "preference";
    NegRef = "negref", "disparaging others";
    Precede = "precede", "precedence";
    Safety = "safety", "switching safety off";
    FetchRun = "fetchrun", "following fetched instructions";
    Detect = "detect", "detecting";
    Effect = "effect", "harm";
    Environment = "environment", "an invented environment";
    Host = "host", "a catch-all host";
    Destination = "destination", "a literal destination";
    Foreign = "foreign", "a tool that is not the server's own";
    Literal = "literal", "a literal value";
    Mail = "mail", "a mail address";
    Own = "own", "an own name";
    Outside = "outside", "a tool or product the server is not about";
    Rival = "rival", "the tools of others";
}

impl Slot {
    /// The bit in a set.
    pub const fn bit(self) -> u64 {
        1 << self as u64
    }

    /// The slot with this name in the lexicons.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|s| s.1 == name).map(|s| s.0)
    }

    /// Names of the slots of a set.
    pub fn words(set: u64) -> String {
        let said: Vec<&str> = Self::ALL.iter().filter(|s| set & s.0.bit() != 0).map(|s| s.2).collect();
        said.join(" + ")
    }
}

/// One entry found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// Its slot.
    pub slot: Slot,
    /// First byte in the normalized text.
    pub start: usize,
    /// End in the normalized text.
    pub end: usize,
    /// Whether the entry is of another language than English.
    pub foreign_language: bool,
}

struct Lexicon {
    index: Index,
    /// Slot, whether it is a stem, whether it is of another language than English.
    entries: Vec<(Slot, bool, bool)>,
    /// The entries of [`OF_JOINED`] alone.
    joined: Index,
    joined_entries: Vec<(Slot, bool, bool)>,
}

const FILES: [(&str, &str); 12] = [
    ("en", include_str!("lexicon/en.txt")),
    ("en", concat!("[host]\n", include_str!("lexicon/hosts.txt"))),
    ("zh", include_str!("lexicon/zh.txt")),
    ("ja", include_str!("lexicon/ja.txt")),
    ("ko", include_str!("lexicon/ko.txt")),
    ("es", include_str!("lexicon/es.txt")),
    ("pt", include_str!("lexicon/pt.txt")),
    ("fr", include_str!("lexicon/fr.txt")),
    ("de", include_str!("lexicon/de.txt")),
    ("ru", include_str!("lexicon/ru.txt")),
    ("ar", include_str!("lexicon/ar.txt")),
    ("hi", include_str!("lexicon/hi.txt")),
];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut list: Vec<(String, (Slot, bool, bool))> = Vec::new();
    for (language, file) in FILES {
        for (head, line) in sections(file, |head| Slot::named(head).is_some()) {
            let Some(slot) = Slot::named(head) else { continue };
            let stem = line.ends_with('*');
            let word = line.trim_end_matches('*');
            let word = if word.is_ascii() { word.to_ascii_lowercase() } else { normalize(word).text };
            list.push((word, (slot, stem, language != "en")));
        }
    }
    list.retain(|(word, _)| !word.is_empty());
    list.sort();
    let asked = list.iter().filter(|(_, (slot, ..))| slot.bit() & OF_JOINED != 0).cloned();
    let (words, joined_entries): (Vec<String>, Vec<(Slot, bool, bool)>) = asked.unzip();
    let joined = Index::of(&words, |n| joined_entries[n].1);
    let (words, entries): (Vec<String>, Vec<(Slot, bool, bool)>) = list.into_iter().unzip();
    let index = Index::of(&words, |n| entries[n].1);
    Lexicon { index, entries, joined, joined_entries }
});

/// All entries in a normalized text, on word boundaries where the script has them.
pub fn find(text: &str) -> Vec<Match> {
    let mut out = Vec::with_capacity(text.len() / 16);
    let lexicon = &*LEXICON;
    lexicon.index.each(text, |entry, start, end| {
        let (slot, stem, foreign_language) = lexicon.entries[entry];
        if stands_alone(text, start, end, stem, foreign_language) {
            out.push(Match { slot, start, end, foreign_language });
        }
    });
    out
}

/// The same of the slots alone that texts are put together for.
pub fn find_joined(text: &str) -> Vec<Match> {
    let (lexicon, mut out) = (&*LEXICON, Vec::new());
    lexicon.joined.each(text, |entry, start, end| {
        let (slot, stem, foreign_language) = lexicon.joined_entries[entry];
        if stands_alone(text, start, end, stem, foreign_language) {
            out.push(Match { slot, start, end, foreign_language });
        }
    });
    out
}

/// Whether an entry is no part of a longer word.
fn stands_alone(text: &str, start: usize, end: usize, stem: bool, foreign_language: bool) -> bool {
    let bytes = text.as_bytes();
    let right = !stem && is_word(bytes[end - 1]) && bytes.get(end).is_some_and(|b| is_word(*b));
    !(right || foreign_language && inside_word(text, start))
}

/// A short Cyrillic, Arabic or Devanagari entry in the middle of a longer word is not that word.
pub fn inside_word(text: &str, start: usize) -> bool {
    if text.as_bytes()[start].is_ascii() {
        return false;
    }
    let spaced = |c: char| matches!(c as u32, 0x400..=0x4FF | 0x600..=0x6FF | 0x900..=0x97F);
    text[start..].chars().next().is_some_and(spaced) && text[..start].chars().next_back().is_some_and(spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_every_lexicon_is_a_slot() {
        for (language, file) in FILES {
            for line in file.lines().filter(|l| l.starts_with('[') && l.ends_with(']')) {
                let head = &line[1..line.len() - 1];
                let known = Slot::ALL.iter().any(|s| s.1 == head);
                let entry = ["[inst]", "[/inst]"].contains(&line) || language == "en";
                assert!(known || entry, "{language}: {line}");
            }
        }
        assert!(Slot::ALL.len() <= 64);
        let lines = FILES.iter().flat_map(|(_, file)| file.lines()).filter(|l| !l.starts_with('#'));
        let longest = lines.map(|l| normalize(l).text.len()).max();
        assert!(longest < Some(super::super::grammar::ENTRY), "{longest:?}");
    }

    #[test]
    fn entries_match_whole_words() {
        assert!(find("mustard").is_empty());
        assert!(find("you must").iter().any(|m| m.slot == Slot::Obligation));
        assert!(find("не говори").iter().any(|m| m.slot == Slot::Disclose));
    }
}
