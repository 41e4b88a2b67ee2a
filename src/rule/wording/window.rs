//! One segment with everything known about it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::refs::{Reference, Whose};
use super::slots::{Slot, Slots, Word};
use crate::manifest::{Item, ItemKey};
use crate::rule::strings::Role;

static DESTINATION: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"https?://[^\s\x22'<>)\]`]{3,300}|\b[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\+\d{10,15}\b")
});
static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?:\bto|\bas|\bwith|\bis|\bbe|=|:|\bvalue|\bof|\bfrom)\s*(?:[\x22'`][^\x22'`]{1,80}[\x22'`]|\$?-?\d[\d.,:/%-]*|\[\]|true\b|false\b|null\b|none\b|empty\b|https?:|[a-z0-9._-]+@|/[a-z0-9_./-]+|[a-z]:\\)")
});
static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"\b(?:curl|wget)\s+[^\s]*|\bbash\s+-c|\bsh\s+-c|\|\s*(?:ba|z)?sh\b|\brm\s+-rf?\b|\bchmod\s+[0-7+]|\bbase64\s+-d|\bpowershell\b|\bnc\s+-|\bpython3?\s+-c|\bsudo\s+\w|\bnpx\s+-?\w|\bpip install\b|\bnpm install\b|/bin/(?:ba)?sh\b|\bcat\s+[~/]|\bssh-keygen\b|\bos\.system|\bsubprocess\.")
});
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"<\s*/?\s*(?:important|system|secret|instructions?|hidden|admin|priority|critical|urgent|mandatory|prompt|directive|policy|note|warning|internal|override|rules?)\b[^>]{0,40}>|\[\s*(?:important|system|secret|hidden|instructions?|admin|override|internal|directive|system (?:note|message|prompt)|mandatory)\s*[:\]]|<!--|\*\*\s*(?:system|hidden|secret)\b")
});
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)[^>]{0,20}\|?>|\[/?inst\]|<<sys>>|(?:^|\n)\s*(?:#{1,4}\s*)?(?:system|assistant|human|user)\s*(?:prompt|message)?\s*:\s*\S|</?(?:tool_result|function_results?|tool_response)>|\bsystem (?:prompt|message|note|override|instruction|alert|update)\s*:|tool (?:call )?(?:complete|completed|finished)[^.]{0,20}[.:] now\b|\bnew instructions?\s*:")
});
static STRONG_PATH: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"\.ssh\b|id_rsa|id_ed25519|id_ecdsa|authorized_keys|\.aws\b|aws/credentials|(?:^|[\s\x22'`(/])\.env\b|dotenv|dot_env|\.netrc|\.npmrc|\.pypirc|\.git-credentials|kube/config|kubeconfig|docker/config|\.gnupg|etc/passwd|etc/shadow|credentials\.json|secrets\.(?:json|ya?ml|env)|\.cursor/mcp|mcp\.json|claude_desktop_config|\.bash_history|\.zsh_history|wallet\.dat|keychain|cookies\.sqlite|private keys?\b|ssh keys?\b|seed phrase|mnemonic phrase|master password|gcloud|service account key|/proc/self|\.pem\b|\.p12\b|environment variables?|process\.env|os\.environ|printenv|(?:config|configuration|credentials?|passwords?|secrets?|keys?) files?\b|api keys\b|access tokens\b|session cookies?")
});

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours, compiled in a test")
}

/// Names that start words of secrecy about people, as opposed to "fails silently".
const TOLD: [&str; 24] = [
    "tell", "mention", "inform", "notify", "alert", "reveal", "disclose", "user", "aware", "know", "secret", "conceal",
    "told", "acknowledge", "discuss", "shown", "notice", "trace", "between us", "confidential", "expose this", "scary", "display this", "hidden",
];

/// A segment, its slots and its references.
pub(super) struct Window<'a> {
    /// The folded words of the segment.
    pub(super) text: &'a str,
    /// All slots present.
    pub(super) slots: Slots,
    /// What the text is.
    pub(super) role: Role,
    /// The item it belongs to.
    pub(super) item: &'a Item,
    words: Vec<Word>,
    base: usize,
    refs: Vec<&'a Reference>,
}

impl<'a> Window<'a> {
    #[expect(clippy::too_many_arguments, reason = "each is a different view of the one segment")]
    pub(super) fn new(
        folded: &'a str,
        range: Range<usize>,
        words: &[Word],
        refs: &'a [Reference],
        raw: (usize, usize),
        _raw_text: &str,
        item: &'a Item,
        role: Role,
    ) -> Self {
        // words are in order of their ends; segments are short, so the scan stays linear
        let from = words.partition_point(|w| w.end <= range.start);
        let inside = words[from..].iter().take_while(|w| w.start < range.end + 80);
        let words: Vec<Word> = inside.filter(|w| w.start >= range.start && w.end <= range.end).copied().collect();
        let mut slots = Slots::default();
        words.iter().for_each(|w| slots.add(w.slot));
        let from = refs.partition_point(|r| r.end <= raw.0);
        let refs = refs[from..].iter().take_while(|r| r.start < raw.1).collect();
        Self { text: &folded[range.clone()], slots, role, item, words, base: range.start, refs }
    }

    pub(super) fn has(&self, slot: Slot) -> bool {
        self.slots.has(slot)
    }

    pub(super) fn count(&self, slot: Slot) -> usize {
        self.words.iter().filter(|w| w.slot == slot).count()
    }

    /// The words found for a slot.
    pub(super) fn of(&self, slot: Slot) -> impl Iterator<Item = &str> {
        self.words.iter().filter(move |w| w.slot == slot).map(|w| &self.text[w.start - self.base..w.end - self.base])
    }

    /// Words of two slots within `gap` bytes.
    pub(super) fn near(&self, a: Slot, b: Slot, gap: usize) -> bool {
        let of = |s: Slot| self.words.iter().filter(move |w| w.slot == s);
        of(a).any(|x| of(b).any(|y| x.start.max(y.start).saturating_sub(x.end.min(y.end)) <= gap && (x.start, x.end) != (y.start, y.end)))
    }

    /// Directive: somebody is told what to do.
    pub(super) fn directive(&self) -> bool {
        self.slots.any(&[Slot::Obligation, Slot::Order, Slot::Universal, Slot::Addressee])
    }

    /// Secrecy towards a person.
    pub(super) fn strong_secrecy(&self) -> bool {
        self.of(Slot::Secrecy).any(|w| !w.is_ascii() || TOLD.iter().any(|t| w.contains(t)) || is_foreign_phrase(w))
    }

    pub(super) fn strong_path(&self) -> bool {
        STRONG_PATH.is_match(self.text) || self.of(Slot::SecretPath).any(|w| !w.is_ascii())
    }

    /// A literal address of somebody, documentation examples left out.
    pub(super) fn destination(&self) -> bool {
        let own = |m: &str| ["example.com", "example.org", "localhost", "127.0.0.1", "0.0.0.0", "json-schema.org", "w3.org"].iter().any(|e| m.contains(e));
        DESTINATION.find_iter(self.text).any(|m| !own(m.as_str()))
    }

    pub(super) fn literal(&self) -> bool {
        LITERAL.is_match(self.text)
    }

    pub(super) fn command(&self) -> bool {
        COMMAND.is_match(self.text)
    }

    pub(super) fn markup(&self) -> bool {
        MARKUP.is_match(self.text)
    }

    pub(super) fn role_marker(&self) -> bool {
        ROLE.is_match(self.text)
    }

    /// Tools named here that are not this server's.
    pub(super) fn foreign(&self) -> usize {
        self.refs.iter().filter(|r| r.as_tool && r.whose != Whose::Own).count()
    }

    /// Tools of other servers of the fleet named here.
    pub(super) fn others(&self) -> impl Iterator<Item = (usize, &ItemKey)> {
        self.refs.iter().filter_map(|r| match &r.whose {
            Whose::Other(server, key) => Some((*server, key)),
            _ => None,
        })
    }

    /// Something of this server's own is named.
    pub(super) fn own(&self) -> bool {
        self.refs.iter().any(|r| r.whose == Whose::Own)
    }

    /// What was seen, for people who ask why.
    pub(super) fn explain(&self) -> String {
        let mut parts = vec![self.slots.words()];
        if self.foreign() > 0 {
            parts.push("a tool that is not this server's".to_owned());
        }
        if self.strong_path() {
            parts.push("a place where secrets are kept".to_owned());
        }
        if self.destination() {
            parts.push("a literal destination".to_owned());
        }
        parts.retain(|p| !p.is_empty());
        parts.join("; ")
    }
}

/// Latin-script secrecy of other languages is always about telling somebody.
fn is_foreign_phrase(word: &str) -> bool {
    let english = ["silent", "quiet", "hide", "suppress", "discreet", "covert", "stealth", "behind", "invisible", "transparent", "leave", "omit", "exclude", "refrain", "avoid", "do not", "don't", "never", "without", "not ", "no ", "keep", "kept", "unnoticed", "in secret"];
    !english.iter().any(|e| word.starts_with(e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile() {
        for pattern in [&DESTINATION, &LITERAL, &COMMAND, &MARKUP, &ROLE, &STRONG_PATH] {
            assert!(!pattern.is_match("plain words"));
        }
    }
}
