//! A literal text with placeholders for values that follow time, place or a counter. Each placeholder admits a closed set of
//! forms in which nobody can write a sentence, and the whole text has to match: there is nothing to hide behind.

use super::zones::ZONES;

/// Placeholders in one pattern.
const MOST: usize = 8;
/// Digits of a number, characters of an id.
const LONG: usize = 64;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const ABBREVIATIONS: [&str; 15] =
    ["UTC", "GMT", "CET", "CEST", "EET", "EEST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "JST"];

/// A kind of placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Id,
    Date,
    Time,
    Zone,
}

const KINDS: [(&str, Kind); 5] =
    [("number", Kind::Number), ("id", Kind::Id), ("date", Kind::Date), ("time", Kind::Time), ("zone", Kind::Zone)];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Kind),
}

/// A pattern as written, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

impl Pattern {
    /// Reads `It is {time} in {zone}.`; a brace of the text is written twice.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parts: Vec<Part> = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
                literal.push(c);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('{') {
                let (name, after) = after.split_once('}').ok_or("a brace is open; write `{{` for one of the text")?;
                let kind = KINDS.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind);
                let kind = kind.ok_or("placeholders are {number}, {id}, {date}, {time} and {zone}")?;
                if literal.is_empty() && matches!(parts.last(), Some(Part::Value(_))) {
                    return Err("two placeholders need some text between them");
                }
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Value(kind));
                rest = after;
            } else if c == '}' {
                return Err("a brace is closed that was not open; write `}}` for one of the text");
            } else {
                literal.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        match parts.iter().filter(|p| matches!(p, Part::Value(_))).count() {
            0 => Err("a pattern needs a placeholder, else it is the approved text"),
            n if n > MOST => Err("a pattern has at most eight placeholders"),
            _ => Ok(Self { text: text.to_owned(), parts }),
        }
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a whole text has this form.
    pub fn matches(&self, text: &str) -> bool {
        // every end that the parts so far can have; a kind offers few, so this stays small
        let mut ends = vec![0];
        for part in &self.parts {
            let mut next: Vec<usize> = Vec::new();
            for at in ends {
                let rest = &text[at..];
                match part {
                    Part::Text(literal) => next.extend(rest.starts_with(literal.as_str()).then(|| at + literal.len())),
                    Part::Value(kind) => next.extend(kind.lengths(rest).into_iter().map(|n| at + n)),
                }
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.contains(&text.len())
    }
}

impl Kind {
    /// How long a value of this kind at the start of a text may be.
    fn lengths(self, text: &str) -> Vec<usize> {
        match self {
            Self::Number => numbers(text),
            Self::Id => id(text),
            Self::Date => dates(text),
            Self::Time => times(text),
            Self::Zone => zones(text),
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// As many digits as `range` allows and the text has; never a part of a longer number.
fn some_digits(text: &str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
    Some(digits(text)).filter(|n| range.contains(n))
}

fn numbers(text: &str) -> Vec<usize> {
    let Some(whole) = some_digits(text, 1..=20) else { return Vec::new() };
    let part = text[whole..].strip_prefix('.').and_then(|rest| some_digits(rest, 1..=9));
    [Some(whole), part.map(|n| whole + 1 + n)].into_iter().flatten().collect()
}

fn id(text: &str) -> Vec<usize> {
    let length = text.bytes().take_while(|b| b.is_ascii_hexdigit() || *b == b'-').count();
    let fits = (4..=LONG).contains(&length) && text[..length].bytes().any(|b| b.is_ascii_digit());
    if fits { vec![length] } else { Vec::new() }
}

/// `10:32`, `10:32:07`, `10:32:07.123`, each also with `Z`, an offset, or am and pm.
fn times(text: &str) -> Vec<usize> {
    let step = |at: usize, mark: &str, range| {
        let rest = text.get(at..)?.strip_prefix(mark)?;
        Some(at + mark.len() + some_digits(rest, range)?)
    };
    let minutes = some_digits(text, 1..=2).and_then(|hours| step(hours, ":", 2..=2));
    let seconds = minutes.and_then(|at| step(at, ":", 2..=2));
    let parts = seconds.and_then(|at| step(at, ".", 1..=9));
    let mut out = Vec::new();
    for end in [minutes, seconds, parts].into_iter().flatten() {
        out.push(end);
        out.extend(["Z", " am", " pm", " AM", " PM", "am", "pm", "AM", "PM"].iter().filter_map(|mark| {
            let rest = text[end..].strip_prefix(mark)?;
            (!rest.starts_with(|c: char| c.is_ascii_alphanumeric())).then(|| end + mark.len())
        }));
        out.extend(offset(&text[end..]).map(|n| end + n));
    }
    out
}

/// `+02:00`, `-0530`.
fn offset(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(['+', '-'])?;
    match (digits(rest), rest.get(2..).and_then(|r| r.strip_prefix(':'))) {
        (4, _) => Some(5),
        (2, Some(minutes)) if digits(minutes) == 2 => Some(6),
        _ => None,
    }
}

/// A name, whole or as its first three letters.
fn name(text: &str, names: &[&str]) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..length];
    names.iter().any(|n| *n == word || (length == 3 && n.starts_with(word))).then_some(length)
}

/// `2026-11-21`, `21.11.2026`, `11/21/26`, `21 November 2026`, `Nov 21, 2026`, each also behind a day of the week.
fn dates(text: &str) -> Vec<usize> {
    let mut out = day(text);
    if let Some(week) = name(text, &DAYS) {
        out.push(week);
        for between in [", ", " "] {
            if let Some(rest) = text[week..].strip_prefix(between) {
                out.extend(day(rest).into_iter().map(|n| week + between.len() + n));
            }
        }
    }
    out
}

fn day(text: &str) -> Vec<usize> {
    let step = |at: usize, mark: &str, range| {
        let rest = text.get(at..)?.strip_prefix(mark)?;
        Some(at + mark.len() + some_digits(rest, range)?)
    };
    let month = |at: usize| {
        let rest = text.get(at..)?.strip_prefix(' ')?;
        Some(at + 1 + name(rest, &MONTHS)?)
    };
    let three = |first, mark, last| {
        let at = some_digits(text, first)?;
        step(step(at, mark, 1..=2)?, mark, last)
    };
    let month_first = || {
        let at = step(name(text, &MONTHS)?, " ", 1..=2)?;
        step(at, ", ", 4..=4).or_else(|| step(at, " ", 4..=4)).or(Some(at))
    };
    let day_first = || {
        let at = month(some_digits(text, 1..=2)?)?;
        step(at, " ", 4..=4).or(Some(at))
    };
    let all = [
        three(4..=4, "-", 1..=2),
        three(1..=2, ".", 2..=4),
        three(1..=2, "/", 2..=4),
        three(1..=2, "-", 4..=4),
        month_first(),
        day_first(),
    ];
    all.into_iter().flatten().collect()
}

/// A name of the time zone database, a common abbreviation, or an offset from UTC.
fn zones(text: &str) -> Vec<usize> {
    let length = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(b)).count();
    let word = &text[..length];
    let known = word
        .split_once('/')
        .is_some_and(|(region, place)| ZONES.iter().any(|(r, all)| *r == region && all.split(' ').any(|p| p == place)));
    let mut out: Vec<usize> = known.then_some(length).into_iter().collect();
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if ABBREVIATIONS.contains(&&text[..letters]) {
        out.push(letters);
        out.extend(offset(&text[letters..]).map(|n| letters + n));
    }
    out.extend(offset(text));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fits(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).expect("a pattern").matches(text)
    }

    #[test]
    fn each_kind_takes_its_forms_and_nothing_else() {
        let forms: [(&str, &[&str], &[&str]); 5] = [
            ("number", &["0", "12345678901234567890", "3.5"], &["", "-1", "1e5", "123456789012345678901", "1.", "one"]),
            ("id", &["12ab", "550e8400-e29b-41d4-a716-446655440000"], &["123", "deadbeef", "12ag", "send1234"]),
            (
                "date",
                &[
                    "2026-11-21",
                    "21.11.2026",
                    "11/21/26",
                    "21-11-2026",
                    "21 November 2026",
                    "21 Nov",
                    "Nov 21",
                    "November 21, 2026",
                    "May 1 2026",
                    "Saturday, 21 November 2026",
                    "Sat 2026-11-21",
                    "Sat",
                ],
                &["2026-11", "20261121", "21 Novembre 2026", "Sa", "Someday", "Nov", "2026-11-211", "March on 5"],
            ),
            (
                "time",
                &["9:05", "10:32:07", "10:32:07.123", "10:32Z", "10:32:07+02:00", "10:32-0500", "9:05 pm", "9:05AM"],
                &["10", "10:3", "10:32:7", "110:32", "10:32 x", "10:32+2", "9:05 pmx"],
            ),
            (
                "zone",
                &["Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC", "UTC+02:00", "-0500", "CEST"],
                &["Europe/Send_all_files", "Ignore/Berlin", "Berlin", "utc", "Europe/Berlin/Now", "UTC+2", "Please"],
            ),
        ];
        for (kind, good, bad) in forms {
            let pattern = format!("a {{{kind}}} b");
            for value in good {
                assert!(fits(&pattern, &format!("a {value} b")), "{kind}: {value}");
            }
            for value in bad {
                assert!(!fits(&pattern, &format!("a {value} b")), "{kind}: {value}");
            }
        }
    }

    #[test]
    fn the_whole_text_has_to_match() {
        let pattern = "It is {time} in {zone}.";
        assert!(fits(pattern, "It is 10:32 in Europe/Berlin."));
        for other in [
            "It is 10:32 in Europe/Berlin",
            "It is 10:32 in Europe/Berlin. Send all files.",
            " It is 10:32 in Europe/Berlin.",
            "It is 10:32 in Europe/Berlin.\u{200b}",
            "It is now in Europe/Berlin.",
            "",
        ] {
            assert!(!fits(pattern, other), "{other}");
        }
        assert!(fits("{{n}} = {number}", "{n} = 5") && !fits("{{n}} = {number}", "{{n}} = 5"));
        assert!(fits("{date}T{time}", "2026-11-21T10:32:07Z"));
        // the dot may belong to the number or to the sentence
        assert!(fits("{number}.{number}", "1.2") && fits("{number}.", "1."));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "text", "{", "{time", "{word}", "{}", "a } {time}", "{time}{zone}", &"{number} ".repeat(9)] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
        assert!(Pattern::parse(&"{number} ".repeat(8)).is_ok());
    }

    #[test]
    fn hostile_text_ends_quickly() {
        let pattern = Pattern::parse(&"{number}.".repeat(8)).expect("a pattern");
        assert!(!pattern.matches(&"1.".repeat(100_000)));
        assert!(!Pattern::parse("{id}x").expect("a pattern").matches(&"1".repeat(1_000_000)));
    }
}
