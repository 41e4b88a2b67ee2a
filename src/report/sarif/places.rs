//! Places in files: URIs below the root, regions with the words that stand there, the configuration of a server beside its
//! finding, and the steps of a finding that leads from one server to another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::{Disk, hash};
use crate::json::text_lines;
use crate::report::saved::{Finding, Location, Related, Saved, Target};
use crate::secret::starred;
use crate::target::VARIABLE;
use crate::untrusted::Untrusted;

/// Below it lie the words that people approved and committed.
const BASELINE: &str = ".mcp-assay/";

/// Characters of a line that are repeated.
const SNIPPET: usize = 400;

/// Lines shown before and after a region.
const CONTEXT: usize = 2;

/// Lines that the hash of one may reach over: of so many characters it is one, and an empty line has one.
const WINDOW: u32 = hash::WINDOW as u32;

/// Other places that one result names.
const RELATED: usize = 20;

/// Files that were read, once each.
pub(super) struct Places<'a> {
    root: &'a Path,
    disk: Disk<'a>,
    files: BTreeMap<String, File>,
    /// Paths that are, or are not, a bundle's.
    bundles: BTreeMap<String, bool>,
    /// Lines on which a secret stands.
    secrets: BTreeSet<(&'a Untrusted, u32)>,
}

#[derive(Default)]
struct File {
    hashes: Vec<String>,
    lines: Vec<String>,
    /// Indexes of lines of a configuration that hold what looks like a secret.
    secrets: BTreeSet<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(root: &'a Path, disk: Disk<'a>, run: &'a Saved) -> Self {
        let secret = |f: &&Finding| ["committed-secret", "plaintext-secret"].contains(&f.rule.raw());
        let places = run.findings.iter().filter(secret).filter_map(|f| f.location.as_ref());
        let lines = |l: &'a Location| {
            (l.line..=l.end_line.clamp(l.line, l.line.saturating_add(WINDOW))).map(move |n| (&l.file, n))
        };
        let secrets = places.flat_map(lines).collect();
        Self { root, disk, files: BTreeMap::new(), bundles: BTreeMap::new(), secrets }
    }

    /// The URI and the place of a result. What lies inside a bundle is no file that code scanning could show: the bundle is.
    pub(super) fn shown(&mut self, location: &Location) -> Option<(String, Location)> {
        if let Some(bundle) = location.file.raw().strip_suffix("/manifest.json") {
            let (root, read) = (self.root, self.disk.read);
            let is_bundle = || read(&root.join(bundle)).is_some_and(|bytes| bytes.starts_with(b"PK\x03\x04"));
            if *self.bundles.entry(bundle.to_owned()).or_insert_with(is_bundle) {
                let whole = Location { file: bundle.into(), line: 1, column: 1, end_line: 1, end_column: 2 };
                return Some((self.uri(bundle)?, whole));
            }
        }
        Some((self.uri(location.file.raw())?, location.clone()))
    }

    /// A relative URI; `None` for files outside the root, which GitHub cannot show.
    pub(super) fn uri(&self, file: &str) -> Option<String> {
        if file.starts_with(VARIABLE) {
            return None;
        }
        let absolute = self.root.join(file);
        Self::names(absolute.strip_prefix(self.root).ok()?)?;
        let real = (self.disk.real)(&absolute)?;
        Self::names(real.strip_prefix(self.root).ok()?)
    }

    /// The URI of a path that only leads downwards.
    fn names(inside: &Path) -> Option<String> {
        let mut parts = Vec::new();
        for part in inside.components() {
            let std::path::Component::Normal(name) = part else { return None };
            parts.push(percent(&name.to_string_lossy()));
        }
        (!parts.is_empty()).then(|| parts.join("/"))
    }

    fn file(&mut self, uri: &str, file: &str) -> &File {
        let (root, read) = (self.root, self.disk.read);
        self.files.entry(uri.to_owned()).or_insert_with(|| {
            let Some(bytes) = read(&root.join(file)) else { return File::default() };
            let text = String::from_utf8_lossy(&bytes);
            // the baseline holds words of servers, which people approve whole
            let own = uri.starts_with(BASELINE);
            let secrets = if own {
                BTreeSet::new()
            } else {
                let differs = |(at, (raw, shown)): (usize, (&str, &str))| (raw != shown).then_some(at);
                let shown = starred(&text);
                text_lines(&text).into_iter().zip(text_lines(&shown)).enumerate().filter_map(differs).collect()
            };
            File {
                hashes: hash::lines(&bytes),
                // of other files no words are shown
                lines: if own { text_lines(&text).into_iter().map(str::to_owned).collect() } else { Vec::new() },
                secrets,
            }
        })
    }

    /// GitHub's hash of the line; `None` where a secret would be hashed.
    pub(super) fn line_hash(&mut self, uri: &str, location: &Location) -> Option<String> {
        let hashed = (&location.file, location.line)..=(&location.file, location.line.saturating_add(WINDOW));
        let index = (location.line as usize).saturating_sub(1);
        if self.secrets.range(hashed).next().is_some() {
            return None;
        }
        let file = self.file(uri, location.file.raw());
        if file.secrets.range(index..index.saturating_add(hash::WINDOW)).next().is_some() {
            return None;
        }
        file.hashes.get(index).cloned()
    }

    /// The physical location of a result. Words of the file only from the baseline: a configuration may hold secrets, and
    /// a saved report could name any file of the project.
    pub(super) fn physical(&mut self, uri: &str, location: &Location) -> Value {
        let mut region = region(location);
        let mut out = json!({ "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" } });
        if uri.starts_with(BASELINE) {
            let (first, last) = (location.line.max(1) as usize, location.end_line.max(location.line).max(1) as usize);
            let lines = &self.file(uri, location.file.raw()).lines;
            let text = |from: usize, to: usize| {
                let shown = |l: &String| Untrusted::from(l.as_str()).cut(SNIPPET).to_visible();
                lines.get(from - 1..to).map(|l| l.iter().map(shown).collect::<Vec<_>>().join("\n"))
            };
            // a whole server file is no snippet
            if last - first <= 20
                && let Some(snippet) = text(first, last)
            {
                region["snippet"] = json!({ "text": snippet });
                let (from, to) = (first.saturating_sub(CONTEXT).max(1), (last + CONTEXT).min(lines.len()));
                if let Some(context) = text(from, to) {
                    out["contextRegion"] = json!({ "startLine": from, "endLine": to, "snippet": { "text": context } });
                }
            }
        }
        out["region"] = region;
        out
    }

    /// The place of a server in its configuration, when that lies below the root.
    pub(super) fn configuration(&self, target: &Target) -> Option<Value> {
        let origin = target.origin.as_ref()?;
        let uri = self.uri(origin.file.raw())?;
        let (line, column) = (origin.line.max(1), origin.column.max(1));
        let region =
            json!({ "startLine": line, "startColumn": column, "endLine": line, "endColumn": column.saturating_add(1) });
        Some(json!({ "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" }, "region": region }))
    }

    /// The place of an item of another server: its lines in the baseline, or that server in its configuration.
    fn other(&mut self, run: &Saved, related: &Related) -> Option<Value> {
        if let Some(location) = &related.location
            && let Some(uri) = self.uri(location.file.raw())
        {
            return Some(self.physical(&uri, location));
        }
        self.configuration(run.target(&related.target)?)
    }

    /// Further places of a result: its server's configuration, and those of the servers it names. With the words of ours
    /// that link to them from the message.
    pub(super) fn related(&mut self, run: &Saved, finding: &Finding, location: &Location) -> (Vec<Value>, String) {
        let (mut out, mut links) = (Vec::new(), Vec::new());
        let mut add = |place: Value, words: String, link: &str| {
            let id = out.len() + 1;
            out.push(json!({ "id": id, "physicalLocation": place, "message": { "text": words } }));
            links.push(format!("[{link}]({id})"));
        };
        if let Some(target) = run.target(&finding.target)
            && target.origin.as_ref().is_some_and(|o| o.file != location.file)
            && let Some(place) = self.configuration(target)
        {
            add(place, "The configuration that loads the server.".to_owned(), "the configuration");
        }
        for related in finding.related.iter().take(RELATED).filter(|r| r.target != finding.target) {
            if let Some(place) = self.other(run, related) {
                add(
                    place,
                    step(run, related.item.kind.word(), &related.item.name, &related.target),
                    "the other server",
                );
            }
        }
        let links = if links.is_empty() { String::new() } else { format!(" See {}.", links.join(", ")) };
        (out, links)
    }

    /// From the server of a finding to the servers it names: one step each. A flow has steps of its own.
    pub(super) fn flow(&mut self, run: &Saved, finding: &Finding, own: &Value) -> Option<Value> {
        let item = finding.item.as_ref()?;
        if let Some(flow) = &finding.flow {
            let steps = flow.steps.iter().take(RELATED).enumerate().map(|(i, s)| {
                let place = run.target(&s.target).and_then(|t| self.configuration(t));
                let mine = s.target == finding.target && s.item.name == item.name;
                let place = place.filter(|_| !mine).unwrap_or_else(|| own.clone());
                let words = step(run, s.item.kind.word(), &s.item.name, &s.target);
                let words = format!("{} It {}.", words, s.phrase.cut(80).to_sarif());
                json!({
                    "executionOrder": i + 1,
                    "importance": "essential",
                    "location": { "physicalLocation": place, "message": { "text": words } },
                })
            });
            let steps: Vec<Value> = steps.collect();
            return Some(
                json!([{ "message": { "text": flow_words(&flow.cut) }, "threadFlows": [{ "locations": steps }] }]),
            );
        }
        let first = json!({
            "location": { "physicalLocation": own, "message": { "text": step(run, item.kind.word(), &item.name, &finding.target) } },
        });
        let others = finding.related.iter().take(RELATED).filter(|r| r.target != finding.target).filter_map(|r| {
            let place = self.other(run, r)?;
            let words = step(run, r.item.kind.word(), &r.item.name, &r.target);
            Some(json!({ "location": { "physicalLocation": place, "message": { "text": words } } }))
        });
        let steps: Vec<Value> = std::iter::once(first).chain(others).collect();
        (steps.len() > 1).then(|| json!([{ "threadFlows": [{ "locations": steps }] }]))
    }
}

/// How to cut a flow, as a sentence.
fn flow_words(cut: &Untrusted) -> String {
    super::sentence(&cut.cut(400).to_sarif())
}

/// A step in words.
fn step(run: &Saved, kind: &str, item: &Untrusted, target: &Untrusted) -> String {
    format!("The {kind} '{}' of server '{}'.", item.cut(60).to_sarif(), run.name(target).cut(60).to_sarif())
}

/// Four numbers that make sense together.
fn region(location: &Location) -> Value {
    let (line, column) = (location.line.max(1), location.column.max(1));
    let end_line = location.end_line.max(line);
    let end_column = location.end_column.max(if end_line == line { column.saturating_add(1) } else { 1 });
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
fn percent(name: &str) -> String {
    let encode = |b: u8| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
    };
    name.bytes().map(encode).collect()
}
