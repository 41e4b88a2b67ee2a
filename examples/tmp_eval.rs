use mcp_assay::*;
use std::io::{BufRead, Read};
fn main() {
    let details = std::env::var("D").is_ok();
    let only: Option<String> = std::env::var("HALF").ok();
    let rules = rule::RuleSet::builtin().unwrap();
    let mut rows = vec![];
    for f in std::env::args().skip(1) {
        let mut s = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(&f).unwrap()).read_to_string(&mut s).unwrap();
        for (i, line) in s.lines().enumerate() {
            if let Some(h) = &only { if (i % 2).to_string() != *h { continue; } }
            let Ok(doc) = json::read(line.as_bytes(), &json::Limits::default()) else { println!("bad line"); continue };
            let Ok(named) = manifest::from_document(&doc, line.as_bytes()) else { println!("bad shape {i}"); continue };
            for (k, n) in named.into_iter().enumerate() {
                let t = rule::example::file_target(k, n.name.clone());
                let snap = snapshot::Snapshot::of(&n.manifest);
                let none = Default::default();
                let sub = rule::Subject { target: &t, manifest: &n.manifest, snapshot: &snap, approved: None, changes: &[], capture: None, other_eras: &none };
                let j = rule::evaluate(&rules, &Default::default(), &[sub]);
                let bad = n.labels.label.as_deref() == Some("malicious");
                let id = n.name.as_ref().map_or(String::new(), |n| n.raw().to_owned());
                if details {
                    let gated = j.findings.iter().any(|f| f.class == terms::Class::Integrity && f.gate && f.severity >= terms::Severity::High && f.confidence >= terms::Confidence::Medium);
                    if bad && !gated {
                        println!("MISS {id} {:?} [{}]", n.labels.attack_class, j.findings.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>().join(","));
                        for it in n.manifest.items.iter().take(3) { println!("    {}: {}", it.key.name.raw(), it.text("description").unwrap_or("").chars().take(400).collect::<String>().replace('\n', " ")); }
                    }
                    if !bad {
                        for f in j.findings.iter().filter(|f| f.class == terms::Class::Integrity) {
                            println!("FP {id} {} {:?} gate={} item={:?} {:?} ev={}", f.rule, f.confidence, f.gate, f.item.as_ref().map(|i| &i.name), f.pointer.to_untrusted(), f.evidence.first().map_or(String::new(), |e| format!("{} || {}", e.why, e.text.raw().get(e.start..e.end).unwrap_or("").replace('\n', " "))));
                        }
                    }
                }
                rows.push(rule::eval::Row::new(id, bad, n.labels.attack_class.clone().unwrap_or_default(), &j.findings));
            }
        }
    }
    println!("{}", rule::eval::table(&rule::eval::evaluate(&rows)));
    let _ = std::io::stdin().lock().lines();
}
