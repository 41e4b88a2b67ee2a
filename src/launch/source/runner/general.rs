//! Words that name code whoever is given them, and programs that run the address they are given.

use super::spec::read;
use super::{CodeSource, Kind, named_image, operand, source};

/// Programs whose words are those of a script.
pub(super) const INTERPRETERS: [&str; 12] =
    ["python", "py", "pypy", "node", "ruby", "perl", "php", "java", "lua", "echo", "curl", "wget"];
/// Programs that run what lies at an address, or what they fetch from it.
const RUN: [&str; 17] = [
    "bun",
    "scala-cli",
    "scala",
    "kotlin",
    "groovy",
    "dotnet",
    "nix-shell",
    "nix-build",
    "pkl",
    "jshell",
    "zig",
    "git",
    "asdf",
    "ansible-pull",
    "multipass",
    "tsx",
    "vagrant",
];
/// What is before the name of an image.
const IMAGES: [&str; 5] = ["docker://", "oci://", "oras://", "library://", "shub://"];
/// What is before the name of a package or a repository.
const NAMES: [&str; 6] = ["npm:", "jsr:", "git+", "github:", "gitlab:", "github.com/"];

/// What the first words of a program of no other kind name.
pub(super) fn sources(name: &str, args: &[&str]) -> Vec<(CodeSource, usize)> {
    if INTERPRETERS.contains(&name) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut next = 0;
    for _ in 0..4 {
        let Some(at) = operand(args, next, &["-U", "--url"]) else { break };
        next = at + 1;
        let word = args[at];
        let address = word.contains("://") && RUN.contains(&name);
        let found = match IMAGES.iter().find_map(|scheme| word.strip_prefix(scheme)) {
            Some(image) => Some(named_image(image)),
            None if word.starts_with("github.com/") => Some(source(Kind::Git, word, None, false)),
            None if address || NAMES.iter().any(|scheme| word.starts_with(scheme)) => read(Kind::Npm, word),
            None => None,
        };
        out.extend(found.map(|found| (found, at)));
    }
    out
}
