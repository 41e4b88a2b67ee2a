//! Rules over every fleet. The rows of a `.jsonl` file are fleets of their own: they are judged as they are read, a few at a
//! time, and what they said is let go of, so that a file may be larger than memory.

use std::collections::BTreeMap;

use super::changes;
use crate::baseline::Verified;
use crate::cli::args::Scan;
use crate::cli::audit::{self, Audited};
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::sources::Source;
use crate::cli::terminal::Terminal;
use crate::diff::Change;
use crate::finding::Finding;
use crate::rule::{Judgement, RuleSet, Selection, Subject, evaluate};
use crate::snapshot::Snapshot;
use crate::terms::{Scope, TargetId};
use crate::work::{self, Load};

/// Everything that is judged alike in one run.
#[derive(Clone, Copy)]
pub struct Judge<'r> {
    pub args: &'r Scan,
    pub rules: &'r RuleSet,
    pub selection: &'r Selection,
    pub project: &'r Project,
    pub terminal: Terminal,
}

/// What was said of one target: its findings, and its changes with their grades.
type Said = (Vec<Finding>, Vec<Change>);

/// Bytes of rows up to which all of them are kept for `approve`: nobody reads and signs more than that.
const KEPT: u64 = 2 << 20;
/// Bytes that a byte of a compressed file may stand for.
const COMPRESSED: u64 = 8;

/// Whether the files of rows among the targets are larger than what is kept for `approve` where there is no baseline.
pub fn are_many(targets: &[String]) -> bool {
    let bytes = |target: &String| match std::fs::metadata(target) {
        Ok(about) if target.ends_with(".jsonl") => about.len(),
        Ok(about) if target.ends_with(".jsonl.gz") => about.len().saturating_mul(COMPRESSED),
        // what is not there is told where it is read
        _ => 0,
    };
    targets.iter().map(bytes).fold(0, u64::saturating_add) > KEPT
}

/// Rows that were judged as they were read, taken together as they came, with the number of other sources before them.
#[derive(Default)]
pub struct Rows(Vec<(usize, Vec<Audited>, Vec<Said>)>);

impl Rows {
    /// Judges sources that were read and are nobody else's company, and lets go of their words.
    pub fn take(&mut self, judge: Judge<'_>, before: usize, sources: Vec<Source>) -> Result<(), Failure> {
        let Judge { args, project, terminal, .. } = judge;
        let mut audited = audit::run(sources, &args.reach, &project.config.limits, &project.root, None, terminal)?;
        let said = judge.all(&audited, None);
        audited.iter_mut().for_each(Audited::release);
        self.0.push((before, audited, said));
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|(_, rows, _)| rows.len()).sum()
    }

    /// All targets in the order in which they were named, each with what was said of it.
    pub fn beside(self, others: Vec<Audited>, said: Vec<Said>) -> (Vec<Audited>, Vec<Said>) {
        let count = self.len() + others.len();
        let mut rows = self.0.into_iter().peekable();
        let (mut audited, mut all) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let others = others.into_iter().zip(said).enumerate().map(|(at, other)| (at, Some(other)));
        for (at, other) in others.chain([(usize::MAX, None)]) {
            while let Some((_, rows, said)) = rows.next_if(|(before, ..)| *before <= at) {
                audited.extend(rows);
                all.extend(said);
            }
            if let Some((other, said)) = other {
                audited.push(other);
                all.push(said);
            }
        }
        (audited, all)
    }
}

impl Judge<'_> {
    /// Rules over every fleet: the findings and the graded changes of every target.
    pub fn all(self, audited: &[Audited], baseline: Option<&Verified>) -> Vec<Said> {
        let Self { rules, selection, project, .. } = self;
        let approved: Vec<Option<Snapshot>> = audited.iter().map(|a| changes::approved(a, baseline)).collect();
        let mut raw: Vec<Vec<Change>> = audited.iter().map(|a| changes::changes(a, baseline)).collect();
        changes::exceptions(&mut raw, audited, baseline, project);
        let mut fleets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, a) in audited.iter().enumerate() {
            fleets.entry(&a.fleet).or_default().push(i);
        }
        // a file that several clients read is part of each one's fleet that has servers of its own
        for (i, client) in audited.iter().enumerate().flat_map(|(i, a)| a.target.also.iter().map(move |c| (i, c))) {
            if let Some(members) = fleets.get_mut(format!("client {client}").as_str()) {
                members.push(i);
            }
        }
        let mut graded: Vec<Vec<Change>> = raw.clone();
        let mut by_target: Vec<Vec<Finding>> = audited.iter().map(|_| Vec::new()).collect();
        let fleets: Vec<(&str, Vec<usize>)> = fleets.into_iter().collect();
        let subject = |i: &usize| Subject {
            target: audited[*i].judged(),
            manifest: &audited[*i].union,
            snapshot: &audited[*i].whole,
            approved: approved[*i].as_ref(),
            changes: &raw[*i],
            capture: audited[*i].capture.as_deref(),
            published: audited[*i].published(&project.config.allow, baseline),
        };
        let load = Load::bytes(audited.iter().map(|a| a.union.size()).sum());
        let judgements = work::in_order(&fleets, load, |(_, members)| {
            evaluate(rules, selection, &members.iter().map(subject).collect::<Vec<_>>())
        });
        for ((name, members), Judgement { findings, changes }) in fleets.iter().zip(judgements) {
            let own = |i: usize| audited[i].fleet == *name;
            let by_id: BTreeMap<&TargetId, usize> =
                members.iter().rev().map(|i| (&audited[*i].target.id, *i)).collect();
            // in one fleet no finding comes twice
            let known: BTreeMap<usize, usize> = members.iter().map(|i| (*i, by_target[*i].len())).collect();
            for (place, list) in members.iter().zip(changes).filter(|(i, _)| own(**i)) {
                graded[*place] = list;
            }
            for mut finding in findings {
                changes::place(&mut finding, project);
                let Some(i) = by_id.get(&finding.target).copied() else { continue };
                let same =
                    |f: &Finding| (&f.rule, &f.item, &f.pointer) == (&finding.rule, &finding.item, &finding.pointer);
                let fleet_rule = rules.get(finding.rule.as_str()).is_some_and(|r| r.file.scope == Scope::Fleet);
                if !own(i) && !fleet_rule {
                    continue;
                }
                match by_target[i][..known[&i]].iter_mut().find(|f| same(f)) {
                    // of two fleets the one counts in which it is surer
                    Some(before) if before.confidence < finding.confidence => *before = finding,
                    Some(_) => {}
                    None => by_target[i].push(finding),
                }
            }
        }
        by_target.into_iter().zip(graded).collect()
    }
}
