//! The user's signals: Ctrl-C once and twice, and being told to end.
//!
//! Once: no new stack is begun, those in flight are watched. Twice, or SIGTERM: the run is left at once. A terminal
//! that is closed stops nothing.

use formwork_engine::{CancelHandle, CancelLevel, CancelToken, cancel_channel};
use tokio::sync::watch;

use crate::exit::Exit;

/// Listens for the rest of the run.
#[derive(Debug)]
pub struct Interrupts {
    cancel: CancelToken,
    exit: watch::Receiver<Option<Exit>>,
}

impl Interrupts {
    /// Begins to listen. From now on the signals do not end the process by themselves.
    pub fn listen() -> Self {
        let (handle, cancel) = cancel_channel();
        let (heard, exit) = watch::channel(None);
        tokio::spawn(hear(handle, heard));
        Self { cancel, exit }
    }

    /// What a run listens to.
    pub fn cancel(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// How far the user interrupted.
    pub fn level(&self) -> Option<CancelLevel> {
        self.cancel.level()
    }

    /// The exit status that the first signal asks for.
    pub fn exit(&self) -> Option<Exit> {
        *self.exit.borrow()
    }

    /// Waits for the first signal, and says with which exit status it ends.
    pub async fn first(&self) -> Exit {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(exit) => exit.unwrap_or(Exit::Interrupted),
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the run is to be left at once.
    pub async fn leave(&self) -> Exit {
        let mut cancel = self.cancel.clone();
        while cancel.level() < Some(CancelLevel::Detach) {
            cancel.changed().await;
        }
        self.exit().unwrap_or(Exit::Interrupted)
    }
}

async fn hear(handle: CancelHandle, heard: watch::Sender<Option<Exit>>) {
    let Ok(mut signals) = Signals::new() else {
        // Without handlers the signals end the process by themselves.
        return;
    };
    loop {
        let exit = signals.next().await;
        heard.send_modify(|first| *first = first.or(Some(exit)));
        handle.interrupt();
        if exit == Exit::Terminated {
            handle.interrupt();
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Exit {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return Exit::Interrupted,
                _ = self.terminate.recv() => return Exit::Terminated,
                // The terminal is gone; the deployment goes on.
                _ = self.hang_up.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Exit {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Exit::Interrupted
    }
}
