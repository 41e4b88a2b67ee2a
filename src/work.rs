//! Work that a few threads share, with its results in the order of the work: what comes out does not depend on who did it,
//! or when.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads at most, where memory is what they would wait for.
const THREADS: usize = 4;
/// Bytes of JSON for which another thread is worth its start.
const WORTH: usize = 256 << 10;
/// Things, each a signature or a file, for which it is.
const FEW: usize = 8;

/// How many threads are worth it.
#[derive(Clone, Copy, Debug)]
pub struct Load(usize);

impl Load {
    /// For judging so much JSON.
    pub fn bytes(bytes: usize) -> Self {
        Self(if bytes < WORTH { 1 } else { processors().min(THREADS) })
    }

    /// For so many things that take time each: signatures of a long log, files of many servers.
    pub fn things(count: usize) -> Self {
        Self(if count < FEW { 1 } else { processors().min(count / FEW + 1) })
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does each piece of work once; the results are in the order of the work.
pub fn in_order<'w, T: Sync, R: Send>(work: &'w [T], load: Load, one: impl Fn(&'w T) -> R + Sync) -> Vec<R> {
    if load.0 < 2 || work.len() < 2 {
        return work.iter().map(one).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done: Vec<(usize, R)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = work.get(at) else { return done };
            done.push((at, one(piece)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..load.0.min(work.len())).map(|_| scope.spawn(worker)).collect();
        let mut all = worker();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// Does two things, the other one on a thread of its own where that is worth it.
pub fn both<A, B: Send>(load: Load, one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    if load.0 < 2 {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        match other.join() {
            Ok(other) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_things_are_done_and_none_is_lost_when_it_panics() {
        for load in [Load(1), Load(2)] {
            assert_eq!(both(load, || 1, || "b"), (1, "b"));
            let lost = std::panic::catch_unwind(|| both(load, || 1, || panic!("as planned")));
            assert!(lost.is_err(), "{load:?}");
        }
    }

    #[test]
    fn results_are_in_the_order_of_the_work() {
        let work: Vec<usize> = (0..500).collect();
        for load in [Load(1), Load(2), Load(4), Load::things(work.len()), Load::bytes(WORTH)] {
            let done = in_order(&work, load, |n| {
                if n % 7 == 0 {
                    std::thread::yield_now();
                }
                n * 2
            });
            assert!(done.iter().enumerate().all(|(i, d)| *d == i * 2) && done.len() == 500, "{load:?}");
        }
    }
}
