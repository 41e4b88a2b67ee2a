//! The shortest path through tools that play the parts of a flow: fewest guesses, then fewest servers, then fewest tools, then
//! one on which private data leave this machine, then the order of the configuration. And the leg that is cheapest to take away.

use super::Tool;
use crate::rule::Subject;
use crate::rule::flow::Part;
use crate::terms::ItemKind;
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

/// Guesses, servers, tools, and whether nothing leaves this machine on it.
type Price = (usize, usize, usize, bool);

/// How many of these tools play a part that is only guessed of them.
pub(super) fn guesses(chosen: &[&Tool<'_>], legs: &[Leg]) -> usize {
    chosen.iter().zip(legs).filter(|(tool, leg)| tool.parts.guessed.contains(&leg.0)).count()
}

/// Whether what one tool reads on this machine is sent on by a tool of another machine.
fn leaves(chosen: &[&Tool<'_>], legs: &[Leg]) -> bool {
    let reads = |part: Part| part == Part::Private || part == Part::Secret;
    let played = |test: &dyn Fn(&Tool<'_>, Part) -> bool| chosen.iter().zip(legs).any(|(t, leg)| test(t, leg.0));
    played(&|tool, part| reads(part) && !tool.remote) && played(&|tool, part| part == Part::Egress && tool.remote)
}

fn plays(tool: &Tool<'_>, leg: &Leg) -> bool {
    tool.parts.all.contains(&leg.0) && (leg.1 == Who::Any || tool.approved)
}

pub(super) struct Search<'s, 't> {
    pub(super) tools: &'s [Tool<'t>],
}

impl<'s, 't> Search<'s, 't> {
    /// Tools that may play a leg: a few of each server, in order, those first of which it is not a guess.
    fn candidates(&self, leg: &Leg) -> Vec<&'s Tool<'t>> {
        let mut out: Vec<&Tool<'t>> = Vec::new();
        let mut of_server = 0;
        let mut all: Vec<&Tool<'t>> = self.tools.iter().filter(|t| plays(t, leg)).collect();
        all.sort_by_key(|t| (t.server, t.parts.guessed.contains(&leg.0)));
        for tool in all {
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
        let mut best: Option<(Price, Vec<&'s Tool<'t>>)> = None;
        let mut chosen: Vec<&'s Tool<'t>> = Vec::new();
        // where all are here, or all elsewhere, no path is better for it, and none is looked for
        let mixed = self.tools.iter().any(|t| t.remote) && self.tools.iter().any(|t| !t.remote);
        let rate = |chosen: &[&Tool<'t>]| {
            let (servers, tools) = cost(chosen);
            (guesses(chosen, legs), servers, tools, mixed && chosen.len() == legs.len() && !leaves(chosen, legs))
        };
        self.extend(&lists, &mut chosen, fits, &rate, &mut best);
        best.map(|(_, path)| path)
    }

    fn extend(
        &self,
        lists: &[Vec<&'s Tool<'t>>],
        chosen: &mut Vec<&'s Tool<'t>>,
        fits: &dyn Fn(&[&Tool<'t>]) -> bool,
        rate: &dyn Fn(&[&Tool<'t>]) -> Price,
        best: &mut Option<(Price, Vec<&'s Tool<'t>>)>,
    ) {
        let price = rate(chosen);
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
            self.extend(lists, chosen, fits, rate, best);
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
            (1, _) if first.key.kind != ItemKind::Tool => Message::new("cheapest cut: leave out server ")
                .quote(server)
                .text(format!(", whose {} alone {}", first.key.kind.word(), part.phrase())),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::ItemKey;
    use crate::rule::flow::Parts;

    #[test]
    fn of_equally_short_paths_the_one_that_leaves_this_machine_is_shown() {
        let any = Who::Any;
        let key = |name: &str| ItemKey { kind: ItemKind::Tool, name: name.into() };
        let keys = [key("read_here"), key("send_here"), key("send_there")];
        let parts =
            |i: usize| Parts { all: vec![if i == 0 { Part::Private } else { Part::Egress }], guessed: Vec::new() };
        let tools = |there: usize| -> Vec<Tool<'_>> {
            let one = |(i, key)| Tool { server: i, key, parts: parts(i), approved: false, remote: i == there };
            keys.iter().enumerate().map(one).collect()
        };
        let legs = [(Part::Private, any), (Part::Egress, any)];
        let path = |there: usize| -> Vec<String> {
            let tools = tools(there);
            let found = Search { tools: &tools }.shortest(&legs, &|_| true).expect("a path");
            assert_eq!(leaves(&found, &legs), there == 1 || there == 2);
            found.iter().map(|t| t.key.name.raw().to_owned()).collect()
        };
        assert_eq!(path(9), ["read_here", "send_here"]);
        assert_eq!(path(2), ["read_here", "send_there"]);
        assert_eq!(path(0), ["read_here", "send_here"], "what is read elsewhere does not leave this machine");
    }
}
