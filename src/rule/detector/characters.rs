//! Characters that people do not see or that lie about themselves: tags, variation selectors, zero-width and bidi
//! characters, terminal sequences, names of mixed script. Family `hidden-text`.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::UnicodeEmoji;
use unicode_script::{Script, UnicodeScript};

use crate::finding::Evidence;
use crate::json::Pointer;
use crate::manifest::Item;
use crate::rule::Hit;
use crate::rule::strings::{Reader, Role, Text};
use crate::untrusted::{Message, Untrusted};

/// Runs the family over every string.
#[derive(Default)]
pub struct Characters(Vec<Hit>);

impl<'i> Reader<'i> for Characters {
    fn text(&mut self, server: usize, Text { item, trail, text, role, plain, .. }: Text<'_, 'i>) {
        let mut add = |rule: &str, start: usize, end: usize, what: String| {
            self.0.push(hit(rule, server, item, &trail.pointer(), text, (start, end), what));
        };
        if !plain {
            hidden(text, &mut add);
        }
        // all bytes are looked at, which is faster than to stop at the first
        if text.bytes().fold(false, |found, b| found | (b < 0x20) | (b == 0x7f))
            || (!plain && text.chars().any(|c| ('\u{80}'..'\u{a0}').contains(&c)))
        {
            controls(text, &mut add);
        }
        if role == Role::Name && !plain {
            name(text, &mut add);
        }
    }

    fn hits(self: Box<Self>) -> Vec<Hit> {
        self.0
    }
}

fn hit(
    rule: &str,
    server: usize,
    item: &Item,
    pointer: &Pointer,
    text: &str,
    span: (usize, usize),
    what: String,
) -> Hit {
    let evidence = Evidence::raw(pointer, text, span, what.as_str());
    Hit {
        item: Some(item.key.clone()),
        pointer: pointer.clone(),
        message: Message::new(format!("{} ", item.key.kind.word())).quote(&item.key.name).text(format!(" has {what}")),
        evidence: vec![evidence],
        ..Hit::new(rule, server)
    }
}

type Add<'a> = &'a mut dyn FnMut(&str, usize, usize, String);

fn is_tag(c: char) -> bool {
    ('\u{E0000}'..='\u{E007F}').contains(&c)
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Zero-width and filler characters; a soft hyphen counts, it is not shown.
fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}' | '\u{034F}' | '\u{115F}'
        | '\u{1160}' | '\u{180E}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}' | '\u{206A}'..='\u{206F}')
}

/// Places of one text that are shown: each is evidence with the whole text.
const SHOWN: usize = 32;

fn hidden(text: &str, add: Add<'_>) {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let end_of = |i: usize| chars.get(i + 1).map_or(text.len(), |(at, _)| *at);
    let (mut tags, mut zero): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let (mut in_word, mut payloads) = (None, 0);
    let mut i = 0;
    while i < chars.len() {
        let (at, c) = chars[i];
        if c == '\u{1F3F4}' {
            // a subdivision flag: a black flag, tag letters, the cancel tag
            let run = chars[i + 1..].iter().take_while(|(_, c)| is_tag(*c)).count();
            let flag: String =
                chars[i + 1..i + 1 + run].iter().filter_map(|(_, c)| char::from_u32(*c as u32 - 0xE0000)).collect();
            if ["gbeng\u{7f}", "gbsct\u{7f}", "gbwls\u{7f}"].contains(&flag.as_str()) {
                i += run + 1;
                continue;
            }
        }
        if is_tag(c) {
            tags.push(i);
        } else if is_selector(c) {
            let run = chars[i..].iter().take_while(|(_, c)| is_selector(*c)).count();
            let base = i.checked_sub(1).map(|b| chars[b].1);
            if !selector_is_plain(base, c, run) && payloads < SHOWN {
                payloads += 1;
                add(
                    "variation-selector-payload",
                    at,
                    end_of(i + run - 1),
                    format!("{run} variation selectors that select no form"),
                );
            }
            i += run;
            continue;
        } else if is_zero_width(c) && !(c == '\u{FEFF}' && i == 0) && !joins(&chars, i) {
            zero.push(i);
            let latin = |j: Option<usize>| j.and_then(|j| chars.get(j)).is_some_and(|(_, c)| c.is_ascii_alphanumeric());
            if c != '\u{00AD}' && latin(i.checked_sub(1)) && latin(Some(i + 1)) {
                in_word.get_or_insert(i);
            }
        }
        i += 1;
    }
    if let (Some(first), Some(last)) = (tags.first(), tags.last()) {
        let decoded: String = tags
            .iter()
            .filter_map(|i| char::from_u32(chars[*i].1 as u32 - 0xE0000))
            .filter(|c| !c.is_control())
            .collect();
        let said = Untrusted::from(decoded).cut(80).to_visible();
        add(
            "unicode-tags",
            chars[*first].0,
            end_of(*last),
            format!("{} invisible tag characters that spell \"{said}\"", tags.len()),
        );
    }
    if let (Some(first), Some(last)) = (zero.first(), zero.last()) {
        let mut kinds: Vec<char> = zero.iter().map(|i| chars[*i].1).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let payload = kinds.len() >= 3 || (zero.len() >= 8 && last - first + 1 == zero.len());
        match in_word {
            Some(i) => {
                add("zero-width-in-word", chars[i].0, end_of(i), "a zero-width character inside a word".to_owned())
            }
            None if payload => {
                let what = format!("{} zero-width characters of {} kinds", zero.len(), kinds.len());
                add("zero-width-in-word", chars[*first].0, end_of(*last), what);
            }
            None => add(
                "zero-width-characters",
                chars[*first].0,
                end_of(*first),
                format!("{} zero-width characters", zero.len()),
            ),
        }
    }
    bidi(text, add);
}

/// One selector after a base that has variants: an emoji, a keycap digit, an ideograph, Mongolian.
fn selector_is_plain(base: Option<char>, selector: char, run: usize) -> bool {
    let Some(base) = base else { return false };
    let ideograph = matches!(
        base.script(),
        Script::Han | Script::Hiragana | Script::Katakana | Script::Mongolian | Script::Phags_Pa
    );
    match selector {
        _ if run > 1 => false,
        '\u{FE0E}' | '\u{FE0F}' => base.is_emoji_char() || !base.is_alphanumeric() || ideograph,
        '\u{FE00}'..='\u{FE0D}' => ideograph || !base.is_ascii(),
        _ => ideograph,
    }
}

/// ZWJ in emoji, ZWJ and ZWNJ in scripts that write with them.
fn joins(chars: &[(usize, char)], i: usize) -> bool {
    let before = i.checked_sub(1).map(|j| chars[j].1);
    let after = chars.get(i + 1).map(|(_, c)| *c);
    let (Some(before), Some(after)) = (before, after) else { return false };
    match chars[i].1 {
        '\u{200D}' if (before.is_emoji_char() || is_selector(before)) && after.is_emoji_char() && !after.is_ascii() => {
            true
        }
        '\u{200C}' | '\u{200D}' => {
            let writes = |c: char| {
                matches!(
                    c.script(),
                    Script::Arabic
                        | Script::Devanagari
                        | Script::Bengali
                        | Script::Gurmukhi
                        | Script::Gujarati
                        | Script::Oriya
                        | Script::Tamil
                        | Script::Telugu
                        | Script::Kannada
                        | Script::Malayalam
                        | Script::Sinhala
                        | Script::Khmer
                        | Script::Myanmar
                        | Script::Tibetan
                        | Script::Syriac
                        | Script::Mongolian
                )
            };
            writes(before) && (writes(after) || !after.is_alphanumeric())
        }
        '\u{200B}' => {
            // line breaks of scripts without spaces
            let spaceless =
                |c: char| matches!(c.script(), Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar);
            spaceless(before) && spaceless(after)
        }
        _ => false,
    }
}

fn bidi(text: &str, add: Add<'_>) {
    let (mut depth, mut first) = (0i32, None);
    let mut rtl = false;
    for (at, c) in text.char_indices() {
        match c {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{202C}' => {
                add("bidi-controls", at, at + c.len_utf8(), "a character that turns the direction of text".to_owned());
                return;
            }
            '\u{2066}'..='\u{2068}' => {
                depth += 1;
                first.get_or_insert(at);
            }
            '\u{2069}' => {
                depth -= 1;
                first.get_or_insert(at);
            }
            c if c.is_ascii() => {}
            c => rtl |= matches!(c.script(), Script::Arabic | Script::Hebrew | Script::Syriac | Script::Thaana),
        }
        if depth < 0 {
            break;
        }
    }
    if let Some(at) = first.filter(|_| depth != 0 || !rtl) {
        add("bidi-controls", at, at + 3, "unbalanced or pointless direction isolates".to_owned());
    }
}

fn controls(text: &str, add: Add<'_>) {
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        let what = match c {
            '\u{1b}' => "an escape sequence for terminals",
            '\r' if next != Some('\n') && next.is_some() => "a carriage return that overprints what came before",
            '\u{8}' => "a backspace",
            '\t' | '\n' | '\r' | '\u{c}' | '\u{85}' => continue,
            c if c.is_control() => "a control character",
            _ => continue,
        };
        add("terminal-sequences", at, at + c.len_utf8(), what.to_owned());
        return;
    }
}

/// A name that mixes Latin with look-alike scripts, or is another form of a plain one.
fn name(text: &str, add: Add<'_>) {
    let scripts = |s: Script| text.chars().any(|c| c.script() == s);
    let mixed = scripts(Script::Latin)
        && (scripts(Script::Cyrillic)
            || scripts(Script::Greek)
            || scripts(Script::Cherokee)
            || scripts(Script::Armenian));
    let plain: String = text.nfkc().collect();
    let variant = plain != text && plain.is_ascii();
    let skeleton: String = unicode_security::skeleton(text).collect();
    let fake = !mixed
        && !variant
        && skeleton.is_ascii()
        && !text.chars().any(|c| c.script() == Script::Latin)
        && text.chars().all(|c| !is_zero_width(c));
    let first = text.char_indices().find(|(_, c)| !c.is_ascii()).map_or(0, |(at, _)| at);
    if mixed {
        add(
            "mixed-script-name",
            first,
            text.len(),
            "a name that mixes Latin with a script that looks like it".to_owned(),
        );
    } else if variant || fake {
        add(
            "mixed-script-name",
            first,
            text.len(),
            "a name of characters that only look like plain letters".to_owned(),
        );
    }
}
