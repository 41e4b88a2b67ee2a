//! Names that are orders: `content_from_reading_ssh_key`, `always_call_this_first`.

use super::Place;
use crate::finding::{Evidence, View};
use crate::json::Pointer;
use crate::rule::Hit;
use crate::rule::capability::words;
use crate::rule::strings::Role;
use crate::untrusted::{Message, Untrusted};

/// Judges a name, a key or a constant.
pub(super) fn judge(place: &Place<'_>, pointer: &Pointer, text: &str, role: Role, out: &mut Vec<Hit>) {
    let limit = 200;
    if text.len() < 12 || text.len() > limit || text.contains([' ', '/', '.']) {
        return;
    }
    let parts = words(text);
    if parts.len() < 3 || !orders(&parts) {
        return;
    }
    let evidence = Evidence {
        pointer: pointer.clone(),
        text: Untrusted::from(text),
        view: View::Raw,
        start: 0,
        end: text.len(),
        why: "the words of the name are an order".to_owned(),
    };
    let kind = if role == Role::Name { "is named like an order" } else { "has a name inside that is an order" };
    out.push(Hit {
        item: Some(place.item.key.clone()),
        pointer: pointer.clone(),
        message: Message::new(format!("{} ", place.item.key.kind.word())).quote(&place.item.key.name).text(format!(" {kind}: ")).quote(&text.into()),
        evidence: vec![evidence],
        ..Hit::new("instructional-name", place.server)
    });
}

fn orders(parts: &[String]) -> bool {
    let has = |list: &[&str]| parts.iter().any(|p| list.contains(&p.as_str()));
    let joined = parts.join("_");
    let secret = has(&["ssh", "rsa", "passwd", "shadow", "credentials", "secrets", "dotenv", "keychain", "aws"])
        || ["private_key", "dot_env", "api_keys", "system_prompt", "env_file", "secret_key"].iter().any(|s| joined.contains(s));
    let pulls = has(&["reading", "content", "contents", "from", "read", "include", "paste", "dump", "value"]);
    let forced = ["always_", "must_", "never_", "ignore_", "before_", "first_"].iter().any(|s| joined.starts_with(s))
        || ["_call_first", "_before_any", "_must_be", "_always_call", "_call_this", "_do_not_tell", "_without_asking"].iter().any(|s| joined.contains(s));
    let acts = has(&["call", "use", "run", "send", "tell", "read", "include", "execute", "instructions", "invoke", "pass"]);
    (secret && pulls && parts.len() >= 4) || (forced && acts && parts.len() >= 3) || (joined.contains("from_reading") && parts.len() >= 4)
}
