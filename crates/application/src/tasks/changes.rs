use taskwell_domain::{Change, Seq, TaskId, UserId};

use super::Tasks;
use crate::{Actor, Error};

/// How many entries the history of a task has at most.
const HISTORY: u32 = 1_000;

/// How many entries of the log are looked at for the caller's own: so many at once, and so many times.
const OWN_PIECE: u32 = 1_000;
const OWN_PIECES: u32 = 10;

/// A piece of the caller's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeList {
    /// The entries, oldest first.
    pub changes: Vec<Change>,
    /// Where the next piece begins.
    pub next: Seq,
    /// Whether there is more already.
    pub more: bool,
}

impl Tasks {
    /// What happened to the caller's tasks after the change of that number, oldest first, at most `limit`
    /// entries. Who reads on from `next` misses nothing.
    ///
    /// # Errors
    /// [`Error::ResyncRequired`] if the log does not go back so far, or ends before: a number from before a backup was
    /// restored, say, whose changes are not those that will have these numbers.
    pub async fn changes(&self, actor: &Actor, since: Seq, limit: u32) -> Result<ChangeList, Error> {
        self.piece_of_log(&actor.user_id, since, limit).await
    }

    /// The same of any user.
    pub(super) async fn piece_of_log(
        &self,
        user: &UserId,
        since: Seq,
        limit: u32,
    ) -> Result<ChangeList, Error> {
        let page = self.store.changes(user, since, limit).await?;
        if since < page.forgotten || since > page.latest {
            return Err(Error::ResyncRequired);
        }
        let next = page.changes.last().map_or(since, |last| last.seq);
        Ok(ChangeList {
            more: next < page.latest,
            next,
            changes: page.changes,
        })
    }

    /// The same, but only what came through the caller's own door: for an assistant, what it did itself. A piece may
    /// have fewer entries than `limit`, or none, while there is more.
    ///
    /// # Errors
    /// As for [`Tasks::changes`].
    pub async fn own_changes(&self, actor: &Actor, since: Seq, limit: u32) -> Result<ChangeList, Error> {
        let mut found = ChangeList {
            changes: Vec::new(),
            next: since,
            more: true,
        };
        for _ in 0..OWN_PIECES {
            let piece = self.changes(actor, found.next, OWN_PIECE).await?;
            for change in piece.changes {
                found.next = change.seq;
                if change.origin.actor == actor.via {
                    found.changes.push(change);
                }
                if found.changes.len() >= limit as usize {
                    found.more = found.next < piece.next || piece.more;
                    return Ok(found);
                }
            }
            found.more = piece.more;
            if !piece.more {
                break;
            }
        }
        Ok(found)
    }

    /// The number of the last change: who reads it, then lists the tasks, and follows the changes from there,
    /// misses nothing.
    ///
    /// # Errors
    /// None of its own.
    pub async fn latest_change(&self, actor: &Actor) -> Result<Seq, Error> {
        self.latest(actor).await
    }

    /// What happened to one task, newest first, as far as the log remembers.
    ///
    /// # Errors
    /// [`Error::Forbidden`] and [`Error::NotFound`] as for [`Tasks::get`]; a task in the trash has a history.
    pub async fn history(&self, actor: &Actor, id: TaskId) -> Result<Vec<Change>, Error> {
        let history = self.store.history(&actor.user_id, id, HISTORY).await?;
        if history.is_empty() {
            return Err(self.missing(actor, id).await?);
        }
        Ok(history)
    }
}
