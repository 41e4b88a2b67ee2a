//! Server-sent events, as far as MCP uses them: bytes in, event data out, nothing buffered beyond a cap.

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SseEvent {
    /// `message` when the stream names none.
    pub name: Vec<u8>,
    /// The data lines, joined by line breaks.
    pub data: Vec<u8>,
}

/// Reads a stream of events. Feed it with [`Events::push`], take events with [`Events::next`].
#[derive(Debug, Default)]
pub(super) struct Events {
    buffer: Vec<u8>,
    start: usize,
    searched: usize,
    name: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The last line ended with CR: an LF right after it belongs to it.
    after_cr: bool,
}

impl Events {
    /// Adds received bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Bytes held for an event that is not complete.
    pub fn held(&self) -> usize {
        self.buffer.len() - self.start + self.data.len() + self.name.len()
    }

    /// The next complete event with data.
    pub fn next(&mut self) -> Option<SseEvent> {
        while let Some((from, to)) = self.line() {
            if from == to {
                let event = SseEvent { name: std::mem::take(&mut self.name), data: std::mem::take(&mut self.data) };
                if std::mem::take(&mut self.has_data) {
                    return Some(event);
                }
                continue;
            }
            let line = &self.buffer[from..to];
            let colon = line.iter().position(|b| *b == b':').unwrap_or(line.len());
            let value = line.get(colon + 1..).unwrap_or_default();
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match &line[..colon] {
                b"data" => {
                    if self.has_data {
                        self.data.push(b'\n');
                    }
                    self.has_data = true;
                    self.data.extend_from_slice(value);
                }
                b"event" => self.name = value.to_vec(),
                // comments, ids and retry times mean nothing to us: nothing is resumed
                _ => {}
            }
        }
        None
    }

    /// Bounds of the next line; lines end with LF, CR or both.
    fn line(&mut self) -> Option<(usize, usize)> {
        if self.after_cr && self.start < self.buffer.len() {
            self.after_cr = false;
            if self.buffer[self.start] == b'\n' {
                self.start += 1;
                self.searched = self.searched.max(self.start);
            }
        }
        let found = self.buffer[self.searched..].iter().position(|b| matches!(b, b'\n' | b'\r'));
        let Some(at) = found.map(|i| self.searched + i) else {
            self.searched = self.buffer.len();
            return None;
        };
        self.after_cr = self.buffer[at] == b'\r';
        let line = (self.start, at);
        self.start = at + 1;
        self.searched = at + 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(chunks: &[&[u8]]) -> Vec<String> {
        let mut events = Events::default();
        let mut out = Vec::new();
        for chunk in chunks {
            events.push(chunk);
            while let Some(event) = events.next() {
                out.push(String::from_utf8_lossy(&event.data).into_owned());
            }
        }
        out
    }

    #[test]
    fn data_lines_are_joined_and_everything_else_is_skipped() {
        let text = b":hi\r\nevent: message\r\nid: 1\r\ndata: a\r\ndata:b\r\n\r\nretry: 5\n\ndata\n\ndata: rest";
        assert_eq!(all(&[text]), ["a\nb", ""]);
    }

    proptest! {
        #[test]
        fn chunk_borders_mean_nothing(text in "(data: ?[ab]{0,3}|:x|)(\r\n|\n|\r)(data:c)?(\r\n\r\n|\n\n|\r\r)", cuts in prop::collection::vec(0usize..40, 0..6)) {
            let whole = all(&[text.as_bytes()]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(text.len())).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts {
                pieces.push(&text.as_bytes()[from..cut]);
                from = cut;
            }
            pieces.push(&text.as_bytes()[from..]);
            prop_assert_eq!(all(&pieces), whole);
        }
    }
}
