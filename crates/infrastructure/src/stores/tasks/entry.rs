//! A change and its entry in the log.

use sea_orm::{
    QueryResult,
    prelude::{DateTimeUtc, Json, Uuid},
};
use serde::{Deserialize, Serialize};
use sqlx::{ColumnIndex, Decode, Row, Type, types::Json as SqlJson};
use taskwell_application::ports::StoreError;
use taskwell_domain::{
    ActorKind, BatchId, Change, ChangeActor, ChangeKind, Description, Due, Origin, Position, Priority,
    RequestId, Tags, Task, TaskId, TimeZone, Timestamp, Title, UserId,
};

use super::row::json;
use crate::{
    entities::changes::Model,
    stores::{corrupt, from_stored, to_stored, user_id},
};

/// The entry of a change in the log of that owner.
pub(super) fn of(change: &Change, owner: &UserId) -> Result<Model, StoreError> {
    let task = match &change.task {
        Some(task) => snapshot(task)?,
        None => Json::Null,
    };
    let origin = &change.origin;
    Ok(Model {
        user_id: owner.to_string(),
        seq: to_stored(change.seq),
        kind: change.kind.as_str().to_owned(),
        task_id: change.task_id.as_uuid(),
        task,
        actor_kind: origin.actor.kind.as_str().to_owned(),
        actor_id: origin.actor.id.clone(),
        request_id: origin.request_id.to_string(),
        batch: origin.batch.map(BatchId::as_uuid),
        at: origin.at.as_datetime(),
    })
}

/// What an entry keeps of the task besides the entry's own columns: the owner, the task's id, and the
/// number of the entry, which is the task's version. Reading it back checks it again.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    title: Title,
    description: Description,
    completed_at: Option<Timestamp>,
    #[serde(default)]
    priority: Priority,
    due: Option<Due>,
    time_zone: Option<TimeZone>,
    remind_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reminded_at: Option<Timestamp>,
    #[serde(default)]
    tags: Tags,
    /// None where the number of the entry tells it, since the task went last.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
    deleted_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn snapshot(task: &Task) -> Result<Json, StoreError> {
    let went_last = task.position == Position::last_at(task.version);
    json(&Snapshot {
        title: task.title.clone(),
        description: task.description.clone(),
        completed_at: task.completed_at,
        priority: task.priority,
        due: task.due.clone(),
        time_zone: task.time_zone,
        remind_at: task.remind_at,
        reminded_at: task.reminded_at,
        tags: task.tags.clone(),
        position: Some(task.position.clone()).filter(|_| !went_last),
        deleted_at: task.deleted_at,
        created_at: task.created_at,
        updated_at: task.updated_at,
    })
}

/// The change of an entry whose columns, as the entity has them, are those of the row from that place on.
pub(super) fn change(row: &QueryResult, from: usize) -> Result<Change, StoreError> {
    let entry = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => Entry::read(row, from),
        (None, Some(row)) => Entry::read(row, from),
        (None, None) => return Err(corrupt("changes", "a row of some other database")),
    };
    entry.map_err(|error| corrupt("changes", error))?.try_into()
}

struct Entry<'r> {
    user_id: &'r str,
    seq: i64,
    kind: &'r str,
    task_id: Uuid,
    task: SqlJson<Option<Snapshot>>,
    actor_kind: &'r str,
    actor_id: &'r str,
    request_id: &'r str,
    batch: Option<Uuid>,
    at: DateTimeUtc,
}

impl<'r> Entry<'r> {
    fn read<R: Row>(row: &'r R, from: usize) -> sqlx::Result<Self>
    where
        usize: ColumnIndex<R>,
        Uuid: Decode<'r, R::Database> + Type<R::Database>,
        &'r str: Decode<'r, R::Database> + Type<R::Database>,
        DateTimeUtc: Decode<'r, R::Database> + Type<R::Database>,
        i64: Decode<'r, R::Database> + Type<R::Database>,
        SqlJson<Option<Snapshot>>: Decode<'r, R::Database> + Type<R::Database>,
    {
        Ok(Self {
            user_id: row.try_get(from)?,
            seq: row.try_get(from + 1)?,
            kind: row.try_get(from + 2)?,
            task_id: row.try_get(from + 3)?,
            task: row.try_get(from + 4)?,
            actor_kind: row.try_get(from + 5)?,
            actor_id: row.try_get(from + 6)?,
            request_id: row.try_get(from + 7)?,
            batch: row.try_get(from + 8)?,
            at: row.try_get(from + 9)?,
        })
    }
}

impl TryFrom<Entry<'_>> for Change {
    type Error = StoreError;

    fn try_from(row: Entry<'_>) -> Result<Self, StoreError> {
        let seq = from_stored("changes.seq", row.seq)?;
        let task_id = TaskId::from(row.task_id);
        let owner = user_id("changes.user_id", row.user_id)?;
        let task = row.task.0.map(|snapshot| Task {
            id: task_id,
            user_id: owner,
            title: snapshot.title,
            description: snapshot.description,
            completed_at: snapshot.completed_at,
            priority: snapshot.priority,
            due: snapshot.due,
            time_zone: snapshot.time_zone,
            remind_at: snapshot.remind_at,
            reminded_at: snapshot.reminded_at,
            tags: snapshot.tags,
            position: snapshot.position.unwrap_or_else(|| Position::last_at(seq)),
            deleted_at: snapshot.deleted_at,
            version: seq,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
        });
        let actor = ChangeActor {
            kind: ActorKind::from_word(row.actor_kind)
                .ok_or_else(|| corrupt("changes.actor_kind", "no such kind"))?,
            id: row.actor_id.to_owned(),
        };
        let request_id = RequestId::parse(row.request_id);
        Ok(Self {
            seq,
            kind: ChangeKind::from_word(row.kind).ok_or_else(|| corrupt("changes.kind", "no such kind"))?,
            task_id,
            task,
            origin: Origin {
                actor,
                request_id: request_id.map_err(|fault| corrupt("changes.request_id", fault))?,
                batch: row.batch.map(BatchId::from),
                at: Timestamp::from(row.at),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use taskwell_domain::{NewTask, Place, Seq, TaskEdit};

    use super::*;

    fn origin() -> Origin {
        Origin {
            actor: ChangeActor {
                kind: ActorKind::Session,
                id: "s".to_owned(),
            },
            request_id: RequestId::parse("r").unwrap(),
            batch: None,
            at: "2026-11-21T09:30:00Z".parse().unwrap(),
        }
    }

    fn created(fields: TaskEdit) -> Change {
        let new = NewTask {
            id: TaskId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
            title: "Buy milk".parse().unwrap(),
            fields,
        };
        let created = Task::create(&new, UserId::parse("ada").unwrap(), origin().at);
        created.unwrap().recorded_as(Seq::from(7), &origin())
    }

    fn entry(change: &Change) -> Model {
        of(change, &UserId::parse("ada").unwrap()).unwrap()
    }

    fn read(entry: Model) -> Result<Change, StoreError> {
        let entry = Entry {
            user_id: &entry.user_id,
            seq: entry.seq,
            kind: &entry.kind,
            task_id: entry.task_id,
            task: SqlJson(serde_json::from_value(entry.task).unwrap()),
            actor_kind: &entry.actor_kind,
            actor_id: &entry.actor_id,
            request_id: &entry.request_id,
            batch: entry.batch,
            at: entry.at,
        };
        entry.try_into()
    }

    #[test]
    fn entries_keep_the_form_that_older_ones_have() {
        let created = created(TaskEdit {
            completed: Some(true),
            due_date: Some(Some("2026-11-21".parse().unwrap())),
            due_time: Some(Some("09:30".parse().unwrap())),
            time_zone: Some(Some("Europe/Berlin".parse().unwrap())),
            recurrence: Some(Some("FREQ=DAILY;COUNT=3".parse().unwrap())),
            tags: Some(vec!["home".parse().unwrap()].try_into().unwrap()),
            ..TaskEdit::default()
        });
        let entry = entry(&created);
        assert_eq!(
            entry.task,
            json!({
                "title": "Buy milk",
                "description": "",
                "completed_at": "2026-11-21T09:30:00.000Z",
                "priority": "none",
                "due": {
                    "date": "2026-11-21",
                    "time": "09:30",
                    "series": {"rule": "FREQ=DAILY;COUNT=3", "start": "2026-11-21", "used": 0},
                },
                "time_zone": "Europe/Berlin",
                "remind_at": null,
                "tags": ["home"],
                "deleted_at": null,
                "created_at": "2026-11-21T09:30:00.000Z",
                "updated_at": "2026-11-21T09:30:00.000Z",
            })
        );
        assert_eq!(read(entry).unwrap(), created);
    }

    #[test]
    fn an_entry_from_before_there_were_more_fields_has_them_empty() {
        let created = created(TaskEdit::default());
        let old = Model {
            task: json!({
                "title": "Buy milk",
                "description": "",
                "completed_at": null,
                "deleted_at": null,
                "created_at": "2026-11-21T09:30:00.000Z",
                "updated_at": "2026-11-21T09:30:00.000Z",
            }),
            ..entry(&created)
        };
        assert_eq!(read(old).unwrap(), created);
    }

    #[test]
    fn a_place_that_the_number_does_not_tell_is_kept() {
        let place = Position::last_at(Seq::from(3));
        let task = created(TaskEdit::default()).task.unwrap();
        let moved = task.move_to(Place::At(place.clone()), origin().at).unwrap();
        let moved = moved.recorded_as(Seq::from(8), &origin());
        let entry = entry(&moved);
        assert_eq!(entry.task["position"], json!(place.as_str()));
        assert_eq!(read(entry).unwrap(), moved);
    }

    #[test]
    fn of_a_purged_task_nothing_is_kept() {
        let task = created(TaskEdit::default()).task.unwrap();
        let deleted = task.delete(origin().at).unwrap();
        let deleted = deleted.recorded_as(Seq::from(8), &origin()).task.unwrap();
        let purged = deleted.purge(origin().at).unwrap();
        let purged = purged.recorded_as(Seq::from(9), &origin());
        let entry = entry(&purged);
        assert_eq!(entry.task, Json::Null);
        assert_eq!(read(entry).unwrap(), purged);
    }
}
