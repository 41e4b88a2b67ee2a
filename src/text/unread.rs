//! What of an item is beyond what rules read, so that nobody calls it clean: the rest of a long string, and what is nested too
//! deep to be kept.

use super::MAX_FIELD;
use crate::json::{Fault, Node, Value};
use crate::manifest::Item;

/// Why an item was not judged whole, or `None` where it was. Pictures are no words, nor are the bytes of a resource.
pub fn unread(item: &Item) -> Option<&'static str> {
    if item.anomalies.iter().any(|anomaly| anomaly.fault == Fault::TooDeep) {
        return Some("is nested deeper than is read");
    }
    let (start, end) = (item.node.start, item.node.end);
    // its strings are no longer than its JSON; what was not read from bytes has no place
    let may = end <= start || (end - start) as usize > MAX_FIELD;
    (may && long(&item.node, "")).then_some("has a string longer than is read")
}

fn long(node: &Node, key: &str) -> bool {
    match &node.value {
        Value::String(text) => text.len() > MAX_FIELD && key != "blob" && !text.starts_with("data:image/"),
        Value::Array(list) => list.iter().any(|element| long(element, key)),
        Value::Object(members) => members.iter().any(|m| m.key.len() > MAX_FIELD || long(&m.value, &m.key)),
        Value::Deep => true,
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
