//! What of a command line, of a text and of a name may be shown.

use super::line::{self, Before};
use super::{DEPTH, address, fed, mixed, of_word, opaque, ranges, replaced};

/// A word of a command line.
pub(super) struct Word<'a> {
    text: &'a str,
    pub(super) secrets: Vec<&'a str>,
    /// The option before it.
    flag: Option<&'a str>,
}

/// The words of a command line, each with its secrets.
pub(super) fn line<'a>(command: &'a str, args: impl IntoIterator<Item = &'a str>) -> Vec<Word<'a>> {
    let words: Vec<&str> = std::iter::once(command).chain(args).collect();
    let handed = fed::of_words(words.iter().copied());
    let inside = |word: &str, part: &str| word.as_bytes().as_ptr_range().contains(&part.as_ptr());
    let one = |(before, text): (Before<'a>, &'a str)| {
        let mut secrets = of_word(&before, text, DEPTH);
        secrets.extend(handed.iter().filter(|part| inside(text, part)));
        Word { text, secrets, flag: before.flag }
    };
    line::walk(line::given(words.iter().copied())).map(one).collect()
}

/// A command line as it may be shown: without secrets, without what stands before the host of a URL, and without words that
/// tell a reader nothing. Such a word may be the name of a document: it is no finding, and not shown.
pub fn shown_line<'a>(command: &'a str, args: impl IntoIterator<Item = &'a str>) -> (String, Vec<String>) {
    let one = |word: Word<'_>| {
        let opaque = opaque_of(word.text, word.flag, false);
        without(word.text, word.secrets, opaque)
    };
    let mut all = line(command, args).into_iter().map(one);
    (all.next().unwrap_or_default(), all.collect())
}

/// The same with hex, UUIDs and the like, which may name code.
pub fn kept_line<'a>(command: &'a str, args: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    line(command, args).into_iter().skip(1).map(|word| without(word.text, word.secrets, Vec::new())).collect()
}

/// One text, the same.
pub fn kept(text: &str) -> String {
    without(text, of_word(&Before::NOTHING, text, DEPTH), Vec::new())
}

/// One text as it may be shown.
pub fn shown(text: &str) -> String {
    without(text, of_word(&Before::NOTHING, text, DEPTH), opaque_of(text, None, false))
}

/// The same of what may be an image, which its digest may name.
pub fn shown_image(text: &str) -> String {
    without(text, of_word(&Before::NOTHING, text, DEPTH), opaque_of(text, None, true))
}

/// The same of a folder, whose path has no words that tell nothing.
pub fn shown_folder(path: &str) -> String {
    without(path, of_word(&Before::NOTHING, path, DEPTH), opaque::folders(path))
}

fn opaque_of<'t>(text: &'t str, flag: Option<&str>, image: bool) -> Vec<&'t str> {
    let mut out = opaque::words(text, flag, image);
    out.extend(address::urls(text).flat_map(address::opaque));
    out
}

/// A text without these parts of it, without what stands before the hosts of its URLs, and without random words.
fn without(text: &str, parts: Vec<&str>, opaque: Vec<&str>) -> String {
    let urls = || address::urls(text);
    let parts = parts.into_iter().chain(urls().filter_map(address::credentials));
    let all = ranges(text, parts.chain(opaque).chain(mixed::words(text)).chain(urls().flat_map(address::random)));
    replaced(text, &all)
}
