//! A server that did not answer still has words that people approved. Findings about those are made again, so that code
//! scanning does not close their alerts as fixed because of a server that was down. The server stays not audited.

use crate::baseline::Verified;
use crate::cli::audit::Audited;
use crate::untrusted::Message;

/// Puts the approved words in the place of those that were not received, and says so.
pub fn fill(audited: &mut [Audited], baseline: Option<&Verified>) -> Vec<Message> {
    let mut notices = Vec::new();
    for a in audited.iter_mut().filter(|a| a.eras.is_empty() && !a.target.excused()) {
        if let Some(approved) = super::changes::approved(a, baseline) {
            a.union = approved.to_manifest();
            a.whole = approved;
            notices.push(
                Message::new("server ")
                    .quote(&a.key)
                    .text(" was not audited; findings about its words are about those that were approved"),
            );
        }
    }
    notices
}
