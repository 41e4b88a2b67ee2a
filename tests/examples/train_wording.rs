//! Trains the word model of `rule::wording::model`: reads labelled rows (`.jsonl`), prints `weights.txt`. See
//! `docs/wording-model.md`. The same rows in the same order give the same file.

use std::collections::{BTreeMap, BTreeSet};

use mcp_assay::rule::wording::model;
use mcp_assay::{json, manifest};

/// Rows a word must occur in to be known.
const LEAST: usize = 3;
const ROUNDS: usize = 10;
const DECAY: f64 = 2e-4;

struct Sample {
    words: Vec<String>,
    hostile: bool,
    weight: f64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut samples = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    // `WEIGHT=FILE`: how much a row of the file counts
    for argument in std::env::args().skip(1) {
        let (weight, path) = argument.split_once('=').ok_or("usage: train-wording WEIGHT=FILE.jsonl …")?;
        let weight: f64 = weight.parse()?;
        for line in std::fs::read_to_string(path)?.lines().filter(|l| !l.trim().is_empty()) {
            let row: serde_json::Value = serde_json::from_str(line)?;
            let listed = |key: &str| row[key].as_array().into_iter().flatten().filter_map(|v| v.as_str());
            let bad: BTreeSet<&str> = listed("malicious_tools").chain(row["surface"].as_str()).collect();
            let document = json::read(line.as_bytes(), &json::Limits::default())?;
            let Some(named) = manifest::from_document(&document, line.as_bytes())?.into_iter().next() else { continue };
            let mut seen = BTreeSet::new();
            for (item, words) in model::read(&named.manifest) {
                let hostile = row["label"] == "malicious" && bad.contains(item.key.name.raw());
                if row["label"] == "malicious" && !hostile && weight < 1.0 {
                    continue;
                }
                seen.extend(words.iter().cloned());
                samples.push(Sample {
                    words: words.into_iter().collect(),
                    hostile,
                    weight: if row["label"] == "malicious" && !hostile { weight.min(1.0) } else { weight },
                });
            }
            seen.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        }
    }
    for sample in &mut samples {
        sample.words.retain(|w| counts.get(w).is_some_and(|c| *c >= LEAST));
    }
    let mut weights: BTreeMap<String, f64> = BTreeMap::new();
    let mut bias = 0.0;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut order: Vec<usize> = (0..samples.len()).collect();
    for round in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(i, (state % (i as u64 + 1)) as usize);
        }
        let rate = 1.5 / (1.0 + round as f64 * 0.5);
        for sample in order.iter().map(|i| &samples[*i]) {
            let value = 1.0 / (sample.words.len() as f64 + 8.0).sqrt();
            let sum: f64 = sample.words.iter().filter_map(|w| weights.get(w)).map(|w| w * value).sum();
            let guess = 1.0 / (1.0 + (-(bias + sum).clamp(-30.0, 30.0)).exp());
            let step = (guess - f64::from(u8::from(sample.hostile))) * sample.weight * rate;
            bias -= step * 0.1;
            for word in &sample.words {
                let weight = weights.entry(word.clone()).or_default();
                *weight = *weight * (1.0 - DECAY * rate) - step * value;
            }
        }
    }
    println!("# Words and their weights in hundredths; `=` is what every text begins with. Made by `train-wording`.");
    println!("= {:.0}", bias * 100.0);
    for (word, weight) in weights.iter().filter(|(_, w)| (*w * 100.0).abs() >= 5.0) {
        println!("{word} {:.0}", weight * 100.0);
    }
    Ok(())
}
