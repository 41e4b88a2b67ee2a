//! Notes on a screen, sounds and spoken words, each with nothing but texts in it.

use super::Weight;

/// Programs of that kind, and options of theirs that take a text, a picture or a time.
const NOTES: [(&str, &[&str]); 9] = [
    ("say", &["-v", "-r"]),
    ("notify-send", &["-u", "-i", "-t", "-a", "-c", "--urgency", "--icon", "--expire-time", "--app-name"]),
    ("terminal-notifier", &["-title", "-subtitle", "-message", "-sound", "-group", "-sender", "-ignoreDnD"]),
    ("afplay", &["-v"]),
    ("paplay", &[]),
    ("aplay", &["-q"]),
    ("canberra-gtk-play", &["-i"]),
    ("tput", &[]),
    ("beep", &["-f", "-l"]),
];

/// Whether a program says or shows what it is given, and reads no file for it.
pub(super) fn says(program: &str) -> bool {
    ["say", "notify-send", "terminal-notifier", "basename", "dirname", "exit", "tr", "date", "test", "["]
        .contains(&program)
}

/// What such a program does; `None`: it is none.
pub(super) fn weight(program: &str, args: &[&str]) -> Option<Weight> {
    let found = |mild: bool| Some(if mild { Weight::Plain } else { Weight::Other });
    let program = program.strip_suffix(".exe").unwrap_or(program);
    if program == "osascript" {
        return found(matches!(args, ["-e", text] if notifies(text)));
    }
    if ["powershell", "pwsh"].contains(&program) {
        let code = args.iter().position(|a| ["-c", "-command"].contains(&a.to_ascii_lowercase().as_str()))?;
        let before = args[..code].iter().all(|a| ["-noprofile", "-nologo"].contains(&a.to_ascii_lowercase().as_str()));
        return found(before && matches!(&args[code + 1..], [text] if beeps(text)));
    }
    let (_, options) = NOTES.iter().find(|(name, _)| *name == program)?;
    let option = |a: &&str| !a.starts_with('-') || options.contains(&a.split('=').next().unwrap_or(a));
    let played = ["afplay", "paplay", "aplay"].contains(&program);
    // no device is played
    found(args.iter().all(option) && !(played && args.iter().any(|a| a.starts_with("/dev") || a.contains("://"))))
}

/// Whether a script of macOS shows a note or makes a sound, with nothing but texts in it.
fn notifies(script: &str) -> bool {
    let said = ["display", "notification", "with", "title", "subtitle", "sound", "name", "beep", "say", "1", "2", "3"];
    let parts: Vec<&str> = script.split('"').collect();
    let begins = ["display notification \"", "say \"", "beep"].iter().any(|b| script.starts_with(b));
    parts.len() % 2 == 1
        && begins
        && !script.contains(['\\', super::GIVEN])
        && parts.iter().step_by(2).all(|p| p.split_whitespace().all(|w| said.contains(&w)))
}

/// Whether code of PowerShell only makes a sound.
fn beeps(code: &str) -> bool {
    let code = code.trim().trim_end_matches(';');
    let number = |t: &str| t.split(',').all(|n| n.trim().bytes().all(|b| b.is_ascii_digit()));
    let lower = code.to_ascii_lowercase();
    let beep = ["[console]::beep(", "[system.console]::beep("].iter().find_map(|b| lower.strip_prefix(b));
    let word = |t: &str| t.bytes().all(|b| b.is_ascii_alphabetic());
    let played = ["[system.media.systemsounds]::", "[media.systemsounds]::"].iter().find_map(|b| lower.strip_prefix(b));
    let file = ["(new-object media.soundplayer '", "(new-object system.media.soundplayer '"];
    let file = file.iter().find_map(|b| lower.strip_prefix(b)).and_then(|r| r.strip_suffix("').playsync()"));
    let windows = |f: &str| f.starts_with("c:\\windows\\media\\") && !f.contains(['\'', '$', '`']) && !f.contains("..");
    beep.and_then(|r| r.strip_suffix(')')).is_some_and(number)
        || played.and_then(|r| r.strip_suffix(".play()")).is_some_and(word)
        || file.is_some_and(windows)
}
