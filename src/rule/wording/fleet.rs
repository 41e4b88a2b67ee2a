//! Rules that need to know the other servers of the fleet.

use super::slots::Slot;
use super::window::Window;
use super::{Place, Seen};
use crate::terms::Confidence;

/// What a segment says about other servers' tools.
pub(super) fn judge(place: &Place<'_>, w: &Window<'_>) -> Vec<Seen> {
    let mut out = Vec::new();
    if place.fleet.len() < 2 {
        return out;
    }
    let distinctive = w.others().any(|(_, key)| place.inventory.is_distinctive(key));
    let any = w.others().next().is_some();
    let order = w.slots.any(&[Slot::Order, Slot::Obligation, Slot::Universal]);
    if any && order && w.slots.any(&[Slot::Call, Slot::Tamper, Slot::Move]) && (distinctive || w.foreign() > 0) && !w.has(Slot::Guard) {
        let sure = w.has(Slot::Order) && w.has(Slot::Obligation) || w.has(Slot::Tamper) && w.literal();
        let confidence = if sure { Confidence::High } else { Confidence::Low };
        out.push(Seen { rule: "foreign-tool-directive", what: "gives orders about another server's tool", confidence });
    }
    if distinctive {
        out.push(Seen { rule: "foreign-tool-mention", what: "names a tool that only another server has", confidence: Confidence::Medium });
    }
    out
}
