//! Where our own documentation is: the pages that docs.rs makes of each released version (see `rule::pages`).

use crate::terms::RuleId;

/// Of the whole program.
pub const HOME: &str = concat!("https://docs.rs/mcp-assay/", env!("CARGO_PKG_VERSION"), "/mcp_assay/");

/// Of a built-in rule; rules of other people (`name/rule`) have none.
pub fn of_rule(rule: &RuleId) -> Option<String> {
    let id = rule.as_str();
    let ours = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    ours.then(|| format!("{HOME}rule/pages/{}/index.html", id.replace('-', "_")))
}
