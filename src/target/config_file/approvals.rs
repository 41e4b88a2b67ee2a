//! Tools that an entry approves without asking.

use super::super::Located;
use super::super::document::Node;
use super::Reader;
use crate::untrusted::Untrusted;

impl Reader<'_> {
    /// Tools that run without asking: lists of names, or a switch for all.
    pub(super) fn approvals(&self, value: &Node) -> Vec<Located<Untrusted>> {
        let mut out = Vec::new();
        let place = |n: &Node| Some(self.document.place(n.start, n.end));
        for key in ["autoApprove", "alwaysAllow", "auto_approve", "trustedTools"] {
            let Some(node) = value.get(key) else { continue };
            if node.truth() == Some(true) || node.text() == Some("*") {
                out.push(Located { value: "*".into(), place: place(node) });
            }
            out.extend(
                node.elements().iter().filter_map(|n| Some(Located { value: n.text()?.into(), place: place(n) })),
            );
        }
        let all =
            [("trust", None), ("require_approval", Some("never")), ("default_tools_approval_mode", Some("approve"))];
        for (key, word) in all {
            let Some(node) = value.get(key) else { continue };
            if (word.is_none() && node.truth() == Some(true)) || (word.is_some() && node.text() == word) {
                out.push(Located { value: "*".into(), place: place(node) });
            }
        }
        for tool in value.get("tools").map(Node::members).unwrap_or_default() {
            if let Some(mode) = tool.value.get("approval_mode").filter(|m| m.text() == Some("approve")) {
                out.push(Located { value: tool.key.as_str().into(), place: place(mode) });
            }
        }
        out
    }
}
