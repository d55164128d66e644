use std::collections::HashMap;

use taskwell_domain::{Seq, Task};

use super::Tasks;
use crate::{
    Actor, Error,
    ports::{AnsweredTask, KeptAnswer, NewAnswer, StoreError},
};

/// What a client calls a request that it may send again (`Idempotency-Key`), and what the request is: the same
/// key with another request is a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key.
    pub key: String,
    /// A hash of the request.
    pub fingerprint: [u8; 32],
}

impl IdempotencyKey {
    /// What is to be remembered of an answer with these tasks.
    pub(super) fn remembering(&self, tasks: Vec<AnsweredTask>, detail: Option<String>) -> NewAnswer {
        NewAnswer {
            key: self.key.clone(),
            fingerprint: self.fingerprint,
            tasks,
            detail,
        }
    }
}

/// What came of a write, and whether that was when the same request came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What came of it.
    pub value: T,
    /// Whether the request had been answered before: nothing happened this time.
    pub replayed: bool,
}

impl<T> Done<T> {
    pub(super) fn now(value: T) -> Self {
        Self {
            value,
            replayed: false,
        }
    }

    pub(super) fn before(value: T) -> Self {
        Self {
            value,
            replayed: true,
        }
    }

    /// The same with something else made of what came of it.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Done<U> {
        Done {
            value: make(self.value),
            replayed: self.replayed,
        }
    }
}

/// An answer that was given before.
pub(super) struct Answer {
    pub(super) tasks: Vec<Task>,
    pub(super) detail: Option<String>,
}

impl Answer {
    /// The answer to a write of one task.
    pub(super) fn one(self) -> Result<Done<Task>, Error> {
        let task = self.tasks.into_iter().next();
        task.map(Done::before).ok_or_else(|| forgotten("no task"))
    }

    /// The answer to a write of several tasks.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same shape as `one`, for `Tasks::once`"
    )]
    pub(super) fn all(self) -> Result<Done<Vec<Task>>, Error> {
        Ok(Done::before(self.tasks))
    }
}

fn forgotten(what: &'static str) -> Error {
    StoreError::Corrupt(format!("a remembered answer has {what}")).into()
}

impl Tasks {
    /// Does what `write` does, unless it was done before: then `replay` makes the answer out of the one that was
    /// given. A write that fails because the same request was quicker (it made the version another one, say) is
    /// answered as that one was.
    pub(super) async fn once<T>(
        &self,
        actor: &Actor,
        key: Option<&IdempotencyKey>,
        replay: impl Fn(Answer) -> Result<Done<T>, Error> + Send,
        write: impl Future<Output = Result<Done<T>, Error>> + Send,
    ) -> Result<Done<T>, Error>
    where
        T: Send,
    {
        if let Some(answer) = self.answered(actor, key).await? {
            return replay(answer);
        }
        match write.await {
            Err(error) => match self.answered(actor, key).await? {
                Some(answer) => replay(answer),
                None => Err(error),
            },
            done => done,
        }
    }

    /// The answer to a request that was sent before under that key, as it was given then.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyReused`] if that was another request.
    pub(super) async fn answered(
        &self,
        actor: &Actor,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<Answer>, Error> {
        let Some(key) = key else {
            return Ok(None);
        };
        let kept = self.store.find_answer(&actor.user_id, &key.key).await?;
        let not_before = self.clock.now().before(KeptAnswer::LIFETIME);
        let Some(kept) = kept.filter(|kept| kept.at >= not_before) else {
            return Ok(None);
        };
        if kept.fingerprint != key.fingerprint {
            return Err(Error::IdempotencyKeyReused);
        }
        let known = self.store.find_versions(&actor.user_id, &kept.tasks).await?;
        let known: HashMap<Seq, Task> = known.into_iter().map(|task| (task.version, task)).collect();
        let tasks: Option<Vec<Task>> = kept.tasks.iter().map(|seq| known.get(seq).cloned()).collect();
        Ok(Some(Answer {
            tasks: tasks.ok_or_else(|| forgotten("a task that the log does not have"))?,
            detail: kept.detail,
        }))
    }
}
