//! A server that did not answer still has words that people approved. Findings about those are made again, so that code
//! scanning does not close their alerts as fixed because of a server that was down. The server stays not audited.

use crate::baseline::Verified;
use crate::cli::args::Scan;
use crate::cli::audit::Audited;
use crate::untrusted::Message;

/// Puts the approved words in the place of those that were not received, and says so. A scan of the configuration alone
/// looks at no words.
pub fn fill(
    args: &Scan,
    mut audited: Vec<Audited>,
    baseline: Option<&Verified>,
    notices: &mut Vec<Message>,
) -> Vec<Audited> {
    for a in audited.iter_mut().filter(|a| a.eras.is_empty() && !a.target.disabled && !args.config_only) {
        if let Some(approved) = super::approved(a, baseline) {
            a.union = approved.to_manifest();
            a.whole = approved;
            notices.push(
                Message::new("server ")
                    .quote(&a.key)
                    .text(" was not audited; findings about its words are about those that were approved"),
            );
        }
    }
    audited
}
