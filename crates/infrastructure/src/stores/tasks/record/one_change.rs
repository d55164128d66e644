//! What the statements are given that write one change.

use sea_orm::Value;
use taskwell_application::ports::StoreError;
use taskwell_domain::{Base, ChangeKind, Origin, Seq, TaskChange, UserId};

use crate::stores::{
    tasks::{
        entry,
        row::{self, Progress},
    },
    to_stored,
};

/// Whether they can write it: a task that is there afterwards, and that was written before, or never.
pub(super) fn fits(change: &TaskChange) -> bool {
    change.kind() != ChangeKind::Purged && change.base() != Base::Earlier
}

/// How the row of the task is written.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Create,
    Change,
    /// Nothing but what a change of progress can change: whatever else is set would be indexed anew without need.
    Progress,
}

impl Form {
    pub(super) fn of(change: &TaskChange) -> Self {
        match change.base() {
            Base::Nothing | Base::Earlier => Self::Create,
            Base::Version(_) if change.is_of_progress() => Self::Progress,
            Base::Version(_) => Self::Change,
        }
    }
}

/// The values `$1` to `$19` of all forms, and `$20` to `$27` of those that write the whole row. `$10` is what the change rests
/// on, the version of the task, or else when it was made.
pub(super) fn values(owner: &UserId, change: &TaskChange, origin: &Origin) -> Result<Vec<Value>, StoreError> {
    // Which number it gets is known to the statement alone; the entry says that the task went last without
    // naming the place.
    let unnumbered = change.clone().recorded_as(Seq::from(u64::MAX), origin);
    let entry = entry::of(&unnumbered, owner)?;
    let task = change.task();
    let rests_on = match change.base() {
        Base::Version(version) => to_stored(version).into(),
        Base::Nothing | Base::Earlier => task.created_at.as_datetime().into(),
    };
    let progress = Progress::of(task)?;
    let mut values: Vec<Value> = vec![
        entry.user_id.into(),
        entry.task_id.into(),
        entry.kind.into(),
        entry.task.into(),
        entry.actor_kind.into(),
        entry.actor_id.into(),
        entry.request_id.into(),
        entry.batch.into(),
        entry.at.into(),
        rests_on,
        progress.completed_at.into(),
        progress.due_date.into(),
        progress.due_time.into(),
        progress.series.into(),
        progress.time_zone.into(),
        progress.due_at.into(),
        progress.remind_at.into(),
        progress.reminded_at.into(),
        progress.updated_at.into(),
    ];
    if !matches!(Form::of(change), Form::Progress) {
        let row = row::of(task)?;
        let position = Some(row.position).filter(|_| !change.goes_last());
        values.extend::<[Value; 8]>([
            row.title.into(),
            row.title_key.into(),
            row.description.into(),
            row.deleted_at.into(),
            row.priority.into(),
            row.tags.into(),
            row.words.into(),
            position.into(),
        ]);
    }
    Ok(values)
}
