//! A page without its code: scripts and styles are blanked, so that what is left can be read as sentences and every byte
//! keeps its place. Only what a browser takes for code for certain is blanked; everything else stays and is read.

/// Types of a script that a browser runs. Another type is a block of data, which may hold anything.
const RUN: [&str; 5] =
    ["module", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript"];

/// Tags of a page that are looked at: each may cost a pass over the rest, so a page with more is read as it stands.
const TAGS: usize = 200;

/// The page with blanks in the place of its scripts and styles.
pub fn without_code(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    if lower.matches("<script").count() + lower.matches("<style").count() > TAGS {
        return page.to_owned();
    }
    let mut out = String::with_capacity(page.len());
    let mut kept = 0;
    let mut at = 0;
    while let Some((start, end)) = code(&lower, at) {
        out.push_str(&page[kept..start]);
        out.extend(std::iter::repeat_n(' ', end - start));
        (kept, at) = (end, end);
    }
    out.push_str(&page[kept..]);
    out
}

/// The next stretch of code from a place on.
fn code(lower: &str, mut at: usize) -> Option<(usize, usize)> {
    loop {
        let (tag, name) = ["script", "style"]
            .into_iter()
            .filter_map(|name| Some((opening(lower, at, name)?, name)))
            .min_by_key(|(tag, _)| tag.0)?;
        let (inside, attributes) = (tag.1, &lower[tag.0..tag.1]);
        // without its end it may not be code at all
        let end = inside + lower[inside..].find(&format!("</{name}"))?;
        let body = &lower[inside..end];
        // inside of a comment, or of another script, the end means something else
        let nested = body.contains("<!--") || body.contains("<script");
        if (name == "style" || runs(attributes)) && !nested {
            return Some((inside, end));
        }
        at = inside;
    }
}

/// Where a tag of this name begins and ends. A tag inside of a comment of the page is no tag, and its text is read.
fn opening(lower: &str, mut at: usize, name: &str) -> Option<(usize, usize)> {
    loop {
        let start = at + lower.get(at..)?.find(&format!("<{name}"))?;
        let after = start + 1 + name.len();
        let end = after + lower[after..].find('>')? + 1;
        let comment = lower[..start].rfind("<!--").is_some_and(|c| !lower[c..start].contains("-->"));
        let whole = lower[after..].starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace());
        if whole && !comment {
            return Some((start, end));
        }
        at = end;
    }
}

/// Whether a browser runs a script with these attributes.
fn runs(tag: &str) -> bool {
    let Some((_, rest)) = tag.split_once("type") else { return true };
    let value = rest.trim_start().trim_start_matches('=').trim_start().trim_start_matches(['"', '\'']);
    let value = value.split(['"', '\'', ' ', '>', ';']).next().unwrap_or_default();
    value.is_empty() || RUN.contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn code_is_blanked_and_words_are_not() {
        let page = "<p>a</p><script>send('x')</script><style>b{}</style><SCRIPT type=\"module\">c</SCRIPT>d";
        let plain = without_code(page);
        assert_eq!(plain.len(), page.len());
        assert!(
            !plain.contains("send") && !plain.contains("b{}") && plain.contains("<p>a</p>") && plain.ends_with('d')
        );
    }

    #[test]
    fn what_may_be_words_stays() {
        for page in [
            "<script>no end of it",
            "<script type=\"text/plain\">words</script>",
            "<script type='application/json'>{\"a\": \"words\"}</script>",
            "<!-- <script> --> words <!-- </script> -->",
            "<script>words<!-- <script> </script>",
            "<scripture>words</scripture>",
        ] {
            assert_eq!(without_code(page), page);
        }
    }

    proptest! {
        #[test]
        fn every_byte_keeps_its_place(page in "(<script|<style|</script>|</style>|<!--|-->|[a-z >é\u{131}]){0,30}") {
            let plain = without_code(&page);
            prop_assert_eq!(plain.len(), page.len());
            for (i, c) in plain.char_indices().filter(|(_, c)| *c != ' ') {
                prop_assert!(page[i..].starts_with(c));
            }
        }
    }
}
