//! Words that a client gives the model because its settings hold them: instructions, rules, prompts of agents. A key belongs to
//! its client, as in `trust`. What a setting only names (a file, an address) is not read.

use super::super::document::{Node, Value};
use super::commands::each;
use super::trust::{CODEX, EDITORS, OPENCODE};

/// Whose key it is, and the key of the words; `*` is any key, or all of a list.
const WORDS: [(&[&str], &[&str]); 23] = [
    (CODEX, &["developer_instructions"]),
    (CODEX, &["instructions"]),
    (CODEX, &["compact_prompt"]),
    (CODEX, &["profiles", "*", "developer_instructions"]),
    (OPENCODE, &["agent", "*", "prompt"]),
    (OPENCODE, &["mode", "*", "prompt"]),
    (OPENCODE, &["command", "*", "template"]),
    (EDITORS, &["github.copilot.chat.codeGeneration.instructions", "*", "text"]),
    (EDITORS, &["github.copilot.chat.testGeneration.instructions", "*", "text"]),
    (EDITORS, &["github.copilot.chat.reviewSelection.instructions", "*", "text"]),
    (EDITORS, &["github.copilot.chat.commitMessageGeneration.instructions", "*", "text"]),
    (EDITORS, &["github.copilot.chat.pullRequestDescriptionGeneration.instructions", "*", "text"]),
    (&["kiro", "amazon-q"], &["prompt"]),
    (&["continue"], &["rules", "*"]),
    (&["continue"], &["rules", "*", "rule"]),
    (&["continue"], &["prompts", "*", "prompt"]),
    (&["continue"], &["systemMessage"]),
    (&["continue"], &["models", "*", "systemMessage"]),
    (&["continue"], &["models", "*", "chatOptions", "baseSystemMessage"]),
    (&["roo-code", "kilo-code"], &["customModes", "*", "roleDefinition"]),
    (&["roo-code", "kilo-code"], &["customModes", "*", "customInstructions"]),
    (&["goose"], &["instructions"]),
    (&["goose"], &["prompt"]),
];

/// Tells all such words of a file, each with its key.
pub(super) fn read<'n>(root: &'n Node, client: Option<&str>, told: &mut dyn FnMut(&'n Node, String, &'n str)) {
    let whose = |owners: &[&str]| client.is_none_or(|c| owners.contains(&c));
    for (_, path) in WORDS.iter().filter(|(owners, _)| whose(owners)) {
        let key: Vec<&str> = path.iter().copied().filter(|p| *p != "*").collect();
        each(root, path, &mut |node| {
            if let Value::Text(words) = &node.value {
                told(node, key.join("."), words);
            }
        });
    }
}
