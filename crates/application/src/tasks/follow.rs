use std::sync::Arc;

use taskwell_domain::{Change, Seq, UserId};

use super::Tasks;
use crate::{
    Error,
    ports::{ChangeSignal, ChangeSignals},
};

/// How many changes are read at once: what somebody who follows has to take before there are more.
const PIECE: u32 = 50;

/// The use case of whoever follows the log as it grows.
#[derive(Clone)]
pub struct Followers {
    tasks: Tasks,
    signals: Arc<dyn ChangeSignals>,
}

impl Followers {
    /// The use case over the tasks, and what tells that their log has grown.
    #[must_use]
    pub fn new(tasks: Tasks, signals: Arc<dyn ChangeSignals>) -> Self {
        Self { tasks, signals }
    }

    /// Follows the log of that user from behind the change of that number, or else from its present end.
    ///
    /// # Errors
    /// None of its own.
    pub async fn follow(&self, user: UserId, since: Option<Seq>) -> Result<Following, Error> {
        // Before anything is read: what is written after that is signalled.
        let signal = self.signals.watch(&user);
        let at = match since {
            Some(since) => since,
            None => self.tasks.end_of_log(&user).await?,
        };
        Ok(Following {
            tasks: self.tasks.clone(),
            user,
            at,
            more: since.is_some(),
            signal,
        })
    }
}

/// Somebody who follows the log of a user: what is read is what the log holds, each change once, in order.
pub struct Following {
    tasks: Tasks,
    user: UserId,
    at: Seq,
    /// Whether there may be more, signal or not.
    more: bool,
    signal: Box<dyn ChangeSignal>,
}

impl Following {
    /// The number of the last change that was read; what comes next has a greater one.
    #[must_use]
    pub fn at(&self) -> Seq {
        self.at
    }

    /// Whether there is, or at first may be, more to read without any signal.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.more
    }

    /// The next changes, as many as are worth being sent at once; none if there are none yet.
    ///
    /// # Errors
    /// [`Error::ResyncRequired`] if the log does not go back so far.
    pub async fn read(&mut self) -> Result<Vec<Change>, Error> {
        let piece = self.tasks.piece_of_log(&self.user, self.at, PIECE).await?;
        (self.at, self.more) = (piece.next, piece.more);
        Ok(piece.changes)
    }

    /// Waits until there may be more to read: not at all at first, and after a reading that did not reach the end.
    /// A signal that came since the last reading is not lost, and a wait that is given up loses nothing.
    pub async fn changed(&mut self) {
        if !self.more {
            self.signal.changed().await;
        }
    }
}
