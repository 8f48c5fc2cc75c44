//! The user's interruption of a run, in two levels.

use tokio::sync::watch;

/// The level of an interruption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CancelLevel {
    /// No stack starts any more; the run waits for the operations in progress.
    Drain,
    /// The run ends at once; AWS continues the operations in progress.
    Detach,
}

/// The sending side: interrupts a run.
#[derive(Debug)]
pub struct CancelHandle {
    sender: watch::Sender<Option<CancelLevel>>,
}

/// The receiving side: a run observes its interruption.
#[derive(Debug, Clone)]
pub struct CancelToken {
    receiver: watch::Receiver<Option<CancelLevel>>,
}

/// Returns a handle and the token that it controls.
pub fn cancel_channel() -> (CancelHandle, CancelToken) {
    let (sender, receiver) = watch::channel(None);
    (CancelHandle { sender }, CancelToken { receiver })
}

impl CancelHandle {
    /// Raises the level, first to drain, then to detach, and returns it.
    pub fn interrupt(&self) -> CancelLevel {
        let mut reached = CancelLevel::Drain;
        self.sender.send_modify(|level| {
            reached = match level {
                None => CancelLevel::Drain,
                Some(_) => CancelLevel::Detach,
            };
            *level = Some(reached);
        });
        reached
    }
}

impl CancelToken {
    /// Returns a token that is never interrupted.
    pub fn never() -> Self {
        cancel_channel().1
    }

    /// Returns the present level.
    pub fn level(&self) -> Option<CancelLevel> {
        *self.receiver.borrow()
    }

    /// Waits for the next interruption; waits forever if the handle was dropped.
    pub async fn changed(&mut self) -> Option<CancelLevel> {
        if self.receiver.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        *self.receiver.borrow_and_update()
    }
}
