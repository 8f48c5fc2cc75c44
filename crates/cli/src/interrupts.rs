//! Signal handling: Ctrl-C and SIGTERM.
//!
//! The first Ctrl-C starts no new stack and waits for the running ones. The second, or SIGTERM, ends the run at once.
//! Closing the terminal does not stop it.

use formwork_engine::{CancelHandle, CancelLevel, CancelToken, cancel_channel};
use tokio::sync::watch;

use crate::exit_status::ExitStatus;

/// The signal handlers of a run.
#[derive(Debug)]
pub struct Interrupts {
    cancel: CancelToken,
    exit: watch::Receiver<Option<ExitStatus>>,
}

impl Interrupts {
    /// Installs the handlers, which replace the default actions of the signals.
    pub fn listen() -> Self {
        let (handle, cancel) = cancel_channel();
        let (first_exit, exit) = watch::channel(None);
        tokio::spawn(watch_signals(handle, first_exit));
        Self { cancel, exit }
    }

    /// Returns the cancellation of a run.
    pub fn cancel(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Returns the level of the interruption.
    pub fn level(&self) -> Option<CancelLevel> {
        self.cancel.level()
    }

    /// Returns the exit status for the first signal.
    pub fn exit(&self) -> Option<ExitStatus> {
        *self.exit.borrow()
    }

    /// Waits for the first signal and returns its exit status.
    pub async fn wait_for_first(&self) -> ExitStatus {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(exit) => exit.unwrap_or(ExitStatus::Interrupted),
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the run must end at once.
    pub async fn wait_for_second(&self) -> ExitStatus {
        let mut cancel = self.cancel.clone();
        while cancel.level() < Some(CancelLevel::Detach) {
            cancel.changed().await;
        }
        self.exit().unwrap_or(ExitStatus::Interrupted)
    }
}

async fn watch_signals(handle: CancelHandle, first_exit: watch::Sender<Option<ExitStatus>>) {
    let Ok(mut signals) = Signals::new() else {
        // Without handlers the signals end the process by default.
        return;
    };
    loop {
        let exit = signals.next().await;
        first_exit.send_modify(|first| *first = first.or(Some(exit)));
        handle.interrupt();
        if exit == ExitStatus::Terminated {
            handle.interrupt();
        }
    }
}

/// The signals that the process handles; on other systems than Unix Ctrl-C only.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
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

    async fn next(&mut self) -> ExitStatus {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return ExitStatus::Interrupted,
                _ = self.terminate.recv() => return ExitStatus::Terminated,
                // The terminal was closed; the deployment continues.
                _ = self.hang_up.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) -> ExitStatus {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        ExitStatus::Interrupted
    }
}
