//! Which slots together mean what: the rules over one sentence and the one after it. No rule stands on one slot alone.

use super::slots::{Match, Slot, Slot::*};
use crate::terms::Confidence;
use crate::text::Role;

/// What is known about a window of text.
pub struct Window<'a> {
    /// Slots of the window.
    pub slots: u64,
    /// Slots of its first sentence alone.
    pub near: u64,
    /// Where it begins.
    pub begins: usize,
    /// Entries in the window, in order.
    pub matches: &'a [Match],
    /// What the field is for.
    pub role: Role,
    /// A tool of another server in this fleet is named.
    pub owned: bool,
    /// One of the foreign tools is of the name of one that a client brings itself.
    pub brought: bool,
}

/// A rule and how sure it is.
pub struct Verdict {
    /// Rule id.
    pub rule: &'static str,
    /// `None` for the rule's own confidence.
    pub confidence: Option<Confidence>,
    /// The slots that carried it.
    pub slots: u64,
}

impl Window<'_> {
    fn has(&self, slot: Slot) -> bool {
        self.slots & slot.bit() != 0
    }

    fn here(&self, slot: Slot) -> bool {
        self.near & slot.bit() != 0
    }

    fn any(&self, slots: &[Slot]) -> bool {
        slots.iter().any(|s| self.has(*s))
    }

    /// Whether entries of both slots lie within `gap` bytes, the first one first.
    fn then(&self, a: Slot, b: Slot, gap: usize) -> bool {
        let pairs = self.matches.iter().filter(|m| m.slot == a);
        pairs
            .into_iter()
            .any(|m| self.matches.iter().any(|n| n.slot == b && n.start >= m.end && n.start - m.end <= gap))
    }

    /// As [`Self::then`], with no negation right before the first: "never read" forbids it.
    fn told(&self, a: Slot, b: Slot, gap: usize) -> bool {
        self.matches
            .iter()
            .filter(|m| m.slot == a && !self.negated(m))
            .any(|m| self.matches.iter().any(|n| n.slot == b && n.start >= m.end && n.start - m.end <= gap))
    }

    fn negated(&self, verb: &Match) -> bool {
        let before = |n: &Match| n.slot == Negate && n.end <= verb.start && verb.start - n.end <= 2;
        self.matches.iter().any(before)
    }

    /// Whether every entry of a slot, and at least one, is negated.
    fn forbidden(&self, slot: Slot) -> bool {
        let mut all = self.matches.iter().filter(|m| m.slot == slot).peekable();
        all.peek().is_some() && all.all(|m| self.negated(m))
    }

    fn close(&self, a: Slot, b: Slot, gap: usize) -> bool {
        self.then(a, b, gap) || self.then(b, a, gap)
    }

    /// Negated disclosure, or a phrase of secrecy.
    fn conceals(&self) -> bool {
        let told = |m: &&Match| m.slot == Disclose;
        // both words are of one language: the Spanish "no" says nothing about an English verb
        let after = |m: &Match, gap: usize| {
            self.matches.iter().any(|n| {
                let near = n.end <= m.start && m.start - n.end <= gap || n.start >= m.end && n.start - m.end <= gap;
                n.slot == Negate
                    && n.foreign_language == m.foreign_language
                    && near
                    && (m.foreign_language || n.end <= m.start)
            })
        };
        self.has(Secrecy)
            || self.matches.iter().filter(told).any(|m| match m.foreign_language {
                true => after(m, if self.has(User) { NEAR } else { 14 }),
                false => after(m, 14),
            })
    }

    fn strong_path(&self) -> bool {
        self.matches.iter().any(|m| {
            m.slot == SecretPath
                && !self.matches.iter().any(|w| w.slot == WeakPath && w.start <= m.start && w.end >= m.end)
        })
    }

    fn strong_override(&self) -> bool {
        self.matches.iter().any(|m| {
            m.slot == Override
                && !self.matches.iter().any(|w| w.slot == WeakOverride && w.start == m.start && w.end == m.end)
        })
    }

    fn directs(&self) -> bool {
        self.any(&[Obligation, Order, Universal, Threat])
    }
}

/// Whether entries of these slots, in order, can make one. Telling somebody conceals nothing, unless it is forbidden nearby.
pub fn may_conceal(matches: &[Match]) -> bool {
    let told = |at: usize| {
        let m = &matches[at];
        let near = |n: &Match| n.slot == Negate && n.start <= m.end + NEAR && m.start <= n.end + NEAR;
        // entries are shorter than this
        let before = matches[..at].iter().rev().take_while(|n| n.start + ENTRY + NEAR >= m.start);
        let after = matches[at..].iter().take_while(|n| n.start <= m.end + NEAR);
        before.chain(after).any(near)
    };
    (0..matches.len()).any(|at| match matches[at].slot {
        Secrecy | Quiet | SecretPath => true,
        Disclose => told(at),
        _ => false,
    })
}

/// Bytes between a word of telling and the one that forbids it.
pub const NEAR: usize = 40;

/// Bytes of the longest entry of a lexicon; its test holds the files to it.
pub const ENTRY: usize = 80;

/// All rules over one window.
pub fn judge(w: &Window<'_>) -> Vec<Verdict> {
    let mut out = Vec::new();
    let mut say = |rule, confidence, slots: &[Slot]| {
        let used = slots.iter().map(|s| s.bit()).fold(0, |a, b| a | b) & w.slots;
        out.push(Verdict { rule, confidence, slots: used });
    };
    let low = Some(Confidence::Low);
    let foreign = w.has(Foreign);
    let conceals = w.conceals();
    let guarded = w.has(Guard);
    let benign = w.has(Detect) && !conceals;
    let quiet = w.has(Quiet)
        && !w.then(Negate, Quiet, 12)
        && ((foreign && w.any(&[Call, Tamper]) && w.has(Order))
            || (w.strong_path() && w.any(&[Read, Move]))
            || w.has(History));
    let strong = w.strong_path();

    let act = foreign
        || strong
        || w.any(&[Destination, Exec, Host])
        || (w.any(&[SecretNoun, History, Private]) && w.any(&[Move, Read]));
    let act = act || (w.has(Tamper) && w.any(&[ResultNoun, Money]) && w.directs());
    if (conceals && act && !guarded) || quiet {
        let confidence = if w.has(User) || w.has(Secrecy) || strong || quiet { None } else { low };
        say(
            "concealed-action",
            confidence,
            &[
                Secrecy,
                Quiet,
                Negate,
                Disclose,
                Foreign,
                SecretPath,
                Destination,
                Exec,
                SecretNoun,
                History,
                Private,
                Tamper,
            ],
        );
    } else if conceals && w.has(User) && w.directs() && w.role != Role::PropertyName && !guarded {
        say("concealment-from-user", None, &[Secrecy, Negate, Disclose, User, Addressee]);
    }
    let abroad = w.matches.iter().any(|m| m.foreign_language && matches!(m.slot, Read | Move));
    let data_field = w.role.is_schema_data() && w.has(SecretPath) && w.has(Read) && w.has(Move);
    let taken = abroad
        || w.told(Read, SecretPath, 50)
        || w.told(Move, SecretPath, 50)
        || w.then(Bulk, SecretPath, 20) && !w.forbidden(Read);
    if (strong || data_field)
        && !benign
        && taken
        && (w.any(&[Order, Obligation, Bulk, History, Pretext, Universal, Secrecy, Addressee, Trigger])
            || w.role.is_schema_data())
    {
        say("sensitive-resource-pull", None, &[Read, Move, SecretPath, Order, Obligation, Bulk, Pretext]);
    } else if w.has(SecretPath) && !benign && w.has(Read) && w.has(Move) && w.any(&[Order, Obligation]) && conceals {
        say("sensitive-resource-pull", None, &[Read, Move, SecretPath, Order, Obligation]);
    }
    let moved = w.close(Move, History, 60) || (w.has(Private) && w.has(Move) && w.has(Tag));
    if moved
        && (w.here(Obligation) || w.here(Universal) || w.here(Threat) || conceals || w.has(Tag))
        && (w.any(&[Bulk, Universal, Tag, Destination, Pretext]) || conceals || foreign)
    {
        let sure = conceals || w.any(&[Tag, Universal, Destination, Threat]) || foreign;
        say(
            "context-harvest",
            if sure { None } else { low },
            &[History, Private, Move, Obligation, Bulk, Universal, Tag],
        );
    }
    let redirect = w.here(Foreign)
        && w.has(Tamper)
        && w.any(&[Call, UserAsks])
        && (w.then(Tamper, Literal, 60) || w.any(&[Destination, SecretPath, Regardless]))
        && w.any(&[Literal, Destination, Regardless, SecretPath])
        && w.any(&[Order, Obligation]);
    if redirect && !guarded && w.any(&[Literal, Destination, SecretPath, Regardless]) {
        say("parameter-redirection", None, &[Foreign, Tamper, Literal, Destination, Regardless, Order, Obligation]);
    }
    if foreign && w.has(Call) && w.here(Foreign) && !guarded {
        let several = w.matches.iter().filter(|m| m.slot == Foreign).count() >= 2;
        let called = w.then(Call, Foreign, 14);
        let ordered = w.here(Order) && (w.any(&[Threat, Obligation, Universal]) || (several && called));
        let forced = called && w.then(Obligation, Foreign, 40) && !w.then(Negate, Foreign, 24);
        let carries = called && w.then(Foreign, Move, 40) && w.any(&[Private, History]) && w.has(Bulk);
        let weak = w.here(Before)
            && w.then(Before, Foreign, 100)
            && called
            && (w.then(Foreign, Literal, 60) || w.then(Foreign, Pretext, 60));
        if ordered || forced || carries || weak {
            let confidence = if ordered || forced || carries { None } else { low };
            say(
                "foreign-tool-sequencing",
                confidence,
                &[Foreign, Order, Call, Obligation, Threat, Pretext, Move, Bulk],
            );
        }
    }
    let diverted = w.here(UserAsks) && w.then(Obligation, Tamper, 20) && w.then(Tamper, Literal, 60);
    let bent =
        w.here(Foreign) && w.any(&[UserAsks, Call]) && w.then(Obligation, Tamper, 20) && w.any(&[UserAsks, Order]);
    if (diverted || bent) && !guarded {
        say("parameter-redirection", None, &[UserAsks, Obligation, Tamper, Literal, Pretext, Foreign]);
    }
    let session = w.any(&[Override, Exec, Threat, Tag])
        || w.then(Obligation, Foreign, 60)
        || conceals
        || (w.here(Universal) && w.has(History) && w.has(Move))
        || w.then(Call, Universal, 40) && w.then(Obligation, Call, 10) && w.has(Order);
    if w.here(Universal) && w.has(Obligation) && w.any(&[Call, Move, Exec, Order, Tamper]) && session && !guarded {
        say("session-wide-directive", None, &[Universal, Obligation, Call, Move, Order]);
    }
    let outranks = w.strong_override()
        || (w.has(Override)
            && (foreign || conceals || w.any(&[Tag, Tamper]))
            && w.has(Obligation)
            && w.has(Regardless));
    if outranks && !benign {
        let sure = w.strong_override() && (w.directs() || w.any(&[Move, User, Addressee, Call]));
        say("instruction-override", if sure { None } else { low }, &[Override, Obligation, Addressee, User]);
    }
    let directive = w.directs()
        || conceals
        || strong
        || w.any(&[Override, Exec])
        || (w.has(Move) && w.any(&[Private, SecretNoun, History]));
    let spoof = w.matches.iter().any(|m| m.slot == Spoof && (m.end - m.start > 7 || m.start == w.begins));
    if spoof && directive && !benign {
        say("authority-spoof", None, &[Spoof, Obligation, Order, Secrecy, Move]);
    }
    if w.has(Tag)
        && (w.any(&[Order, Universal, Override, Exec, Threat, Secrecy, Safety])
            || conceals
            || strong
            || foreign
            || (w.has(Move) && w.any(&[Private, SecretNoun, History, Destination])))
    {
        say("instruction-markup", None, &[Tag, Order, Universal, Override, Secrecy, Move, SecretPath, Private]);
    }
    let data = w.any(&[Bulk, History, Private, SecretNoun]) || strong;
    if w.has(Destination)
        && w.has(Move)
        && data
        && w.any(&[Obligation, Order, Universal])
        && w.close(Move, Destination, 120)
    {
        let sure = w.any(&[History, Private, Tag, Spoof, Threat, Universal]) || conceals || strong || foreign;
        say(
            "directed-egress",
            if sure { None } else { low },
            &[Destination, Move, Bulk, History, Private, SecretNoun, Obligation],
        );
    }
    if w.has(Consent) && !guarded && w.any(&[Move, Money, Destroy, Exec]) && w.directs() {
        say(
            "consent-bypass",
            if foreign || data && w.has(Destination) || w.has(Tag) { None } else { low },
            &[Consent, Move, Money, Destroy, Exec],
        );
    }
    if w.has(Trigger) && (foreign || strong || w.any(&[History, Destination, Secrecy])) && w.any(&[Move, Read, Call]) {
        say(
            "delayed-trigger",
            if foreign || strong || conceals { None } else { low },
            &[Trigger, Foreign, History, Destination],
        );
    }
    if w.has(Exec)
        && !benign
        && ((w.has(Universal) && w.directs())
            || (w.has(Environment) && w.has(Obligation))
            || (w.has(Threat) && w.has(Order)))
    {
        say("shell-directive", None, &[Exec, Universal, Environment, Obligation, Order]);
    }
    if w.close(PersistVerb, Persist, 60) && w.has(Obligation) && (w.any(&[Universal, Order, Addressee]) || conceals) {
        say(
            "persistence-directive",
            if conceals || w.has(Tag) || w.has(Universal) && w.has(Addressee) { None } else { low },
            &[Persist, PersistVerb, Obligation],
        );
    }
    if w.here(Tamper) && w.here(ResultNoun) && w.here(Foreign) && w.directs() && w.close(Tamper, ResultNoun, 50) {
        say("result-tampering", None, &[Tamper, ResultNoun, Foreign, Obligation]);
    }
    if (w.has(Superlative) && (w.has(NegRef) || w.here(Universal)))
        || (w.has(NegRef) && w.has(Universal) && w.has(Obligation))
    {
        say("preference-steering", low, &[Superlative, NegRef, Obligation]);
    }
    if w.has(Host) && w.any(&[Move, Call, Obligation]) {
        say("suspicious-destination", None, &[Host, Move]);
    }
    if w.has(FetchRun) && w.has(Destination) {
        say("remote-instructions", None, &[FetchRun, Destination, Obligation]);
    }
    if w.has(Safety) && !benign && w.any(&[Obligation, Addressee, Override]) {
        say("safety-bypass", None, &[Safety, Obligation, Addressee, Override]);
    }
    // to be used instead of what a client brings is what many an honest tool asks for: only its order is nobody else's
    let theirs = (w.owned && w.any(&[Threat, Tamper, Universal]) || w.here(Order)) && (w.owned || w.brought);
    if theirs && w.has(Call) && (w.here(Obligation) || w.here(Order)) && !guarded {
        say("foreign-tool-directive", None, &[Foreign, Obligation, Order, Tamper]);
    }
    if w.owned && w.has(Precede) {
        say("precedence-claim", None, &[Foreign, Precede]);
    }
    let schema = (w.directs() && w.any(&[Read, Move]) && (strong || w.any(&[History, Secrecy, Private, Destination])))
        || conceals && w.has(User)
        || w.strong_override();
    if w.role.is_schema_data() && schema {
        say(
            "directive-outside-description",
            None,
            &[Obligation, Order, Read, Move, SecretPath, History, Secrecy, Override],
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::slots::OF_JOINED;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn joined_texts_are_passed_over_only_when_they_can_say_nothing(
            words in prop::collection::vec((0..Slot::ALL.len(), 0..2000_usize, any::<bool>()), 0..40),
            hushed in any::<bool>(),
        ) {
            let all = words.into_iter().map(|(slot, start, foreign_language)| {
                Match { slot: Slot::ALL[slot].0, start, end: start + 4, foreign_language }
            });
            let mut matches: Vec<Match> = all.filter(|m| hushed || !matches!(m.slot, Secrecy | Quiet | SecretPath)).collect();
            matches.sort_by_key(|m| m.start);
            let read: Vec<Match> = matches.iter().filter(|m| m.slot.bit() & OF_JOINED != 0).copied().collect();
            let slots = matches.iter().fold(0, |all, m| all | m.slot.bit());
            let said = judge(&Window { slots, near: slots, begins: 0, matches: &matches, role: Role::Description, owned: false, brought: false });
            let says = said.iter().any(|v| matches!(v.rule, "concealed-action" | "sensitive-resource-pull"));
            prop_assert!(may_conceal(&read) || !says);
        }
    }
}
