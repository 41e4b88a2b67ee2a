//! Hyperlinks of capable terminals (OSC 8), to our own pages only: the name of a rule of ours leads to what it checks.
//! No word of a server, a configuration or a saved report is ever part of an address.

use crate::report::page;
use crate::rule::RuleSet;
use crate::untrusted::Untrusted;

/// What stands before and behind a rule's name; `None` for a rule that is not ours.
pub(super) fn rule(rules: &RuleSet, name: &Untrusted) -> Option<(String, String)> {
    let known = rules.get(name.raw())?;
    let address = page::of_rule(&known.id)?;
    Some((format!("\u{1b}]8;;{address}\u{1b}\\"), "\u{1b}]8;;\u{1b}\\".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rules_of_ours_have_pages() {
        let rules = RuleSet::builtin().expect("the rules");
        let (start, end) = rule(&rules, &"concealed-action".into()).expect("a page");
        assert!(
            start.starts_with("\u{1b}]8;;https://docs.rs/mcp-assay/") && start.contains("concealed_action"),
            "{start:?}"
        );
        assert_eq!(end, "\u{1b}]8;;\u{1b}\\");
        for name in ["acme/own", "", "concealed-action\u{1b}\\", "../x", "https://evil.test"] {
            assert!(rule(&rules, &name.into()).is_none(), "{name}");
        }
    }
}
