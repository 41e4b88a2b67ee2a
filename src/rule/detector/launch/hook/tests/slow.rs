//! Lines that are long: how long they take, and that those over the limit are told.

use super::super::{judge, said};

/// Twice as long a line takes about twice the time: a reader that goes through the rest again for each
/// piece takes four times as long.
#[test]
fn nothing_makes_it_slow() {
    for piece in [
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
        "alias a=a;",
        "echo '",
    ] {
        let line = |len: usize| format!("echo {}", piece.repeat(len / piece.len()));
        let spent = |len: usize| {
            let (line, begun) = (line(len), std::time::Instant::now());
            judge("SessionStart", &line);
            said::words(&line);
            begun.elapsed()
        };
        let (once, twice) = (spent(30_000), spent(60_000));
        // the floor is for what a busy machine adds
        let most = 3 * once + std::time::Duration::from_secs(2);
        assert!(twice < most, "{piece:?}: {once:?}, and {twice:?} for twice as much");
    }
    // what is over the limit is told by itself
    assert_eq!(judge("SessionStart", &format!("echo {}", "x".repeat(64 * 1024))).0, "dangerous-hook");
}
