//! Bundles that were fetched from the URLs in a record: their words become targets of their own, as those of a bundle that
//! is given as a file. Nothing of them is written to disk or started.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cli::args::Scan;
use crate::cli::audit::{self, Audited};
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::sources::published;
use crate::cli::terminal::Terminal;
use crate::package::{Bundle, Facts};
use crate::target::Launch;
use crate::terms::TargetId;
use crate::untrusted::{Message, Untrusted};

/// Bytes of the words of all fetched bundles. Archives are small and what they hold need not be.
const WORDS: usize = 64 << 20;

/// Lets go of a bundle whose words are more than there is room for, and says so.
pub fn bound(facts: &mut Facts, read: &AtomicUsize) {
    let Some(bundle) = &facts.bundle else { return };
    let words = bundle.size();
    if read.fetch_add(words, Ordering::Relaxed).saturating_add(words) > WORDS {
        facts.bundle = None;
        let most = WORDS >> 20;
        facts.unread.push(format!("its words were not read: those of all fetched bundles may have {most} MiB"));
    }
}

/// One bundle, and the record that names it.
struct Named {
    bundle: Arc<Bundle>,
    record: Untrusted,
    path: PathBuf,
}

/// Adds the words of every bundle that was fetched. The same file is read once, whoever names it.
pub fn add(
    args: &Scan,
    project: &Project,
    audited: &mut Vec<Audited>,
    terminal: Terminal,
) -> Result<Vec<Message>, Failure> {
    let mut named: BTreeMap<Untrusted, Named> = BTreeMap::new();
    for a in &*audited {
        let (Launch::File(file), Some(record)) = (&a.target.launch, &a.origin.record) else { continue };
        for facts in &a.downloads {
            let Some(bundle) = &facts.bundle else { continue };
            let one = || Named { bundle: bundle.clone(), record: record.name.clone(), path: file.path.clone() };
            named.entry(facts.reference.name.clone()).or_insert_with(one);
        }
    }
    let mut notices = Vec::new();
    let mut sources = Vec::new();
    for (url, Named { bundle, record, path }) in named {
        notices.extend(published::about(&url, &bundle));
        let own = bundle.name.as_ref().unwrap_or(&url);
        let name = format!("{} (bundle of {})", own.raw(), record.raw()).into();
        let mut read = published::readings(&bundle, &name, &path, sources.len());
        for source in &mut read {
            // the record has the plain ids of its file
            source.target.id = TargetId::new(&format!("download/{}", source.target.id.as_str()));
            source.fleet = format!("download {}", source.fleet);
        }
        sources.extend(read);
    }
    let limits = &project.config.limits;
    let mut read = audit::run(sources, &args.reach, limits, &project.root, None, terminal)?;
    let mut taken: BTreeSet<Untrusted> = audited.iter().map(|a| a.key.clone()).collect();
    for a in &mut read {
        let key = a.key.clone();
        // a baseline keeps each under a name of its own
        for n in 2.. {
            if taken.insert(a.key.clone()) {
                break;
            }
            a.key = format!("{} {n}", key.raw()).into();
        }
    }
    audited.append(&mut read);
    Ok(notices)
}
