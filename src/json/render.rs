//! The rendering that people review (TRUST §4.2): one line per line of text, keys sorted by code point, everything that
//! cannot be seen written as `\uXXXX`. There is exactly one rendering of a value, and [`unrender`] reverses it.

use super::{Member, Node, NotCanonical, Value};
use crate::untrusted::is_plain;

const LINES: &str = "$lines";

/// The rendering of a value, with a final line feed.
pub fn render(node: &Node) -> Result<String, NotCanonical> {
    let mut out = String::new();
    write(node, 0, &mut out)?;
    out.push('\n');
    Ok(out)
}

/// Reverses the `$lines` notation of [`render`] in a tree that was read from a rendering. The caller compares
/// `render(unrender(tree))` with the bytes, so anything irregular is refused there.
pub fn unrender(node: &Node) -> Node {
    let value = match &node.value {
        Value::Array(items) => Value::Array(items.iter().map(unrender).collect()),
        Value::Object(members) => match members.as_slice() {
            [only] if &*only.key == LINES => match lines(&only.value) {
                Some(text) => Value::String(text.into()),
                None => Value::Object(vec![undollar(only)]),
            },
            [only] if is_doubled(&only.key) => Value::Object(vec![undollar(only)]),
            all => Value::Object(all.iter().map(|m| Member { value: unrender(&m.value), ..m.clone() }).collect()),
        },
        other => other.clone(),
    };
    Node { start: node.start, end: node.end, value }
}

fn lines(node: &Node) -> Option<String> {
    let parts: Option<Vec<&str>> = node.elements().iter().map(Node::as_str).collect();
    let parts = parts?;
    (parts.len() >= 2).then(|| parts.join("\n"))
}

/// `$lines`, `$$lines`, …: keys that get one more dollar when they stand alone in an object.
fn is_doubled(key: &str) -> bool {
    key.strip_suffix("lines").is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b == b'$'))
}

fn undollar(member: &Member) -> Member {
    let key = member.key.strip_prefix('$').unwrap_or(&member.key);
    Member { key: key.into(), key_start: member.key_start, value: unrender(&member.value) }
}

fn write(node: &Node, depth: usize, out: &mut String) -> Result<(), NotCanonical> {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(literal) => out.push_str(literal),
        Value::String(text) if text.contains('\n') => {
            out.push_str("{\n");
            indent(depth + 1, out);
            out.push_str("\"$lines\": [\n");
            for (i, line) in text.split('\n').enumerate() {
                if i > 0 {
                    out.push_str(",\n");
                }
                indent(depth + 2, out);
                string(line, out);
            }
            out.push('\n');
            indent(depth + 1, out);
            out.push_str("]\n");
            indent(depth, out);
            out.push('}');
        }
        Value::String(text) => string(text, out),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) => {
            out.push_str("[\n");
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(",\n");
                }
                indent(depth + 1, out);
                write(item, depth + 1, out)?;
            }
            out.push('\n');
            indent(depth, out);
            out.push(']');
        }
        Value::Object(members) if members.is_empty() => out.push_str("{}"),
        Value::Object(members) => {
            let mut order: Vec<&Member> = members.iter().collect();
            order.sort_by(|a, b| a.key.cmp(&b.key));
            if order.windows(2).any(|w| w[0].key == w[1].key) {
                return Err(NotCanonical::DuplicateKey);
            }
            let escape = members.len() == 1 && is_doubled(&members[0].key);
            out.push_str("{\n");
            for (i, member) in order.into_iter().enumerate() {
                if i > 0 {
                    out.push_str(",\n");
                }
                indent(depth + 1, out);
                if escape {
                    string(&format!("${}", member.key), out);
                } else {
                    string(&member.key, out);
                }
                out.push_str(": ");
                write(&member.value, depth + 1, out)?;
            }
            out.push('\n');
            indent(depth, out);
            out.push('}');
        }
        Value::Deep => return Err(NotCanonical::TooDeep),
    }
    Ok(())
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while !rest.is_empty() {
        // most of a text is of ASCII and stands for itself
        let plain = rest.bytes().take_while(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')).count();
        out.push_str(&rest[..plain]);
        let mut chars = rest[plain..].chars();
        match chars.next() {
            None => {}
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some(c) if is_plain(c) => out.push(c),
            Some(c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        rest = chars.as_str();
    }
    out.push('"');
}
