//! What the statements are given that write one change.

use sea_orm::Value;
use taskwell_application::ports::StoreError;
use taskwell_domain::{Base, ChangeKind, Origin, Seq, TaskChange, UserId};

use crate::stores::{
    tasks::{entry, row},
    to_stored,
};

/// Whether they can write it: a task that is there afterwards, and that was written before, or never.
pub(super) fn fits(change: &TaskChange) -> bool {
    change.kind() != ChangeKind::Purged && change.base() != Base::Earlier
}

/// The values `$1` to `$27`, the same for all forms but for the last: what the change rests on, the version of the task,
/// or else when it was made.
pub(super) fn values(owner: &UserId, change: &TaskChange, origin: &Origin) -> Result<Vec<Value>, StoreError> {
    // Which number it gets is known to the statement alone; the entry says that the task went last without
    // naming the place.
    let unnumbered = change.clone().recorded_as(Seq::from(u64::MAX), origin);
    let entry = entry::of(&unnumbered, owner)?;
    let row = row::of(change.task())?;
    let position = Some(row.position).filter(|_| !change.goes_last());
    let rests_on = match change.base() {
        Base::Version(version) => to_stored(version).into(),
        Base::Nothing | Base::Earlier => row.created_at.into(),
    };
    Ok(vec![
        row.user_id.into(),
        row.id.into(),
        row.title.into(),
        row.title_key.into(),
        row.description.into(),
        row.completed_at.into(),
        row.deleted_at.into(),
        row.priority.into(),
        row.due_date.into(),
        row.due_time.into(),
        row.series.into(),
        row.time_zone.into(),
        row.due_at.into(),
        row.remind_at.into(),
        row.tags.into(),
        row.words.into(),
        position.into(),
        row.updated_at.into(),
        entry.kind.into(),
        entry.task.into(),
        entry.actor_kind.into(),
        entry.actor_id.into(),
        entry.request_id.into(),
        entry.batch.into(),
        entry.at.into(),
        row.reminded_at.into(),
        rests_on,
    ])
}
