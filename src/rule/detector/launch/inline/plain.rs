//! A line for `cmd` that only starts one program. What the shells of other systems are given is read by `launch::line`.

use crate::launch::line::Step;

/// What is part of `cmd` itself: without it there is no such program to start.
const BUILT_IN: [&str; 37] = [
    "start", "call", "type", "copy", "move", "ren", "rename", "del", "erase", "rd", "rmdir", "md", "mkdir", "echo",
    "set", "for", "if", "goto", "assoc", "ftype", "mklink", "path", "pushd", "popd", "cd", "chdir", "dir", "exit",
    "pause", "prompt", "rem", "title", "ver", "vol", "date", "time", "cls",
];

/// Variables of Windows that name a folder or a person; their case means nothing.
const OWN: [&str; 21] = [
    "ALLUSERSPROFILE",
    "APPDATA",
    "COMMONPROGRAMFILES",
    "COMMONPROGRAMFILES(X86)",
    "COMPUTERNAME",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "NUMBER_OF_PROCESSORS",
    "ONEDRIVE",
    "OS",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "PROGRAMW6432",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "USERNAME",
    "USERPROFILE",
    "WINDIR",
];

/// A word without the variables that Windows itself sets.
fn without_own(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        let own = behind.split_once('%').filter(|(name, _)| OWN.contains(&&*name.to_ascii_uppercase()));
        rest = match own {
            Some((_, after)) => after,
            None => {
                out.push('%');
                behind
            }
        };
    }
    out.push_str(rest);
    out
}

/// Whether `cmd` only starts the program that it is given: the first word is that program as it stands, and nothing else in
/// the line means anything to `cmd`, which reads all of it whether or not there are quotation marks.
pub(super) fn is_plain(step: &Step<'_>, line: &[&str]) -> bool {
    let marks = |w: &str| {
        // a folder that every Windows has
        let w = without_own(&w.replace(" (x86)", "").replace(" (X86)", "").replace("@^", "@"));
        w.contains(['%', '^', '!', '&', '|', '<', '>', '(', ')', '`']) || w.contains(char::is_control)
    };
    let program = &*step.word.text;
    let first = line.first().copied().unwrap_or_default().trim_start_matches([' ', '"']);
    // a name ends at many signs for `cmd`: `start;x`, `call/?`
    let name = program.split([';', ',', '=', '/', ':', '+', '[', ']', '\\']).next().unwrap_or(program);
    first.starts_with(program)
        && !program.starts_with(['@', ';', ',', '='])
        && !BUILT_IN.contains(&&*name.to_ascii_lowercase())
        && !line.iter().enumerate().any(|(at, w)| marks(w) && !is_placeholder(w, line.get(at + 1)))
}

/// Whether a word is what a person is to fill in, `<access-token>`: the last, or an option follows. Before anything else its
/// second sign would name a file that is written.
fn is_placeholder(word: &str, next: Option<&&str>) -> bool {
    let name = word.strip_prefix('<').and_then(|w| w.strip_suffix('>')).unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        && next.is_none_or(|next| next.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_filled_in_is_no_file() {
        for (word, next, is) in [
            ("<personal-access-token>", None, true),
            ("<TOKEN>", Some("--read-only"), true),
            ("<token>", Some("out.txt"), false),
            ("<../x>", None, false),
            ("<>", None, false),
            ("<token", None, false),
        ] {
            assert_eq!(is_placeholder(word, next.as_ref()), is, "{word} {next:?}");
        }
    }

    #[test]
    fn variables_of_windows_are_known_in_any_case_and_no_others_are() {
        for (word, left) in [
            ("%userprofile%\\x", "\\x"),
            ("%UserProfile%", ""),
            ("%ProgramFiles(x86)%\\a", "\\a"),
            ("%appdata%;%windir%", ";"),
            ("%PATH%", "%PATH%"),
            ("%comspec%", "%comspec%"),
            ("%userprofile:~0,1%", "%userprofile:~0,1%"),
            ("100%", "100%"),
            ("%x%WINDIR%", "%x"),
            ("%temp%\\\\x", "%temp%\\\\x"),
        ] {
            assert_eq!(without_own(word), left, "{word}");
        }
    }
}
