//! Filters of `jq`, `sed` and `awk` that take something out of their input, and do nothing else: the first knows the
//! environment and other files as well, the others start programs and write files.

use super::is_number;

/// Words of `jq` that work on their input alone.
const WORDS: [&str; 58] = [
    "add",
    "all",
    "and",
    "any",
    "arrays",
    "ascii_downcase",
    "ascii_upcase",
    "contains",
    "elif",
    "else",
    "empty",
    "end",
    "endswith",
    "error",
    "false",
    "first",
    "flatten",
    "floor",
    "fromjson",
    "group_by",
    "gsub",
    "has",
    "if",
    "index",
    "inside",
    "join",
    "keys",
    "last",
    "length",
    "ltrimstr",
    "map",
    "match",
    "max",
    "min",
    "not",
    "null",
    "now",
    "or",
    "range",
    "reverse",
    "rtrimstr",
    "select",
    "sort",
    "sort_by",
    "split",
    "startswith",
    "strftime",
    "strings",
    "sub",
    "test",
    "then",
    "todate",
    "tojson",
    "tonumber",
    "tostring",
    "true",
    "type",
    "unique",
];

/// Fields of what a client gives a hook on the way to the names of files, and those names.
const WAYS: [&str; 12] = [
    "args",
    "edits",
    "input",
    "toolArgs",
    "toolInput",
    "toolName",
    "tool_args",
    "tool_input",
    "tool_name",
    "tool_response",
    "cwd",
    "hook_event_name",
];
const PATHS: [&str; 10] = [
    "absolute_path",
    "file",
    "filePath",
    "file_path",
    "file_paths",
    "files",
    "filepath",
    "notebook_path",
    "path",
    "paths",
];

/// A filter without its texts, but with those that name a field; nothing when a text has a filter in it.
fn fields(filter: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = filter;
    while let Some((before, behind)) = rest.split_once('"') {
        out.push_str(before);
        let (text, after) = behind.split_once('"')?;
        if text.contains("\\(") {
            return None;
        }
        if out.ends_with(['[', '.']) {
            out.push_str(text);
        }
        rest = after;
    }
    Some(out + rest)
}

/// Whether a filter of `jq` gives nothing but names of files that were worked on.
pub(super) fn is_path(args: &[String]) -> bool {
    let Some(filter) = args.iter().find(|a| !a.starts_with('-')).and_then(|f| fields(f)) else { return false };
    if ["..", "tojson", "tostring", "keys", "--arg"].iter().any(|w| filter.contains(w)) {
        return false;
    }
    let mut named = false;
    for (at, _) in filter.match_indices(['.', '[']) {
        let rest = filter[at + 1..].trim_start_matches(['"', '[']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        let before = &filter[..at];
        let field = !name.is_empty() && !name.bytes().all(|b| b.is_ascii_digit());
        // every member of something, whatever it is
        let all = filter[at..].starts_with("[]") || filter[at..].starts_with(".[]");
        if (field && !WAYS.contains(&name) && !PATHS.contains(&name))
            || (all
                && !["edits", "files", "paths", "file_paths", "."]
                    .iter()
                    .any(|n| before.trim_end_matches(['?', '.']).ends_with(n)))
        {
            return false;
        }
        named |= PATHS.contains(&name);
    }
    named
}

/// The files that `jq` reads, when it only takes something out of them, or out of its input.
pub(super) fn of(args: &[String]) -> Option<Vec<&String>> {
    let mut operands: Vec<&String> = Vec::new();
    let mut given = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.strip_prefix('-') {
            Some("-arg" | "-argjson") => {
                given.push(args.next()?.as_str());
                args.next()?;
            }
            Some("-raw-output" | "-compact-output" | "-exit-status" | "-null-input" | "-slurp" | "-raw-input") => {}
            Some(letters) if !letters.is_empty() && letters.bytes().all(|b| b"recnsjRMS".contains(&b)) => {}
            Some(_) => return None,
            None => operands.push(arg),
        }
    }
    let (filter, files) = operands.split_first()?;
    is_plain(filter, &given, 0).then(|| files.to_vec())
}

/// Whether a filter has no other words than those, and names of fields.
fn is_plain(filter: &str, given: &[&str], depth: usize) -> bool {
    if depth > 4 {
        return false;
    }
    let mut rest = filter;
    while let Some(c) = rest.chars().next() {
        let name = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        match c {
            '"' => {
                let Some((inner, after)) = text(&rest[1..]) else { return false };
                if !inner.iter().all(|i| is_plain(i, given, depth + 1)) {
                    return false;
                }
                rest = after;
            }
            '.' => rest = &rest[1 + name(&rest[1..])..],
            '$' => {
                let end = name(&rest[1..]);
                if !given.contains(&&rest[1..=end]) {
                    return false;
                }
                rest = &rest[1 + end..];
            }
            '@' => {
                let end = name(&rest[1..]);
                rest = &rest[1 + end..];
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = name(rest);
                let word = &rest[..end];
                let after = rest[end..].trim_start();
                // `{name: …}`
                if !WORDS.contains(&word) && !after.starts_with(':') && !is_member(filter, rest, after) {
                    return false;
                }
                rest = &rest[end..];
            }
            c if c.is_ascii_digit() || " \t|/()[]{},:;?=!<>+*-".contains(c) => rest = &rest[1..],
            _ => return false,
        }
    }
    true
}

/// `{a, b}`: a word between what begins or goes on with members, and what goes on with them or ends them. A list may hold
/// words as well, so only one without brackets and calls is that.
fn is_member(filter: &str, rest: &str, after: &str) -> bool {
    let before = filter[..filter.len() - rest.len()].trim_end();
    before.matches('{').count() > before.matches('}').count()
        && !filter.contains(['(', '['])
        && !before.contains('"')
        && before.ends_with(['{', ','])
        && after.starts_with([',', '}'])
}

/// The filters in a text, and what follows it.
fn text(text: &str) -> Option<(Vec<&str>, &str)> {
    let mut inner = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((inner, &text[at + 1..])),
            '\\' => {
                if let Some((_, '(')) = chars.next() {
                    let from = at + 2;
                    let mut depth = 1;
                    let (end, _) = chars.by_ref().find(|(_, c)| {
                        depth += i32::from(*c == '(') - i32::from(*c == ')');
                        depth == 0
                    })?;
                    inner.push(&text[from..end]);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether `sed` only changes what passes: `s/a/b/`, or shows lines by their number.
pub(super) fn edits(args: &[&str]) -> bool {
    let scripts: Vec<&&str> = args.iter().filter(|a| !["-n", "-E", "-r", "-e"].contains(*a)).collect();
    let [script] = scripts.as_slice() else { return false };
    let lines = script.strip_suffix(['p', 'd']).unwrap_or_default();
    if lines == "$" || (!lines.is_empty() && lines.split(',').all(is_number)) {
        return true;
    }
    let Some(mark) = script.strip_prefix('s').and_then(|r| r.chars().next()) else { return false };
    let parts: Vec<&str> = script[1..].split(mark).collect();
    let literal = !mark.is_alphanumeric() && mark.is_ascii() && !script.contains(['\n', ';', '}']);
    // `e` runs what comes out, `w` writes it
    let [first, _, _, flags] = parts.as_slice() else { return false };
    literal && first.is_empty() && mark != '\\' && flags.chars().all(|c| c == 'g' || c == 'I' || c.is_ascii_digit())
}

/// Whether `awk` prints fields: `{print $1}`.
pub(super) fn prints(args: &[&str]) -> bool {
    let mut scripts = args.iter().filter(|a| !(a.starts_with("-F") && a.len() < 5));
    let fields = |s: &str| {
        let inner = s.strip_prefix('{').and_then(|s| s.strip_suffix('}')).map(str::trim);
        let list = inner.and_then(|i| i.strip_prefix("print")).unwrap_or("x");
        list.replace("NF", "").chars().all(|c| c.is_ascii_digit() || "$, ".contains(c))
    };
    scripts.next().is_some_and(|s| fields(s)) && scripts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_only_take_something_out_are_told_from_those_that_do_more() {
        let jq = |words: &str| {
            let words: Vec<String> = words.split('\t').map(str::to_owned).collect();
            of(&words).map(|files| files.len())
        };
        for filter in [
            "-r\t.tool_input.file_path // empty",
            ".a | select(endswith(\".ts\"))",
            "-r\t\"\\(.tool_input.command) - \\(.tool_input.description // \"No\")\"",
            "-e\t.tool_input.command | test(\"rm -rf\") | not",
            "-c\t{ts: (now | todate), tool: .tool_name}",
            "{tool_name, session_id}",
            "{env}|.env",
            "-n\t--arg\tm\tx\t{reason: $m}",
            ".a[0]?.b",
            "if .a then \"x\" else empty end",
        ] {
            assert_eq!(jq(filter), Some(0), "{filter}");
        }
        assert_eq!(jq(".a\tpackage.json"), Some(1));
        for filter in [
            "env",
            ".a, env",
            "$ENV.A",
            "\"\\(env)\"",
            "input",
            "input_filename",
            "[inputs]",
            "{a: env}",
            "[env, .a]",
            "-f\tx.jq",
            "-L\tx\t.",
            "--rawfile\ta\tx\t.",
            "include \"x\"; .",
            ".a | debug",
            "@sh \"\\(env)\"",
            "$__prog_args",
            "{a, env} | (.)",
            "getpath([\"a\"])",
            "\"",
            "limit(1; inputs)",
            "{(env|tostring): 1}",
            "{a}, env, {b}",
            "{\"{\": 1}, env, {b}",
        ] {
            assert_eq!(jq(filter), None, "{filter}");
        }
        for script in ["s/a/b/", "s|^./||g", "1,5p", "$d", "3p"] {
            assert!(edits(&["-n", script]), "{script}");
        }
        for script in [
            "e",
            "1e id",
            "s/a/b/e",
            "s/a/id/ge",
            "s/a/b/w x",
            "w x",
            "r /etc/passwd",
            "s/a/b/;e",
            "s/a/b/\ne",
            "1!e id",
            "-i",
        ] {
            assert!(!edits(&[script]), "{script}");
        }
        assert!(!edits(&["s/a/b/", "x"]) && !edits(&["-i", "s/a/b/"]));
        assert!(prints(&["{print $1}"]) && prints(&["-F:", "{print $NF, $2}"]) && prints(&["{ print }"]));
        for script in [
            "BEGIN{system(\"id\")}",
            "{print $1 | \"sh\"}",
            "{print > \"x\"}",
            "{print $1; system()}",
            "@load \"x\"",
            "{}",
        ] {
            assert!(!prints(&[script]), "{script}");
        }
    }
}
