//! Whether a command runs what another machine gave, or what is hidden: by its input, a file, a variable, or code that it is
//! handed.

use super::{Danger, Flow, State, code, loading};
use crate::launch::line::program as name_of;

impl State {
    /// Whether a command runs what another machine gave, or what is hidden.
    pub(super) fn runs(
        &mut self,
        program: &str,
        first: &str,
        args: &[&str],
        (flow, inside, fed, piped): (Flow, Flow, bool, bool),
        depth: usize,
    ) -> Option<Danger> {
        let bad = |f: Flow| f >= Flow::Hidden;
        if bad(inside) && (first.starts_with(['$', '`', '<']) && program.is_empty()) {
            return Some(Danger::Executes);
        }
        let has = |word: &str| self.known.files.has(word);
        if has(first) || (["start", "open", "call", "xdg-open"].contains(&program) && args.iter().any(|a| has(a))) {
            return Some(Danger::Executes);
        }
        let evaluates = ["eval", "source", ".", "iex", "invoke-expression"].contains(&program);
        let (shell, interpreter) = (code::is_shell(program), code::is_interpreter(program));
        let begins = |word: &str| word.starts_with(['$', '`', '<']);
        if evaluates
            && ((bad(inside) && args.first().is_some_and(|a| begins(a)))
                || args.iter().any(|a| has(a))
                || (bad(flow) && reads_input(args)))
        {
            return Some(Danger::Executes);
        }
        let evaluated = match program {
            "eval" => args.join(" "),
            "trap" => args.first().map_or_else(String::new, |a| (*a).to_owned()),
            _ => String::new(),
        };
        if !evaluated.is_empty()
            && let found @ Some(_) = self.scan(&evaluated, depth + 1)
        {
            return found;
        }
        if !shell && !interpreter {
            let others = ["xargs", "parallel", "docker", "podman", "ssh", "chroot", "su"];
            // what a group reads is seldom meant for a container or another machine
            let meant = piped || ["xargs", "parallel"].contains(&program);
            let starts = others.contains(&program) && ((bad(flow) && meant) || fed);
            // lines, rules or code that come in
            let file = args.windows(2).any(|w| w == ["-f", "-"]);
            let takes =
                ["at", "batch"].contains(&program) || (["make", "gmake", "awk", "gawk"].contains(&program) && file);
            // data of a database, as a rule
            let asks = flow == Flow::Far && loading::DATABASES.contains(&program);
            self.known.doubt |= asks;
            if (takes && bad(flow)) || (asks && !self.known.tables) {
                return Some(Danger::Executes);
            }
            let handed = bad(inside) && args.iter().any(|a| a.starts_with("<("));
            if handed && loading::TAKERS.contains(&program) {
                return Some(Danger::Executes);
            }
            let shells = |a: &&str| code::is_shell(&name_of(a)) || code::is_interpreter(&name_of(a));
            return (starts && args.iter().any(shells)).then_some(Danger::Executes);
        }
        if code::is_power(program) && code::is_hidden(args) {
            return Some(Danger::Executes);
        }
        let given = code::given(program, args);
        if let Some(text) = given {
            if shell {
                // words of it may be what was fetched
                return if bad(inside) && begins(text.trim_start()) {
                    Some(Danger::Executes)
                } else {
                    self.scan(&text, depth + 1)
                };
            }
            return code::judge(&text).or((bad(flow) && code::evaluates(&text)).then_some(Danger::Executes));
        }
        let operand = args.iter().find(|a| !a.starts_with('-'));
        if fed
            || operand.is_some_and(|o| self.known.files.has(o))
            || (bad(inside) && operand.is_some_and(|o| begins(o)))
        {
            return Some(Danger::Executes);
        }
        (bad(flow) && reads_input(args) && !args.contains(&"-m")).then_some(Danger::Executes)
    }
}

/// Whether an interpreter without code reads what comes in.
pub(super) fn reads_input(args: &[&str]) -> bool {
    let operand = args.iter().find(|a| !a.starts_with('-') || **a == "-");
    operand.is_none_or(|o| ["-", "/dev/stdin", "/proc/self/fd/0"].contains(o)) || args.contains(&"-s")
}
