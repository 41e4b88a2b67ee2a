//! TOML: the spanned tree of the `toml` crate, which bounds brackets and refuses a key that stands twice. It does not bound
//! dotted keys, so that lines are looked at first and the reading has a stack of its own.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ConfigError, DEPTH, Member, NODES, Node, Value};
use crate::untrusted::printable;

/// Dots of one line.
const DOTS: usize = 2000;
/// Bytes of one TOML file.
const BYTES: usize = 4 << 20;
/// Address space for what `DOTS` and the crate's own bound allow; only what is used is taken.
const STACK: usize = 256 << 20;

pub(super) fn read(text: &str) -> Result<Option<Node>, ConfigError> {
    if text.len() > BYTES {
        return Err(ConfigError::new(format!("TOML larger than {BYTES} bytes"), 0, 1));
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.bytes().filter(|b| *b == b'.').count() > DOTS {
            return Err(ConfigError::new(format!("a line with more than {DOTS} dots"), start, start + line.len()));
        }
        start += line.len();
    }
    let failed = |what: &str| ConfigError::new(what, 0, 1);
    std::thread::scope(|scope| {
        let reading = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || parse(text));
        let reading = reading.map_err(|e| failed(&format!("no thread to read TOML in: {e}")))?;
        reading.join().unwrap_or_else(|_| Err(failed("the TOML reader failed")))
    })
}

fn parse(text: &str) -> Result<Option<Node>, ConfigError> {
    let table = DeTable::parse(text).map_err(|e| {
        let span = e.span().unwrap_or(0..0);
        ConfigError::new(
            format!("not valid TOML: {}", printable(e.message().lines().next().unwrap_or_default())),
            span.start,
            span.end,
        )
    })?;
    let mut count = 0;
    let range = table.span();
    let members = members(table.get_ref(), &mut count, 1)?;
    Ok((!members.is_empty()).then_some(Node { value: Value::Map(members), start: range.start, end: range.end }))
}

fn members(table: &DeTable<'_>, count: &mut usize, depth: usize) -> Result<Vec<Member>, ConfigError> {
    let mut out = Vec::new();
    for (key, value) in table.iter() {
        let range = key.span();
        out.push(Member {
            key: key.get_ref().to_string(),
            start: range.start,
            end: range.end,
            value: node(value, count, depth)?,
        });
    }
    // the crate sorts by key; people read by place
    out.sort_by_key(|m| m.start);
    Ok(out)
}

fn node(value: &Spanned<DeValue<'_>>, count: &mut usize, depth: usize) -> Result<Node, ConfigError> {
    let range = value.span();
    *count += 1;
    if *count > NODES {
        return Err(ConfigError::new(format!("more than {NODES} values"), range.start, range.end));
    }
    if depth > DEPTH {
        return Err(ConfigError::new(format!("nested deeper than {DEPTH}"), range.start, range.end));
    }
    let value = match value.get_ref() {
        DeValue::String(s) => Value::Text(s.to_string()),
        DeValue::Integer(i) => Value::Number(i.as_str().to_owned()),
        DeValue::Float(f) => Value::Number(f.as_str().to_owned()),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(d) => Value::Number(d.to_string()),
        DeValue::Array(a) => {
            Value::List(a.iter().map(|e| node(e, count, depth + 1)).collect::<Result<Vec<_>, ConfigError>>()?)
        }
        DeValue::Table(t) => Value::Map(members(t, count, depth + 1)?),
    };
    Ok(Node { value, start: range.start, end: range.end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_dots_and_brackets_are_errors() {
        for text in [
            format!("{}a = 1", "a.".repeat(100_000)),
            format!("[{}a]", "a.".repeat(1_900)),
            format!("a = {}", "[".repeat(100_000)),
            "a.b.c.d.e.f.g.h = {\n".repeat(70),
        ] {
            assert!(read(&text).is_err());
        }
        assert!(read("a = 1\na = 2").is_err());
        assert_eq!(read("# nothing\n").expect("valid"), None);
    }
}
