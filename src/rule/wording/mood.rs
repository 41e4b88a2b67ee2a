//! Whether a verb is an order to the agent: an imperative at the start of a clause, or a verb after words that oblige, ask
//! or urge. "Sends the file" tells what the tool does; "send the file" after the first sentence tells the agent what to do.

/// How a verb is meant, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Told of something.
    None,
    /// At the start of a clause.
    Imperative,
    /// After a word that obliges, asks or urges.
    Urged,
}

/// Words right before a verb that make it an order.
const URGES: [&str; 31] = [
    "please",
    "must",
    "should",
    "shall",
    "always",
    "kindly",
    "silently",
    "quietly",
    "secretly",
    "immediately",
    "automatically",
    "simply",
    "just",
    "also",
    "additionally",
    "first",
    "ought",
    "covertly",
    "discreetly",
    "then",
    "agent",
    "assistant",
    "model",
    "agents",
    "assistants",
    "models",
    "directly",
    "freely",
    "again",
    "never",
    "instead",
];

/// Words before "to" that make the verb after it an order.
const OBLIGE: [&str; 28] = [
    "need",
    "needs",
    "has",
    "have",
    "had",
    "required",
    "expected",
    "sure",
    "remember",
    "supposed",
    "obliged",
    "instructed",
    "asked",
    "want",
    "you",
    "agent",
    "assistant",
    "model",
    "needed",
    "forget",
    "necessary",
    "advised",
    "told",
    "expects",
    "us",
    "ought",
    "authorised",
    "authorized",
];

/// Words between an urging word and its verb.
const BETWEEN: [&str; 8] = ["be", "also", "always", "then", "first", "silently", "immediately", "to"];

/// Of the words that urge, those that a passive stands after: "must be sent", but not "is always sent".
const MODALS: [&str; 4] = ["must", "should", "shall", "ought"];

/// Irregular participles.
const PARTICIPLES: [&str; 17] = [
    "sent",
    "hidden",
    "paid",
    "bought",
    "sold",
    "given",
    "taken",
    "written",
    "rewritten",
    "overwritten",
    "made",
    "kept",
    "shown",
    "told",
    "fed",
    "held",
    "withheld",
];

/// What an object begins with.
const OBJECTS: [&str; 57] = [
    "the",
    "a",
    "an",
    "all",
    "any",
    "every",
    "each",
    "it",
    "them",
    "this",
    "these",
    "those",
    "its",
    "their",
    "your",
    "our",
    "his",
    "her",
    "my",
    "user",
    "users",
    "everything",
    "whatever",
    "what",
    "one",
    "both",
    "up",
    "on",
    "off",
    "to",
    "from",
    "with",
    "into",
    "in",
    "as",
    "that",
    "at",
    "private",
    "secret",
    "full",
    "complete",
    "additional",
    "messages",
    "files",
    "data",
    "session",
    "results",
    "output",
    "outputs",
    "records",
    "reports",
    "logs",
    "details",
    "copies",
    "documents",
    "me",
    "us",
];

/// Words that join a verb to the order before it.
const JOINS: [&str; 2] = ["and", "or"];

/// The mood of the word at a place of a normalized text.
pub fn of(text: &str, start: usize, end: usize) -> Mood {
    let word = &text[start..end];
    if !word.ends_with(|c: char| c.is_ascii_alphanumeric()) || !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Mood::None;
    }
    let mut before = &text[..start];
    let mut passive = false;
    for _ in 0..3 {
        let trimmed = before.trim_end_matches([' ', '*', '_', '"', '\'']);
        let clause =
            trimmed.is_empty() || trimmed.ends_with(['.', ':', ';', ',', '!', '?', '(', '[', '\n', '-', '>', ']', '}']);
        let last = trimmed.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '\'').next().unwrap_or_default();
        // "sends" and "is sent" tell; "send" and "must be sent" order
        let told = if passive { third_person(word) } else { third_person(word) || participle(word) };
        if clause {
            return if told || passive || !has_object(&text[end..]) { Mood::None } else { Mood::Imperative };
        }
        if URGES.contains(&last) && !told && (!passive || MODALS.contains(&last)) {
            return Mood::Urged;
        }
        let rest = &trimmed[..trimmed.len() - last.len()];
        if last == "to" && !told {
            let governor = rest.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let bound = OBLIGE.contains(&governor) || (passive && ["is", "are"].contains(&governor));
            return if bound { Mood::Urged } else { Mood::None };
        }
        if last == "will" && !told {
            let who = rest.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            return if ["you", "agent", "assistant", "model"].contains(&who) { Mood::Urged } else { Mood::None };
        }
        if JOINS.contains(&last) && !told && has_object(&text[end..]) {
            return Mood::Imperative;
        }
        if !BETWEEN.contains(&last) {
            return Mood::None;
        }
        passive |= last == "be";
        before = rest;
    }
    Mood::None
}

/// Forms that are orders only after "be".
fn participle(word: &str) -> bool {
    let verb = word.split(' ').next().unwrap_or_default();
    let bare = ["feed", "embed", "need", "seed", "speed"].contains(&verb);
    (verb.ends_with("ed") && !bare) || PARTICIPLES.contains(&verb)
}

/// Whether something to act on follows: a noun that looks like a verb has none.
fn has_object(after: &str) -> bool {
    let after = after.trim_start_matches(' ');
    let word = after.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or_default();
    OBJECTS.contains(&word)
        || after.starts_with(['`', '"', '\'', '<', '/', '~', '$', '@'])
        || word.starts_with(|c: char| c.is_ascii_digit())
}

fn third_person(word: &str) -> bool {
    let verb = word.split(' ').next().unwrap_or_default();
    (verb.ends_with('s') && !verb.ends_with("ss")) || verb.ends_with("ing")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mood(text: &str, word: &str) -> Mood {
        let start = text.find(word).expect("the word");
        of(text, start, start + word.len())
    }

    #[test]
    fn orders_are_told_from_descriptions() {
        for (text, word, expected) in [
            ("send the file", "send", Mood::Imperative),
            ("reads it, then send it on", "send", Mood::Urged),
            ("the agent has to send it", "send", Mood::Urged),
            ("it must also be sent to us", "sent", Mood::Urged),
            ("please send it", "send", Mood::Urged),
            ("always sends it", "sends", Mood::None),
            ("used to send it", "send", Mood::None),
            ("the sent file", "sent", Mood::None),
            ("it is sent", "sent", Mood::None),
        ] {
            assert_eq!(mood(text, word), expected, "{text}");
        }
    }
}
