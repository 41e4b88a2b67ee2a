//! The shortest path through tools that play the parts of a flow: fewest servers, then fewest tools, then the order of the
//! configuration. And the leg that is cheapest to take away.

use super::Tool;
use crate::rule::Subject;
use crate::rule::flow::Part;
use crate::untrusted::Message;

/// Candidates of one leg that are tried, the first of each server.
const TRIED: usize = 40;

/// Which tools may play a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Every one.
    Any,
    /// Those that run without a question.
    Unasked,
}

/// A part, and who may play it.
pub(super) type Leg = (Part, Who);

fn plays(tool: &Tool<'_>, leg: &Leg) -> bool {
    tool.parts.contains(&leg.0) && (leg.1 == Who::Any || tool.approved)
}

pub(super) struct Search<'s, 't> {
    pub(super) tools: &'s [Tool<'t>],
}

impl<'s, 't> Search<'s, 't> {
    /// Tools that may play a leg: a few of each server, in order.
    fn candidates(&self, leg: &Leg) -> Vec<&'s Tool<'t>> {
        let mut out: Vec<&Tool<'t>> = Vec::new();
        let mut of_server = 0;
        for tool in self.tools.iter().filter(|t| plays(t, leg)) {
            of_server = if out.last().is_some_and(|l| l.server == tool.server) { of_server + 1 } else { 0 };
            if of_server < 2 && out.len() < TRIED {
                out.push(tool);
            }
        }
        out
    }

    /// One tool for each leg, with the fewest servers and tools.
    pub(super) fn shortest(&self, legs: &[Leg], fits: &dyn Fn(&[&Tool<'t>]) -> bool) -> Option<Vec<&'s Tool<'t>>> {
        let lists: Vec<Vec<&Tool<'t>>> = legs.iter().map(|l| self.candidates(l)).collect();
        let mut best: Option<((usize, usize), Vec<&'s Tool<'t>>)> = None;
        let mut chosen: Vec<&'s Tool<'t>> = Vec::new();
        self.extend(&lists, &mut chosen, fits, &mut best);
        best.map(|(_, path)| path)
    }

    fn extend(
        &self,
        lists: &[Vec<&'s Tool<'t>>],
        chosen: &mut Vec<&'s Tool<'t>>,
        fits: &dyn Fn(&[&Tool<'t>]) -> bool,
        best: &mut Option<((usize, usize), Vec<&'s Tool<'t>>)>,
    ) {
        let price = cost(chosen);
        if best.as_ref().is_some_and(|(known, _)| *known <= price) {
            return;
        }
        let Some(list) = lists.get(chosen.len()) else {
            if fits(chosen) {
                *best = Some((price, chosen.clone()));
            }
            return;
        };
        for tool in list {
            chosen.push(tool);
            self.extend(lists, chosen, fits, best);
            chosen.pop();
        }
    }

    /// The leg with the fewest tools, in words: without them there is no such flow.
    pub(super) fn cut(&self, legs: &[Leg], fleet: &[Subject<'_>]) -> Message {
        let players = |leg: &Leg| self.tools.iter().filter(|t| plays(t, leg)).collect::<Vec<&Tool<'t>>>();
        // of equal ones the last: what acts is easier to do without than what reads
        let cheapest = legs.iter().rev().map(|leg| (leg.0, players(leg))).min_by_key(|(_, tools)| tools.len());
        let Some((part, tools)) = cheapest else { return Message::default() };
        let Some(first) = tools.first() else { return Message::default() };
        let server = &fleet[first.server].target.name;
        let alone = tools.iter().all(|t| t.server == first.server);
        let verb = if tools.iter().all(|t| t.approved) { "have the client ask before" } else { "switch off" };
        match (tools.len(), alone) {
            (1, _) => Message::new(format!("cheapest cut: {verb} "))
                .quote(&first.key.name)
                .text(" of ")
                .quote(server)
                .text(format!(", the only tool that {}", part.phrase())),
            (n, true) => Message::new("cheapest cut: leave out server ")
                .quote(server)
                .text(format!(" or {verb} its {n} tools; only they do this: {}", part.phrase())),
            (n, false) => Message::new(format!("cheapest cut: {verb} the {n} tools of which each {}", part.phrase())),
        }
    }
}

fn cost(chosen: &[&Tool<'_>]) -> (usize, usize) {
    let mut servers: Vec<usize> = chosen.iter().map(|t| t.server).collect();
    let mut tools: Vec<(usize, &str)> = chosen.iter().map(|t| (t.server, t.key.name.raw())).collect();
    servers.sort_unstable();
    servers.dedup();
    tools.sort_unstable();
    tools.dedup();
    (servers.len(), tools.len())
}
