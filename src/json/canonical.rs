//! RFC 8785 (JSON Canonicalization Scheme): the bytes an item digest is made of.
//!
//! Numbers follow `number`; a value without a single meaning has no canonical form.

use std::cmp::Ordering;

use super::{Member, Node, Value, number};

/// Why a value has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// Two members of one object have the same key.
    #[error("duplicate key")]
    DuplicateKey,
    /// Part of the value was nested too deep to be read.
    #[error("nesting beyond the limit")]
    TooDeep,
}

/// The canonical bytes of a value.
pub fn canonical(node: &Node) -> Result<Vec<u8>, NotCanonical> {
    // it is seldom longer than what it was read from
    let mut out = Vec::with_capacity(node.end.saturating_sub(node.start) as usize);
    write(node, &mut out)?;
    Ok(out)
}

// Recursion is bounded by the reader's depth limit.
fn write(node: &Node, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    match &node.value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(literal) => out.extend_from_slice(number::canonical(literal).as_bytes()),
        Value::String(text) => quoted(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // most objects have few members, and need no list of their own
            let Some(first) = members.first() else {
                out.extend_from_slice(b"{}");
                return Ok(());
            };
            let mut few = [first; FEW];
            match few.get_mut(..members.len()) {
                Some(order) => {
                    order.iter_mut().zip(members).for_each(|(place, member)| *place = member);
                    write_members(order, out)?;
                }
                None => write_members(&mut members.iter().collect::<Vec<_>>(), out)?,
            }
        }
        Value::Deep => return Err(NotCanonical::TooDeep),
    }
    Ok(())
}

/// Members that are sorted on the stack.
const FEW: usize = 12;

fn write_members(order: &mut [&Member], out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    order.sort_by(|a, b| utf16_order(&a.key, &b.key));
    if order.windows(2).any(|w| w[0].key == w[1].key) {
        return Err(NotCanonical::DuplicateKey);
    }
    for (i, member) in order.iter().enumerate() {
        out.push(if i > 0 { b',' } else { b'{' });
        quoted(&member.key, out);
        out.push(b':');
        write(&member.value, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// How many bytes at the beginning stand for themselves in a JSON string.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let marked = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    // blocks without an early end are looked at many bytes at a time
    let block = |block: &&[u8]| !block.iter().fold(false, |found, byte| found | marked(byte));
    let mut from: usize = bytes.chunks_exact(BLOCK).take_while(block).map(<[u8]>::len).sum();
    while let Some(eight) = bytes[from..].first_chunk() {
        let marks = marks(u64::from_le_bytes(*eight));
        if marks != 0 {
            return from + marks.trailing_zeros() as usize / 8;
        }
        from += 8;
    }
    bytes[from..].iter().position(marked).map_or(bytes.len(), |at| from + at)
}

/// The highest bit of each byte that does not stand for itself. Above the first of them it may be set for others.
fn marks(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let less = |bytes: u64, than: u64| bytes.wrapping_sub(ONES * than) & !bytes & HIGH;
    let is = |byte: u8| less(eight ^ (ONES * u64::from(byte)), 1);
    less(eight, 0x20) | is(b'"') | is(b'\\')
}

const BLOCK: usize = 32;

/// The order of UTF-16 code units, which is that of the bytes unless a character lies beyond the first plane.
fn utf16_order(a: &str, b: &str) -> Ordering {
    let plane = |text: &str| text.bytes().any(|byte| byte >= 0xF0);
    if plane(a) || plane(b) { a.encode_utf16().cmp(b.encode_utf16()) } else { a.cmp(b) }
}

/// Writes a string between its quotation marks.
pub fn quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let at = plain(rest);
        out.extend_from_slice(&rest[..at]);
        let Some(byte) = rest.get(at) else { break };
        rest = &rest[at + 1..];
        match *byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0A => out.extend_from_slice(b"\\n"),
            0x0C => out.extend_from_slice(b"\\f"),
            0x0D => out.extend_from_slice(b"\\r"),
            0x00..=0x1F => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            byte => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::{plain, quoted};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_plain_however_many_are_looked_at(text in "[a\u{1f}\u{20}!\"#\\[\\\\\\]\u{7f}\u{e9}]{0,3}[a-z]{0,50}[\u{1}\"\\\\\u{a0}]{0,2}[a-z ]{0,9}") {
            let bytes = text.as_bytes();
            let marked = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
            prop_assert_eq!(plain(bytes), bytes.iter().position(marked).unwrap_or(bytes.len()));
        }

        #[test]
        fn a_string_is_written_as_other_libraries_write_it(text in "[\u{0}-\u{a0}]{0,20}|\\PC{0,20}") {
            let mut out = Vec::new();
            quoted(&text, &mut out);
            prop_assert_eq!(String::from_utf8_lossy(&out), serde_json::Value::from(text).to_string());
        }
    }
}
