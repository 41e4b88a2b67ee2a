//! One line on standard error while servers are captured: a bar, how many are done, and what the others are at. Only on a
//! terminal; it is wiped before anything else is written.

use std::collections::BTreeMap;
use std::io::Write;

use unicode_width::UnicodeWidthStr;

use super::terminal::Terminal;
use crate::capture::{Event, Stage};
use crate::untrusted::Untrusted;

/// Columns of the line, at most.
const WIDTH: usize = 78;

/// Columns of the bar.
const BAR: usize = 12;

/// The line.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    unicode: bool,
    /// Columns of the line: a longer one than the terminal's would leave traces.
    width: usize,
    names: Vec<String>,
    done: usize,
    at: BTreeMap<usize, String>,
}

impl Progress {
    /// For captures of these servers, in the order of their events.
    pub fn new(terminal: Terminal, names: impl Iterator<Item = Untrusted>) -> Self {
        let names = names.map(|n| n.cut(24).to_terminal()).collect();
        let width = terminal.width_err.saturating_sub(1).clamp(BAR + 1, WIDTH);
        Self { shown: terminal.progress, unicode: terminal.unicode, width, names, done: 0, at: BTreeMap::new() }
    }

    /// Notes an event and draws the line.
    pub fn event(&mut self, event: Event) {
        self.note(event);
        if self.shown {
            let line = self.line();
            let blank = " ".repeat(self.width.saturating_sub(line.width()));
            // a lost progress line is no reason to stop
            let _ = write!(std::io::stderr(), "\r{line}{blank}");
        }
    }

    /// Wipes the line.
    pub fn end(&self) {
        if self.shown && !self.names.is_empty() {
            let _ = write!(std::io::stderr(), "\r{}\r", " ".repeat(self.width));
        }
    }

    fn note(&mut self, event: Event) {
        let words = match event.stage {
            Stage::Started => "starting".to_owned(),
            Stage::Answered(_) => "answered".to_owned(),
            Stage::Listed(kind, 1) => format!("1 {}", kind.word()),
            Stage::Listed(kind, n) => format!("{n} {}s", kind.word()),
            Stage::Finished => {
                self.done += 1;
                self.at.remove(&event.server);
                return;
            }
        };
        self.at.insert(event.server, words);
    }

    fn line(&self) -> String {
        let all = self.names.len();
        let full = (BAR * self.done).checked_div(all).unwrap_or(BAR);
        let (done, open) = if self.unicode { ("━", "┄") } else { ("#", "-") };
        let bar = format!("{}{}", done.repeat(full), open.repeat(BAR - full));
        let mut line = format!("{bar} {} of {}", self.done, super::count(all, "server"));
        if line.width() > self.width {
            // the bar alone
            return bar;
        }
        for (server, words) in &self.at {
            let name = self.names.get(*server).map_or("", String::as_str);
            let more = format!("  {name}: {words}");
            if line.width() + more.width() + 2 > self.width {
                if line.width() + 2 <= self.width {
                    line.push_str(" …");
                }
                break;
            }
            line.push_str(&more);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::ItemKind;

    #[test]
    fn the_line_says_what_is_done_and_what_is_not_and_never_grows_too_long() {
        let names = (0..20).map(|i| Untrusted::from(format!("server\u{1b}[2J-{i}")));
        let mut progress = Progress { shown: false, ..Progress::new(Terminal::plain(), names) };
        progress.event(Event { server: 0, stage: Stage::Started });
        assert_eq!(progress.line(), "┄┄┄┄┄┄┄┄┄┄┄┄ 0 of 20 servers  server\\u{001B}[2J-0: starting");
        progress.event(Event { server: 0, stage: Stage::Listed(ItemKind::Tool, 2) });
        assert!(progress.line().ends_with(": 2 tools"));
        progress.event(Event { server: 0, stage: Stage::Finished });
        assert_eq!(progress.line(), "┄┄┄┄┄┄┄┄┄┄┄┄ 1 of 20 servers");
        (1..20).for_each(|server| progress.event(Event { server, stage: Stage::Started }));
        assert!(
            Progress {
                unicode: false,
                done: 10,
                ..Progress::new(Terminal::plain(), (0..20).map(|i| Untrusted::from(format!("{i}"))))
            }
            .line()
            .starts_with("######------ 10 of 20 servers")
        );
        assert!(progress.line().width() <= WIDTH && progress.line().ends_with('…'), "{}", progress.line());
        for width in [BAR + 1, 20, 29, 30, 31, 40, 60] {
            progress.width = width;
            assert!(progress.line().width() <= width, "{width}: {}", progress.line());
        }
        assert_eq!(Progress::new(Terminal { width_err: 40, ..Terminal::plain() }, std::iter::empty()).width, 39);
    }
}
