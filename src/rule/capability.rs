//! What a tool can do, guessed from its name and schema. Annotations may only add risk; the protocol calls them
//! untrusted. Coarse on purpose: it compares a server with its own past.

use crate::json::Node;
use crate::manifest::Item;

/// A class of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Runs commands or code.
    Exec,
    /// Sends data to others.
    Egress,
    /// Reads secrets.
    Secret,
    /// Destroys or overwrites.
    Destructive,
}

impl Capability {
    /// Words for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Exec => "runs commands or code",
            Self::Egress => "sends data out",
            Self::Secret => "reads secrets",
            Self::Destructive => "deletes or overwrites",
        }
    }
}

/// Words of tools that run something.
pub const RUNS: [&str; 7] = ["exec", "execute", "shell", "bash", "terminal", "eval", "spawn"];
/// Verbs of tools that send something to others.
pub const SENDS: [&str; 9] = ["send", "post", "publish", "upload", "forward", "email", "tweet", "broadcast", "notify"];
/// What is secret.
pub const SECRETS: [&str; 9] =
    ["secret", "secrets", "credential", "credentials", "password", "passwords", "keychain", "vault", "env"];
/// Verbs of tools that destroy or overwrite.
pub const DESTROYS: [&str; 8] = ["delete", "remove", "drop", "destroy", "wipe", "purge", "truncate", "overwrite"];
/// Further verbs of tools that change something.
const WRITES: [&str; 7] = ["create", "update", "write", "insert", "set", "add", "edit"];

/// The words of an identifier: `sendEmail`, `send_email` and `send-email` are two words each.
pub fn words(name: &str) -> Vec<String> {
    parted(&spelled(name, usize::MAX)).map(str::to_owned).collect()
}

/// The words of what [`spelled`] gives.
pub fn parted(spelled: &str) -> impl DoubleEndedIterator<Item = &str> {
    spelled.split(' ').filter(|word| !word.is_empty())
}

/// So many words of an identifier, with a blank between two: of a text that may be long, the first are enough.
pub fn spelled(name: &str, most: usize) -> String {
    let mut out = String::with_capacity(name.len().min(MOST) + 4);
    let (mut fresh, mut lower, mut count) = (true, false, 0);
    for c in name.chars() {
        if !c.is_alphanumeric() {
            fresh = true;
            continue;
        }
        if fresh || (c.is_uppercase() && lower) {
            if count == most {
                break;
            }
            count += 1;
            if count > 1 {
                out.push(' ');
            }
        }
        match c.is_ascii() {
            true => out.push(c.to_ascii_lowercase()),
            false => out.extend(c.to_lowercase()),
        }
        fresh = false;
        lower = c.is_lowercase() || c.is_numeric();
    }
    out
}

/// Bytes of a name that room is made for.
const MOST: usize = 64;

/// The classes of a tool, sorted.
pub fn of_tool(tool: &Item) -> Vec<Capability> {
    let properties = tool.node.get("inputSchema").and_then(|s| s.get("properties"));
    let command = properties
        .is_some_and(|p| p.members().iter().any(|m| ["command", "cmd", "shell_command", "script"].contains(&&*m.key)));
    let hint = |name: &str| tool.node.get("annotations").and_then(|a| a.get(name)).and_then(Node::as_bool);
    let destroys = hint("destructiveHint") == Some(true) && hint("readOnlyHint") != Some(true);
    of_name(tool.key.name.raw(), command, destroys)
}

/// Whether a tool runs code, sends data out, reads secrets or destroys.
pub fn is_sink(tool: &Item) -> bool {
    !of_tool(tool).is_empty()
}

/// The same, when nothing but its name is known.
pub fn acts(name: &str) -> bool {
    !of_name(name, false, false).is_empty()
}

/// Whether a tool changes something: it runs code, sends data out, destroys, or its first word says that it writes.
pub fn changes(tool: &Item) -> bool {
    let of_power = [Capability::Exec, Capability::Egress, Capability::Destructive];
    of_tool(tool).iter().any(|c| of_power.contains(c)) || WRITES.contains(&spelled(tool.key.name.raw(), 1).as_str())
}

fn of_name(name: &str, command: bool, destroys: bool) -> Vec<Capability> {
    let spelled = spelled(name, usize::MAX);
    let has = |list: &[&str]| parted(&spelled).any(|w| list.contains(&w));
    let first = |list: &[&str]| parted(&spelled).next().is_some_and(|w| list.contains(&w));
    let mut out = Vec::new();
    if has(&RUNS) && !has(&["query", "sql", "workflow"])
        || (first(&["run"]) && (command || has(&["command", "script", "code", "python", "javascript"])))
    {
        out.push(Capability::Exec);
    }
    if first(&SENDS) || (has(&["webhook"]) && !first(&["list", "get"])) {
        out.push(Capability::Egress);
    }
    if has(&SECRETS) && first(&["get", "read", "list", "fetch", "dump", "show", "export"]) {
        out.push(Capability::Secret);
    }
    if destroys || first(&DESTROYS) {
        out.push(Capability::Destructive);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_words_in_every_style() {
        for name in ["send_email", "sendEmail", "send-email", "Send Email", "SendEmail"] {
            assert_eq!(words(name), ["send", "email"], "{name}");
            assert_eq!(spelled(name, 1), "send", "{name}");
        }
        assert!(words("-_").is_empty() && spelled("x", 0).is_empty());
    }
}
