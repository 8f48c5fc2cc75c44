//! The user's interruption, at two levels.

use tokio::sync::watch;

/// How far the user interrupted a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No new stack is begun; those in flight are watched to their end.
    Drain,
    /// The run is left at once; AWS goes on.
    Leave,
}

/// Interrupts a run; kept by whoever hears the user.
#[derive(Debug)]
pub struct Handle {
    to: watch::Sender<Option<Level>>,
}

/// What a run listens to.
#[derive(Debug, Clone)]
pub struct Cancel {
    from: watch::Receiver<Option<Level>>,
}

/// A handle and what it interrupts.
pub fn pair() -> (Handle, Cancel) {
    let (to, from) = watch::channel(None);
    (Handle { to }, Cancel { from })
}

impl Handle {
    /// Interrupts the run: the first time it drains, the second time it is left. Says which it was.
    pub fn interrupt(&self) -> Level {
        let mut reached = Level::Drain;
        self.to.send_modify(|level| {
            reached = match level {
                None => Level::Drain,
                Some(_) => Level::Leave,
            };
            *level = Some(reached);
        });
        reached
    }
}

impl Cancel {
    /// One that never interrupts.
    pub fn never() -> Self {
        pair().1
    }

    /// How far the run is interrupted now.
    pub fn level(&self) -> Option<Level> {
        *self.from.borrow()
    }

    /// Waits for the next interruption; for ever, when nobody can interrupt any more.
    pub async fn changed(&mut self) -> Option<Level> {
        if self.from.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        *self.from.borrow_and_update()
    }
}
