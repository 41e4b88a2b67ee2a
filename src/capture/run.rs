//! Runs captures: many servers at once on one thread, each within its own budgets, results in the order of the jobs.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::{Capture, Event, Failure, Interrupt, Job, Limits, Progress, Stage, server};

/// Captures every job, at most `parallel` at a time; the result has one capture for each, in their order. A capture that
/// failed says why, and one that is not complete says which budget it hit.
///
/// Who calls this has the user's consent: a server of a configuration file is a command that is about to run.
///
/// ```no_run
/// use mcp_assay::capture::{self, Endpoint, Interrupt, Job, Launch, Limits, Stage};
///
/// // the helper that contains servers is this program, started again
/// mcp_assay::sandbox::enter();
/// let url = |host: &str| Endpoint { url: format!("https://{host}/mcp"), headers: vec![], sse: false, private: false };
/// let jobs = ["one.test", "two.test"].map(|host| Job::new(Launch::Http(url(host))));
/// let mut done = 0;
/// let captures = capture::run(jobs.into(), &Limits::default(), 8, &Interrupt::new(), &mut |event| {
///     done += usize::from(matches!(event.stage, Stage::Finished));
/// });
/// for capture in &captures {
///     match &capture.failure {
///         None => println!("{} eras", capture.eras().len()),
///         Some(why) => println!("not audited: {}", why.sentence().to_terminal()),
///     }
/// }
/// # let _ = done;
/// ```
pub fn run(
    jobs: Vec<Job>,
    limits: &Limits,
    parallel: usize,
    interrupt: &Interrupt,
    progress: &mut dyn FnMut(Event),
) -> Vec<Capture> {
    let count = jobs.len();
    let mut results: Vec<Option<Capture>> = Vec::new();
    results.resize_with(count, || None);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failed = || Capture { failure: Some(Failure::Launch(error.to_string())), ..Capture::default() };
            return (0..count).map(|_| failed()).collect();
        }
    };
    let _active = interrupt.activity();
    runtime.block_on(async {
        let slots = Arc::new(Semaphore::new(parallel.max(1)));
        let (tell, mut told) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        let mut ids = std::collections::BTreeMap::new();
        for (index, job) in jobs.into_iter().enumerate() {
            let (slots, limits, interrupt) = (slots.clone(), limits.clone(), interrupt.clone());
            let progress = Progress { server: index, tell: tell.clone() };
            let task = running.spawn(async move {
                // the semaphore is never closed
                let _slot = slots.acquire_owned().await.ok();
                progress.tell(|server| Event { server, stage: Stage::Started });
                let capture = server::capture(&job, &limits, &interrupt, &progress).await;
                progress.tell(|server| Event { server, stage: Stage::Finished });
                (index, capture)
            });
            ids.insert(task.id(), index);
        }
        drop(tell);
        loop {
            tokio::select! {
                biased;
                Some(event) = told.recv() => progress(event),
                done = running.join_next() => match done {
                    None => break,
                    Some(Ok((index, capture))) => results[index] = Some(capture),
                    Some(Err(error)) => {
                        let failure = Failure::Protocol("reading it failed inside mcp-assay; please report this".to_owned());
                        if let Some(index) = ids.get(&error.id()) {
                            results[*index] = Some(Capture { failure: Some(failure), ..Capture::default() });
                        }
                    }
                }
            }
        }
        while let Ok(event) = told.try_recv() {
            progress(event);
        }
    });
    results.into_iter().map(|r| r.expect("every task gave a result or an error with its id")).collect()
}
