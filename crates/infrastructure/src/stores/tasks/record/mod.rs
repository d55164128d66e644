//! The one door for writing tasks, in forms that do the same: one change by one statement (PostgreSQL) or one script
//! (SQLite), and any number in a transaction.
//!
//! On PostgreSQL both take the owner's row first, by which everybody who writes tasks of that owner waits in line, and the
//! tasks' rows after it; so they cannot wait for each other in a circle. Whether a change stands is decided by
//! a condition on the row that is written, once the line has been waited through.

mod in_one_script;
mod in_one_statement;
mod in_transaction;
mod one_change;

use taskwell_application::ports::{Recording, StoreError};
use taskwell_domain::{Change, Origin, Seq, TaskChange, UserId};

use crate::{database::Database, stores::from_stored};

pub(super) async fn record(
    database: &Database,
    owner: &UserId,
    recording: Recording,
) -> Result<Vec<Change>, StoreError> {
    let Recording {
        changes,
        origin,
        expects,
        answer,
    } = recording;
    if changes.iter().any(|change| change.task().user_id != *owner) {
        // What belongs to somebody else is not there.
        return Err(StoreError::Stale);
    }
    let answer = answer.as_ref();
    match (changes.as_slice(), expects, answer) {
        ([], None, None) => Ok(Vec::new()),
        ([change], None, answer) if database.is_postgres() && in_one_statement::fits(change, answer) => {
            let seq = in_one_statement::record(database, owner, change, &origin, answer).await?;
            Ok(numbered(changes, seq, &origin))
        }
        ([change], None, None) if !database.is_postgres() && one_change::fits(change) => {
            let seq = in_one_script::record(database, owner, change, &origin).await?;
            Ok(numbered(changes, seq, &origin))
        }
        (_, expects, answer) => {
            // Several statements wait for one another, which takes more room than most writes need.
            let recorded = in_transaction::record(database, owner, changes, &origin, expects, answer);
            Box::pin(recorded).await
        }
    }
}

/// The changes as the log has them from that number on.
fn numbered(changes: Vec<TaskChange>, first: Seq, origin: &Origin) -> Vec<Change> {
    let mut seq = first;
    changes
        .into_iter()
        .map(|change| {
            let recorded = change.recorded_as(seq, origin);
            seq = seq.next();
            recorded
        })
        .collect()
}

fn last_seq(number: i64) -> Result<Seq, StoreError> {
    from_stored("users.last_seq", number)
}
