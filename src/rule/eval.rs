//! `rules eval`: recall per attack class, false positives per server and per rule, each with a Wilson 95 % interval.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::finding::Finding;
use crate::terms::{Class, Confidence, Severity};

/// One row of a labelled corpus, judged.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row's id.
    pub id: String,
    /// `malicious` or `benign`.
    pub malicious: bool,
    /// The attack class, for malicious rows.
    pub attack_class: String,
    /// Integrity findings: rule, and whether it gates.
    pub hits: Vec<(String, bool)>,
    /// What each of them says, made safe for a terminal.
    pub said: Vec<String>,
}

/// Longest text shown of one finding, in characters.
const SHOWN: usize = 300;

impl Row {
    /// Keeps what counts: integrity findings at low or above.
    pub fn new(id: String, malicious: bool, attack_class: String, findings: &[Finding]) -> Self {
        let integrity: Vec<&Finding> = findings.iter().filter(|f| f.class == Class::Integrity).collect();
        let gates = |f: &Finding| f.gate && f.severity >= Severity::High && f.confidence >= Confidence::Medium;
        let hits = integrity.iter().map(|f| (f.rule.to_string(), gates(f))).collect();
        let said = integrity.iter().map(|f| f.message.to_terminal().chars().take(SHOWN).collect()).collect();
        Self { id, malicious, attack_class, hits, said }
    }

    fn gated(&self) -> bool {
        self.hits.iter().any(|(_, gates)| *gates)
    }
}

/// A share with its interval.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
pub struct Share {
    /// Hits.
    pub hits: usize,
    /// Of.
    pub of: usize,
    /// `hits / of`; 0 of nothing is 0.
    pub share: f64,
    /// Lower end of the Wilson 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// The Wilson score interval at 95 %.
    pub fn new(hits: usize, of: usize) -> Self {
        if of == 0 {
            return Self { hits, of, share: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, z) = (of as f64, 1.959_963_984_540_054_f64);
        let p = hits as f64 / n;
        let centre = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        let round = |x: f64| (x.clamp(0.0, 1.0) * 1e6).round() / 1e6;
        Self { hits, of, share: round(p), low: round((centre - half) / scale), high: round((centre + half) / scale) }
    }

    fn text(self) -> String {
        let percent = |x: f64| format!("{:.1}", x * 100.0);
        format!("{}/{} = {} % [{}, {}]", self.hits, self.of, percent(self.share), percent(self.low), percent(self.high))
    }
}

/// The result.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// Malicious rows with an integrity finding.
    pub recall_warn: Share,
    /// Malicious rows with a gating one.
    pub recall_gate: Share,
    /// Per attack class: warn, gate.
    pub classes: BTreeMap<String, (Share, Share)>,
    /// Honest rows with an integrity finding.
    pub false_warn: Share,
    /// Honest rows with a gating one.
    pub false_gate: Share,
    /// Per rule: honest rows it fires on, attacks it fires on.
    pub rules: BTreeMap<String, (Share, Share)>,
    /// Ids of malicious rows without any integrity finding.
    pub missed: Vec<String>,
    /// Honest rows with integrity findings: id, and rule and message of each.
    pub alarms: Vec<(String, Vec<String>)>,
}

/// Counts.
pub fn evaluate(rows: &[Row]) -> Evaluation {
    let share =
        |rows: &[&Row], hit: &dyn Fn(&Row) -> bool| Share::new(rows.iter().filter(|r| hit(r)).count(), rows.len());
    let (bad, good): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|r| r.malicious);
    let warn = |r: &Row| !r.hits.is_empty();
    let mut classes: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &bad {
        classes.entry(&row.attack_class).or_default().push(row);
    }
    let mut names: Vec<&str> = rows.iter().flat_map(|r| r.hits.iter().map(|(rule, _)| rule.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    let by = |name: &'_ str, rows: &[&Row]| share(rows, &|r| r.hits.iter().any(|(rule, _)| rule == name));
    Evaluation {
        recall_warn: share(&bad, &warn),
        recall_gate: share(&bad, &Row::gated),
        classes: classes.iter().map(|(c, r)| ((*c).to_owned(), (share(r, &warn), share(r, &Row::gated)))).collect(),
        false_warn: share(&good, &warn),
        false_gate: share(&good, &Row::gated),
        rules: names.iter().map(|n| ((*n).to_owned(), (by(n, &good), by(n, &bad)))).collect(),
        missed: bad.iter().filter(|r| r.hits.is_empty()).map(|r| r.id.clone()).collect(),
        alarms: good
            .iter()
            .filter(|r| warn(r))
            .map(|r| {
                let gate = |gates: bool| if gates { " (gate)" } else { "" };
                let hits = r.hits.iter().zip(&r.said);
                (r.id.clone(), hits.map(|((rule, gates), said)| format!("{rule}{}: {said}", gate(*gates))).collect())
            })
            .collect(),
    }
}

/// The result as a plain table. Ids come from the corpus: the caller escapes them when it prints details.
pub fn table(e: &Evaluation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "attacks   warned {}\n          gated  {}", e.recall_warn.text(), e.recall_gate.text());
    let _ = writeln!(out, "honest    warned {}\n          gated  {}", e.false_warn.text(), e.false_gate.text());
    let _ = writeln!(out, "\nby attack class");
    for (class, (warn, gate)) in &e.classes {
        let class = crate::untrusted::Untrusted::from(class.as_str()).to_terminal();
        let _ = writeln!(out, "  {class:32} warned {:36} gated {}", warn.text(), gate.text());
    }
    let _ = writeln!(out, "\nby rule");
    for (rule, (good, bad)) in &e.rules {
        let _ = writeln!(out, "  {rule:32} honest {:36} attacks {}", good.text(), bad.text());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        let s = Share::new(3, 986);
        assert!((s.low - 0.001_035).abs() < 1e-5 && (s.high - 0.008_905).abs() < 1e-5, "{s:?}");
        assert_eq!(Share::new(0, 0).high, 1.0);
        assert_eq!(Share::new(5, 5).high, 1.0);
    }

    #[test]
    fn only_integrity_counts_and_classes_are_apart() {
        let row = |id: &str, malicious, class: &str, hits: &[(&str, bool)]| Row {
            id: id.to_owned(),
            malicious,
            attack_class: class.to_owned(),
            hits: hits.iter().map(|(r, g)| ((*r).to_owned(), *g)).collect(),
            said: hits.iter().map(|_| String::new()).collect(),
        };
        let e = evaluate(&[
            row("a", true, "x", &[("r", true)]),
            row("b", true, "x", &[("q", false)]),
            row("c", true, "y", &[]),
            row("d", false, "", &[("q", false)]),
            row("e", false, "", &[]),
        ]);
        assert_eq!((e.recall_warn.hits, e.recall_gate.hits, e.false_warn.hits, e.false_gate.hits), (2, 1, 1, 0));
        assert_eq!(e.classes["x"].0.of, 2);
        assert_eq!(e.missed, ["c"]);
        assert_eq!((e.rules["q"].0.hits, e.rules["q"].1.hits), (1, 1));
        assert!(table(&e).contains("50.0 %"));
    }
}
