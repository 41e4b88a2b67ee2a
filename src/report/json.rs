//! JSON v1 (CLI.md §5), which every other format is made from. Lists are sorted by the run; the same run gives the same bytes. Server text is made
//! visible and cut to 160 characters unless the whole text is asked for.

use std::path::Path;

use serde_json::{Value, json};

use crate::diff::{Change, Side, Told, Work};
use crate::finding::{Finding, Location, Related};
use crate::manifest::ItemKey;
use crate::policy::{Levels, Run, TargetReport, fails};
use crate::report::saved::{Report, SavedError};
use crate::report::whole::{self, Whole};
use crate::report::{reasons::reasons, shown, words};
use crate::secret;
use crate::target::{Launch, Located, Stdio};
use crate::terms::{ExitCode, ItemKind};
use crate::untrusted::{EXCERPT_CHARS, Message, Untrusted, escaped, visible};

/// The published schema of the format.
pub const SCHEMA: &str = include_str!("json-v1.schema.json");

/// What the caller chooses.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Do not cut server text.
    pub full_text: bool,
    /// Paths below it are written relative to it.
    pub root: &'a Path,
    /// Thresholds of the run, which say what fails it.
    pub levels: Levels,
}

/// The place of a finding in a file, or that of another item that belongs to it.
pub type Locate<'a> = &'a dyn Fn(&Finding, Option<&Related>) -> Option<Location>;

/// Arguments of one launch that are repeated, and their bytes.
const ARGUMENTS: usize = 1_000;
const ARGUMENT_BYTES: usize = 64 << 10;
/// Lines of standard error that are repeated.
const SAID: usize = 3;

/// The report, from which every format is made.
///
/// # Errors
/// It cannot be read back, which is a mistake of ours.
pub fn report(run: &Run, options: Options<'_>, locate: Locate<'_>) -> Result<Report, SavedError> {
    let w = Writer { options };
    let mut report = Report::new(json!({
        "version": 1,
        "auditor": w.auditor(run),
        "baseline": {
            "state": run.baseline.state,
            "version": run.baseline.version,
            "message": run.baseline.sentence.to_visible(),
            "fails": run.baseline.fails,
            "file": run.baseline.file.as_deref().map(|f| w.path(f)),
        },
        "targets": [],
        "findings": [],
        "changes": w.changes(run),
        "summary": w.summary(run),
        "notices": run.notices.iter().chain(&w.cut(run)).map(|n| n.to_visible()).collect::<Vec<_>>(),
    }))?;
    run.targets.iter().try_for_each(|t| report.target(&w.target(t)))?;
    run.findings.iter().try_for_each(|f| report.finding(&w.finding(f, locate)))?;
    Ok(report)
}

/// The `changes` of a comparison without a run, each server under its name.
pub fn changes(servers: &[(Untrusted, Vec<Change>, Vec<Finding>)], full_text: bool) -> Value {
    let mut work = Work::default();
    let one = |(name, changes, findings): &(Untrusted, Vec<Change>, Vec<Finding>)| {
        of_server(&name.to_visible(), changes, findings, full_text, &mut work)
    };
    Value::Array(servers.iter().flat_map(one).collect())
}

fn of_server(id: &str, changes: &[Change], findings: &[Finding], full: bool, work: &mut Work) -> Vec<Value> {
    let told = Told::of(changes);
    changes.iter().map(|c| change(id, c, &told, findings, full, work)).collect()
}

fn cut(text: &Untrusted, full: bool) -> String {
    if full { text.to_visible() } else { text.cut(EXCERPT_CHARS).to_visible() }
}

fn change(id: &str, c: &Change, told: &Told<'_>, findings: &[Finding], full: bool, work: &mut Work) -> Value {
    let words = c.old.as_ref().zip(c.new.as_ref()).map(|(old, new)| {
        let part = |(side, text): (Side, Untrusted)| json!({ "side": side.word(), "text": text.to_visible() });
        words::parts(old, new, full, work).into_iter().map(part).collect::<Vec<_>>()
    });
    let side = |text: &Option<Untrusted>| text.as_ref().map(|t| fields(&whole::fields(t, full)));
    let fields = (!shown::word_by_word(c)).then(|| json!({ "old": side(&c.old), "new": side(&c.new) }));
    json!({
        "target": id,
        "kind": c.kind.word(),
        "aspect": c.aspect().word(),
        "item": { "kind": c.item.kind.word(), "name": cut(&c.item.name, full) },
        "pointer": c.pointer.to_untrusted().to_visible(),
        "grade": c.grade.map(|g| g.word()),
        "why": reasons(c, findings).map(|f| f.message.to_visible()).collect::<Vec<_>>(),
        "old": c.old.as_ref().map(|t| cut(t, full)),
        "new": c.new.as_ref().map(|t| cut(t, full)),
        "words": words,
        "fields": fields,
        "sentence": told.sentence(c).map(|s| s.to_visible()),
    })
}

/// A value field by field.
fn fields(value: &Whole) -> Value {
    let text = |lines: &[Untrusted]| lines.iter().map(Untrusted::to_visible).collect::<Vec<_>>().join("\\n");
    let one = |f: &whole::Field| json!({ "pointer": f.place.to_visible(), "text": text(&f.lines) });
    json!({ "shown": value.fields.iter().map(one).collect::<Vec<_>>(), "more": value.more })
}

/// The last lines that say something.
fn last_words(stderr: &Untrusted) -> Vec<String> {
    let all: Vec<&str> = stderr.raw().lines().filter(|l| !l.trim().is_empty()).collect();
    let last = &all[all.len().saturating_sub(SAID)..];
    last.iter().map(|l| Untrusted::from(*l).cut(EXCERPT_CHARS).to_visible()).collect()
}

struct Writer<'a> {
    options: Options<'a>,
}

impl Writer<'_> {
    fn auditor(&self, run: &Run) -> Value {
        let a = &run.auditor;
        json!({ "name": "mcp-assay", "version": a.version, "rules": a.rules, "rulesDigest": a.rules_digest.to_string() })
    }

    fn text(&self, text: &Untrusted) -> String {
        cut(text, self.options.full_text)
    }

    fn path(&self, path: &Path) -> String {
        let inside = path.strip_prefix(self.options.root).unwrap_or(path);
        Untrusted::from(inside.to_string_lossy().replace('\\', "/")).to_visible()
    }

    fn item(&self, item: &ItemKey) -> Value {
        json!({ "kind": item.kind.word(), "name": self.text(&item.name) })
    }

    fn target(&self, t: &TargetReport) -> Value {
        let origin = t.target.origin.as_ref();
        let origin =
            origin.map(|o| json!({ "file": self.path(&o.file), "line": o.place.line, "column": o.place.column }));
        let c = &t.coverage;
        let snapshot = t.snapshot.as_ref().map(|s| {
            json!({
                "digest": s.digest.to_string(),
                "tools": s.of(ItemKind::Tool),
                "prompts": s.of(ItemKind::Prompt),
                "resources": s.of(ItemKind::Resource),
                "templates": s.of(ItemKind::Template),
                "skills": s.of(ItemKind::Skill),
                "contents": s.of(ItemKind::Content),
            })
        });
        let mut launch = self.launch(&t.target.launch);
        if let Some(package) = &c.package {
            let text = |words: &str| self.text(&Untrusted::from(words));
            launch["package"] = json!({
                "type": package.kind,
                "name": text(&package.name),
                "version": text(&package.version),
                "integrity": text(&package.integrity),
                "tree": package.tree,
            });
        }
        json!({
            "id": t.target.id.as_str(),
            "name": self.text(&t.target.name),
            "client": t.target.client,
            "scope": t.target.scope.word(),
            "origin": origin,
            "launch": launch,
            "verdict": t.verdict.word(),
            "reason": t.reason.as_ref().map(|r| secret::shown(&r.to_visible())),
            "coverage": {
                "complete": c.complete,
                "eras": c.eras.iter().map(|e| self.text(e)).collect::<Vec<_>>(),
                "probes": c.probes,
                "asked": c.asked.iter().map(|a| json!({ "how": a.how, "client": visible(&a.client), "outcome": a.outcome, "why": visible(&a.why) })).collect::<Vec<_>>(),
                "recorded": c.recorded,
                "packages": c.lookups,
                "isolation": visible(&c.isolation),
                "limitsHit": c.limits_hit.iter().map(|l| visible(l)).collect::<Vec<_>>(),
                "oddities": c.oddities.iter().map(|o| o.to_visible()).collect::<Vec<_>>(),
                "stderr": last_words(&c.stderr),
            },
            "bundle": c.bundle.as_ref().map(|b| super::package::bundle(b, self.options.full_text)),
            "package": c.facts.as_ref().map(|f| super::package::value(f, self.options.full_text)),
            "otherPackages": c.beside.iter().map(|f| super::package::value(f, self.options.full_text)).collect::<Vec<_>>(),
            "downloads": c.downloads.iter().map(|f| super::package::value(f, self.options.full_text)).collect::<Vec<_>>(),
            "snapshot": snapshot,
            "approved": t.approved,
            "disabled": t.target.disabled(),
        })
    }

    /// What may be a secret in a command or a URL is not repeated.
    fn launch(&self, launch: &Launch) -> Value {
        let text = |shown: String| self.text(&Untrusted::from(shown));
        match launch {
            Launch::Stdio(s) => {
                let args = s.args.iter().map(|a| a.value.raw());
                let (command, args) = secret::shown_line(s.command.value.raw(), args);
                let args: Vec<String> = args.into_iter().take(self.arguments(s)).map(text).collect();
                json!({ "kind": "stdio", "command": text(command), "args": args, "url": null })
            }
            Launch::Http(h) => {
                json!({ "kind": "http", "command": null, "args": [], "url": self.url(&h.url.value) })
            }
            Launch::File(_) => json!({ "kind": "file", "command": null, "args": [], "url": null }),
        }
    }

    /// How many arguments of a launch are repeated.
    fn arguments(&self, s: &Stdio) -> usize {
        let mut room = ARGUMENT_BYTES;
        let fits = |a: &&Located<Untrusted>| {
            let left = room.checked_sub(a.value.raw().len().min(EXCERPT_CHARS));
            room = left.unwrap_or_default();
            left.is_some()
        };
        if self.options.full_text { usize::MAX } else { s.args.iter().take(ARGUMENTS).take_while(fits).count() }
    }

    /// What is said of launches whose arguments are not all repeated.
    fn cut(&self, run: &Run) -> Vec<Message> {
        let one = |t: &TargetReport| {
            let Launch::Stdio(s) = &t.target.launch else { return None };
            let shown = self.arguments(s);
            let said = format!(
                " has {} arguments, of which the first {shown} are listed (--full-text lists all)",
                s.args.len()
            );
            (shown < s.args.len()).then(|| Message::new("server ").quote(&t.target.name).text(said))
        };
        run.targets.iter().filter_map(one).collect()
    }

    /// A URL without user information and without its query, which may both hold secrets. What is found in it is left out
    /// before it is escaped, and once more of what it means. Without a host it is no address of a server.
    fn url(&self, url: &Untrusted) -> String {
        // as it may stand in the name of a host
        const LEFT_OUT: &str = "mcp-assay-left-out";
        match url::Url::parse(&secret::shown(url.raw()).replace(secret::HIDDEN, LEFT_OUT)) {
            Ok(mut parsed) if parsed.has_host() => {
                let query = parsed.query().is_some();
                parsed.set_query(None);
                let cleared = parsed.set_password(None).and_then(|()| parsed.set_username(""));
                let shown =
                    if cleared.is_ok() || parsed.username().is_empty() { parsed.to_string() } else { String::new() };
                let shown = shown.replace(LEFT_OUT, secret::HIDDEN);
                let shown = self.text(&secret::shown(&shown).into());
                format!("{shown}{}", if query { "?(query not shown)" } else { "" })
            }
            _ => "(not a URL)".to_owned(),
        }
    }

    fn finding(&self, f: &Finding, locate: Locate<'_>) -> Value {
        // the words of an item are a server's; what is seen of a launch is a configuration's, and all that is said of its
        // text (what was hit, and where) is said of the text that may be shown
        let evidence = f.evidence.iter().map(|e| {
            let most = if self.options.full_text { usize::MAX } else { EXCERPT_CHARS };
            let (text, [start, end]) = match f.item {
                Some(_) => (e.text.raw().into(), [e.start, e.end]),
                None => secret::masked_at(e.text.raw(), [e.start, e.end]),
            };
            let hit = text.get(start..end).map(|t| self.text(&Untrusted::said(t)));
            let (excerpt, at) = Untrusted::said(text).excerpt_at(start, end, most);
            let before = excerpt.raw().get(..at).map_or(0, |t| escaped(t).chars().count());
            json!({
                "pointer": e.pointer.to_untrusted().to_visible(),
                "excerpt": excerpt.to_visible(),
                "hitStart": before,
                "hit": hit,
                "view": e.view.word(),
                "start": start,
                "end": end,
                "why": Untrusted::from(e.why.as_str()).to_visible(),
            })
        });
        let place = |l: Location| {
            let p = l.place;
            json!({ "file": self.path(&l.file), "line": p.line, "column": p.column, "endLine": p.end_line, "endColumn": p.end_column })
        };
        let related = f.related.iter().map(|r| {
            json!({ "target": r.target.as_str(), "item": self.item(&r.item), "location": locate(f, Some(r)).map(place) })
        });
        let text = |t: &str| Untrusted::from(t).to_visible();
        let suppression = f.suppressed.as_ref().map(|s| {
            let file = || self.options.root.join(crate::config::FILE);
            let location = s.place.map(|p| place(Location { file: file(), place: p }));
            json!({ "reason": text(&s.reason), "owner": text(&s.owner), "expires": s.expires, "issue": s.issue.as_deref().map(text),
                "location": location })
        });
        let mut out = json!({
            "rule": f.rule.as_str(),
            "family": f.family,
            "class": f.class.word(),
            "severity": f.severity.word(),
            "confidence": f.confidence.word(),
            "gate": f.gate,
            "fails": fails(f, self.options.levels),
            "target": f.target.as_str(),
            "item": f.item.as_ref().map(|i| self.item(i)),
            "itemDigest": f.item_digest.map(|d| d.to_string()),
            "pointer": f.pointer.to_untrusted().to_visible(),
            "message": f.message.to_visible(),
            "evidence": evidence.collect::<Vec<_>>(),
            "related": related.collect::<Vec<_>>(),
            "location": locate(f, None).map(place),
            "fingerprint": f.fingerprint(),
            "suppressed": f.suppressed.as_ref().map(|s| text(&s.reason)),
            "suppression": suppression,
        });
        if let (Some(flow), Some(object)) = (&f.flow, out.as_object_mut()) {
            let step = |s: &crate::finding::Step| json!({ "target": s.target.as_str(), "item": self.item(&s.item), "part": s.part, "phrase": s.phrase });
            let steps: Vec<Value> = flow.steps.iter().map(step).collect();
            object.insert("flow".to_owned(), json!({ "steps": steps, "cut": flow.cut.to_visible() }));
        }
        out
    }

    fn changes(&self, run: &Run) -> Vec<Value> {
        let mut work = Work::default();
        let one = |t: &TargetReport| {
            let own: Vec<Finding> = run.findings.iter().filter(|f| f.target == t.target.id).cloned().collect();
            of_server(t.target.id.as_str(), &t.changes, &own, self.options.full_text, &mut work)
        };
        run.targets.iter().filter(|t| !t.changes.is_empty()).flat_map(one).collect()
    }

    fn summary(&self, run: &Run) -> Value {
        let s = &run.summary;
        let [critical, high, medium, low] = s.findings;
        json!({
            "targets": s.targets,
            "audited": s.audited,
            "findings": { "critical": critical, "high": high, "medium": medium, "low": low },
            "suppressed": s.suppressed,
            "scope": s.scope.word(),
            "complete": s.complete,
            "scopeCovered": s.scope_covered,
            "failOn": self.options.levels.fail_on.map_or("never", |l| l.word()),
            "exit": s.exit.unwrap_or(ExitCode::Internal).number(),
        })
    }
}
