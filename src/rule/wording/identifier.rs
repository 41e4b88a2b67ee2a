//! Rules about names of items, parameters and enum values.

use super::context::Surroundings;
use crate::manifest::Item;
use crate::text::{Field, Role};

const ORDERS: [&str; 14] = [
    "always_call",
    "always_use",
    "always_run",
    "always_invoke",
    "must_call",
    "must_use",
    "must_run",
    "must_invoke",
    "call_first",
    "call_me_first",
    "_before_any",
    "ignore_previous",
    "do_not_tell",
    "run_this_first",
];
const SECRETS: [&str; 12] = [
    "ssh",
    "id_rsa",
    "id_ed25519",
    "dot_env",
    "env_file",
    "passwd",
    "private_key",
    "secret",
    "credentials",
    "system_prompt",
    "conversation",
    "aws",
];

/// In a name of five words or more, one of these, one of [`SECRETS`] and one of [`MOVES`] or [`HANDS`] are an order.
const READS: [&str; 6] = ["read", "reading", "open", "cat", "load", "fetch"];
const HANDS: [&str; 4] = ["pass", "put", "add", "into"];

/// In a name of four words or more, one of these and one of [`DATA`] say what to put there.
const MOVES: [&str; 12] = [
    "include",
    "including",
    "also",
    "append",
    "attach",
    "send",
    "dump",
    "leak",
    "exfiltrate",
    "forward",
    "paste",
    "contents",
];
const DATA: [&str; 18] = [
    "ssh",
    "env",
    "environment",
    "credentials",
    "passwords",
    "password",
    "secrets",
    "tokens",
    "cookies",
    "conversation",
    "chat",
    "history",
    "prompt",
    "passwd",
    "aws",
    "memory",
    "instructions",
    "keys",
];

/// What a tool may be there for.
const PURPOSES: [&str; 27] = [
    "secret",
    "credential",
    "password",
    "token",
    "key",
    "env",
    "vault",
    "auth",
    "login",
    "cookie",
    "ssh",
    "conversation",
    "chat",
    "memor",
    "message",
    "history",
    "prompt",
    "transcript",
    "context",
    "session",
    "mail",
    "contact",
    "calendar",
    "wallet",
    "sms",
    "otp",
    "card",
];

/// Whether what a sentence asks for may be what the tool is there for by its own name: `add_ssh_key` takes a key.
pub fn has_purpose(rule: &str) -> bool {
    matches!(rule, "sensitive-resource-pull" | "context-harvest")
}

/// Purposes that a sentence in lower case names, one bit for each.
pub fn purposes(sentence: &str) -> u32 {
    let bits = PURPOSES.iter().enumerate().filter(|(_, word)| sentence.contains(*word));
    bits.fold(0, |all, (i, _)| all | 1 << i)
}

/// Whether a text describes a parameter that takes a public key, and neither says otherwise nor where one lies.
pub fn is_public_key(field: &Field<'_>) -> bool {
    let has =
        |key: &str, word: &str| key.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()));
    let named = |word: &str| (0..field.trail.depth()).any(|at| has(field.trail.at(at), word));
    field.role == Role::ParamDescription
        && named("public")
        && named("key")
        && field.text.len() <= 200
        && !field.text.contains(['~', '/', '\\', '_'])
        && !field.text.to_ascii_lowercase().contains("private")
}

/// Whether a text names the file in which `ssh` looks up hosts, and no key, and is about a tool for `ssh`.
pub fn is_list_of_hosts(text: &str, item: &Item) -> bool {
    let keys = [".ssh", "id_rsa", "id_ed25519", "private", "authorized_keys"];
    let rest = || text.to_ascii_lowercase().replace(".ssh/config", "");
    text.contains(".ssh/config")
        && spelled(item.key.name.raw()).split('_').any(|word| word == "ssh")
        && !keys.iter().any(|key| rest().contains(key))
}

/// Purposes that the name of an item names.
pub fn own_purposes(item: &Item) -> u32 {
    purposes(&crate::text::capped(item.key.name.raw(), 200).to_ascii_lowercase())
}

/// A name in lower case, with `_` between its words.
pub fn spelled(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && out.ends_with(|p: char| p.is_ascii_lowercase()) {
            out.push('_');
        }
        out.push(if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() });
    }
    out
}

/// Rules that a name breaks by itself.
pub fn judge(field: &Field<'_>, surroundings: &Surroundings<'_>) -> Vec<&'static str> {
    let mut out = Vec::new();
    if !matches!(field.role, Role::Name | Role::PropertyName | Role::Enum | Role::Argument) || field.text.len() > 200 {
        return out;
    }
    let name = spelled(field.text);
    let taken = ["content_from", "contents_of", "contents_from", "from_reading", "value_of_reading", "output_of_cat"];
    let parts = || name.split('_');
    let count = 1 + name.bytes().filter(|b| *b == b'_').count();
    // each of these has one of two words
    let may = count > 1 && (name.contains("from") || name.contains("_of"));
    let secret = may && taken.iter().any(|r| name.contains(r)) && SECRETS.iter().any(|s| name.contains(s));
    let says = |words: &[&str]| parts().any(|p| words.contains(&p));
    let secret = secret || (count >= 4 && says(&["all", "also"]) && says(&MOVES) && says(&DATA));
    let files = || SECRETS.iter().any(|s| name.contains(s));
    let secret = secret || (count >= 5 && says(&READS) && (says(&MOVES) || says(&HANDS)) && files());
    // each order has one of these
    let ends = |part: &str| ["always", "must", "call", "ignore"].iter().any(|end| part.ends_with(end));
    let may = || parts().any(|part| ["me", "before", "not", "this"].contains(&part) || ends(part));
    let order = count >= 3 && may() && ORDERS.iter().any(|o| name.contains(o));
    if secret || order {
        out.push("instructional-name");
    }
    if field.role == Role::PropertyName && surroundings.asks(&name, field) {
        out.push("context-parameter");
    }
    out
}
