//! Parameters that take the agent's own context: the conversation, its instructions, its tools, what it thinks. A name is known by
//! its words, whatever order or case they are in; whether the tool needs what it asks for is told by its own words.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;

use super::everyone::Everyone;
use super::identifier::spelled;
use crate::json::Pointer;
use crate::manifest::Item;
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

const MODEL: &str = "which model is asking";

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
        what: MODEL,
        names: &[
            &[&["llm", "model", "assistant", "ai"], &["name", "vendor", "identity", "version", "family"]],
            &[&["calling", "caller", "requesting", "invoking"], &["model", "llm"]],
        ],
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

/// Words of a name that speak of the agent which calls.
const CALLS: [&str; 7] = ["llm", "ai", "assistant", "calling", "caller", "requesting", "your"];

/// Parameters by which a model is run.
const SETTINGS: [&str; 6] = ["model", "temperature", "max_tokens", "top_p", "top_k", "messages"];

/// What the parameters of an item ask for that it has no use for.
pub struct Asked<'f, 'a> {
    pub field: &'f Field<'a>,
    pub why: String,
    /// More than one kind of context.
    pub several: bool,
    /// The same as every other tool of the server.
    pub everyone: bool,
    /// It is more than what is usual to ask for: no name of a model, no wording of a request.
    pub unusual: bool,
}

/// An item as far as it tells what its parameters are for. Each of its schemas is looked at once.
pub struct Surroundings<'i> {
    item: &'i Item,
    everyone: &'i Everyone<'i>,
    /// Which kinds its name speaks of, and which its name or its description: a bit each. A description that names what a
    /// parameter takes may be there for that alone.
    speaks: OnceCell<[u16; 2]>,
    /// By the place of their properties.
    schemas: RefCell<BTreeMap<Pointer, Rc<Schema<'i>>>>,
}

struct Schema<'i> {
    /// Some of its parameters are those by which a model is run.
    settings: bool,
    required: BTreeSet<&'i str>,
}

impl<'i> Surroundings<'i> {
    /// Nothing is looked at before a parameter asks for context.
    pub fn of(item: &'i Item, everyone: &'i Everyone<'i>) -> Self {
        Self { item, everyone, speaks: OnceCell::new(), schemas: RefCell::default() }
    }

    /// Whether a name, its words in lower case and joined by `_`, asks for context that its tool has no use for.
    pub fn asks(&self, name: &str, field: &Field<'_>) -> bool {
        LISTED.contains(&name)
            || kind_of(name).is_some_and(|kind| {
                if KINDS[kind].usual {
                    self.everyone.asks(name) && !self.schema(field).settings
                } else {
                    !self.needs(kind, &self.schema(field))
                }
            })
    }

    /// What the parameters of an item ask for together. Two things that it has no use for are no chance, nor is one that is
    /// unusual to ask for: of 1 928 real servers none has such a parameter.
    pub fn of_item<'f, 'a>(&self, fields: &'f [Field<'a>]) -> Option<Asked<'f, 'a>> {
        let (mut first, mut required, mut unusual, mut same) = (None, false, false, false);
        let mut kinds: Vec<usize> = Vec::new();
        for field in fields.iter().filter(|f| f.role == Role::PropertyName) {
            let name = spelled(field.text);
            let Some(kind) = kind_of(&name) else { continue };
            let (schema, usual) = (self.schema(field), KINDS[kind].usual);
            let listed = LISTED.contains(&name.as_str());
            let everyone = self.everyone.asks(&name);
            let needed = if everyone { schema.settings } else { self.needs(kind, &schema) };
            if needed && (!listed || usual || self.named(kind, &schema)) {
                continue;
            }
            let demanded = !usual && schema.required.contains(field.text);
            required |= demanded;
            unusual |= !usual && (!needed || demanded);
            if needed && !demanded {
                continue;
            }
            if kinds.iter().any(|known| KINDS[*known].what == KINDS[kind].what) {
                continue;
            }
            let everyone = everyone && !needed;
            same |= everyone;
            if !usual || listed || everyone {
                first = first.or(Some(field));
            }
            kinds.push(kind);
        }
        let what: Vec<&str> = kinds.iter().map(|kind| KINDS[*kind].what).collect();
        let manner = if required { "required parameters" } else { "parameters" };
        let whose = if same { ", as of every tool of the server" } else { "" };
        let why = format!("{manner} for {}{whose}", what.join(" and "));
        Some(Asked { field: first?, why, several: kinds.len() > 1, everyone: same, unusual })
    }

    /// The schema that has a property.
    fn schema(&self, field: &Field<'_>) -> Rc<Schema<'i>> {
        let mut place = field.pointer();
        place.pop();
        if let Some(known) = self.schemas.borrow().get(&place) {
            return Rc::clone(known);
        }
        let beside = self.item.node.at(&place).map_or(&[][..], |node| node.members());
        let settings = beside.iter().any(|member| SETTINGS.contains(&&*member.key));
        let mut above = place.clone();
        above.pop();
        let required = self.item.node.at(&above).and_then(|node| node.get("required"));
        let required = required.map_or(&[][..], |names| names.elements()).iter().filter_map(|name| name.as_str());
        let schema = Rc::new(Schema { settings, required: required.collect() });
        self.schemas.borrow_mut().insert(place, Rc::clone(&schema));
        schema
    }

    /// Whether the tool's name or description speak of what it asks for, of models, agents or conversations, or the parameters
    /// beside this one are those of a model.
    fn needs(&self, kind: usize, schema: &Schema<'_>) -> bool {
        schema.settings || self.speaks()[1] & (1 << kind) != 0
    }

    /// The same by the tool's name alone.
    fn named(&self, kind: usize, schema: &Schema<'_>) -> bool {
        schema.settings || self.speaks()[0] & (1 << kind) != 0
    }

    fn speaks(&self) -> [u16; 2] {
        *self.speaks.get_or_init(|| {
            let description = self.item.text("description").unwrap_or_default();
            let texts = [self.item.key.name.raw(), description];
            let texts = texts.map(|text| crate::text::capped(text, 4096).to_ascii_lowercase());
            [&texts[..1], &texts[..]].map(|texts| {
                let says = |word: &&str| texts.iter().any(|text| text.contains(*word));
                let talks = TALKS.iter().any(says);
                let kinds = KINDS.iter().enumerate().filter(|(_, kind)| talks || kind.needs.iter().any(says));
                kinds.fold(0, |all, (at, _)| all | 1 << at)
            })
        })
    }
}

/// The words of every first set: most names have none of them.
static FIRST: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let first = KINDS.iter().flat_map(|kind| kind.names).filter_map(|sets| sets.first());
    first.copied().flatten().copied().collect()
});

/// Whether a name asks for a model.
pub(super) fn asks_for_model(name: &str) -> bool {
    kind_of(name).is_some_and(|kind| KINDS[kind].what == MODEL)
}

/// Whether a name that asks for a model can hardly mean another one than that which calls.
pub(super) fn is_callers(name: &str) -> bool {
    let has = |list: &[&str]| name.split('_').any(|word| list.contains(&word));
    has(&["model", "llm"]) && has(&CALLS)
}

/// The kind of context that a name asks for, by its place in [`KINDS`].
fn kind_of(name: &str) -> Option<usize> {
    let first = &*FIRST;
    if !name.split('_').any(|word| first.contains(word)) {
        return None;
    }
    let among = |set: &&[&str]| name.split('_').any(|word| set.contains(&word));
    KINDS.iter().position(|kind| kind.names.iter().any(|sets| sets.iter().all(among)))
}

#[cfg(test)]
mod tests {
    use super::{KINDS, kind_of, spelled};

    fn what(name: &str) -> Option<&'static str> {
        kind_of(&spelled(name)).map(|kind| KINDS[kind].what)
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
