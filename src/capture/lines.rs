//! Line framing of stdio: bytes in, whole lines out, each byte looked at once.

use std::sync::Arc;

/// Received bytes that are not taken yet.
#[derive(Debug, Default)]
pub(super) struct Lines {
    buffer: Vec<u8>,
    /// Where the first line that was not taken begins.
    start: usize,
    /// Up to where there is no line break.
    searched: usize,
}

impl Lines {
    /// Room for `more` bytes, to be appended. Taken lines are dropped here, once per read and not once per line: a flood of
    /// short lines must not cost a copy of the buffer each.
    pub fn room(&mut self, more: usize) -> &mut Vec<u8> {
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.buffer.reserve(more);
        &mut self.buffer
    }

    /// How many bytes the line has that is not complete.
    pub fn held(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// The next whole line without its end and without white space around it. At the end of the stream the rest counts as
    /// a line.
    pub fn next(&mut self, end_of_stream: bool) -> Option<Arc<[u8]>> {
        let found = self.buffer[self.searched..].iter().position(|b| *b == b'\n').map(|i| self.searched + i);
        let (end, next) = match found {
            Some(i) => (i, i + 1),
            None if end_of_stream && self.start < self.buffer.len() => (self.buffer.len(), self.buffer.len()),
            None => {
                self.searched = self.buffer.len();
                return None;
            }
        };
        let line: Arc<[u8]> = self.buffer[self.start..end].trim_ascii().into();
        self.start = next;
        self.searched = next;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(chunks: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut lines = Lines::default();
        let mut out = Vec::new();
        for chunk in chunks {
            lines.room(chunk.len()).extend_from_slice(chunk);
            while let Some(line) = lines.next(false) {
                out.push(line.to_vec());
            }
        }
        out.extend(lines.next(true).map(|l| l.to_vec()));
        assert_eq!(lines.held(), 0);
        out
    }

    #[test]
    fn lines_end_with_lf_and_the_rest_is_the_last() {
        assert_eq!(all(&[b"a\r\n\n b ", b"c\nrest"]), [b"a".as_slice(), b"", b"b c", b"rest"]);
        assert!(all(&[b""]).is_empty());
    }

    proptest! {
        #[test]
        fn chunk_borders_mean_nothing(text in "[ab\n\r]{0,40}", size in 1usize..10) {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            prop_assert_eq!(all(&pieces), all(&[text.as_bytes()]));
        }

        #[test]
        fn nothing_but_white_space_is_lost(text in "[abc \n]{0,60}") {
            let kept: Vec<u8> = all(&[text.as_bytes()]).concat();
            let count = |bytes: &[u8]| bytes.iter().filter(|b| !b.is_ascii_whitespace()).count();
            prop_assert_eq!(count(&kept), count(text.as_bytes()));
        }
    }
}
