//! Work that a few threads share, with its results in the order of the work: what comes out does not depend on who did it,
//! or when.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::manifest::Manifest;

/// Threads at most: more would only wait for memory.
const THREADS: usize = 4;
/// Bytes of JSON for which another thread is worth its start.
const WORTH: usize = 256 << 10;

/// How many threads are worth it.
#[derive(Clone, Copy, Debug)]
pub struct Load(usize);

impl Load {
    /// For judging these servers.
    pub fn of(manifests: &[&Manifest]) -> Self {
        let items = manifests.iter().flat_map(|m| &m.items);
        Self::bytes(items.map(|i| (i.node.end - i.node.start) as usize).sum())
    }

    /// For so much JSON.
    pub fn bytes(bytes: usize) -> Self {
        let threads = if bytes < WORTH { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
        Self(threads.min(THREADS))
    }
}

/// Does each piece of work once; the results are in the order of the work.
pub fn in_order<T: Sync, R: Send>(work: &[T], load: Load, one: impl Fn(&T) -> R + Sync) -> Vec<R> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_work() {
        let work: Vec<usize> = (0..500).collect();
        for load in [Load(1), Load(2), Load(4)] {
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
