//! What all tools of a server ask for alike: one that wants to know which model calls it keeps statistics; where nothing can be
//! called without saying so, it is what the server is there for.

use std::sync::OnceLock;

use super::context::asks_who_calls;
use super::identifier::spelled;
use crate::manifest::{Item, Manifest};
use crate::terms::ItemKind;
use crate::text::capped;

/// Names longer than this ask for nothing by their words.
const LONGEST: usize = 200;

/// How much of a description is read.
const READ: usize = 4096;

/// Beginnings of words of tools that work with models.
const MODELS: [&str; 16] = [
    "agent",
    "ai",
    "assistant",
    "bot",
    "chat",
    "completion",
    "embed",
    "fit",
    "generat",
    "gpt",
    "infer",
    "llm",
    "model",
    "predict",
    "prompt",
    "train",
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

    /// Whether a name, its words in lower case and joined by `_`, asks which model calls, and every tool (two or more) requires
    /// to be told and works with no models itself.
    pub fn asks(&self, name: &str) -> bool {
        asks_who_calls(name)
            && *self.asked.get_or_init(|| {
                let tools = || self.manifest.items.iter().filter(|item| item.key.kind == ItemKind::Tool);
                tools().nth(1).is_some()
                    && tools().all(|tool| demanded(tool).is_some_and(|name| !serves_models(tool, name)))
            })
    }
}

/// The required parameter of a tool for the model that calls it.
fn demanded(tool: &Item) -> Option<&str> {
    let required = tool.node.get("inputSchema").and_then(|schema| schema.get("required"));
    let mut names = required.map_or(&[][..], |names| names.elements()).iter().filter_map(|name| name.as_str());
    names.find(|name| asks_who_calls(&spelled(capped(name, LONGEST))))
}

/// Whether a tool works with models, by its name and its description without what this says of the parameter.
fn serves_models(tool: &Item, parameter: &str) -> bool {
    let description = tool.node.get("description").and_then(|d| d.as_str()).unwrap_or_default();
    let before = |line| str::split(line, parameter).next().unwrap_or_default();
    let mut texts = std::iter::once(tool.key.name.raw()).chain(capped(description, READ).lines().map(before));
    texts.any(|text| {
        let text = spelled(text);
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|word| MODELS.iter().any(|start| word.starts_with(start)))
    })
}
