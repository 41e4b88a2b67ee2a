//! The rules about one segment: which combination of slots is which effect, and what speaks against it.

use super::Seen;
use super::slots::Slot;
use super::window::Window;
use crate::rule::strings::Role;
use crate::terms::{Confidence, ItemKind};

use Confidence::{High, Low, Medium};

/// Everything a segment does.
pub(super) fn judge(w: &Window<'_>) -> Vec<Seen> {
    let mut out = Vec::new();
    let mut add = |rule, what, confidence| out.push(Seen { rule, what, confidence });
    let directive = w.directive();
    let foreign = w.foreign();
    let tells = w.strong_secrecy();
    let path = w.strong_path();
    let acts = w.slots.any(&[Slot::Read, Slot::Move, Slot::Call]);
    let harvest = harvest(w);

    // secrecy
    let object = path || foreign > 0 || harvest || w.destination() || (w.has(Slot::SecretNoun) && w.has(Slot::Move)) || w.command();
    if tells && acts && (object || (directive && w.slots.any(&[Slot::Move, Slot::Exec, Slot::Persist, Slot::Tamper]) && w.near(Slot::Secrecy, Slot::User, 60))) {
        add("concealed-action", "tells the model to do something and to hide it from the user", High);
    } else if tells && (w.has(Slot::User) || w.of(Slot::Secrecy).any(|s| !s.is_ascii() || s.contains("user"))) {
        add("concealment-from-user", "tells the model to hide something from the user", High);
    } else if w.has(Slot::Secrecy) && path && directive && w.slots.any(&[Slot::Read, Slot::Move]) {
        add("concealed-action", "tells the model to reach for secrets without being noticed", High);
    }

    // secrets
    if path && w.has(Slot::Read) && w.has(Slot::Move) && directive && !documents_secrets(w) {
        add("sensitive-resource-pull", "tells the model to read a secret and pass it on", High);
    } else if path && directive && w.slots.any(&[Slot::Read, Slot::Move]) && w.slots.any(&[Slot::Order, Slot::Pretext]) && w.has(Slot::Obligation) && !documents_secrets(w) {
        add("sensitive-resource-pull", "tells the model to reach for a secret", Medium);
    }

    // context
    if harvest && (w.has(Slot::Obligation) || w.has(Slot::Order)) && !w.has(Slot::Guard) {
        let sure = w.has(Slot::Bulk) && (w.has(Slot::Obligation) || tells);
        add("context-harvest", "makes the model hand over what it knows from elsewhere", if sure { High } else { Medium });
    }

    orders(w, foreign, &mut add);
    frames(w, &mut add);

    if w.destination() && w.has(Slot::Move) && moves_data(w) && (w.slots.any(&[Slot::Obligation, Slot::Order, Slot::Universal]) || tells) {
        add("directed-egress", "tells the model to send data to a literal address", Medium);
    }
    if w.command() && w.slots.any(&[Slot::Obligation, Slot::Order, Slot::Universal]) && w.has(Slot::Exec) && !about_setup(w) {
        add("shell-directive", "tells the model to run a command", if foreign > 0 || tells || w.has(Slot::Universal) { High } else { Medium });
    }
    if w.has(Slot::Persist) && w.slots.any(&[Slot::Obligation, Slot::Universal, Slot::Order]) && w.slots.any(&[Slot::Move, Slot::Tamper]) && (w.has(Slot::Universal) || tells || w.has(Slot::Override)) {
        add("persistence-directive", "tells the model to keep or spread these words", Medium);
    }
    if w.has(Slot::Consent) && (foreign > 0 || path || harvest || w.destination() || w.command()) && w.slots.any(&[Slot::Obligation, Slot::Order, Slot::Universal, Slot::Move]) {
        add("consent-bypass", "tells the model to act without asking", Medium);
    }
    if w.has(Slot::Trigger) && (foreign > 0 || harvest || w.destination() || path) && acts {
        add("delayed-trigger", "waits for a moment and then makes the model act", Medium);
    }
    outside(w, directive, foreign, tells, path, harvest, &mut add);
    steering(w, &mut add);
    out
}

type Add<'a> = &'a mut dyn FnMut(&'static str, &'static str, Confidence);

/// Orders about tools: sequencing, tampering, whole sessions.
fn orders(w: &Window<'_>, foreign: usize, add: Add<'_>) {
    let order = w.has(Slot::Order);
    let obligation = w.has(Slot::Obligation);
    if foreign > 0 && order && w.has(Slot::Call) && !w.has(Slot::Guard) {
        let alters = w.has(Slot::Tamper) && w.literal() && (obligation || w.has(Slot::Pretext));
        if alters {
            add("parameter-redirection", "makes the model change what another tool is given", High);
        }
        if foreign > 1 || obligation || w.has(Slot::Pretext) {
            add("foreign-tool-sequencing", "orders steps around a tool that is not this server's", if foreign > 1 || obligation { High } else { Medium });
        }
    } else if foreign > 0 && w.has(Slot::Tamper) && w.literal() && obligation && w.has(Slot::Pretext) {
        add("parameter-redirection", "makes the model change what another tool is given", Medium);
    }
    if foreign > 0 && w.has(Slot::Result) && w.near(Slot::Tamper, Slot::Result, 30) && obligation && !w.has(Slot::Read) {
        add("result-tampering", "makes the model change what another tool returned", Medium);
    }
    if w.has(Slot::Universal) && (obligation || order) && w.slots.any(&[Slot::Call, Slot::Move, Slot::Tamper]) && reaches(w) {
        let act = w.slots.any(&[Slot::History, Slot::Secrecy, Slot::Override, Slot::Consent]) || w.destination() || w.strong_path() || foreign > 0;
        let first = before_everything(w);
        if act || (first && w.has(Slot::Pretext)) {
            add("session-wide-directive", "gives an order for everything the model does", if act { High } else { Medium });
        } else if first {
            add("session-wide-directive", "wants to be called before everything else", Low);
        }
    }
}

/// Frames: override, role, markup.
fn frames(w: &Window<'_>, add: Add<'_>) {
    if w.has(Slot::Override) && overrides(w) {
        add("instruction-override", "tells the model to drop other instructions", High);
    }
    if w.role_marker() && w.slots.any(&[Slot::Obligation, Slot::Override, Slot::Addressee, Slot::Secrecy, Slot::Read, Slot::Move]) && w.role != Role::Name {
        add("authority-spoof", "speaks with the voice of the system or of a tool result", Medium);
    }
    if w.markup() && w.slots.any(&[Slot::Secrecy, Slot::Override])
        || (w.markup() && w.has(Slot::Obligation) && w.slots.any(&[Slot::Read, Slot::Move, Slot::Call]) && (w.strong_path() || w.foreign() > 0 || w.has(Slot::Universal) || harvest(w) || w.destination()))
    {
        add("instruction-markup", "wraps an order in markup that only a model reads", High);
    }
}

/// A directive where no prose belongs.
fn outside(w: &Window<'_>, directive: bool, foreign: usize, tells: bool, path: bool, harvest: bool, add: Add<'_>) {
    let place = matches!(w.role, Role::SchemaValue | Role::Title | Role::Other | Role::Uri) && w.item.key.kind != ItemKind::Prompt;
    if place && directive && w.slots.any(&[Slot::Read, Slot::Move, Slot::Call, Slot::Secrecy]) && (tells || path || harvest || foreign > 0 || w.has(Slot::Override) || w.destination() && w.has(Slot::Move)) {
        add("directive-outside-description", "holds an order in a field that is not for prose", High);
    }
}

fn steering(w: &Window<'_>, add: Add<'_>) {
    let prefers = w.has(Slot::Superlative) && (w.has(Slot::Universal) || w.of(Slot::Superlative).any(|s| s.contains("other") || s.contains("this tool instead") || s.contains("priority") || s.contains("must be used") || s.contains("always prefer")));
    let deters = w.has(Slot::NegRef) && w.of(Slot::NegRef).any(|s| s.contains("other"));
    if (prefers || deters) && !w.own() {
        add("preference-steering", "praises itself or warns of others to be chosen", Medium);
    }
}

/// What the model knows from elsewhere, moved.
fn harvest(w: &Window<'_>) -> bool {
    let general = ["other tools", "all tools you", "user data", "user's query", "user's question", "original request", "user's request", "sensitive information", "sensitive data", "available tools", "list of tools", "environment variables", "all previous"];
    let strong = w.of(Slot::History).any(|h| !general.contains(&h) && h != "conversation" && h != "conversations");
    (strong && w.near(Slot::Move, Slot::History, 60)) || (w.has(Slot::History) && w.near(Slot::Move, Slot::History, 40) && w.has(Slot::Bulk) && w.near(Slot::Bulk, Slot::History, 25))
}

fn moves_data(w: &Window<'_>) -> bool {
    w.slots.any(&[Slot::Bulk, Slot::History, Slot::SecretNoun, Slot::SecretPath, Slot::Result, Slot::Secrecy, Slot::User]) || w.of(Slot::Move).any(|m| ["bcc", "cc", "copy", "forward", "exfiltrat"].contains(&m))
}

/// Documentation of where a secret is kept, or a warning about it.
fn documents_secrets(w: &Window<'_>) -> bool {
    let t = w.text;
    let own = ["stored in", "saved to", "saved in", "is read from", "are read from", "set the", "configure", "requires an api key", "if not set", "optional", "defaults to", "default:", "not expose", "never share", "do not commit", "don't commit", "never commit", "never include", "do not include", "don't include", "not include", "do not store", "never store", "do not hardcode", "never log", "do not log", "redact", "mask", "sensitive"];
    own.iter().any(|o| t.contains(o)) && !w.strong_secrecy()
}

fn about_setup(w: &Window<'_>) -> bool {
    ["install", "to install", "setup", "set up", "prerequisite", "if the command", "example", "e.g."].iter().any(|s| w.text.contains(s)) && !w.strong_secrecy() && !w.has(Slot::Universal)
}

/// A universal that is about the model's work, not about the fields of the tool.
fn reaches(w: &Window<'_>) -> bool {
    w.of(Slot::Universal).any(|u| {
        ["tool", "request", "message", "conversation", "session", "interaction", "response", "repl", "communication", "from now on", "at all times", "whatever", "everything", "future", "query", "task", "command", "action", "operation", "question"].iter().any(|k| u.contains(k)) || !u.is_ascii()
    })
}

fn before_everything(w: &Window<'_>) -> bool {
    let t = w.text;
    ["before any other", "before all other", "before using any", "before calling any", "before every", "before any tool", "before each", "prior to any", "prior to every", "before all", "first before", "before responding", "before answering", "before you respond", "every time", "each time", "before performing any", "before executing any"].iter().any(|p| t.contains(p))
}

/// Overriding instructions, not settings.
fn overrides(w: &Window<'_>) -> bool {
    w.of(Slot::Override).any(|o| {
        let weak = ["supersede", "take precedence over", "takes precedence over", "act as if", "overrides any", "overrides all", "updated instructions", "disable all", "without restrictions", "skip validation", "ignore warnings", "debug mode enabled", "maintenance mode", "admin mode", "override system", "override the system", "you are now", "new instructions", "skip security", "bypass all", "no restrictions", "disable security", "ignore any instructions", "supersedes"];
        let is_weak = weak.iter().any(|k| o.contains(k));
        !is_weak || w.strong_secrecy() || (w.has(Slot::Addressee) && w.has(Slot::Obligation)) || w.count(Slot::Override) > 1 || w.text.contains("safety") || w.text.contains("previous")
    })
}
