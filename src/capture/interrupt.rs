//! The wish to stop, told to captures in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// A flag that ends every capture within two seconds. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    set: AtomicBool,
    active: AtomicUsize,
    notify: Notify,
}

impl Interrupt {
    /// Not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Set by SIGINT, SIGTERM and SIGHUP from now on. While nothing is being captured, and when a second signal comes,
    /// `idle` is called on another thread instead: the place to exit the process.
    pub fn from_signals(idle: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let interrupt = Self::new();
        let inner = interrupt.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let (ready, registered) = std::sync::mpsc::channel();
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(async {
                let mut signals = match Signals::register() {
                    Ok(signals) => signals,
                    Err(error) => return ready.send(Err(error)).unwrap_or(()),
                };
                // nobody waits for the answer only when the caller is gone
                ready.send(Ok(())).unwrap_or(());
                loop {
                    signals.next().await;
                    if inner.is_set() || inner.0.active.load(Ordering::SeqCst) == 0 {
                        idle();
                    }
                    inner.set();
                }
            });
        })?;
        registered.recv().map_err(std::io::Error::other)??;
        Ok(interrupt)
    }

    /// Asks every capture in flight to end.
    pub fn set(&self) {
        self.0.set.store(true, Ordering::SeqCst);
        self.0.notify.notify_waiters();
    }

    /// Whether somebody asked.
    pub fn is_set(&self) -> bool {
        self.0.set.load(Ordering::SeqCst)
    }

    /// Returns when somebody asks.
    pub(super) async fn wait(&self) {
        let notified = self.0.notify.notified();
        tokio::pin!(notified);
        // registered before the flag is read, so that no call of `set` is missed
        notified.as_mut().enable();
        if !self.is_set() {
            notified.await;
        }
    }

    /// Counts a run of captures as active until the value is dropped.
    pub(super) fn activity(&self) -> Activity {
        self.0.active.fetch_add(1, Ordering::SeqCst);
        Activity(self.clone())
    }
}

/// See [`Interrupt::activity`].
pub(super) struct Activity(Interrupt);

impl Drop for Activity {
    fn drop(&mut self) {
        self.0.0.active.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn register() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?]))
    }

    async fn next(&mut self) {
        let [a, b, c] = &mut self.0;
        tokio::select! { _ = a.recv() => {}, _ = b.recv() => {}, _ = c.recv() => {} }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn register() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
