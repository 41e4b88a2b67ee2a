//! What the parameters of a tool say of it: where something can be sent to, what can be run, what can be read. Only free ones
//! count, for who may choose from a list of the server's own cannot choose where data go.

use std::collections::BTreeSet;

use super::Part;
use crate::json::Node;
use crate::manifest::Item;

/// Names of the parameters of a tool that take any text.
pub(super) struct Parameters<'a> {
    names: Vec<&'a str>,
    all: Vec<&'a str>,
    /// Free ones that have to be given, where one of them may be a file.
    required: Vec<&'a str>,
}

const URL: [&str; 6] = ["url", "urls", "uri", "link", "href", "website"];
const CODE: [&str; 5] = ["command", "cmd", "code", "script", "shell_command"];
/// Addresses that something is sent to and nothing is read from.
const HOOK: [&str; 5] = ["webhook", "webhook_url", "webhookurl", "callback_url", "callbackurl"];
/// Whom something is sent to.
const TO: [&str; 15] = [
    "to",
    "recipient",
    "recipients",
    "to_email",
    "toemail",
    "email_to",
    "cc",
    "bcc",
    "channel_id",
    "chat_id",
    "chatid",
    "phone",
    "phone_number",
    "to_address",
    "mailto",
];
/// What is sent.
const WHAT: [&str; 12] = [
    "body",
    "message",
    "text",
    "content",
    "subject",
    "html",
    "payload",
    "attachment",
    "attachments",
    "caption",
    "comment",
    "html_body",
];
/// What makes an address one that is asked and given something.
const REQUEST: [&str; 6] = ["method", "body", "data", "payload", "headers", "http_method"];
/// A file that the caller chooses; what need not be given is where the result goes.
const FILE: [&str; 6] = ["file_path", "filepath", "file", "filename", "file_name", "absolute_path"];
/// Who may see what is made, also from a list.
const SCOPE: [&str; 7] = ["visibility", "public", "is_public", "ispublic", "share_with", "sharing", "audience"];
const SQL: [&str; 3] = ["sql", "sql_query", "sqlquery"];

impl<'a> Parameters<'a> {
    pub(super) fn of(tool: &'a Item) -> Self {
        let schema = tool.node.get("inputSchema");
        let members = schema.and_then(|s| s.get("properties")).map(Node::members).unwrap_or_default();
        let free = |n: &Node| ["enum", "const", "pattern"].iter().all(|k| n.get(k).is_none());
        let names: Vec<&str> = members.iter().filter(|m| free(&m.value)).map(|m| &*m.key).collect();
        let asked = schema.and_then(|s| s.get("required")).map(Node::elements).unwrap_or_default();
        // only files are asked for: most tools take none, and both lists may be long
        let asked: BTreeSet<&str> =
            if has(&names, &FILE) { asked.iter().filter_map(Node::as_str).collect() } else { BTreeSet::new() };
        let required = names.iter().filter(|name| asked.contains(**name)).copied().collect();
        Self { all: members.iter().map(|m| &*m.key).collect(), required, names }
    }

    fn any(&self, of: &[&str]) -> bool {
        has(&self.names, of)
    }

    /// A parameter for any address.
    pub(super) fn url(&self) -> bool {
        self.any(&URL)
    }

    /// A parameter for what is run, also one that has a list of values.
    pub(super) fn code(&self) -> bool {
        self.all.iter().any(|n| CODE.contains(n))
    }

    /// A parameter for a command, which any text can be.
    pub(super) fn command(&self) -> bool {
        self.any(&["command", "cmd", "shell_command"])
    }

    /// What they say by themselves. What reads does not send to the channel it names, and only what reads reads the file; what
    /// makes something, and says who may see it, can make it for all.
    pub(super) fn parts(&self, reads: bool, makes: bool) -> Vec<Part> {
        let mut out = Vec::new();
        let to_others = (!reads && self.any(&TO)) || (makes && has(&self.all, &SCOPE));
        if self.any(&HOOK) || (self.any(&WHAT) && to_others) {
            out.push(Part::Egress);
        }
        if self.url() && self.any(&REQUEST) {
            out.extend([Part::Untrusted, Part::Egress]);
        }
        if self.any(&SQL) || (reads && has(&self.required, &FILE)) {
            out.push(Part::Private);
        }
        out
    }
}

/// Whether one of these names is among them, whatever its case.
fn has(names: &[&str], of: &[&str]) -> bool {
    names.iter().any(|name| of.iter().any(|o| name.eq_ignore_ascii_case(o)))
}
