//! Code of Python that looks at what a hook is given and says yes or no. Every name in it is one of the language that only
//! compares and shows, or one that the code itself sets, so there is no way to a file, a program or the network.

/// Words of the language and its functions that do nothing but that.
const NAMES: [&str; 45] = [
    "False",
    "None",
    "True",
    "all",
    "and",
    "any",
    "as",
    "bool",
    "break",
    "continue",
    "dict",
    "elif",
    "else",
    "except",
    "exit",
    "for",
    "if",
    "import",
    "in",
    "int",
    "is",
    "isinstance",
    "json",
    "lambda",
    "len",
    "list",
    "lower",
    "not",
    "or",
    "pass",
    "print",
    "re",
    "repr",
    "set",
    "sorted",
    "stderr",
    "str",
    "sum",
    "sys",
    "try",
    "tuple",
    "while",
    "Exception",
    "ValueError",
    "KeyError",
];

/// Members that do nothing but that.
const MEMBERS: [&str; 30] = [
    "IGNORECASE",
    "append",
    "stdout",
    "count",
    "decode",
    "dumps",
    "endswith",
    "exit",
    "find",
    "findall",
    "flags",
    "get",
    "group",
    "items",
    "join",
    "keys",
    "load",
    "loads",
    "lower",
    "lstrip",
    "match",
    "read",
    "replace",
    "rstrip",
    "search",
    "split",
    "startswith",
    "stdin",
    "stderr",
    "strip",
];

/// Whether code is such a guard.
pub(super) fn is_guard(code: &str) -> bool {
    let Some(tokens) = tokens(code) else { return false };
    // what stands before `=`, behind `for` and behind `lambda` is a name of its own
    let mut own: Vec<&str> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |i| tokens[i]);
        let after = tokens.get(at + 1).copied().unwrap_or_default();
        let set = after == "=" || ["for", "lambda", "as"].contains(&before);
        if set && is_name(token) && before != "." {
            // a name of the language that is set is another thing from there on
            if NAMES.contains(token) && before != "(" && before != "," {
                return false;
            }
            own.push(token);
        }
    }
    tokens.iter().enumerate().all(|(at, token)| {
        let before = at.checked_sub(1).map_or("", |i| tokens[i]);
        let known = match before {
            "." => MEMBERS.contains(token),
            "import" | ","
                if tokens[..at].iter().rev().find(|t| [";", "\n", "import"].contains(*t)) == Some(&"import") =>
            {
                ["json", "re", "sys"].contains(token)
            }
            _ => NAMES.contains(token) || own.contains(token) || ["file", "flags", "end", "sep"].contains(token),
        };
        !is_name(token) || known
    })
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, numbers and signs; texts are left out. `None`: a text does not end, or has code in it.
fn tokens(code: &str) -> Option<Vec<&str>> {
    let mut out = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if !c.is_ascii() || c == '\\' || c == '#' || c == '@' {
            return None;
        }
        let end = match c {
            '\'' | '"' => {
                // `f"{…}"` has code in it
                let last = out.last().copied().unwrap_or_default();
                let touches = rest.len() < code.len()
                    && code[..code.len() - rest.len()].ends_with(|c: char| c.is_ascii_alphanumeric());
                if touches && !["r", "R"].contains(&last) {
                    return None;
                }
                if touches {
                    out.pop();
                }
                let end = rest[1..].find(c)? + 2;
                let escaped = rest[..end].contains('\\') && !touches && rest[..end - 1].ends_with('\\');
                if escaped || rest[..end].contains("__") {
                    return None;
                }
                rest = &rest[end..];
                continue;
            }
            c if c.is_ascii_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            '=' if rest.starts_with("==") => 2,
            ' ' | '\t' | '\r' => {
                rest = &rest[1..];
                continue;
            }
            _ => 1,
        };
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    // `!=`, `<=` and `>=` set nothing
    let mut joined: Vec<&str> = Vec::new();
    for token in out {
        if token == "=" && joined.last().is_some_and(|l| ["!", "<", ">"].contains(l)) {
            joined.pop();
            joined.push("<>");
        } else {
            joined.push(token);
        }
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::is_guard;

    #[test]
    fn code_that_only_compares_is_told_from_code_that_may_do_something() {
        for code in [
            "import json, sys; data=json.load(sys.stdin); path=data.get('tool_input',{}).get('file_path',''); sys.exit(2 if any(p in path for p in ['.env', '.git/']) else 0)",
            "import json,re,sys; c=json.load(sys.stdin)['tool_input']['command']; sys.exit(2 if re.search(r'rm\\s+-rf', c) else 0)",
            "import sys, json\nd = json.load(sys.stdin)\nif d['a'] != 'x':\n  print('no', file=sys.stderr)\n  sys.exit(2)",
        ] {
            assert!(is_guard(code), "{code}");
        }
        for code in [
            "import os; os.system('id')",
            "import json, os; print(os.environ)",
            "from os import system; system('id')",
            "__import__('os').system('id')",
            "open('/etc/passwd').read()",
            "exec('x')",
            "eval(input())",
            "import sys; sys.modules['os'].system('id')",
            "import json; json.decoder.scanner.re",
            "print(f'{open(1)}')",
            "getattr(print, 'x')",
            "''.__class__.__mro__",
            "'{0.__class__}'.format(print)",
            "import socket; socket.socket()",
            "import urllib.request as json; json.urlopen('x')",
            "x = globals; x()",
            "def f(): pass",
            "print('a\\' + open(x) + 'b')",
            "import re as os; os.system",
            "import json, sys, pty; pty.spawn('sh')",
            "json = __builtins__",
            "import subprocess",
            "list = exec; list('x')",
            "[x for x in ().gi_frame.f_builtins]",
        ] {
            assert!(!is_guard(code), "{code}");
        }
    }
}
