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
/// How much a sample counts again beside an honest text: attacks are put into long ones, and must be known there, too.
const BESIDE: f64 = 0.25;
/// How many honest texts it stands beside in turn: one alone may be odd.
const BESIDE_TEXTS: usize = 3;
/// Traits of the honest texts they are put beside.
const LENGTH: std::ops::RangeInclusive<usize> = 60..=600;

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
    /// What it weighed after each of the later rounds, together.
    sum: f64,
    /// What it weighed in the weights that this training goes on from.
    before: f64,
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
            self.all.push(Known {
                rows: (0, usize::MAX),
                samples: 0.0,
                weight: 0.0,
                sum: 0.0,
                before: 0.0,
                steps: 1e-6,
            });
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
    let mut before = None;
    // `WEIGHT=FILE`: how much an item of the file counts; `from=FILE`: weights that the training goes on from
    for argument in std::env::args().skip(1) {
        let usage = "usage: train-wording [from=WEIGHTS.bin] WEIGHT=FILE.jsonl …";
        let (weight, path) = argument.split_once('=').ok_or(usage)?;
        if weight == "from" {
            before = Some(std::fs::read(path)?);
            continue;
        }
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
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let honest: Vec<usize> = read
        .iter()
        .enumerate()
        .filter(|(_, (keys, hostile, _))| !hostile && LENGTH.contains(&keys.len()))
        .map(|(i, _)| i)
        .collect();
    for i in 0..read.len() {
        // what stands beside a hostile tool (weight 1) was not written to be read alone, and stands for nothing beside another
        let (_, hostile, weight) = read[i];
        for _ in 0..if weight > 1.0 || hostile { BESIDE_TEXTS } else { 0 } {
            let (keys, other) = (&read[i].0, &read[honest[chance.below(honest.len())]].0);
            let both: BTreeSet<(u32, usize)> = keys.iter().chain(other).copied().collect();
            read.push((both.into_iter().collect(), hostile, weight * BESIDE / BESIDE_TEXTS as f64));
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
    if let Some(bytes) = &before {
        let table = model::Table::read(bytes).ok_or("the weights to go on from are cut short")?;
        for (key, place) in &traits.places {
            let known = &mut traits.all[*place as usize];
            known.before = f64::from(table.get(*key).unwrap_or(0)) / model::UNIT;
            known.weight = known.before;
        }
    }
    let beginning = fit(&samples, &mut traits.all);
    let mut weights: Vec<(u32, i8)> = Vec::new();
    let mut keep = |key: u32, weight: f64| {
        let weight = weight.round().clamp(-127.0, 127.0) as i8;
        weights.extend((weight != 0).then_some((key, weight)));
    };
    traits.places.iter().for_each(|(key, place)| keep(*key, traits.all[*place as usize].weight * model::UNIT));
    // the weightiest, as many as there is room for
    let all = weights.len();
    weights.sort_by_key(|(key, weight)| (std::cmp::Reverse(weight.unsigned_abs()), *key));
    weights.truncate(model::ROWS - 1);
    weights.push((model::BEGINNING, (beginning * 10.0).round().clamp(-127.0, 127.0) as i8));
    std::io::stdout().lock().write_all(&model::file(&weights).ok_or("more rows than fit")?)?;
    let hostile = samples.iter().filter(|s| s.hostile).count();
    eprintln!("{rows} rows, {} items, {hostile} of them hostile; {} of {all} traits", samples.len(), weights.len());
    Ok(())
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Logistic regression with a penalty on weights that leave what they were before, which is zero at first: steps along the gradient,
/// smaller where many were made. The later half of the rounds is averaged: what the last rows did by chance is no part of it.
fn fit(samples: &[Sample], traits: &mut [Known]) -> f64 {
    let (mut beginning, mut beginnings, later) = (0.0, 0.0, ROUNDS / 2);
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    for round in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            order.swap(i, chance.below(i + 1));
        }
        let rate = RATE / (1.0 + round as f64 * 0.2);
        for sample in order.iter().map(|i| &samples[*i]) {
            let sum: f64 = sample.traits.iter().map(|(t, v)| traits[*t as usize].weight * v).sum();
            let guess = 1.0 / (1.0 + (-(beginning + sum).clamp(-30.0, 30.0)).exp());
            let step = (guess - f64::from(u8::from(sample.hostile))) * sample.weight;
            beginning -= step * 0.002;
            for (place, value) in &sample.traits {
                let known = &mut traits[*place as usize];
                let slope = step * value + (known.weight - known.before) / (TRUST * known.samples);
                known.steps += slope * slope;
                known.weight -= rate * slope / known.steps.sqrt();
            }
        }
        if round >= later {
            traits.iter_mut().for_each(|known| known.sum += known.weight);
            beginnings += beginning;
        }
    }
    let rounds = (ROUNDS - later) as f64;
    traits.iter_mut().for_each(|known| known.weight = known.sum / rounds);
    beginnings / rounds
}
