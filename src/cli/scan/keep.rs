//! What a scan keeps for `approve`, which signs it and nothing else.

use std::path::Path;

use super::coverage;
use crate::capture::Era;
use crate::cli::args::Reach;
use crate::cli::audit::{self, Audited};
use crate::cli::failure::Failure;
use crate::cli::sources;
use crate::cli::terminal::Terminal;
use crate::config::Budgets;
use crate::json::{Node, Value};
use crate::untrusted::Untrusted;

/// What `approve` will sign: launch identity and canonical documents of servers that were seen completely; the reason for
/// the others.
pub fn servers(audited: &[Audited]) -> Node {
    let one = |a: &Audited| {
        let mut members = vec![("name", Node::text(a.key.raw()))];
        let refuse = |why: String| Node::object([("name", Node::text(a.key.raw())), ("refused", Node::text(&why))]);
        let identity = match &a.identity {
            Ok(identity) => identity,
            Err(why) => return refuse(why.to_string()),
        };
        if !a.complete() {
            return refuse("it was not seen completely in the last scan".to_owned());
        }
        if let Some(face) = coverage::cloaked(a) {
            return refuse(format!(
                "it says different things to different askers (the {} {})",
                face.kind.word(),
                face.name.cut(60).to_visible()
            ));
        }
        if let Some(entry) = a.snapshots.values().flat_map(|s| s.blocking()).next() {
            return refuse(format!(
                "the {} {} has no single meaning",
                entry.key.kind.word(),
                entry.key.name.cut(60).to_visible()
            ));
        }
        let isolation = a.capture.as_ref().map_or("file", |c| c.isolation.as_str());
        let era = |(era, (protocol, _)): (&Era, &(Untrusted, crate::manifest::Manifest))| {
            let document = a.snapshots[era].to_document();
            (era.word(), Node::object([("protocol", Node::text(protocol.raw())), ("document", document)]))
        };
        members.push(("launch", identity.to_node()));
        members.extend(a.capture.as_ref().and_then(|c| c.package.as_ref()).map(|p| ("package", p.to_node())));
        let programs = a.programs.iter().map(|(path, d)| (path.raw(), Node::text(&d.to_string())));
        members.push(("programs", Node::object(programs)));
        members.push(("isolation", Node::text(isolation)));
        members.push(("eras", Node::object(a.eras.iter().map(era))));
        Node::object(members)
    };
    // settings are no server that could be approved
    Node::made(Value::Array(audited.iter().filter(|a| !a.origin.settings).map(one).collect()))
}

/// The same with what is to be said of rows that were let go of.
pub fn beside(audited: &[Audited], gone: usize) -> Node {
    let mut servers = servers(audited);
    if let Value::Array(list) = &mut servers.value
        && gone > 0
    {
        let why = format!("{gone} were not kept, as there was no baseline when they were scanned; scan again");
        list.push(Node::object([("name", Node::text("rows of .jsonl files")), ("refused", Node::text(&why))]));
    }
    servers
}

/// The same for `approve --from FILE`.
pub fn of_file(sources: Vec<sources::Source>, root: &Path, terminal: Terminal, reach: &Reach) -> Result<Node, Failure> {
    Ok(servers(&audit::run(sources, reach, &Budgets::default(), root, None, terminal)?))
}
