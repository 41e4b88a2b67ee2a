//! JUnit XML: a suite per configuration file, in it a case per server and rule that found something. What makes the exit
//! code 1 fails, a server that was not audited is an error, and a server with nothing found has one case that passed. Notes
//! about the whole run stand in a suite without cases.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::saved::{Finding, Saved, Target};
use crate::policy::Verdict;
use crate::untrusted::Untrusted;

#[derive(Default)]
struct Suite {
    cases: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    /// What a reader has to know of the run: no case, so that nothing seems to have been tested.
    notes: String,
}

/// The document.
pub fn write(run: &Saved) -> String {
    let mut suites: BTreeMap<String, Suite> = BTreeMap::new();
    for target in &run.targets {
        let name = target.origin.as_ref().map_or(&target.name, |o| &o.file);
        server(suites.entry(name.to_xml()).or_default(), run, target);
    }
    if run.baseline.fails {
        let suite = suites.entry(".mcp-assay".to_owned()).or_default();
        let what = format!("{}: {}", run.baseline.state.to_xml(), run.baseline.message.to_xml());
        case(suite, "baseline", "verify", &format!("<error message=\"{what}\"/>"));
        suite.errors += 1;
    }
    if !run.notices.is_empty() {
        let lines: Vec<String> = run.notices.iter().map(Untrusted::to_xml).collect();
        suites.entry("mcp-assay notes".to_owned()).or_default().notes = lines.join("\n");
    }
    let sum = |part: fn(&Suite) -> usize| suites.values().map(part).sum::<usize>();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mcp-assay\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
        sum(|s| s.tests),
        sum(|s| s.failures),
        sum(|s| s.errors)
    );
    for (name, s) in &suites {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            s.tests, s.failures, s.errors, s.skipped
        );
        out.push_str(&s.cases);
        if !s.notes.is_empty() {
            let _ = writeln!(out, "    <system-out>{}\n</system-out>", s.notes);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn server(suite: &mut Suite, run: &Saved, target: &Target) {
    let name = target.name.to_xml();
    if target.verdict == Verdict::NotAudited {
        let reason = target.reason.as_ref().map_or_else(|| "it was seen only in part".to_owned(), Untrusted::to_xml);
        if target.disabled {
            suite.skipped += 1;
            case(suite, &name, "audited", &format!("<skipped message=\"{reason}\"/>"));
        } else {
            suite.errors += 1;
            case(suite, &name, "audited", &format!("<error message=\"not audited: {reason}\"/>"));
        }
    } else {
        case(suite, &name, "audited", "");
    }
    let mut rules: BTreeMap<&Untrusted, Vec<&Finding>> = BTreeMap::new();
    for finding in run.findings.iter().filter(|f| f.target == target.id && f.suppressed.is_none()) {
        rules.entry(&finding.rule).or_default().push(finding);
    }
    for (rule, findings) in rules {
        let lines: Vec<String> = findings.iter().map(|f| line(f)).collect();
        let text = lines.join("\n");
        let inside = match findings.iter().find(|f| f.fails) {
            Some(worst) => {
                suite.failures += 1;
                format!(
                    "<failure type=\"{}\" message=\"{}\">{text}\n</failure>",
                    worst.severity.word(),
                    worst.message.to_xml()
                )
            }
            None => format!("<system-out>{text}\n</system-out>"),
        };
        case(suite, &name, &rule.to_xml(), &inside);
    }
}

fn case(suite: &mut Suite, class: &str, name: &str, inside: &str) {
    suite.tests += 1;
    let _ = match inside {
        "" => writeln!(suite.cases, "    <testcase classname=\"{class}\" name=\"{name}\"/>"),
        _ => writeln!(suite.cases, "    <testcase classname=\"{class}\" name=\"{name}\">{inside}</testcase>"),
    };
}

fn line(f: &Finding) -> String {
    let place = f.location.as_ref().map(|l| format!(" ({}, line {})", l.file.to_xml(), l.line)).unwrap_or_default();
    format!("{}, {} confidence: {}{place}", f.severity.word(), f.confidence.word(), f.message.to_xml())
}
