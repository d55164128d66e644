//! Answers that are remembered.

use taskwell_application::ports::{AnsweredTask, Constraint, KeptAnswer, NewAnswer, StoreError};
use taskwell_domain::{Change, Seq, Timestamp};

use crate::memory::Account;

impl Account {
    /// Whether no answer is remembered under that key.
    pub(super) fn check_key(&self, key: &str, now: Timestamp) -> Result<(), StoreError> {
        match self.answers.get(key) {
            Some(kept) if kept.at >= now.before(KeptAnswer::LIFETIME) => {
                Err(StoreError::Conflict(Constraint::IdempotencyKey))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn forget_answers(&mut self, before: Timestamp) -> u64 {
        let known = self.answers.len();
        self.answers.retain(|_, kept| kept.at >= before);
        (known - self.answers.len()) as u64
    }
}

/// What is kept of an answer once the changes that it holds have their numbers.
pub(super) fn kept(
    answer: NewAnswer,
    recorded: &[Change],
    at: Timestamp,
) -> Result<(String, KeptAnswer), StoreError> {
    let number = |task: &AnsweredTask| match *task {
        AnsweredTask::Changed(index) => recorded.get(index).map(|change| change.seq),
        AnsweredTask::At(seq) => Some(seq),
    };
    let tasks: Option<Vec<Seq>> = answer.tasks.iter().map(number).collect();
    let tasks = tasks.ok_or_else(|| StoreError::Internal("the answer names no change".into()))?;
    let kept = KeptAnswer {
        fingerprint: answer.fingerprint,
        tasks,
        detail: answer.detail,
        at,
    };
    Ok((answer.key, kept))
}
