//! JSON with comments and trailing commas: the tree of `jsonc-parser`, kept with its ranges.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{ConfigError, Member, NODES, Node, Value};

pub(super) fn read(text: &str) -> Result<Option<Node>, ConfigError> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let error = |e: jsonc_parser::errors::ParseError| {
        ConfigError::new(format!("not valid JSON: {}", e.kind()), e.range().start, e.range().end)
    };
    bounded(text)?;
    let tree = parse_to_ast(text, &CollectOptions::default(), &options).map_err(error)?.value;
    let mut count = 0;
    tree.map(|value| node(value, &mut count)).transpose()
}

/// The parser builds all of its tree before we see a node of it: what is far too much is refused before. Every value but
/// the first stands behind a bracket, a comma or a colon; those in comments are counted with them.
fn bounded(text: &str) -> Result<(), ConfigError> {
    let (mut inside, mut escaped, mut count) = (false, false, 0);
    for (at, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            // a string does not go on in the next line, in a comment it may seem to
            b'\n' | b'\r' => inside = false,
            b',' | b'[' | b':' if !inside => {
                count += 1;
                if count > NODES {
                    return Err(ConfigError::new(format!("more than {NODES} values"), at, at + 1));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The parser bounds the depth. What was taken over is let go of at once: both trees of a large file need not exist together.
fn node(value: ast::Value<'_>, count: &mut usize) -> Result<Node, ConfigError> {
    let range = value.range();
    *count += 1;
    if *count > NODES {
        return Err(ConfigError::new(format!("more than {NODES} values"), range.start, range.end));
    }
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(b) => Value::Bool(b.value),
        ast::Value::NumberLit(n) => Value::Number(n.value.to_owned()),
        ast::Value::StringLit(s) => Value::Text(s.value.into_owned()),
        ast::Value::Array(a) => {
            Value::List(a.elements.into_iter().map(|e| node(e, count)).collect::<Result<Vec<_>, ConfigError>>()?)
        }
        ast::Value::Object(o) => {
            let member = |p: ast::ObjectProp<'_>, count: &mut usize| {
                let key = p.name.range();
                let value = node(p.value, count)?;
                Ok(Member { key: p.name.as_str().to_owned(), start: key.start, end: key.end, value })
            };
            Value::Map(o.properties.into_iter().map(|p| member(p, count)).collect::<Result<Vec<_>, ConfigError>>()?)
        }
    };
    Ok(Node { value, start: range.start, end: range.end })
}
