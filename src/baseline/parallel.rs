//! The same work for many things on all processors: signatures of a long log, files of many servers. `verify` is waited for
//! before each commit.

/// Things below which starting a thread costs more than it saves.
const FEW: usize = 8;

/// [`Iterator::map`] in the order of the items.
pub(super) fn map<'i, T: Sync, R: Send>(items: &'i [T], one: impl Fn(&'i T) -> R + Sync) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(items.len() / FEW + 1);
    if threads < 2 {
        return items.iter().map(one).collect();
    }
    let part = items.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let running: Vec<_> =
            items.chunks(part).map(|chunk| scope.spawn(|| chunk.iter().map(&one).collect::<Vec<R>>())).collect();
        let end = |thread: std::thread::ScopedJoinHandle<'_, Vec<R>>| match thread.join() {
            Ok(done) => done,
            // nothing here panics; if it does, it does so as it would have without threads
            Err(panic) => std::panic::resume_unwind(panic),
        };
        running.into_iter().flat_map(end).collect()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_the_items() {
        for count in [0, 1, 7, 8, 9, 100, 1001] {
            let items: Vec<usize> = (0..count).collect();
            let twice: Vec<usize> = items.iter().map(|n| n * 2).collect();
            assert_eq!(super::map(&items, |n| n * 2), twice);
        }
    }
}
