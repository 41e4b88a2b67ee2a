//! Rules about names of items, parameters and enum values.

use crate::text::{Field, Role};

const ORDERS: [&str; 8] = [
    "always_",
    "must_",
    "call_first",
    "call_me_first",
    "_before_any",
    "ignore_previous",
    "do_not_tell",
    "run_this_first",
];
const SECRETS: [&str; 10] = [
    "ssh",
    "id_rsa",
    "dot_env",
    "passwd",
    "private_key",
    "secret",
    "credentials",
    "system_prompt",
    "conversation",
    "aws",
];
const CONTEXT: [&str; 16] = [
    "conversation_history",
    "chat_history",
    "full_conversation",
    "system_prompt",
    "system_message",
    "tool_list",
    "tools_list",
    "available_tools",
    "chain_of_thought",
    "sidenote",
    "side_note",
    "llm_model_name",
    "previous_messages",
    "message_history",
    "full_context",
    "all_tool_names",
];

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

/// Rules that a name breaks by itself.
pub fn judge(field: &Field<'_>) -> Vec<&'static str> {
    let mut out = Vec::new();
    if !matches!(field.role, Role::Name | Role::PropertyName | Role::Enum | Role::Argument) || field.text.len() > 200 {
        return out;
    }
    let mut name = String::new();
    for c in field.text.chars() {
        if c.is_ascii_uppercase() && name.ends_with(|p: char| p.is_ascii_lowercase()) {
            name.push('_');
        }
        name.push(if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() });
    }
    let taken = ["content_from", "contents_of", "contents_from", "from_reading", "value_of_reading", "output_of_cat"];
    let secret = taken.iter().any(|r| name.contains(r)) && SECRETS.iter().any(|s| name.contains(s));
    let parts: Vec<&str> = name.split('_').collect();
    let says = |words: &[&str]| parts.iter().any(|p| words.contains(p));
    let secret = secret || (parts.len() >= 4 && says(&MOVES) && says(&DATA) && says(&["all", "also"]));
    let order = ORDERS.iter().any(|o| name.contains(o)) && name.matches('_').count() >= 2;
    if secret || (order && field.role != Role::Enum) {
        out.push("instructional-name");
    }
    if field.role == Role::PropertyName && CONTEXT.contains(&name.as_str()) {
        out.push("context-parameter");
    }
    out
}
