//! Words that a client gives the model because its settings hold them: instructions, rules, prompts of agents. A key belongs to
//! its client, as in `trust`. What a setting only names (a file, an address) is not read.

use super::super::document::{Node, Value};
use super::commands::each;
use super::trust::{CODEX, EDITORS, OPENCODE};

/// Whose key it is, and the key of the words; `*` is any key, or all of a list.
const WORDS: [(&[&str], &[&str]); 19] = [
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
];

/// Tells all such words of a file, each with its key.
pub(super) fn read<'n>(root: &'n Node, client: Option<&str>, told: &mut dyn FnMut(&'n Node, String, &'n str)) {
    let whose = |owners: &[&str]| client.is_none_or(|c| owners.contains(&c));
    for (_, path) in WORDS.iter().filter(|(owners, _)| whose(owners)) {
        let key: Vec<&str> = path.iter().copied().filter(|p| *p != "*").collect();
        let mut words = |node: &'n Node| {
            if let Value::Text(words) = &node.value {
                told(node, key.join("."), words);
            }
        };
        match path.split_first() {
            Some((setting, rest)) if setting.contains('.') => {
                let roots = EDITED.iter().filter_map(|within| root.at(within));
                roots.for_each(|root| nested(root, setting, rest, &mut words));
            }
            _ => each(root, path, &mut words),
        }
    }
}

/// Where the settings of an editor stand: in their own file, in that of a workspace, in that of a container.
const EDITED: [&[&str]; 3] = [&[], &["settings"], &["customizations", "vscode", "settings"]];

/// Every node at a path that begins with a setting, whose parts an editor takes nested as well: `{"a.b": {"c": …}}`.
fn nested<'n>(node: &'n Node, setting: &str, rest: &[&str], found: &mut dyn FnMut(&'n Node)) {
    for member in node.members() {
        match setting.strip_prefix(member.key.as_str()) {
            Some("") => each(&member.value, rest, found),
            Some(inner) => {
                inner.strip_prefix('.').into_iter().for_each(|inner| nested(&member.value, inner, rest, found));
            }
            None => {}
        }
    }
}
