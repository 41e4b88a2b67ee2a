//! Parameters that take the agent's own context: the conversation, its instructions, its tools, what it thinks. A name is known by
//! its words, whatever order or case they are in; whether the tool needs what it asks for is told by its own words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::identifier::spelled;
use crate::manifest::Item;
use crate::terms::Confidence;
use crate::text::{Field, Role};

/// What a name may ask for: a word of each set, or of each set of the next one.
struct Kind {
    what: &'static str,
    names: &'static [&'static [&'static [&'static str]]],
    /// Beginnings of words that a tool which needs it has in its name or description.
    needs: &'static [&'static str],
    /// Alone it is a usual thing to ask for.
    usual: bool,
}

const EARLIER: &[&str] = &["previous", "prior", "preceding", "earlier", "past", "recent", "last", "all", "other"];

const KINDS: [Kind; 9] = [
    Kind {
        what: "the conversation",
        names: &[
            &[
                &["conversation", "chat", "dialog", "dialogue", "convo"],
                &[
                    "history",
                    "log",
                    "logs",
                    "transcript",
                    "full",
                    "entire",
                    "whole",
                    "so",
                    "context",
                    "excerpt",
                    "summary",
                    "dump",
                    "content",
                    "contents",
                    "messages",
                    "recent",
                    "thread",
                    "turns",
                    "snapshot",
                    "window",
                    "tail",
                    "previous",
                    "prior",
                    "past",
                    "last",
                ],
            ],
            &[EARLIER, &["messages", "turns", "exchanges", "utterances", "dialog", "dialogue"]],
            &[&["message", "session"], &["history", "transcript"]],
        ],
        needs: &[],
        usual: false,
    },
    Kind {
        what: "the agent's instructions",
        names: &[
            &[&["system", "developer"], &["prompt", "prompts", "instructions", "preamble"]],
            &[&["system"], &["message"]],
            &[
                &["agent", "assistant", "model", "host", "hidden"],
                &["prompt", "instructions", "preamble", "guidelines"],
            ],
        ],
        needs: &["instruct", "system", "model", "prompt", "generat"],
        usual: false,
    },
    Kind {
        what: "the agent's tools",
        names: &[&[
            &["tool", "tools"],
            &[
                "list",
                "names",
                "available",
                "inventory",
                "manifest",
                "catalog",
                "catalogue",
                "definitions",
                "schemas",
                "roster",
                "loaded",
                "enabled",
                "installed",
                "connected",
            ],
        ]],
        needs: &["tool"],
        usual: false,
    },
    Kind {
        what: "what other tools answered",
        names: &[&[
            &["tool", "tools"],
            &["result", "results", "output", "outputs", "response", "responses", "calls", "trace"],
            EARLIER,
        ]],
        needs: &["trace"],
        usual: false,
    },
    Kind {
        what: "what the agent thinks",
        names: &[
            &[&["chain", "train"], &["thought", "thoughts"]],
            &[&["scratchpad", "sidenote"]],
            &[&["side"], &["note"]],
            &[
                &["reasoning", "thinking", "thought", "thoughts"],
                &["trace", "chain", "full", "internal", "model", "agent", "log", "private"],
            ],
        ],
        needs: &["think", "thought", "reason", "scratchpad"],
        usual: false,
    },
    Kind {
        what: "the environment",
        names: &[&[&["env", "environ", "environment"], &["dump", "snapshot", "full"]]],
        needs: &["environ"],
        usual: false,
    },
    Kind {
        what: "what is open",
        names: &[&[&["open"], &["files", "tabs", "editors", "buffers", "documents"]]],
        needs: &["editor", "tab", "browser", "open", "ide", "workspace", "window"],
        usual: false,
    },
    Kind {
        what: "which model is asking",
        names: &[&[&["llm", "model", "assistant", "ai"], &["name", "vendor", "identity", "version", "family"]]],
        needs: &["train", "predict", "infer", "fit", "model", "prompt", "generat"],
        usual: true,
    },
    Kind {
        what: "what the user asked for",
        names: &[&[
            &["user", "original", "verbatim", "initial"],
            &["request", "query", "prompt", "message", "question", "ask", "intent", "instruction", "instructions"],
        ]],
        needs: &["request", "query", "question", "intent", "prompt", "generat"],
        usual: true,
    },
];

/// Names of parameters that take the agent's own context, whatever the tool is for.
const LISTED: [&str; 11] = [
    "full_conversation",
    "tool_list",
    "tools_list",
    "available_tools",
    "chain_of_thought",
    "sidenote",
    "side_note",
    "llm_model_name",
    "previous_messages",
    "full_context",
    "all_tool_names",
];

/// Beginnings of words of tools that keep conversations, or run an agent that does.
const TALKS: [&str; 14] = [
    "agent",
    "assistant",
    "llm",
    "chat",
    "conversation",
    "completion",
    "message",
    "harness",
    "voice",
    "bot",
    "session",
    "dialog",
    "memor",
    "transcript",
];

/// Parameters by which a model is run.
const SETTINGS: [&str; 6] = ["model", "temperature", "max_tokens", "top_p", "top_k", "messages"];

/// Whether a name, its words in lower case and joined by `_`, asks for context that its tool has no use for.
pub fn asks(name: &str, field: &Field<'_>, item: &Item) -> bool {
    let kind = || kind_of(name).filter(|kind| !kind.usual);
    LISTED.contains(&name) || kind().is_some_and(|kind| !needs(kind, field, item))
}

/// What the parameters of an item ask for together. Two things that it has no use for are no chance; one alone may be.
pub fn of_item<'f, 'a>(fields: &'f [Field<'a>], item: &Item) -> Option<(&'f Field<'a>, String, Confidence)> {
    let mut first = None;
    let mut kinds: Vec<&Kind> = Vec::new();
    for field in fields.iter().filter(|f| f.role == Role::PropertyName) {
        let name = spelled(field.text);
        let Some(kind) = kind_of(&name) else { continue };
        if kinds.iter().any(|known| known.what == kind.what) || needs(kind, field, item) {
            continue;
        }
        if !kind.usual || LISTED.contains(&name.as_str()) {
            first = first.or(Some(field));
        }
        kinds.push(kind);
    }
    let confidence = if kinds.len() > 1 { Confidence::Medium } else { Confidence::Low };
    let what: Vec<&str> = kinds.iter().map(|kind| kind.what).collect();
    Some((first?, format!("parameters for {}", what.join(" and ")), confidence))
}

/// The words of every first set: most names have none of them.
static FIRST: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let first = KINDS.iter().flat_map(|kind| kind.names).filter_map(|sets| sets.first());
    first.copied().flatten().copied().collect()
});

fn kind_of(name: &str) -> Option<&'static Kind> {
    let first = &*FIRST;
    if !name.split('_').any(|word| first.contains(word)) {
        return None;
    }
    let among = |set: &&[&str]| name.split('_').any(|word| set.contains(&word));
    KINDS.iter().find(|kind| kind.names.iter().any(|sets| sets.iter().all(among)))
}

/// Whether the tool's name or description speak of what it asks for, of models, agents or conversations, or the parameters
/// beside this one are those of a model.
fn needs(kind: &Kind, field: &Field<'_>, item: &Item) -> bool {
    let mut beside = field.pointer();
    beside.pop();
    let beside = item.node.at(&beside).map_or(&[][..], |node| node.members());
    if beside.iter().any(|member| SETTINGS.contains(&&*member.key)) {
        return true;
    }
    let description = item.node.get("description").and_then(|d| d.as_str()).unwrap_or_default();
    [item.key.name.raw(), description].iter().any(|text| {
        let text = crate::text::capped(text, 4096).to_ascii_lowercase();
        TALKS.iter().chain(kind.needs).any(|word| text.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::{kind_of, spelled};

    fn what(name: &str) -> Option<&'static str> {
        kind_of(&spelled(name)).map(|kind| kind.what)
    }

    #[test]
    fn a_name_is_known_by_its_words() {
        for name in
            ["conversation_history", "fullConversation", "previous-messages", "chat so far", "session_transcript"]
        {
            assert_eq!(what(name), Some("the conversation"), "{name}");
        }
        assert_eq!(what("systemPrompt"), Some("the agent's instructions"));
        assert_eq!(what("tools_available"), Some("the agent's tools"));
        assert_eq!(what("prior_tool_results"), Some("what other tools answered"));
        assert_eq!(what("side_note"), Some("what the agent thinks"));
        assert_eq!(what("env_dump"), Some("the environment"));
        assert_eq!(what("open_files"), Some("what is open"));
    }

    #[test]
    fn a_word_alone_or_within_another_is_none() {
        for name in [
            "conversation_id",
            "chatBarText",
            "history",
            "system",
            "tool",
            "prompt",
            "env_vars",
            "reopen_files",
            "toolbox_list",
        ] {
            assert_eq!(what(name), None, "{name}");
        }
    }
}
