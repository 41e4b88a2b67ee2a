//! Trains the word model of `rule::wording`: reads labelled rows (`.jsonl`), writes `weights.bin`. See
//! `docs/wording-model.md`. The same rows in the same order give the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use mcp_assay::rule::wording::{model, traits_of};
use mcp_assay::terms::ItemKind;
use mcp_assay::{json, manifest};

/// Rows a trait must occur in to be known.
const LEAST: u32 = 4;
const ROUNDS: usize = 40;
/// How much a sample counts against small weights.
const TRUST: f64 = 1.0;
const RATE: f64 = 0.3;

struct Sample {
    traits: Vec<(u32, f64)>,
    hostile: bool,
    weight: f64,
}

struct Known {
    /// Rows it occurs in, and the last of them.
    rows: (u32, usize),
    samples: f64,
    weight: f64,
    steps: f64,
}

/// What is known of the traits, in the order in which they were met.
#[derive(Default)]
struct Traits {
    places: BTreeMap<u32, u32>,
    all: Vec<Known>,
}

impl Traits {
    fn meet(&mut self, key: u32, row: usize) -> u32 {
        let next = self.all.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.all.push(Known { rows: (0, usize::MAX), samples: 0.0, weight: 0.0, steps: 1e-6 });
        }
        let known = &mut self.all[place as usize];
        if known.rows.1 != row {
            known.rows = (known.rows.0 + 1, row);
        }
        place
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut traits = Traits::default();
    // what an item has, whether it is hostile, how much it counts
    type Item = (Vec<(u32, usize)>, bool, f64);
    let mut read: Vec<Item> = Vec::new();
    let mut rows = 0;
    // `WEIGHT=FILE`: how much an item of the file counts
    for argument in std::env::args().skip(1) {
        let (weight, path) = argument.split_once('=').ok_or("usage: train-wording WEIGHT=FILE.jsonl …")?;
        let weight: f64 = weight.parse()?;
        for line in std::fs::read_to_string(path)?.lines().filter(|l| !l.trim().is_empty()) {
            let row: serde_json::Value = serde_json::from_str(line)?;
            let bad: BTreeSet<&str> =
                row["malicious_tools"].as_array().into_iter().flatten().filter_map(|v| v.as_str()).collect();
            let document = json::read(line.as_bytes(), &json::Limits::default())?;
            let Some(named) = manifest::from_document(&document, line.as_bytes())?.into_iter().next() else { continue };
            let items = traits_of(&named.manifest);
            let tool = |kind: ItemKind| kind == ItemKind::Tool;
            let others = items.iter().any(|(i, _)| !tool(i.key.kind) && i.key.name.raw() != "info");
            rows += 1;
            for (item, keys) in items {
                let is_tool = tool(item.key.kind);
                let (hostile, weight) = match (row["label"] == "malicious", bad.is_empty()) {
                    (false, _) => (false, weight),
                    (true, false) if bad.contains(item.key.name.raw()) => (true, weight),
                    // what stands beside a hostile tool is honest, or belongs to the attack
                    (true, false) if is_tool && weight >= 1.0 => (false, 1.0),
                    (true, false) => continue,
                    // no tool is named: the attack is in what is no tool, or in the only one
                    (true, true) if is_tool != others => (true, weight),
                    (true, true) => continue,
                };
                let keys = keys.into_iter().map(|(key, group)| (traits.meet(key, rows), group)).collect();
                read.push((keys, hostile, weight));
            }
        }
    }
    let mut samples: Vec<Sample> = Vec::new();
    for (mut keys, hostile, weight) in read {
        keys.retain(|(place, _)| traits.all[*place as usize].rows.0 >= LEAST);
        let count = |group: usize| keys.iter().filter(|(_, g)| *g == group).count();
        let shares: Vec<f64> = (0..=model::LAST_GROUP).map(|group| model::share(group, count(group))).collect();
        let keys: Vec<(u32, f64)> = keys.iter().map(|(place, group)| (*place, shares[*group])).collect();
        keys.iter().for_each(|(place, _)| traits.all[*place as usize].samples += 1.0);
        samples.push(Sample { traits: keys, hostile, weight });
    }
    let beginning = fit(&samples, &mut traits.all);
    let mut out = std::io::stdout().lock();
    out.write_all(model::MAGIC)?;
    let mut write = |key: u32, weight: f64| {
        let weight = weight.round().clamp(-127.0, 127.0) as i8;
        if weight == 0 {
            return Ok(false);
        }
        out.write_all(&key.to_le_bytes())?;
        out.write_all(&weight.to_le_bytes()).map(|()| true)
    };
    write(model::BEGINNING, beginning * 10.0)?;
    let mut kept = 0;
    for (key, place) in &traits.places {
        kept += usize::from(write(*key, traits.all[*place as usize].weight * model::UNIT)?);
    }
    let hostile = samples.iter().filter(|s| s.hostile).count();
    eprintln!("{rows} rows, {} items, {hostile} of them hostile; {kept} traits", samples.len());
    Ok(())
}

/// Logistic regression with a penalty on large weights: steps along the gradient, smaller where many were made.
fn fit(samples: &[Sample], traits: &mut [Known]) -> f64 {
    let mut beginning = 0.0;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut order: Vec<usize> = (0..samples.len()).collect();
    for round in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(i, (state % (i as u64 + 1)) as usize);
        }
        let rate = RATE / (1.0 + round as f64 * 0.2);
        for sample in order.iter().map(|i| &samples[*i]) {
            let sum: f64 = sample.traits.iter().map(|(t, v)| traits[*t as usize].weight * v).sum();
            let guess = 1.0 / (1.0 + (-(beginning + sum).clamp(-30.0, 30.0)).exp());
            let step = (guess - f64::from(u8::from(sample.hostile))) * sample.weight;
            beginning -= step * 0.002;
            for (place, value) in &sample.traits {
                let known = &mut traits[*place as usize];
                let slope = step * value + known.weight / (TRUST * known.samples);
                known.steps += slope * slope;
                known.weight -= rate * slope / known.steps.sqrt();
            }
        }
    }
    beginning
}
