//! Shapes that hosts read differently, and items that share a name. Family `schema`.

use std::collections::BTreeMap;

use crate::finding::Evidence;
use crate::json::{Anomaly, Fault, Node, Pointer, Value};
use crate::manifest::{Item, ItemKey};
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Runs the family over every item.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let mut names: BTreeMap<&ItemKey, usize> = BTreeMap::new();
        for item in &subject.manifest.items {
            *names.entry(&item.key).or_default() += 1;
            ambiguous(server, item, &mut out);
        }
        for (key, count) in
            names.into_iter().filter(|(k, n)| *n > 1 && k.kind != ItemKind::Server && !k.name.raw().is_empty())
        {
            let message = Message::new(format!("{count} {}s are named ", key.kind.word())).quote(&key.name);
            out.push(Hit { item: Some(key.clone()), message, ..Hit::new("duplicate-item-name", server) });
        }
    }
    out
}

fn ambiguous(server: usize, item: &Item, out: &mut Vec<Hit>) {
    let odd = item.anomalies.iter().find(|a: &&Anomaly| a.fault != Fault::UnsafeNumber);
    let what = match odd {
        Some(anomaly) => Some(format!("has a {} at byte {} of it", anomaly.fault.phrase(), anomaly.offset)),
        None => case_variant(&item.node)
            .map(|key| format!("has members that differ only in case ({})", crate::untrusted::visible(key))),
    };
    let Some(what) = what else { return };
    let evidence = Evidence::whole(&Pointer::root(), item.key.name.clone(), what.as_str());
    out.push(Hit {
        item: Some(item.key.clone()),
        message: Message::new(format!("{} ", item.key.kind.word())).quote(&item.key.name).text(format!(" {what}")),
        evidence: vec![evidence],
        ..Hit::new("ambiguous-json", server)
    });
}

/// Members that are compared with each other; more are sorted first.
const FEW: usize = 16;

/// `name` and `Name` at the top of an item: a reader that ignores case takes the other one.
fn case_variant(node: &Node) -> Option<&str> {
    let Value::Object(members) = &node.value else { return None };
    let few = members.len() <= FEW;
    let differ = |a: &str, b: &str| a != b && a.eq_ignore_ascii_case(b);
    if few && !members.iter().enumerate().any(|(i, a)| members[..i].iter().any(|b| differ(&a.key, &b.key))) {
        return None;
    }
    let mut keys: Vec<(String, &str)> = members.iter().map(|m| (m.key.to_ascii_lowercase(), &*m.key)).collect();
    keys.sort_unstable();
    keys.windows(2).find(|w| w[0].0 == w[1].0 && w[0].1 != w[1].1).map(|w| w[1].1)
}
