//! Lines that are long: how much of them is looked at, and that what is left out is told.

use super::super::super::fetch::words::READ;
use super::super::{judge, said};

/// What a line is made of: each piece begins something that ends elsewhere, or nowhere.
const PIECES: [&str; 31] = [
    "<<",
    "<<|",
    "f(){ a; } ",
    "$(",
    "`",
    "curl x | ",
    "<(",
    "a=$(b) ",
    "eval \"$(",
    "sh -c '",
    "| sh ",
    "${IFS}",
    "f(){ ",
    "f(){ f; f; };",
    "a=$a$a;",
    "{",
    ">(",
    "<<E\n",
    "<<E\nx\nE\n",
    "alias a=a;",
    "echo '",
    "node -e '",
    "cd ~;",
    "cd a;",
    "rm -rf ~/a;",
    "cp a ~/a;",
    "npm set a=b;",
    "x@https://a.test ",
    "find ~ | ",
    "claude mcp ",
    "python -m ",
];

/// Bytes that are looked at for a line of such pieces. What a reader goes through is counted where it goes.
fn looked(piece: &str, len: usize) -> usize {
    let line = format!("echo {}", piece.repeat(len / piece.len()));
    work(&line)
}

fn work(line: &str) -> usize {
    READ.with(|read| read.set(0));
    judge("SessionStart", line);
    said::words(line);
    READ.with(std::cell::Cell::get)
}

/// Times that each byte of a line may be looked at: the readers, and the depths of each. One that goes through the rest again for
/// each piece looks at each byte thousands of times.
const TIMES: usize = 64;
/// What is read once more at each depth has a bound of its own.
const MORE: usize = 2 * 1024 * 1024;

#[test]
fn no_line_is_read_again_for_each_piece() {
    let len = 60_000;
    let read = PIECES.map(|piece| (piece, looked(piece, len)));
    let folder = |letters: usize| format!("cd ~/{};", "a".repeat(letters));
    let all = read.into_iter().chain([
        ("words in a folder", work(&format!("{} cp {}", folder(100), "a ".repeat(len / 2)))),
        ("files in a folder", work(&format!("{} x {}", folder(4000), ">a ".repeat(len / 3)))),
        ("settings and files", work(&format!("echo {} {}", "a=b\\n".repeat(len / 10), ">~/.npmrc ".repeat(len / 20)))),
        (
            "settings and tee",
            work(&format!("echo {}; {}", "a=b\\n".repeat(len / 10), "tee ~/.npmrc;".repeat(len / 26))),
        ),
    ]);
    let wrong: Vec<_> = all.filter(|(_, read)| *read > TIMES * len + MORE).collect();
    assert!(wrong.is_empty(), "{wrong:#?} of {len}");
}

#[test]
fn what_is_too_long_or_too_deep_is_told() {
    let gates = |line: &str| ["dangerous-hook", "fetch-and-execute-launch"].contains(&judge("SessionStart", line).0);
    assert!(gates(&format!("echo {}", "x".repeat(64 * 1024))));
    let deep = |depth: usize| format!("{}x{}", "echo $(".repeat(depth), ")".repeat(depth));
    assert!(!gates(&deep(8)) && gates(&deep(40)));
    assert!(!said::words(&deep(8)).cut && said::words(&deep(40)).cut);
    // a function that calls itself is no deeper for that
    assert!(!gates("f() { echo a; f; }; f"));
    let many: String = (0..400).map(|i| format!("f{i}() {{ a; }};")).collect();
    assert!(gates(&many));
    let grown: String = (0..20).map(|i| format!("a{}=$a{i}$a{i};", i + 1)).collect();
    assert!(gates(&format!("a0=echo;{grown} $a20")));
}
