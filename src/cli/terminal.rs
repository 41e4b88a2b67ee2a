//! What the streams can show, resolved once: colour, links, width, Unicode, progress (REPORTS §4.3).

use std::io::IsTerminal;

use super::args::{Global, View, When};
use crate::report::human::{Style, WIDE};

/// What we write to.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Colour on standard output.
    pub color: bool,
    /// Colour on standard error.
    pub color_err: bool,
    /// Links on standard output.
    pub links: bool,
    /// Columns; without a terminal what COLUMNS says, or 100.
    pub width: usize,
    /// Columns of the terminal that standard error is.
    pub width_err: usize,
    /// The locale can show more than ASCII.
    pub unicode: bool,
    /// Differences are shown side by side.
    pub columns: bool,
    /// Standard input and standard error are a person's.
    pub interactive: bool,
    /// Progress may be drawn on standard error.
    pub progress: bool,
}

impl Terminal {
    /// Looks at the streams and the environment.
    pub fn detect(global: &Global) -> Self {
        let out = std::io::stdout().is_terminal();
        let err = std::io::stderr().is_terminal();
        let dumb = env("TERM").as_deref() == Some("dumb");
        let asked = || env("COLUMNS").and_then(|c| c.parse().ok());
        let width = terminal_size::terminal_size().filter(|_| out).map(|(w, _)| usize::from(w.0)).or_else(asked);
        let ci = env("CI").is_some();
        let width = width.unwrap_or(100).clamp(20, 240);
        Self {
            color: color(global.color, out, dumb),
            color_err: color(global.color, err, dumb),
            links: links(global.hyperlinks, out, dumb),
            width,
            width_err: terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(w, _)| usize::from(w.0)),
            columns: match global.view {
                View::Auto => out && width >= WIDE,
                View::Columns => width >= WIDE / 2,
                View::Unified => false,
            },
            unicode: unicode(),
            interactive: std::io::stdin().is_terminal() && err,
            progress: err && !ci && !dumb && !global.no_progress && global.quiet == 0,
        }
    }
}

impl Terminal {
    /// How a report for people is written to standard output.
    pub fn style(&self) -> Style {
        Style {
            color: self.color,
            links: self.links,
            width: self.width,
            unicode: self.unicode,
            columns: self.columns,
            verbose: false,
            full_text: false,
            suppressed: false,
        }
    }
}

#[cfg(test)]
impl Terminal {
    /// No terminal at all.
    pub fn plain() -> Self {
        Self {
            color: false,
            color_err: false,
            links: false,
            width: 100,
            width_err: 80,
            unicode: true,
            columns: false,
            interactive: false,
            progress: false,
        }
    }
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// `--color`, then NO_COLOR, then FORCE_COLOR / CLICOLOR_FORCE, then CLICOLOR=0 / TERM=dumb, then the stream.
fn color(when: When, terminal: bool, dumb: bool) -> bool {
    let forced = ["FORCE_COLOR", "CLICOLOR_FORCE"].iter().any(|n| env(n).is_some_and(|v| v != "0"));
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if env("NO_COLOR").is_some() => false,
        When::Auto if forced => true,
        When::Auto if dumb || env("CLICOLOR").as_deref() == Some("0") => false,
        When::Auto => terminal,
    }
}

/// `--hyperlinks`, then FORCE_HYPERLINK, then a terminal that is known to show links. Others may print the address, or
/// nothing sensible at all.
fn links(when: When, terminal: bool, dumb: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => match env("FORCE_HYPERLINK") {
            Some(asked) => asked != "0",
            None => terminal && !dumb && env("CI").is_none() && shows_links(),
        },
    }
}

fn shows_links() -> bool {
    // a multiplexer passes on what it understands, which depends on its version
    if ["TMUX", "STY"].iter().any(|n| env(n).is_some()) {
        return false;
    }
    let program = env("TERM_PROGRAM").unwrap_or_default();
    let term = env("TERM").unwrap_or_default();
    ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"].contains(&program.as_str())
        || ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour"].contains(&term.as_str())
        || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"].iter().any(|n| env(n).is_some())
        || env("VTE_VERSION").and_then(|v| v.parse::<u32>().ok()).is_some_and(|v| v >= 5_000)
}

fn unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|n| env(n));
    // no locale at all is common in CI, whose logs are UTF-8
    locale.is_none_or(|l| {
        let l = l.to_ascii_lowercase();
        l.contains("utf-8") || l.contains("utf8")
    })
}
