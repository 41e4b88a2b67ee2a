//! The servers: the fleet as a drawing, and a card each with what is known of it.

use std::fmt::Write;

use super::{own, parts, picture, verdict};
use crate::policy::Verdict;
use crate::report::saved::{Saved, Target};

pub(super) fn write(out: &mut String, run: &Saved) {
    if run.targets.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"servers\">\n<h2 id=\"servers\">Servers</h2>\n");
    picture::draw(out, run);
    out.push_str("<div class=\"cards\">\n");
    // what was not audited is listed above, all of it
    for (i, t) in run.targets.iter().take(parts::MOST).enumerate() {
        card(out, run, i, t);
    }
    out.push_str("</div>\n");
    parts::more(out, run.targets.len(), "servers");
    out.push_str("</section>\n");
}

fn card(out: &mut String, run: &Saved, index: usize, t: &Target) {
    let (class, word) = verdict(t.verdict);
    // what needs no attention is folded
    let open = if t.verdict == Verdict::Clean { "" } else { " open=\"open\"" };
    let _ = writeln!(
        out,
        "<details class=\"card {class}\" id=\"server-{index}\"{open}>\n<summary><h3>{}</h3> <span class=\"verdict\">{word}</span></summary>\n<dl>",
        own(&t.name, 80)
    );
    let mut row = |term: &str, text: String| {
        let _ = writeln!(out, "<dt>{term}</dt><dd>{text}</dd>");
    };
    let client = t.client.as_ref().map(|c| format!("{}, ", own(c, 40))).unwrap_or_default();
    row("Loaded by", format!("{client}{}", own(&t.scope, 40)));
    if let Some(origin) = &t.origin {
        row("Configured in", format!("<code>{}</code>, line {}", own(&origin.file, 200), origin.line));
    }
    let command = t.launch.command.as_ref().map(|c| {
        let args = t.launch.args.iter().map(|a| format!(" {}", a.cut(160).to_html()));
        format!("<code><bdi>{}{}</bdi></code>", c.cut(160).to_html(), args.collect::<String>())
    });
    if let Some(what) = command.or_else(|| t.launch.url.as_ref().map(|u| format!("<code>{}</code>", own(u, 300)))) {
        row("Answers", what);
    }
    row("Says", t.says());
    row("Baseline", run.standing(t));
    let seen = if t.coverage.complete { "all of it" } else { "not all of it" };
    let eras: Vec<String> = t.coverage.eras.iter().map(|e| own(e, 40)).collect();
    row("Seen", if eras.is_empty() { seen.to_owned() } else { format!("{seen}, protocol {}", eras.join(" and ")) });
    if t.coverage.recorded {
        row("Words", "of a recording; the server itself was not asked".to_owned());
    }
    for asked in t.coverage.asked.iter().take(20) {
        let why = if asked.why.raw().is_empty() { String::new() } else { format!(" ({})", own(&asked.why, 200)) };
        row("Asked", format!("{}: {}{why}", own(&asked.how, 60), own(&asked.outcome, 20)));
    }
    if !t.coverage.isolation.raw().is_empty() {
        row("Isolation", own(&t.coverage.isolation, 200));
    }
    for odd in t.coverage.oddities.iter().take(10) {
        row("Odd", own(odd, 200));
    }
    if let Some(s) = &t.snapshot {
        row("Digest", format!("<code>{}</code>", own(&s.digest, 80)));
    }
    out.push_str("</dl>\n</details>\n");
}
