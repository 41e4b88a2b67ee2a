//! Shell code that is one program and its words, and nothing to a shell: no operators, assignments, substitutions or
//! redirections, and no expansions but a home. Started through a shell, such a program is what it would be without it
//! (the shell only sets up the person's own environment), so it is judged as that program. Read strictly: what one of the
//! shells that share this grammar reads otherwise is not plain.

/// Shells whose plain words are read as those of `sh` are.
const SHELLS: [&str; 12] = ["sh", "bash", "zsh", "dash", "ash", "ksh", "mksh", "rbash", "hush", "fish", "csh", "tcsh"];

/// Programs that give a line to the person's shell.
const OTHERS: [&str; 11] =
    ["su", "sg", "runuser", "script", "flock", "nix-shell", "nodemon", "npx", "npm", "pnpm", "pnpx"];

/// Words that are part of one shell or another: no program is started by them, or in another way.
const BUILT_IN: &str = "\
    . : @ [ abbr alias and argparse autoload begin bg bind bindkey block break breaksw bye builtin caller case cd chdir \
    commandline command compctl compgen complete contains continue coproc count declare default dirs disable disown do done \
    echo echotc elif else emit emulate enable end endif endsw esac eval exec exit export false fc fg fi filetest float for \
    foreach function functions getln getopts glob goto hash hashstat help history hup if in integer jobid jobs kill let limit \
    local log login logout mapfile math newgrp nocorrect noglob not notify onintr or popd print printf psub pushd pushln pwd \
    random read readarray readonly rehash repeat return sched select set set_color setenv setopt settc setty shift shopt \
    source stat status stop string suspend switch telltc test then time times trap true type typeset ulimit umask unalias \
    unbind uncomplete unfunction unhash unlimit unset unsetenv unsetopt until vared wait whence where which while zcompile \
    zle zmodload zparseopts zstyle";

/// Options of a shell with which one plain program is still only that.
pub(super) fn are_options(options: &[&str]) -> bool {
    let long = ["--login", "--norc", "--noprofile", "--no-config", "--no-rcs", "--posix", "--"];
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let letters = option.strip_prefix('-').unwrap_or_default();
        let cluster = !letters.is_empty() && letters.bytes().all(|b| b"ceilouxf".contains(&b));
        if cluster && letters.contains('o') {
            let named = |w: &&&str| w.bytes().all(|b| b.is_ascii_lowercase());
            if options.next().filter(named).is_none() {
                return false;
            }
        } else if !cluster && !long.contains(option) {
            return false;
        }
    }
    true
}

/// Files by which people set up their own shells; a shell at login reads most of them by itself.
const SETUP: [&str; 8] =
    [".nvm/nvm.sh", ".bashrc", ".bash_profile", ".profile", ".zshrc", ".zprofile", ".zshenv", ".cargo/env"];

/// Code without the person's own set-up that it begins with: `source ~/.nvm/nvm.sh && …`.
pub(super) fn without_setup(code: &str) -> &str {
    let mut rest = code.trim();
    while let Some(after) = after_setup(rest) {
        rest = after.trim_start();
    }
    rest
}

fn after_setup(code: &str) -> Option<&str> {
    let named = ["source ", ". "].into_iter().find_map(|word| code.strip_prefix(word))?.trim_start();
    let (word, rest) = named.split_at(named.find([' ', ';'])?);
    let word = word.trim_matches('"');
    let own = ["~/", "$HOME/", "${HOME}/"].into_iter().find_map(|home| word.strip_prefix(home))?;
    let rest = Some(rest.trim_start()).filter(|_| SETUP.contains(&own))?;
    ["&&", ";"].into_iter().find_map(|join| rest.strip_prefix(join))
}

/// Whether code for a shell is one plain program with its words.
pub(super) fn is_plain(shell: &str, code: &str) -> bool {
    if !SHELLS.contains(&shell) && !OTHERS.contains(&shell) {
        return false;
    }
    let mut rest = without_setup(code);
    let mut first = true;
    while !rest.is_empty() {
        let Some((word, literal, after)) = word(rest, shell, first) else { return false };
        rest = after.trim_start_matches([' ', '\t']);
        if first {
            // the program takes the shell's place
            if literal && word == "exec" && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "./\"'".contains(c))
            {
                continue;
            }
            let part = BUILT_IN.split(' ').any(|b| b == word);
            if part || !word.starts_with(|c: char| c.is_alphanumeric() || "/._".contains(c)) {
                return false;
            }
            first = false;
        }
    }
    !first
}

/// The word that a text begins with, whether it has no quotes, and what follows it.
fn word<'c>(text: &'c str, shell: &str, first: bool) -> Option<(String, bool, &'c str)> {
    let csh = ["csh", "tcsh"].contains(&shell);
    let mut out = String::new();
    let mut literal = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next().filter(|c| !" \t".contains(*c)) {
        let after = &rest[c.len_utf8()..];
        rest = after;
        match c {
            '\'' | '"' => {
                literal = false;
                let (inner, behind) = after.split_once(c)?;
                let shown = inner.strip_prefix(home(inner, c).filter(|_| c == '"' && !first).unwrap_or_default())?;
                let signs = if c == '"' { "\\!$`" } else { "\\!" };
                if shown.contains(|c: char| c.is_control() || signs.contains(c)) {
                    return None;
                }
                out.push_str(inner);
                rest = behind;
            }
            '~' if out.is_empty() && literal && after.starts_with('/') && !first => out.push(c),
            '$' if !first => {
                let text = &text[text.len() - after.len() - 1..];
                rest = text.strip_prefix(home(text, ' ')?)?;
                out.push_str("$HOME");
            }
            c if c.is_alphanumeric() || "-_./:,+".contains(c) => out.push(c),
            // for one shell or another these mean something at the beginning of a word
            '%' | '#' if !out.is_empty() => out.push(c),
            '@' if !first => out.push(c),
            '=' if !out.is_empty() && !first => out.push(c),
            '^' if out.ends_with('@') && !csh => out.push(c),
            _ => return None,
        }
    }
    Some((out, literal, rest))
}

/// The home that a text begins with; the word, or the quotation, ends behind it, or a folder follows.
fn home(text: &str, end: char) -> Option<&'static str> {
    let mark = ["$HOME", "${HOME}"].into_iter().find(|m| text.starts_with(m))?;
    let after = &text[mark.len()..];
    (after.is_empty() || after.starts_with(['/', end, '\t'])).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_set_up_before_a_program_is_no_code() {
        for (code, left) in [
            ("source ~/.nvm/nvm.sh && npx -y x", "npx -y x"),
            (" . \"$HOME/.nvm/nvm.sh\"; . ~/.profile ;exec npx x", "exec npx x"),
            ("source ~/.nvm/nvm.sh || npx x", "source ~/.nvm/nvm.sh || npx x"),
            ("source ./nvm.sh && npx x", "source ./nvm.sh && npx x"),
            ("source /tmp/.bashrc; npx x", "source /tmp/.bashrc; npx x"),
            ("source ~/.nvm/nvm.sh & npx x", "source ~/.nvm/nvm.sh & npx x"),
            ("source ~/.bashrc", "source ~/.bashrc"),
            ("source", "source"),
        ] {
            assert_eq!(without_setup(code), left, "{code}");
        }
        assert!(is_plain("bash", "source ~/.nvm/nvm.sh && npx -y x"));
        assert!(!is_plain("bash", "source ~/.nvm/nvm.sh && npx -y x | sh"));
        assert!(!is_plain("bash", "source ~/.nvm/nvm.sh && "));
    }

    #[test]
    fn one_program_with_its_words_is_told_from_anything_that_a_shell_does() {
        for code in [
            "npx",
            "npx -y pkg@1.2.3",
            " exec npx -y @acme/calc@^1.2.0\n",
            "uvx --from 'acme[cli]==1.0' acme --x=\"a b; c\"",
            "/opt/x/bin/server --root ~/work --log $HOME/x.log --db \"${HOME}/x\" \"$HOME\"",
            "node dist/index.js --url https://a.test/x#y",
            "docker run -i --rm acme/x:1",
            "nix run github:a/b#c",
        ] {
            for shell in ["sh", "bash", "zsh", "fish"] {
                assert!(is_plain(shell, code), "{shell}: {code}");
            }
        }
        for code in [
            "",
            "exec",
            "exec -a x y",
            "eval x",
            "source x",
            ". x",
            "A=1 x",
            "x; y",
            "x & y",
            "x && y",
            "x | y",
            "x\ny",
            "x > y",
            "x < y",
            "x $(y)",
            "x `y`",
            "x $Y",
            "$X",
            "$HOME/x",
            "~/x",
            "x ${HOME}y",
            "x $HOMEY",
            "x \"$Y\"",
            "x \"`y`\"",
            "x \"a\\\"b\"",
            "x \\y",
            "x *",
            "x ?",
            "x [a]",
            "x {a,b}",
            "x =y",
            "x ~y",
            "x # y",
            "x !y",
            "x '!y'",
            "x 'y",
            "x \"y",
            "x (y)",
            "if x",
            "! x",
            "- x",
            "x %1",
            "@x",
            "x 'a\\'",
            "x ''\\''y",
            "echo x",
            "x a^b",
            "x <(y)",
            "x $'y'",
            "cd x",
            "x\ry",
            "{ x",
            "alias x",
        ] {
            for shell in ["sh", "bash", "zsh", "fish", "csh"] {
                assert!(!is_plain(shell, code), "{shell}: {code}");
            }
        }
        assert!(!is_plain("csh", "npx a@^1") && is_plain("csh", "npx -y a@1.0.0"));
        // these have more of their own than can be listed
        for shell in ["nu", "elvish", "xonsh", "pwsh", "cmd"] {
            assert!(!is_plain(shell, "npx -y a@1.0.0"), "{shell}");
        }
    }

    #[test]
    fn options_with_files_or_code_of_their_own_are_more_than_the_program() {
        for options in [&["-c"][..], &["-lc"], &["-l", "-c"], &["-euo", "pipefail", "-c"], &["--login", "-ic"]] {
            assert!(are_options(options), "{options:?}");
        }
        for options in
            [&["--rcfile", "x", "-ic"][..], &["-C", "x", "-c"], &["-o"], &["-s", "-c"], &["--init-command=x"]]
        {
            assert!(!are_options(options), "{options:?}");
        }
    }
}
