//! One server from its first connection to its last: both eras, every reading, the cloaking probes, each in a connection
//! of its own.

use std::sync::Arc;

use super::connect::{Reach, Way};
use super::era::{self, Contact, Hello};
use super::ledger::{Due, Ledger, Stop};
use super::listing::{self, Listing};
use super::session::Session as Talk;
use super::stdio::Tail;
use super::union;
use super::visit::{Ask, Asking, Outcome, Probe, Probed};
use super::{Capture, Era, Event, Failure, Interrupt, Job, Launch, Limits, Progress, Session, Stage, card};
use super::{http, resolve};
use crate::untrusted::Untrusted;

struct Server<'s> {
    job: &'s Job,
    reach: Reach<'s>,
    ledger: Ledger,
    capture: Capture,
    progress: &'s Progress,
    ways: Vec<Way>,
}

/// Captures one server.
pub(super) async fn capture(job: &Job, limits: &Limits, interrupt: &Interrupt, progress: &Progress) -> Capture {
    let mut capture = Capture { isolation: "none".to_owned(), probe: job.probe, ..Capture::default() };
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
        Launch::Http(endpoint) => Reach::Http(endpoint),
    };
    let ledger = Ledger::new(limits, interrupt);
    let mut server = Server { job, reach, ledger, capture, progress, ways: Vec::new() };
    // the futures below are large: on the heap they do not add up on the stack
    Box::pin(server.run()).await;
    server.into_capture()
}

impl Server<'_> {
    async fn run(&mut self) {
        let first = Asking::first(self.job.probe, &self.job.identity, &self.ledger);
        if let Err(stop) = Box::pin(self.first(&first)).await {
            if self.capture.sessions.is_empty() || matches!(stop, Stop::Interrupted) {
                self.capture.failure = Some(self.failure(&stop));
            } else {
                self.ledger.stopped(&stop, None);
            }
        }
        let answered = !self.capture.sessions.is_empty();
        let outcome = if answered { Outcome::Answered } else { Outcome::Failed("no list was read".to_owned()) };
        self.note(&first, outcome);
        let result = Box::pin(self.probes()).await;
        if let Err(Stop::Interrupted) = result {
            self.capture.failure = Some(Failure::Interrupted);
        }
        if let (Reach::Http(endpoint), true) = (&self.reach, self.job.contents.cards && answered) {
            match Box::pin(card::read(endpoint, &self.job.identity.user_agent(), &mut self.ledger)).await {
                Ok(cards) => self.capture.cards = cards,
                Err(Stop::Interrupted) => self.capture.failure = Some(Failure::Interrupted),
                Err(stop) => self.ledger.stopped(&stop, None),
            }
        }
    }

    fn note(&mut self, asking: &Asking, outcome: Outcome) {
        let client = asking.identity.name.clone();
        self.capture.probes.push(Probed { ask: asking.ask, client, outcome });
    }

    /// Both eras, one after the other.
    async fn first(&mut self, asking: &Asking) -> Result<(), Stop> {
        let limits = self.ledger.limits.clone();
        let remote = matches!(self.reach, Reach::Http(_));
        if matches!(&self.reach, Reach::Http(endpoint) if endpoint.sse) {
            return Box::pin(self.old(asking)).await;
        }
        let only = self.job.era;
        let first = Due::within(if remote { limits.connect + limits.init } else { limits.launch });
        // HTTP is one request at a time: an answer that is late is late for `initialize` too
        let probe = if remote { limits.connect + limits.init } else { limits.probe };
        let transport = self.reach.connect(asking, &mut self.ledger)?;
        let mut talk = Talk::new(transport, &mut self.ledger, &asking.identity);
        let contact = match only {
            Some(Era::Legacy) => era::initialize(&mut talk, era::LEGACY, &first).await.map(Contact::Hello),
            _ => era::first_contact(&mut talk, first, probe, only == Some(Era::Modern)).await,
        };
        let hello = match contact {
            Ok(Contact::Hello(hello)) => Ok((talk, hello)),
            Ok(Contact::Restart(version)) => {
                talk.finish().await;
                Box::pin(self.reach.greet(asking, &Way::Modern(version), &mut self.ledger)).await
            }
            // some servers die of a method they do not know
            Err(Stop::Closed(_)) if only.is_none() => {
                talk.finish().await;
                Box::pin(self.reach.greet(asking, &Way::Legacy, &mut self.ledger)).await
            }
            Err(stop) => {
                talk.finish().await;
                Err(stop)
            }
        };
        let era = match hello {
            Ok((talk, hello)) => {
                self.ways.push(match hello.era {
                    Era::Modern => Way::Modern(hello.protocol.clone()),
                    Era::Legacy => Way::Legacy,
                });
                Box::pin(read(talk, hello, asking, self.job, &mut self.capture, self.progress)).await
            }
            Err(stop) => Err(stop),
        };
        // it knows no POST there: the transport before Streamable HTTP
        if remote && only != Some(Era::Modern) && matches!(era, Err(Stop::Status(400 | 404 | 405))) {
            return match Box::pin(self.old(asking)).await {
                // that was a guess: the answer to the POST is the better reason
                Err(Stop::Status(_) | Stop::Closed(_) | Stop::Limit(..)) if self.capture.sessions.is_empty() => {
                    era.map(|_| ())
                }
                other => other,
            };
        }
        if era? == Era::Modern && only.is_none() {
            let done = match Box::pin(self.reach.greet(asking, &Way::Legacy, &mut self.ledger)).await {
                Ok((talk, hello)) => {
                    self.ways.push(Way::Legacy);
                    Box::pin(read(talk, hello, asking, self.job, &mut self.capture, self.progress)).await.map(|_| ())
                }
                Err(stop @ Stop::Failed(Failure::Launch(_))) => Err(stop),
                // it refuses, or does not answer within a fair time: modern only
                Err(Stop::Closed(_) | Stop::Status(_) | Stop::Failed(_)) => Ok(()),
                Err(stop) => Err(stop),
            };
            match done {
                Err(Stop::Limit("time", _)) if !self.ledger.over() => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// A server that speaks the transport of 2024-11-05.
    async fn old(&mut self, asking: &Asking) -> Result<(), Stop> {
        let (talk, hello) = Box::pin(self.reach.greet(asking, &Way::Old, &mut self.ledger)).await?;
        self.ways.push(Way::Old);
        Box::pin(read(talk, hello, asking, self.job, &mut self.capture, self.progress)).await.map(|_| ())
    }

    /// Asks again in other ways, in an order that cannot be foreseen. A capture that is partial already is not probed.
    async fn probes(&mut self) -> Result<(), Stop> {
        let remote = matches!(self.reach, Reach::Http(_));
        let credentials = matches!(&self.reach, Reach::Http(e) if !e.headers.is_empty());
        let near = matches!(&self.reach, Reach::Http(e) if http::parse(e).is_ok_and(|url| resolve::local(&url)));
        let mut plan = Asking::further(self.job.probe, &self.job.identity, remote, credentials, near);
        shuffle(&mut plan);
        let whole = self.capture.failure.is_none() && self.ledger.hits.is_empty();
        let Some(way) = self.ways.first().cloned().filter(|_| whole) else {
            for asking in &plan {
                self.note(asking, Outcome::NotRun("the first reading is not complete".to_owned()));
            }
            return Ok(());
        };
        let legacy = self.ways.iter().find(|w| !matches!(w, Way::Modern(_))).cloned();
        for asking in plan {
            let way = if asking.revision.is_some() { legacy.clone() } else { Some(way.clone()) };
            match way {
                Some(way) => Box::pin(self.probe(&asking, &way)).await?,
                None => self.note(&asking, Outcome::NotRun("it speaks only one revision".to_owned())),
            }
        }
        if union::differ(&self.capture.sessions, Ask::Client, Ask::Own) {
            Box::pin(self.probe(&Asking::capable(), &way)).await?;
        }
        Ok(())
    }

    async fn probe(&mut self, asking: &Asking, way: &Way) -> Result<(), Stop> {
        if self.job.probe == Probe::Deep {
            self.ledger.restart_clock();
        }
        let (hits, sessions) = (self.ledger.hits.len(), self.capture.sessions.len());
        let result = match Box::pin(self.reach.greet(asking, way, &mut self.ledger)).await {
            Ok((talk, hello)) => {
                Box::pin(read(talk, hello, asking, self.job, &mut self.capture, self.progress)).await.map(|_| ())
            }
            Err(stop) => Err(stop),
        };
        if let Err(Stop::Interrupted) = result {
            return Err(Stop::Interrupted);
        }
        let why = result.err().map(|stop| match self.failure(&stop) {
            Failure::NeedsCredentials(status, _) => format!("HTTP status {status}"),
            other => other.sentence().to_visible(),
        });
        let partial = self.ledger.hits.len() > hits;
        match why {
            Some(why) if asking.may_be_refused() => {
                self.ledger.hits.truncate(hits);
                self.capture.sessions.truncate(sessions);
                self.note(asking, Outcome::Refused(why));
            }
            // whoever does not answer one of us may hide something from us
            Some(why) => {
                self.ledger.hit("probe", None, format!("asked in another way ({}), it {why}", asking.ask.word()));
                self.note(asking, Outcome::Failed(why));
            }
            None if partial => {
                self.note(asking, Outcome::Failed("the lists could not be read to their end".to_owned()))
            }
            None => self.note(asking, Outcome::Answered),
        }
        Ok(())
    }

    /// Why there is no session.
    fn failure(&mut self, stop: &Stop) -> Failure {
        match stop {
            Stop::Interrupted => Failure::Interrupted,
            Stop::Failed(failure) => failure.clone(),
            Stop::Closed(why) => match &self.reach {
                Reach::Stdio(..) => Failure::Died(why.clone()),
                Reach::Http(..) => Failure::Protocol(why.clone()),
            },
            Stop::Status(status) => Failure::Protocol(format!("it answers with HTTP status {status}")),
            Stop::Limit(limit, detail) => {
                self.ledger.hit(limit, None, detail.clone());
                match *limit {
                    "time" | "idle" => Failure::Silent,
                    _ => Failure::Protocol(detail.clone()),
                }
            }
        }
    }

    fn into_capture(self) -> Capture {
        let Self { reach, mut ledger, mut capture, .. } = self;
        let mut pairs = Vec::new();
        if let Reach::Stdio(prepared, tail) = &reach {
            capture.isolation = prepared.isolation();
            capture.package = prepared.package().cloned();
            pairs = prepared.substitutions();
            let mut stderr = tail.text();
            for (path, name) in &pairs {
                stderr = stderr.replace(path.as_str(), name);
            }
            for (value, name) in prepared.passed() {
                stderr = stderr.replace(value, &format!("{{{name}}}"));
            }
            // a server may repeat what it was started with
            capture.stderr = Untrusted::from(crate::secret::shown(&stderr));
        }
        // stable: readings keep their order, connections that of the report
        let newer = |s: &Session| std::cmp::Reverse(s.era == Era::Modern);
        capture.sessions.sort_by_key(|s| (s.visit.ask, newer(s)));
        capture.probes.sort_by_key(|p| p.ask);
        union::share(&mut capture.sessions, &pairs);
        ledger.hits.sort();
        capture.oddities = ledger.oddities();
        capture.limits_hit = ledger.hits;
        capture.transcript = ledger.transcript;
        capture
    }
}

/// Reads everything on an open connection as often as the plan says, and ends the connection.
async fn read(
    mut talk: Talk<'_>,
    hello: Hello,
    asking: &Asking,
    job: &Job,
    capture: &mut Capture,
    progress: &Progress,
) -> Result<Era, Stop> {
    progress.tell(|server| Event { server, stage: Stage::Answered(hello.era) });
    let mut interrupted = false;
    let pauses = asking.again.iter().map(Some);
    for (reading, pause) in std::iter::once(None).chain(pauses).enumerate() {
        let since = talk.ledger.changed.clone();
        talk.ledger.values = 0;
        if let Some(pause) = pause {
            match talk.pause(*pause).await {
                Ok(()) => {}
                Err(stop) => {
                    interrupted = matches!(stop, Stop::Interrupted);
                    talk.ledger.stopped(&stop, None);
                    break;
                }
            }
        }
        let order = listing::Order { reversed: asking.reversed, skills: job.contents.skills };
        let listing = Box::pin(listing::read(&mut talk, &hello.message, order, progress)).await;
        let stop = listing.stop.is_some() || !listing.complete;
        interrupted = matches!(listing.stop, Some(Stop::Interrupted));
        let announced = talk.ledger.changed.iter().filter(|(kind, count)| since.get(kind) != Some(count));
        let announced = announced.map(|(kind, _)| *kind).collect();
        let Listing { manifest, parts, complete, public, .. } = listing;
        capture.sessions.push(Session {
            era: hello.era,
            protocol: Untrusted::from(hello.protocol.as_str()),
            visit: asking.visit(reading as u32),
            manifest: Arc::new(manifest),
            announced,
            public,
            complete,
            parts,
            substitutions: Vec::new(),
        });
        // what is the same as before is kept once
        if !union::share(&mut capture.sessions, &[]) {
            talk.ledger.kept_values += talk.ledger.values;
        }
        if talk.ledger.kept_values > talk.ledger.limits.values {
            let stop = talk.ledger.too_many_values();
            talk.ledger.stopped(&stop, None);
            break;
        }
        // said as a limit of this reading; there is no use in asking once more
        if stop {
            break;
        }
    }
    talk.finish().await;
    if interrupted { Err(Stop::Interrupted) } else { Ok(hello.era) }
}

/// A random order, so that nobody can count on one.
fn shuffle(plan: &mut [Asking]) {
    for i in (1..plan.len()).rev() {
        let mut byte = [0u8; 1];
        // without randomness the order is the written one, which is no less honest
        if getrandom::fill(&mut byte).is_ok() {
            plan.swap(i, usize::from(byte[0]) % (i + 1));
        }
    }
}
