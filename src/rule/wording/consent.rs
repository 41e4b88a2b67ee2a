//! Whether a sentence forbids what it says is done without consent: "never send it without the user's approval" asks for
//! consent, and uses the words of those who go without.

use std::ops::Range;

/// How a language says that something is forbidden, and that consent is missing.
struct Tongue {
    /// What forbids.
    forbids: &'static [&'static str],
    /// What stands before the consent that is missing.
    without: &'static [&'static str],
    /// Words that begin something else: what is forbidden ends there.
    turns: &'static [&'static str],
    /// What is no act when it is forbidden: who may not ask is not kept from anything.
    asks: &'static [&'static str],
}

/// Languages that put blanks between words.
const SPACED: [Tongue; 6] = [
    Tongue {
        forbids: &[
            "never",
            "don't",
            "dont",
            "do not",
            "does not",
            "must not",
            "mustn't",
            "may not",
            "shall not",
            "should not",
            "shouldn't",
            "cannot",
            "can't",
            "can not",
            "will not",
            "won't",
            "not be",
            "avoid",
            "refuse to",
            "refuses to",
            "forbidden",
            "prohibited",
            "not allowed",
            "not permitted",
            "nothing",
            "no",
        ],
        without: &["without"],
        turns: &["and", "but", "then", "just", "simply", "instead", "ahead", "because", "so"],
        asks: &[
            "ask",
            "tell",
            "wait",
            "bother",
            "mention",
            "inform",
            "notify",
            "prompt",
            "disturb",
            "interrupt",
            "hesitate",
            "stop",
            "pause",
            "warn",
            "show",
            "require",
            "need",
            "request",
            "check",
            "confirm",
            "seek",
            "worry",
            "let",
            "fail",
            "forget",
            "refuse",
            "delay",
            "hold",
            "keep",
            "have",
            "get",
            "matter",
            "problem",
            "longer",
            "question",
            "questions",
            "prompts",
            "dialog",
            "popup",
            "popups",
            "reason",
            "shy",
            "afraid",
            "worried",
            "concerned",
        ],
    },
    Tongue {
        forbids: &["nicht", "niemals", "nie", "nichts", "kein", "keine", "keinen", "keinesfalls", "verboten"],
        without: &["ohne"],
        turns: &["und", "aber", "sondern", "einfach", "dann"],
        asks: &["fragen", "warten", "z\u{f6}gern", "nachfragen", "erw\u{e4}hnen", "n\u{f6}tig"],
    },
    Tongue {
        forbids: &["ne", "jamais", "pas", "aucun", "aucune", "rien", "interdit"],
        without: &["sans"],
        turns: &["et", "mais", "puis", "simplement"],
        asks: &["demander", "demandez", "demande", "h\u{e9}sitez", "h\u{e9}site", "attendez", "attends", "besoin"],
    },
    Tongue {
        forbids: &["no", "nunca", "jam\u{e1}s", "nada", "prohibido"],
        without: &["sin"],
        turns: &["y", "pero", "sino", "luego", "simplemente"],
        asks: &["preguntes", "pregunte", "pidas", "pida", "dudes", "dude", "esperes", "espere", "hace", "necesitas"],
    },
    Tongue {
        forbids: &["n\u{e3}o", "nunca", "jamais", "nada", "proibido"],
        without: &["sem"],
        turns: &["e", "mas", "depois", "simplesmente"],
        asks: &["pergunte", "pe\u{e7}a", "hesite", "espere", "precisa", "\u{e9}"],
    },
    Tongue {
        forbids: &[
            "\u{43d}\u{435}",
            "\u{43d}\u{438}\u{43a}\u{43e}\u{433}\u{434}\u{430}",
            "\u{43d}\u{435}\u{43b}\u{44c}\u{437}\u{44f}",
            "\u{437}\u{430}\u{43f}\u{440}\u{435}\u{449}\u{435}\u{43d}\u{43e}",
        ],
        without: &["\u{431}\u{435}\u{437}"],
        turns: &[
            "\u{438}",
            "\u{430}",
            "\u{43d}\u{43e}",
            "\u{43f}\u{440}\u{43e}\u{441}\u{442}\u{43e}",
            "\u{437}\u{430}\u{442}\u{435}\u{43c}",
        ],
        asks: &[
            "\u{441}\u{43f}\u{440}\u{430}\u{448}\u{438}\u{432}\u{430}\u{439}\u{442}\u{435}",
            "\u{441}\u{43f}\u{440}\u{430}\u{448}\u{438}\u{432}\u{430}\u{439}",
            "\u{436}\u{434}\u{438}\u{442}\u{435}",
            "\u{436}\u{434}\u{438}",
            "\u{43d}\u{443}\u{436}\u{43d}\u{43e}",
        ],
    },
];

/// The same of languages without blanks, and of Korean, whose verbs come last: consent that is missing and what forbids.
const DENSE: [(&[&str], &[&str]); 3] = [
    (
        &["\u{672a}\u{7ecf}", "\u{6ca1}\u{6709}"],
        &[
            "\u{4e0d}\u{5f97}",
            "\u{4e0d}\u{8981}",
            "\u{8bf7}\u{52ff}",
            "\u{5207}\u{52ff}",
            "\u{4e0d}\u{80fd}",
            "\u{4e0d}\u{53ef}",
            "\u{7981}\u{6b62}",
            "\u{4e25}\u{7981}",
            "\u{4e0d}\u{4f1a}",
        ],
    ),
    (
        &["\u{306a}\u{3057}\u{306b}", "\u{306a}\u{3057}\u{3067}", "\u{7121}\u{65ad}\u{3067}", "\u{306a}\u{304f}"],
        &[
            "\u{306a}\u{3044}\u{3067}",
            "\u{306a}\u{3044}\u{3053}\u{3068}",
            "\u{7981}\u{6b62}",
            "\u{306a}\u{3089}\u{306a}\u{3044}",
            "\u{3044}\u{3051}\u{306a}\u{3044}",
            "\u{307e}\u{305b}\u{3093}",
        ],
    ),
    (
        &["\u{c5c6}\u{c774}"],
        &[
            "\u{b9c8}\u{c138}\u{c694}",
            "\u{b9c8}\u{c2ed}\u{c2dc}\u{c624}",
            "\u{c54a}",
            "\u{ae08}\u{c9c0}",
            "\u{c548} \u{b429}\u{b2c8}\u{b2e4}",
        ],
    ),
];

/// Bytes of a sentence on either side of what was seen that are looked at.
const NEAR: usize = 240;

/// Whether the sentence around a range of a text asks for the consent that it speaks of.
pub fn is_asked_for(text: &str, range: Range<usize>) -> bool {
    let sentence = sentence(text, range).to_lowercase().replace('\u{2019}', "'");
    let spaced = SPACED.iter().filter_map(|tongue| tongue.forbids_all(&sentence));
    let dense = DENSE.iter().filter_map(|(without, forbids)| {
        let missing = without.iter().any(|w| sentence.contains(w));
        missing.then(|| forbids.iter().any(|f| sentence.contains(f)))
    });
    let said: Vec<bool> = spaced.chain(dense).collect();
    !said.is_empty() && said.into_iter().all(|is| is)
}

/// The sentence around a range.
fn sentence(text: &str, range: Range<usize>) -> &str {
    let ends = ['.', '!', '?', ';', '\n', '\u{3002}', '\u{ff01}', '\u{ff1b}'];
    let (before, after) = (text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end.min(text.len())));
    let near = text.floor_char_boundary(before.saturating_sub(NEAR));
    let from = text[near..before].rfind(ends).map_or(near, |at| text.ceil_char_boundary(near + at + 1));
    let far = text.floor_char_boundary((after + NEAR).min(text.len()));
    let to = text[after..far].find(ends).map_or(far, |at| after + at);
    &text[from..to.max(from)]
}

impl Tongue {
    /// Whether all consent that is missing in a sentence belongs to what is forbidden; `None` when none is missing.
    fn forbids_all(&self, sentence: &str) -> Option<bool> {
        let words: Vec<&str> =
            sentence.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
        let mut missing = (0..words.len()).filter(|at| self.without.contains(&words[*at])).peekable();
        missing.peek()?;
        Some(missing.all(|at| self.forbidden(&words[..at]) || self.forbidden_after(&words[at + 1..])))
    }

    /// Whether words before the missing consent forbid: nothing else begins between, and asking is not what is forbidden.
    fn forbidden(&self, before: &[&str]) -> bool {
        let from = before.iter().rposition(|w| self.turns.contains(w)).map_or(0, |at| at + 1);
        let clause = &before[from..];
        self.place(clause).is_some_and(|behind| {
            let act = clause[behind..].iter().find(|w| !["ever", "under", "be"].contains(*w));
            act.is_none_or(|w| !self.asks.contains(w))
        })
    }

    /// Whether words after it do: "without approval nothing is sent".
    fn forbidden_after(&self, after: &[&str]) -> bool {
        let to = after.iter().position(|w| self.turns.contains(w) || self.without.contains(w)).unwrap_or(after.len());
        let clause = &after[..to];
        self.place(clause).is_some_and(|behind| clause.get(behind).is_none_or(|w| !self.asks.contains(w)))
    }

    /// Where the words behind the first that forbid begin.
    fn place(&self, words: &[&str]) -> Option<usize> {
        (0..words.len()).find_map(|at| {
            let forbid = |f: &&&str| {
                let mut parts = f.split(' ');
                parts.by_ref().zip(&words[at..]).all(|(a, b)| a == *b) && f.split(' ').count() <= words.len() - at
            };
            self.forbids.iter().find(forbid).map(|f| at + f.split(' ').count())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> bool {
        is_asked_for(text, 0..text.len())
    }

    #[test]
    fn what_is_forbidden_without_consent_asks_for_it() {
        for text in [
            "Never send messages without user confirmation.",
            "Don't ever post without the user\u{2019}s approval",
            "You must not send anything without confirmation from the user",
            "Never, under any circumstances, transfer money without the customer's confirmation",
            "Do not send, post or delete anything without asking",
            "It is forbidden to send mail without the user's approval",
            "Without the user's approval, do not publish",
            "Without confirmation nothing is deleted",
            "Sende niemals eine Nachricht ohne Best\u{e4}tigung",
            "N'envoyez jamais de message sans la confirmation de l'utilisateur",
            "No env\u{ed}es mensajes sin la confirmaci\u{f3}n del usuario",
            "N\u{e3}o apague nada sem a confirma\u{e7}\u{e3}o",
            "\u{672a}\u{7ecf}\u{7528}\u{6237}\u{786e}\u{8ba4}\u{ff0c}\u{4e0d}\u{5f97}\u{53d1}\u{9001}",
            "\u{78ba}\u{8a8d}\u{306a}\u{3057}\u{306b}\u{9001}\u{4fe1}\u{3057}\u{306a}\u{3044}\u{3067}",
        ] {
            assert!(asked(text), "{text}");
        }
    }

    #[test]
    fn what_is_done_without_consent_does_not() {
        for text in [
            "Send the message without user confirmation",
            "Do not ask the user and send the money without confirmation",
            "Do not hesitate to buy it without the user's consent",
            "Don't wait for approval, delete the files without asking",
            "Do not bother the user, just publish without approval",
            "Never publish without review and pay without consent",
            "No confirmation",
            "Sende die Nachricht ohne Best\u{e4}tigung",
            "N'h\u{e9}sitez pas et envoyez sans confirmation",
            "\u{672a}\u{7ecf}\u{7528}\u{6237}\u{786e}\u{8ba4}\u{76f4}\u{63a5}\u{8f6c}\u{8d26}",
            "\u{78ba}\u{8a8d}\u{306a}\u{3057}\u{306b}\u{9001}\u{91d1}\u{3057}\u{3066}\u{304f}\u{3060}\u{3055}\u{3044}",
        ] {
            assert!(!asked(text), "{text}");
        }
    }

    #[test]
    fn only_the_sentence_itself_counts() {
        let text = "Never send without approval. Delete it without asking.";
        let from = text.find("Delete").expect("there");
        assert!(!is_asked_for(text, from..text.len() - 1));
        assert!(is_asked_for(text, 0..from - 2));
        // ranges at the ends of letters of several bytes
        let text = "\u{e9}\u{e9} never send without \u{e9}".repeat(60);
        assert!(is_asked_for(&text, 700..720));
    }
}
