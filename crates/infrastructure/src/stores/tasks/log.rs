//! The log of what happened to a user's tasks.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use taskwell_application::ports::StoreError;
use taskwell_domain::{
    ActorKind, Change, ChangeActor, ChangeKind, Description, Origin, RequestId, Seq, Task, TaskChange,
    TaskId, Timestamp, Title, UserId,
};

use crate::{
    database::{Database, store_error},
    entities::changes::{Column, Entity, Model},
    stores::{corrupt, from_stored, to_stored},
};

/// The entry that a change leaves in the log.
pub(super) fn entry(change: &TaskChange, seq: i64, origin: &Origin) -> Result<Model, StoreError> {
    let task = change.task();
    Ok(Model {
        user_id: task.user_id.to_string(),
        seq,
        kind: change.kind().as_str().to_owned(),
        task_id: task.id.as_uuid(),
        task: serde_json::to_value(Snapshot::from(task))
            .map_err(|error| StoreError::Internal(Box::new(error)))?,
        actor_kind: origin.actor.kind.as_str().to_owned(),
        actor_id: origin.actor.id.clone(),
        request_id: origin.request_id.to_string(),
        at: origin.at.as_datetime(),
    })
}

pub(super) async fn changes(
    database: &Database,
    owner: &UserId,
    since: Seq,
    limit: u32,
) -> Result<Vec<Change>, StoreError> {
    Entity::find()
        .filter(Column::UserId.eq(owner.as_str()))
        .filter(Column::Seq.gt(to_stored(since)))
        .order_by_asc(Column::Seq)
        .limit(u64::from(limit))
        .all(database.read())
        .await
        .map_err(store_error)?
        .into_iter()
        .map(Change::try_from)
        .collect()
}

pub(super) async fn find_creation(
    database: &Database,
    owner: &UserId,
    id: TaskId,
) -> Result<Option<Task>, StoreError> {
    let entry = Entity::find()
        .filter(Column::UserId.eq(owner.as_str()))
        .filter(Column::TaskId.eq(id.as_uuid()))
        .filter(Column::Kind.eq(ChangeKind::Created.as_str()))
        .one(database.read())
        .await
        .map_err(store_error)?;
    Ok(entry.map(Change::try_from).transpose()?.map(|change| change.task))
}

/// What an entry keeps of the task besides the entry's own columns: the owner, the task's id, and the
/// number of the entry, which is the task's version. Reading it back checks it again.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    title: Title,
    description: Description,
    completed_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Task> for Snapshot {
    fn from(task: &Task) -> Self {
        Self {
            title: task.title.clone(),
            description: task.description.clone(),
            completed_at: task.completed_at,
            deleted_at: task.deleted_at,
            created_at: task.created_at,
            updated_at: task.updated_at,
        }
    }
}

impl TryFrom<Model> for Change {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let seq = from_stored("changes.seq", row.seq)?;
        let snapshot: Snapshot =
            serde_json::from_value(row.task).map_err(|error| corrupt("changes.task", error))?;
        let task = Task {
            id: TaskId::from(row.task_id),
            user_id: UserId::parse(&row.user_id).map_err(|fault| corrupt("changes.user_id", fault))?,
            title: snapshot.title,
            description: snapshot.description,
            completed_at: snapshot.completed_at,
            deleted_at: snapshot.deleted_at,
            version: seq,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
        };
        let actor = ChangeActor {
            kind: ActorKind::from_word(&row.actor_kind)
                .ok_or_else(|| corrupt("changes.actor_kind", "no such kind"))?,
            id: row.actor_id,
        };
        let request_id = RequestId::parse(&row.request_id);
        Ok(Self {
            seq,
            kind: ChangeKind::from_word(&row.kind).ok_or_else(|| corrupt("changes.kind", "no such kind"))?,
            task,
            origin: Origin {
                actor,
                request_id: request_id.map_err(|fault| corrupt("changes.request_id", fault))?,
                at: Timestamp::from(row.at),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use taskwell_domain::NewTask;

    use super::*;

    #[test]
    fn entries_keep_the_form_that_older_ones_have() {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        let new = NewTask {
            id: TaskId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
            title: "Buy milk".parse().unwrap(),
            description: "and bread".parse().unwrap(),
            completed: true,
        };
        let created = Task::create(new, UserId::parse("ada").unwrap(), now);
        let origin = Origin {
            actor: ChangeActor {
                kind: ActorKind::Session,
                id: "s".to_owned(),
            },
            request_id: RequestId::parse("r").unwrap(),
            at: now,
        };
        let entry = entry(&created, 7, &origin).unwrap();
        assert_eq!(
            entry.task,
            json!({
                "title": "Buy milk",
                "description": "and bread",
                "completed_at": "2026-11-21T09:30:00.000Z",
                "deleted_at": null,
                "created_at": "2026-11-21T09:30:00.000Z",
                "updated_at": "2026-11-21T09:30:00.000Z",
            })
        );
        assert_eq!(
            Change::try_from(entry).unwrap(),
            created.recorded_as(7.into(), &origin)
        );
    }
}
