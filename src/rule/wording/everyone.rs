//! What all tools of a server ask for alike: one that wants to know which model calls it keeps statistics; where nothing can be
//! called without saying so, it is what the server is there for.

use std::sync::OnceLock;

use super::context::{asks_for_model, is_callers};
use super::identifier::spelled;
use crate::json::Node;
use crate::manifest::{Item, Manifest};
use crate::terms::ItemKind;
use crate::text::capped;

/// How much of a name is read.
const LONGEST: usize = 200;

/// How much of a description is read.
const READ: usize = 4096;

/// Words of tools that work with models, and beginnings of such words.
const MODELS: [&str; 10] = ["ai", "bot", "bots", "fit", "fits", "fitted", "fitting", "gpt", "rag", "train"];
const BEGINNINGS: [&str; 11] =
    ["agent", "assistant", "chat", "completion", "embed", "generat", "infer", "llm", "model", "predict", "prompt"];

/// Words about whoever calls a tool, in what is said of a parameter.
const CALLER: [&str; 15] = [
    "asking",
    "asks",
    "calling",
    "called",
    "caller",
    "calls",
    "invoked",
    "invokes",
    "invoking",
    "requester",
    "requesting",
    "requests",
    "you",
    "your",
    "yourself",
];

/// A server as far as its tools ask for the same; they are gone through once, when one of them asks.
pub struct Everyone<'m> {
    manifest: &'m Manifest,
    asked: OnceLock<bool>,
}

impl<'m> Everyone<'m> {
    /// Of a server.
    pub fn of(manifest: &'m Manifest) -> Self {
        Self { manifest, asked: OnceLock::new() }
    }

    /// Whether a name, its words in lower case and joined by `_`, asks for a model, and every tool that takes anything (two or
    /// more) requires to be told which model calls it, and works with no models itself.
    pub fn asks(&self, name: &str) -> bool {
        asks_for_model(name)
            && *self.asked.get_or_init(|| {
                let taking = |item: &&Item| item.key.kind == ItemKind::Tool && properties(item).is_some();
                let tools = || self.manifest.items.iter().filter(taking);
                // a tool may be listed in two eras
                tools().next().is_some_and(|first| tools().any(|tool| tool.key != first.key))
                    && tools().all(|tool| demanded(tool).is_some_and(|name| !serves_models(tool, name)))
            })
    }
}

/// The parameters of a tool that has any.
fn properties(tool: &Item) -> Option<&Node> {
    tool.node.get("inputSchema")?.get("properties").filter(|properties| !properties.members().is_empty())
}

/// The required parameter of a tool for the model that calls it.
fn demanded(tool: &Item) -> Option<&str> {
    let required = tool.node.get("inputSchema").and_then(|schema| schema.get("required"));
    let mut names = required.map_or(&[][..], |names| names.elements()).iter().filter_map(|name| name.as_str());
    names.find(|name| {
        let own = spelled(capped(name, LONGEST));
        asks_for_model(&own) && said_of(tool, name).map_or_else(|| is_callers(&own), is_of_caller)
    })
}

fn description(tool: &Item) -> &str {
    capped(tool.text("description").unwrap_or_default(), READ)
}

/// What is said of a parameter, where it stands or in a line of the tool's description.
fn said_of<'i>(tool: &'i Item, parameter: &str) -> Option<&'i str> {
    let own = properties(tool).and_then(|p| p.get(parameter)?.get("description")?.as_str());
    let line = || description(tool).lines().find_map(|line| line.split_once(parameter).map(|(_, said)| said));
    own.or_else(line).map(|said| capped(said, READ)).filter(|said| said.contains(char::is_alphabetic))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
}

/// Whether what is said of a parameter is about who calls: a model that the tool is to use is told apart by nothing else.
fn is_of_caller(said: &str) -> bool {
    let said = said.to_lowercase();
    words(&said).any(|word| CALLER.contains(&word))
}

/// Whether a tool works with models, by its name and its description without what this says of the parameter.
fn serves_models(tool: &Item, parameter: &str) -> bool {
    let before = |line| str::split(line, parameter).next().unwrap_or_default();
    let mut texts = std::iter::once(tool.key.name.raw()).chain(description(tool).lines().map(before));
    texts.any(|text| {
        let text = spelled(text);
        let is = |word: &str| MODELS.contains(&word) || BEGINNINGS.iter().any(|start| word.starts_with(start));
        words(&text).any(is)
    })
}
