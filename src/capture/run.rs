//! Runs captures: many servers at once on one thread, each within its own budgets, results in the order of the jobs.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::era::{self, Contact, Hello};
use super::http::Http;
use super::http_sse::HttpSse;
use super::ledger::{Due, Ledger, Stop};
use super::listing;
use super::session::Session as Talk;
use super::stdio::{Stdio, Tail};
use super::transport::Transport;
use super::{Capture, Era, Event, Failure, Interrupt, Job, Launch, Limits, Progress, Session, Stage};
use crate::sandbox::Prepared;
use crate::untrusted::Untrusted;

/// Captures every job, at most `parallel` at a time.
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
                let capture = one(&job, &limits, &interrupt, &progress).await;
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

/// How to reach one server again and again.
enum Reach<'j> {
    Stdio(Box<Prepared>, Tail),
    Http(&'j super::Endpoint, String),
}

impl Reach<'_> {
    fn connect(&self, ledger: &Ledger) -> Result<Transport, Stop> {
        match self {
            Self::Stdio(prepared, tail) => {
                Stdio::start(prepared, tail, ledger).map(|s| Transport::Stdio(Box::new(s))).map_err(Stop::Failed)
            }
            Self::Http(endpoint, agent) => {
                Http::new(endpoint, agent, ledger).map(|h| Transport::Http(Box::new(h))).map_err(Stop::Failed)
            }
        }
    }
}

async fn one(job: &Job, limits: &Limits, interrupt: &Interrupt, progress: &Progress) -> Capture {
    let mut capture = Capture { isolation: "none".to_owned(), ..Capture::default() };
    if interrupt.is_set() {
        capture.failure = Some(Failure::Interrupted);
        return capture;
    }
    let reach = match &job.launch {
        Launch::Stdio(program) => match program.prepare() {
            Ok(prepared) => Reach::Stdio(Box::new(prepared), Tail::default()),
            Err(error) => {
                capture.failure = Some(Failure::Launch(error.to_string()));
                return capture;
            }
        },
        Launch::Http(endpoint) => Reach::Http(endpoint, job.identity.user_agent()),
    };
    let mut ledger = Ledger::new(limits, interrupt);
    if let Err(stop) = sessions(job, &reach, &mut ledger, &mut capture, progress).await {
        if capture.sessions.is_empty() || matches!(stop, Stop::Interrupted) {
            capture.failure = Some(failure(&stop, &reach, &mut ledger));
        } else {
            ledger.stopped(&stop, None);
        }
    }
    if let Reach::Stdio(prepared, tail) = &reach {
        capture.isolation = prepared.isolation();
        capture.package = prepared.package().cloned();
        let pairs = prepared.substitutions();
        let mut stderr = tail.text();
        for (path, name) in &pairs {
            stderr = stderr.replace(path.as_str(), name);
        }
        for (value, name) in prepared.passed() {
            stderr = stderr.replace(value, &format!("{{{name}}}"));
        }
        capture.stderr = Untrusted::from(stderr);
        for session in &mut capture.sessions {
            session.manifest.substitute(&pairs);
            session.substitutions.clone_from(&pairs);
        }
    }
    ledger.hits.sort();
    capture.oddities = ledger.oddities();
    capture.limits_hit = ledger.hits;
    capture.transcript = ledger.transcript;
    capture
}

/// Both eras, one after the other, each in a connection of its own.
async fn sessions(
    job: &Job,
    reach: &Reach<'_>,
    ledger: &mut Ledger,
    capture: &mut Capture,
    progress: &Progress,
) -> Result<(), Stop> {
    let first = match reach {
        Reach::Stdio(..) => Due::within(ledger.limits.launch),
        Reach::Http(..) => Due::within(ledger.limits.connect + ledger.limits.init),
    };
    let old = matches!(reach, Reach::Http(endpoint, _) if endpoint.sse);
    if old {
        return read_old(job, reach, ledger, capture, progress).await;
    }
    let mut talk = Talk::new(reach.connect(ledger)?, ledger, &job.identity);
    let probe = match reach {
        Reach::Stdio(..) => talk.ledger.limits.probe,
        // one request at a time: an answer that is late is late for `initialize` too
        Reach::Http(..) => talk.ledger.limits.connect + talk.ledger.limits.init,
    };
    let hello = match era::first_contact(&mut talk, first, probe).await {
        Ok(Contact::Hello(hello)) => Ok(hello),
        Ok(Contact::Restart(version)) => {
            talk.finish().await;
            talk = Talk::new(reach.connect(ledger)?, ledger, &job.identity);
            era::discover(&mut talk, &version).await
        }
        // some servers die of a method they do not know
        Err(Stop::Closed(_)) => {
            talk.finish().await;
            talk = Talk::new(reach.connect(ledger)?, ledger, &job.identity);
            let due = Due::within(talk.ledger.limits.launch);
            era::initialize(&mut talk, era::LEGACY, &due).await
        }
        Err(stop) => Err(stop),
    };
    let era = match hello {
        Ok(hello) => list(&mut talk, hello, capture, progress).await,
        Err(stop) => Err(stop),
    };
    talk.finish().await;
    // it knows no POST there: the transport before Streamable HTTP
    if matches!((&era, reach), (Err(Stop::Status(400 | 404 | 405)), Reach::Http(..))) {
        return match read_old(job, reach, ledger, capture, progress).await {
            // that was a guess: the answer to the POST is the better reason
            Err(Stop::Status(_) | Stop::Closed(_) | Stop::Limit(..)) if capture.sessions.is_empty() => era.map(|_| ()),
            other => other,
        };
    }
    if era? == Era::Modern {
        let mut talk = Talk::new(reach.connect(ledger)?, ledger, &job.identity);
        let due = Due::within(talk.ledger.limits.init);
        let done = match era::initialize(&mut talk, era::LEGACY, &due).await {
            Ok(hello) => list(&mut talk, hello, capture, progress).await.map(|_| ()),
            // it refuses, or does not answer within a fair time: modern only
            Err(Stop::Closed(_) | Stop::Status(_) | Stop::Failed(_)) => Ok(()),
            Err(Stop::Limit("time", _)) if !talk.ledger.over() => Ok(()),
            Err(stop) => Err(stop),
        };
        talk.finish().await;
        done?;
    }
    Ok(())
}

/// A server that speaks the transport of 2024-11-05.
async fn read_old(
    job: &Job,
    reach: &Reach<'_>,
    ledger: &mut Ledger,
    capture: &mut Capture,
    progress: &Progress,
) -> Result<(), Stop> {
    let Reach::Http(endpoint, agent) = reach else { return Ok(()) };
    let http = HttpSse::new(Http::new(endpoint, agent, ledger).map_err(Stop::Failed)?);
    // a stream that opens and stays silent may be the notice stream of the newer transport
    let due = Due { idle: Some(ledger.limits.idle), ..Due::within(ledger.limits.connect + ledger.limits.init) };
    let mut talk = Talk::new(Transport::HttpSse(Box::new(http)), ledger, &job.identity);
    let done = match era::initialize(&mut talk, era::LEGACY, &due).await {
        Ok(hello) => list(&mut talk, hello, capture, progress).await.map(|_| ()),
        Err(stop) => Err(stop),
    };
    talk.finish().await;
    done
}

async fn list(talk: &mut Talk<'_>, hello: Hello, capture: &mut Capture, progress: &Progress) -> Result<Era, Stop> {
    progress.tell(|server| Event { server, stage: Stage::Answered(hello.era) });
    let listing = listing::read(talk, &hello.message, progress).await;
    capture.sessions.push(Session {
        era: hello.era,
        protocol: Untrusted::from(hello.protocol),
        manifest: listing.manifest,
        complete: listing.complete,
        parts: listing.parts,
        substitutions: Vec::new(),
    });
    match listing.stop {
        Some(Stop::Interrupted) => Err(Stop::Interrupted),
        // said as a limit of this session; the other era may still be read
        _ => Ok(hello.era),
    }
}

/// Why there is no session.
fn failure(stop: &Stop, reach: &Reach<'_>, ledger: &mut Ledger) -> Failure {
    match stop {
        Stop::Interrupted => Failure::Interrupted,
        Stop::Failed(failure) => failure.clone(),
        Stop::Closed(why) => match reach {
            Reach::Stdio(..) => Failure::Died(why.clone()),
            Reach::Http(..) => Failure::Protocol(why.clone()),
        },
        Stop::Status(status) => Failure::Protocol(format!("it answers with HTTP status {status}")),
        Stop::Limit(limit, detail) => {
            ledger.hit(limit, None, detail.clone());
            match *limit {
                "time" | "idle" => Failure::Silent,
                _ => Failure::Protocol(detail.clone()),
            }
        }
    }
}
