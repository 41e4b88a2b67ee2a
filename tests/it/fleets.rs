//! Random installations of honest servers, and attacks among honest servers: how often the rules about fleets fire. Reads
//! corpora that are no part of this project, so it runs on request only:
//!
//! `MCP_ASSAY_CORPORA=DIR cargo test --release --test it -- --ignored fleets --nocapture`
//!
//! `MCP_ASSAY_RECORDINGS` names recordings of further honest servers, one file after the other with a colon between.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use mcp_assay::capture::recording;
use mcp_assay::json::{Limits, read};
use mcp_assay::launch::source;
use mcp_assay::manifest::{Manifest, from_document};
use mcp_assay::rule::example::file_target;
use mcp_assay::rule::{RuleSet, Selection, Subject, evaluate};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::target::{Launch, Target, config_file};
use mcp_assay::terms::{Class, Confidence, ItemKind, Scope, Severity};

/// `MCP_ASSAY_DRAWS`, or a thousand.
fn draws() -> usize {
    std::env::var("MCP_ASSAY_DRAWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000)
}

/// Attack classes whose own rule is about posture: the text gives no order, it only leaves something open.
const POSTURE: [(&str, &str); 2] =
    [("secret-in-description", "secret-in-text"), ("exfil-channel-params", "free-form-sink-parameter")];

struct Server {
    target: Target,
    manifest: Manifest,
    snapshot: Snapshot,
}

fn corpora() -> PathBuf {
    std::env::var_os("MCP_ASSAY_CORPORA").map(PathBuf::from).expect("MCP_ASSAY_CORPORA names the folder of the corpora")
}

fn rows(path: &Path) -> Vec<serde_json::Value> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("a packed text");
    text.lines().map(|l| serde_json::from_str(l).expect("a row")).collect()
}

/// A server of a row, launched as its package says.
fn server(row: &serde_json::Value, index: usize) -> Server {
    let text = row.to_string();
    let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
    let named = from_document(&document, text.as_bytes()).expect("a manifest").remove(0);
    let name = row["server"].as_str().unwrap_or("server").to_owned();
    let mut target = file_target(index, Some(name.as_str().into()));
    if let (Some(package), Some(version)) = (row["package"].as_str(), row["version"].as_str()) {
        let (command, spec) = match row["ecosystem"].as_str() {
            Some("pypi") => ("uvx", format!("{package}=={version}")),
            _ => ("npx", format!("{package}@{version}")),
        };
        let config = serde_json::json!({"mcpServers": {name.as_str(): {"command": command, "args": [spec]}}});
        target = config_file::from_text(&config.to_string(), "corpus.json").expect("a configuration").remove(0);
        target.id = mcp_assay::terms::TargetId::new(&format!("corpus/{index}"));
    }
    Server { target, snapshot: Snapshot::of(&named.manifest), manifest: named.manifest }
}

struct Seen {
    rule: String,
    /// The server that it was found at and the item.
    place: (usize, String),
    /// The server that it was found at, and those that its finding names.
    servers: BTreeSet<usize>,
    gates: bool,
    integrity: bool,
    /// A person sees it without asking for notes.
    shown: bool,
    high: bool,
    medium: bool,
    of_fleet: bool,
}

fn judge(rules: &RuleSet, fleet: &[&Server]) -> Vec<Seen> {
    let subjects: Vec<Subject<'_>> = fleet.iter().map(|s| Subject::of(&s.target, &s.manifest, &s.snapshot)).collect();
    let findings = evaluate(rules, &Selection::default(), &subjects).findings;
    let one = |f: &mcp_assay::finding::Finding| {
        let rule = rules.get(f.rule.as_str()).expect("a rule");
        let at = |id: &mcp_assay::terms::TargetId| subjects.iter().position(|s| s.target.id == *id).expect("a server");
        let item = f.item.as_ref().map(|i| format!("{}/{}", i.kind.word(), i.name.raw()));
        Seen {
            rule: f.rule.to_string(),
            place: (at(&f.target), item.unwrap_or_default()),
            servers: std::iter::once(&f.target).chain(f.related.iter().map(|r| &r.target)).map(at).collect(),
            gates: f.gate && f.severity >= Severity::High && f.confidence >= Confidence::Medium,
            integrity: f.class == Class::Integrity,
            shown: f.severity > Severity::Note,
            high: f.severity >= Severity::High,
            medium: f.severity >= Severity::Medium,
            of_fleet: rule.file.scope == Scope::Fleet,
        }
    };
    findings.iter().map(one).collect()
}

/// Numbers from a seed, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).expect("small")
    }

    fn draw(&mut self, from: usize, count: usize) -> Vec<usize> {
        let mut out = BTreeSet::new();
        while out.len() < count.min(from) {
            out.insert(self.below(from));
        }
        out.into_iter().collect()
    }
}

fn honest(corpus: &Path) -> Vec<Server> {
    let mut seen = BTreeSet::new();
    let rows = rows(&corpus.join("dev/benign.jsonl.gz"));
    let unique = rows.iter().filter(|r| seen.insert(r["package"].as_str().unwrap_or_default().to_owned()));
    let mut all: Vec<Server> = unique.enumerate().map(|(i, r)| server(r, i)).collect();
    let files = std::env::var("MCP_ASSAY_RECORDINGS").unwrap_or_default();
    for file in files.split(':').filter(|f| !f.is_empty()) {
        for mut one in recorded(Path::new(file)) {
            let package = match &one.target.launch {
                Launch::Stdio(s) => {
                    let args: Vec<&str> = s.args.iter().map(|a| a.value.raw()).collect();
                    source::of(s.command.value.raw(), &args).map(|c| c.name)
                }
                _ => None,
            };
            if one.manifest.of_kind(ItemKind::Tool).next().is_some() && package.is_none_or(|p| seen.insert(p)) {
                one.target.id = mcp_assay::terms::TargetId::new(&format!("recorded/{}", all.len()));
                all.push(one);
            }
        }
    }
    all
}

/// The servers of a recording, launched as they were.
fn recorded(file: &Path) -> Vec<Server> {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let document = read(&bytes, &Limits::default()).expect("JSON");
    let place = mcp_assay::target::File { path: file.to_path_buf(), index: 0 };
    let servers = recording::read(&document.root, &place).expect("a recording");
    let one = |r: recording::Recorded| {
        let (_, manifest) = r.capture.eras().into_values().next()?;
        Some(Server { target: r.target.target, snapshot: Snapshot::of(&manifest), manifest })
    };
    servers.into_iter().filter_map(one).collect()
}

#[test]
#[ignore = "needs corpora: set MCP_ASSAY_CORPORA to their folder, and build with optimizations"]
fn random_installations_of_honest_servers_rarely_gate() {
    let rules = RuleSet::builtin().expect("the rules");
    let servers = honest(&corpora());
    // what the other rules say of a server by itself is no matter of its company
    let alone = |s: &Server| -> BTreeSet<(String, String)> {
        judge(&rules, &[s]).into_iter().filter(|s| s.gates).map(|s| (s.rule, s.place.1)).collect()
    };
    let alone: Vec<BTreeSet<(String, String)>> = servers.iter().map(alone).collect();
    let mut dice = Dice(0x5EED_2026);
    let draws = draws();
    for size in [3, 5, 10, 20] {
        let (mut gate, mut warned, mut by_rule) = (0, 0, BTreeMap::<String, usize>::new());
        let mut who = BTreeSet::new();
        let mut company = 0;
        for _ in 0..draws {
            let drawn = dice.draw(servers.len(), size);
            let fleet: Vec<&Server> = drawn.iter().map(|i| &servers[*i]).collect();
            let seen = judge(&rules, &fleet);
            let fresh = |s: &&Seen| s.gates && !alone[drawn[s.place.0]].contains(&(s.rule.clone(), s.place.1.clone()));
            company += usize::from(seen.iter().any(|s| fresh(&s)));
            for one in seen.iter().filter(fresh) {
                who.insert(format!(
                    "gates only in company: {} {}",
                    one.rule,
                    fleet[one.place.0].target.name.to_terminal()
                ));
            }
            gate += usize::from(seen.iter().any(|s| s.of_fleet && s.gates));
            // nine of ten have that one, which says how things stand
            let medium = |s: &&Seen| s.of_fleet && s.medium && s.rule != "lethal-trifecta";
            warned += usize::from(seen.iter().any(|s| medium(&s)));
            for one in seen.iter().filter(|s| (s.of_fleet && s.gates) || medium(s)) {
                let names: Vec<String> =
                    one.servers.iter().map(|s| fleet[*s].target.name.to_terminal().to_string()).collect();
                who.insert(format!("{} {}", one.rule, names.join(" and ")));
            }
            let rules: BTreeSet<&str> = seen.iter().filter(|s| s.of_fleet).map(|s| s.rule.as_str()).collect();
            for rule in rules {
                *by_rule.entry(rule.to_owned()).or_default() += 1;
            }
        }
        println!(
            "{} servers, {size} each, {draws} draws: {gate} gate ({company} by any rule that is silent of the server alone), \
             {warned} with a medium one; with any finding: {by_rule:?}",
            servers.len()
        );
        who.iter().for_each(|w| println!("  {w}"));
        if size == 10 {
            assert!(gate * 1000 <= draws * 5, "{gate} of {draws} honest fleets of ten gate");
            assert!(company * 1000 <= draws * 5, "{company} of {draws} honest fleets of ten gate only as a fleet");
            // a warning that everybody gets is none
            assert!(warned * 100 <= draws * 2, "{warned} of {draws} honest fleets of ten have a medium finding");
        }
    }
}

#[test]
#[ignore = "needs corpora: set MCP_ASSAY_CORPORA to their folder, and build with optimizations"]
fn attacks_among_honest_servers_are_seen() {
    let rules = RuleSet::builtin().expect("the rules");
    let corpus = corpora();
    let servers = honest(&corpus);
    let peers = rows(&corpus.join("dev/peers.jsonl.gz"));
    let mut dice = Dice(0x5EED_2027);
    let mut table: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    let mut missed = Vec::new();
    for (i, row) in rows(&corpus.join("dev/attacks.jsonl.gz")).iter().enumerate() {
        let attack = server(row, 10_000 + i);
        let group = row["group"].as_str().unwrap_or_default();
        let own = peers.iter().filter(|p| p["key"].as_str().is_some_and(|k| k.split(':').next() == Some(group)));
        let own: Vec<Server> = own.enumerate().map(|(n, p)| server(p, 20_000 + n)).collect();
        let mut fleet: Vec<&Server> = vec![&attack];
        fleet.extend(&own);
        if own.is_empty() {
            // what takes another's name is judged beside one that has it, if there is one
            let names = |s: &Server| -> BTreeSet<String> {
                s.manifest.of_kind(ItemKind::Tool).map(|t| t.key.name.raw().to_owned()).collect()
            };
            let taken = names(&attack);
            let beside = servers.iter().find(|s| !names(s).is_disjoint(&taken));
            // and what speaks of another's tools beside one that has them
            let said = row["tools"].to_string();
            let named = |s: &&Server| {
                let mine = names(s);
                mine.iter().filter(|n| n.len() > 7 && !taken.contains(*n) && said.contains(n.as_str())).count()
            };
            let target = servers.iter().filter(|s| named(s) > 0).max_by_key(named);
            fleet.extend(beside.into_iter().chain(target));
            fleet.extend(dice.draw(servers.len(), 4).into_iter().map(|s| &servers[s]));
        }
        let alone = judge(&rules, &[&attack]);
        let seen = judge(&rules, &fleet);
        // a clone is reported at the later one of the two
        let class = row["attack_class"].as_str().unwrap_or("?");
        let of_class = |s: &Seen| POSTURE.iter().any(|(c, rule)| *c == class && *rule == s.rule);
        let hit = |s: &Seen| s.servers.contains(&0) && s.shown && (s.integrity || of_class(s));
        let kind = if own.is_empty() { "among four honest ones" } else { "with the servers it targets" };
        for key in [kind.to_owned(), format!("{kind}: {class}"), format!("group {group}")] {
            let counts = table.entry(key).or_default();
            counts[0] += 1;
            counts[1] += usize::from(alone.iter().any(|s| hit(s) && s.high));
            counts[2] += usize::from(seen.iter().any(hit));
            counts[3] += usize::from(seen.iter().any(|s| hit(s) && s.high));
            counts[4] += usize::from(seen.iter().any(|s| s.of_fleet && s.high && s.integrity));
        }
        if !seen.iter().any(hit) {
            missed.push(format!("{kind}: {} ({class})", row["id"]));
        }
    }
    for (key, [all, alone, any, high, fleet]) in table {
        println!(
            "{key}: {all} attacks, {alone} high alone, in the fleet {any} with a finding, {high} high; {fleet} by a rule about fleets"
        );
    }
    assert!(missed.is_empty(), "{} attacks are missed:\n{}", missed.len(), missed.join("\n"));
}

/// Sentences of a row, blanks and case alike.
fn long_sentences(value: &serde_json::Value, out: &mut BTreeSet<String>) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            let sentences = text.split_inclusive(['.', '!', '?', '\n', '。']);
            let plain = sentences.map(|s| s.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
            out.extend(plain.filter(|s| s.len() > 60));
        }
        Value::Array(list) => list.iter().for_each(|v| long_sentences(v, out)),
        Value::Object(map) => map.iter().for_each(|(key, v)| {
            long_sentences(&Value::from(key.as_str()), out);
            long_sentences(v, out);
        }),
        _ => {}
    }
}

#[test]
#[ignore = "needs corpora: set MCP_ASSAY_CORPORA to their folder, and build with optimizations"]
fn no_row_of_ours_repeats_a_sentence_of_the_corpora() {
    let corpus = corpora();
    let (mut known, mut files) = (BTreeSet::new(), 0);
    for part in ["dev", "check", "drift"] {
        for file in std::fs::read_dir(corpus.join(part)).expect("the corpora") {
            let path = file.expect("a file").path();
            if path.to_string_lossy().ends_with(".jsonl.gz") {
                rows(&path).iter().for_each(|row| long_sentences(row, &mut known));
                files += 1;
            }
        }
    }
    assert!(files >= 8 && known.len() > 5_000, "{files} files, {} sentences", known.len());
    let mut repeated = BTreeSet::new();
    for folder in ["fixtures/wording", "fixtures/held-out"] {
        for file in std::fs::read_dir(crate::scene::root().join(folder)).expect("our rows") {
            let path = file.expect("a file").path();
            if path.extension().is_none_or(|e| e != "jsonl") {
                continue;
            }
            for (at, line) in std::fs::read_to_string(&path).expect("rows").lines().enumerate() {
                let mut own = BTreeSet::new();
                long_sentences(&serde_json::from_str(line).expect("a row"), &mut own);
                if own.iter().any(|sentence| known.contains(sentence)) {
                    repeated.insert(format!("{}:{}", path.display(), at + 1));
                }
            }
        }
    }
    assert!(repeated.is_empty(), "{repeated:#?}");
}
