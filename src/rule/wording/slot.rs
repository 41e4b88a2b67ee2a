//! What words do in sentences: the slots, by which lexicons are sorted.

macro_rules! slots {
    ($($name:ident = $word:literal, $say:literal;)*) => {
        /// What a word does in a sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)] // each one's meaning is the phrase beside it
        pub enum Slot { $($name),* }

        impl Slot {
            pub const ALL: &'static [(Slot, &'static str, &'static str)] = &[$((Slot::$name, $word, $say)),*];
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

/// Slots of which a concealed action and the pull of a secret are made: what texts are put together for.
pub const OF_JOINED: u64 =
    Slot::Secrecy.bit() | Slot::Quiet.bit() | Slot::Disclose.bit() | Slot::Negate.bit() | Slot::SecretPath.bit();

impl Slot {
    /// The bit in a set.
    pub const fn bit(self) -> u64 {
        1 << self as u64
    }

    /// Names of the slots of a set.
    pub fn words(set: u64) -> String {
        let said: Vec<&str> = Self::ALL.iter().filter(|s| set & s.0.bit() != 0).map(|s| s.2).collect();
        said.join(" + ")
    }
}
