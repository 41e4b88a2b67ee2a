//! The reader: one pass, an explicit stack, byte spans, and a record of everything that other readers see differently.
//!
//! It refuses only what no host could use (not JSON at all, truncated, over the node limit). Nesting beyond the depth
//! limit is skipped as [`Value::Deep`] and recorded, so that depth is no hiding place.

use super::canonical::plain;
use super::{Anomaly, Document, Fault, Member, Node, Value, Word, number};

/// Caps of one read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nesting that is kept as a tree.
    pub depth: usize,
    /// Values and keys in one document.
    pub nodes: usize,
}

impl Default for Limits {
    /// Depth 512, ten million nodes (PROTOCOL §11.2).
    fn default() -> Self {
        Self { depth: 512, nodes: 10_000_000 }
    }
}

/// Why bytes are not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {offset}")]
pub struct ReadError {
    /// What was wrong, in words of ours.
    pub what: &'static str,
    /// Where.
    pub offset: usize,
}

impl ReadError {
    /// The node limit was hit.
    pub const TOO_MANY: &str = "more values than the limit";
}

/// Members that are compared with each other as they stand, which takes less than to sort them.
const FEW: usize = 8;

struct Open {
    start: usize,
    key: Option<(Word, u32)>,
    object: bool,
    /// Where its elements or members begin among those of all open ones.
    from: usize,
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    limits: Limits,
    nodes: usize,
    anomalies: Vec<Anomaly>,
    /// Elements of the open arrays.
    elements: Vec<Node>,
    /// Members of the open objects.
    members: Vec<Member>,
}

/// Reads one JSON value that fills the bytes but for white space.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    if bytes.len() > u32::MAX as usize {
        return Err(ReadError { what: "more than 4 GiB of text", offset: 0 });
    }
    let (elements, members) = (Vec::new(), Vec::new());
    let mut reader = Reader { bytes, at: 0, limits: *limits, nodes: 0, anomalies: Vec::new(), elements, members };
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        reader.note(Fault::ByteOrderMark, 0);
        reader.at = 3;
    }
    let root = reader.document()?;
    reader.space();
    if reader.at < bytes.len() {
        return Err(reader.fail("text after the value"));
    }
    reader.anomalies.sort();
    Ok(Document { root, anomalies: reader.anomalies, nodes: reader.nodes })
}

impl Reader<'_> {
    fn fail(&self, what: &'static str) -> ReadError {
        ReadError { what, offset: self.at }
    }

    fn note(&mut self, fault: Fault, offset: usize) {
        self.anomalies.push(Anomaly { fault, offset: offset as u32 });
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn count(&mut self) -> Result<(), ReadError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(self.fail(ReadError::TOO_MANY));
        }
        Ok(())
    }

    fn document(&mut self) -> Result<Node, ReadError> {
        let mut stack: Vec<Open> = Vec::new();
        let mut key: Option<(Word, u32)> = None;
        loop {
            // a value starts here
            self.space();
            self.count()?;
            let start = self.at;
            let mut done = match self.peek() {
                None => return Err(self.fail("unexpected end")),
                Some(b @ (b'{' | b'[')) => {
                    if stack.len() >= self.limits.depth {
                        self.note(Fault::TooDeep, start);
                        self.skip_deep()?;
                        Node { start: start as u32, end: self.at as u32, value: Value::Deep }
                    } else {
                        self.at += 1;
                        let from = if b == b'{' { self.members.len() } else { self.elements.len() };
                        stack.push(Open { start, key: key.take(), object: b == b'{', from });
                        self.space();
                        let close = if b == b'{' { b'}' } else { b']' };
                        if self.peek() != Some(close) {
                            if b == b'{' {
                                key = Some(self.key()?);
                            }
                            continue;
                        }
                        self.at += 1;
                        self.close(&mut stack, &mut key)?
                    }
                }
                Some(_) => self.scalar(start)?,
            };
            // a value ended here: put it where it belongs, then see what follows
            loop {
                let Some(object) = stack.last().map(|open| open.object) else { return Ok(done) };
                if object {
                    let (name, key_start) = key.take().ok_or_else(|| self.fail("value without a key"))?;
                    self.members.push(Member { key: name, key_start, value: done });
                } else {
                    self.elements.push(done);
                }
                self.space();
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if object {
                            self.space();
                            key = Some(self.key()?);
                        }
                        break;
                    }
                    Some(b'}') if object => self.at += 1,
                    Some(b']') if !object => self.at += 1,
                    None => return Err(self.fail("unexpected end")),
                    Some(_) => return Err(self.fail("expected `,` or the closing bracket")),
                }
                done = self.close(&mut stack, &mut key)?;
            }
        }
    }

    fn close(&mut self, stack: &mut Vec<Open>, key: &mut Option<(Word, u32)>) -> Result<Node, ReadError> {
        let open = stack.pop().ok_or_else(|| self.fail("closing bracket without an opening one"))?;
        *key = open.key;
        // most lists and objects are short: each gets the room it needs, and no more
        let value = if open.object {
            let members = self.members.split_off(open.from);
            self.duplicates(&members);
            Value::Object(members)
        } else {
            Value::Array(self.elements.split_off(open.from))
        };
        Ok(Node { start: open.start as u32, end: self.at as u32, value })
    }

    fn duplicates(&mut self, members: &[Member]) {
        if members.len() <= FEW {
            let repeated = |(i, m): &(usize, &Member)| members[..*i].iter().any(|before| before.key == m.key);
            let repeated = members.iter().enumerate().filter(repeated).map(|(_, m)| m.key_start);
            self.anomalies.extend(repeated.map(|offset| Anomaly { fault: Fault::DuplicateKey, offset }));
            return;
        }
        let mut order: Vec<&Member> = members.iter().collect();
        order.sort_by(|a, b| a.key.cmp(&b.key).then(a.key_start.cmp(&b.key_start)));
        let repeated = order.windows(2).filter(|w| w[0].key == w[1].key).map(|w| w[1].key_start);
        let repeated: Vec<u32> = repeated.collect();
        self.anomalies.extend(repeated.into_iter().map(|offset| Anomaly { fault: Fault::DuplicateKey, offset }));
    }

    fn key(&mut self) -> Result<(Word, u32), ReadError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.fail("expected a key"));
        }
        self.count()?;
        let key = self.string()?;
        if &*key == "__proto__" || key.starts_with("$serde_json::private::") {
            self.note(Fault::ParserKey, start);
        }
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.fail("expected `:`"));
        }
        self.at += 1;
        Ok((key, start as u32))
    }

    fn scalar(&mut self, start: usize) -> Result<Node, ReadError> {
        let value = match self.peek() {
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            _ if self.literal(b"true") => Value::Bool(true),
            _ if self.literal(b"false") => Value::Bool(false),
            _ if self.literal(b"null") => Value::Null,
            _ => return Err(self.fail("expected a value")),
        };
        Ok(Node { start: start as u32, end: self.at as u32, value })
    }

    fn literal(&mut self, word: &[u8]) -> bool {
        let hit = self.bytes[self.at..].starts_with(word);
        if hit {
            self.at += word.len();
        }
        hit
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fail("expected a digit")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Box<str>, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        if !number::is_exact(&text) {
            self.note(Fault::UnsafeNumber, start);
        }
        Ok(text.into())
    }

    /// Reads a string; `at` is on its opening quotation mark.
    fn string(&mut self) -> Result<Word, ReadError> {
        self.at += 1;
        let start = self.at;
        let end = start + plain(&self.bytes[start..]);
        // most strings are as they stand there
        if self.bytes.get(end) == Some(&b'"')
            && let Some(word) = Word::of(&self.bytes[start..end])
        {
            self.at = end + 1;
            return Ok(word);
        }
        let mut out = String::new();
        loop {
            let start = self.at;
            self.at += plain(&self.bytes[start..]);
            self.utf8(start, &mut out);
            match self.peek() {
                None => return Err(self.fail("unexpected end inside a string")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.into());
                }
                Some(b'\\') => self.escape(&mut out)?,
                Some(control) => {
                    self.note(Fault::RawControl, self.at);
                    out.push(char::from(control));
                    self.at += 1;
                }
            }
        }
    }

    fn utf8(&mut self, start: usize, out: &mut String) {
        let mut from = start;
        let chunk = &self.bytes[start..self.at];
        for part in chunk.utf8_chunks() {
            out.push_str(part.valid());
            from += part.valid().len();
            if !part.invalid().is_empty() {
                self.anomalies.push(Anomaly { fault: Fault::InvalidUtf8, offset: from as u32 });
                out.push('\u{FFFD}');
                from += part.invalid().len();
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), ReadError> {
        let start = self.at;
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex4()?;
                out.push(self.code_point(unit, start)?);
                return Ok(());
            }
            _ => return Err(self.fail("unknown escape")),
        };
        self.at += 1;
        out.push(c);
        Ok(())
    }

    fn code_point(&mut self, unit: u32, start: usize) -> Result<char, ReadError> {
        if let Some(c) = char::from_u32(unit) {
            return Ok(c);
        }
        if (0xD800..0xDC00).contains(&unit) && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.hex4()?;
            if (0xDC00..0xE000).contains(&low) {
                let joined = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(joined).ok_or_else(|| self.fail("impossible surrogate pair"));
            }
            self.at = back;
        }
        self.note(Fault::LoneSurrogate, start);
        Ok('\u{FFFD}')
    }

    fn hex4(&mut self) -> Result<u32, ReadError> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or_else(|| self.fail("unexpected end"))?;
        let mut unit = 0;
        for d in digits {
            let v = char::from(*d).to_digit(16).ok_or_else(|| self.fail("expected four hex digits"))?;
            unit = unit * 16 + v;
        }
        self.at += 4;
        Ok(unit)
    }

    /// Passes over a bracketed value without building it; only strings and brackets matter.
    fn skip_deep(&mut self) -> Result<(), ReadError> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                None => return Err(self.fail("unexpected end")),
                Some(b'[' | b'{') => depth += 1,
                Some(b']' | b'}') => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                Some(b'"') => {
                    self.at += 1;
                    while !matches!(self.peek(), None | Some(b'"')) {
                        self.at += if self.peek() == Some(b'\\') { 2 } else { 1 };
                    }
                }
                Some(_) => {}
            }
            self.at += 1;
        }
    }
}
