//! What a command hands on to the next one, and what it leaves in files.

use super::super::super::fetch::words::Command;
use super::known::Far;
use super::paths::is_start;
use super::programs::changes;
use super::{Danger, Flow, State, agents, gone, loading, managers, paths, programs, sends};

impl State {
    /// What a command hands on, and where it leaves it.
    pub(super) fn carries(&mut self, program: &str, args: &[&str], flow: &mut Flow, inside: Flow, command: &Command) {
        let decodes = match program {
            "base64" | "base32" | "basenc" => args.iter().any(|a| ["-d", "-D", "--decode", "-di", "-id"].contains(a)),
            "openssl" => args.iter().any(|a| ["-d", "-A"].contains(a)),
            "xxd" => args.iter().any(|a| a.starts_with("-r") || *a == "-p"),
            "echo" | "printf" => ["\\x", "\\u", "\\1"].iter().any(|e| args.iter().any(|a| a.contains(e))),
            "uudecode" | "gpg" | "rev" => true,
            _ => false,
        };
        let copied = loading::READERS.contains(&program) && args.iter().any(|a| self.known.files.has(a));
        let far = programs::brings(program, args) || copied;
        if programs::brings(program, args) {
            (self.known.from, self.known.tables) = loading::fetched(args, &paths::kept(program, args));
        }
        if ["echo", "printf"].contains(&program) {
            self.known.said = managers::settled(&args.join(" "));
        }
        let own = sends::reads_own(program, args);
        *flow = match () {
            () if far => Flow::Far,
            () if program.is_empty() || decodes => (*flow).max(Flow::Hidden),
            () if own => (*flow).max(Flow::Own),
            () => (*flow).max(inside),
        };
        if ["read", "mapfile", "readarray"].contains(&program) && (*flow).max(inside) >= Flow::Hidden {
            args.iter().filter(|a| !a.starts_with('-')).for_each(|a| self.known.files.variable(a));
        }
        self.known.note(program, args);
        if *flow == Flow::Far {
            let kept = paths::kept(program, args);
            let all = kept.into_iter().chain(command.written.iter().map(String::as_str));
            for file in all.filter(|f| !f.starts_with("/dev/") && *f != "-") {
                self.known.files.file(file);
                // a program of a public forge is seldom left without being started later
                self.known.doubt |= self.known.from == Far::Perhaps && paths::is_program(file);
            }
        }
        for file in loading::copies(&self.known, program, args) {
            self.known.files.file(&file);
        }
    }

    /// What a command changes, its paths taken from the folder that was gone to.
    pub(super) fn changed(&self, program: &str, args: &[&str], far: bool) -> Option<Danger> {
        let moves = [
            "chmod", "chown", "cp", "curl", "find", "install", "ln", "mv", "perl", "rm", "rsync", "sed", "shred",
            "tee", "wget",
        ];
        if self.known.folder.is_empty() || !moves.contains(&program) {
            return changes(&self.known, program, args, far);
        }
        let placed = self.placed(program, args);
        changes(&self.known, program, &placed.iter().map(String::as_str).collect::<Vec<_>>(), far)
    }

    /// Whether a command gives the names of all files of the person.
    pub(super) fn lists(&self, program: &str, args: &[&str]) -> bool {
        if self.known.folder.is_empty() || !["find", "gfind", "ls"].contains(&program) {
            return gone::lists(program, args);
        }
        let placed = self.placed(program, args);
        gone::lists(program, &placed.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The words of a command, its paths taken from the folder that was gone to; without any it is that folder.
    fn placed(&self, program: &str, args: &[&str]) -> Vec<String> {
        let mut placed: Vec<String> =
            args.iter().map(|a| self.known.placed(a).unwrap_or_else(|| (*a).to_owned())).collect();
        let none = match program {
            "find" | "gfind" => args.first().is_none_or(|a| a.starts_with('-')),
            "ls" => args.iter().all(|a| a.starts_with('-')),
            _ => false,
        };
        if none {
            placed.insert(0, self.known.folder.clone());
        }
        placed
    }

    /// Files that are written by a redirection.
    pub(super) fn written(&self, command: &Command, flow: Flow) -> Option<Danger> {
        if flow == Flow::Far && command.written.iter().any(|f| self.known.awaited.contains(f)) {
            return Some(Danger::Executes);
        }
        let settles =
            !command.written.is_empty() && (self.known.settles || command.words.iter().any(|w| managers::settled(w)));
        let stays = |path: &str| {
            let far = flow == Flow::Far && programs::weighs(&self.known, path);
            let managed = settles && paths::is_managers(path);
            is_start(path) || far || managed || (self.known.mode && agents::is_settings(path))
        };
        let placed = |f: &String| self.known.placed(f).is_some_and(|f| stays(&f));
        command.written.iter().any(|f| stays(f) || placed(f)).then_some(Danger::Stays)
    }
}
