use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use taskwell_application::ports::{AuditPage, AuditQuery, AuditTrail, StoreError};
use taskwell_domain::{AuditAction, AuditEntry, AuditId, Timestamp, UserId};

use super::{address, corrupt, purge::purge, user_id};
use crate::{
    database::{Database, store_error},
    entities::audit::{ActiveModel, Column, Entity, Model},
};

/// Keeps the audit trail in the database.
#[derive(Clone, Debug)]
pub struct SqlAuditTrail {
    database: Database,
}

impl SqlAuditTrail {
    /// The audit trail in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AuditTrail for SqlAuditTrail {
    async fn append(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        note(self.database.write(), [entry]).await
    }

    async fn list(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let about = query.user_id.as_ref().map(|user| {
            Condition::any()
                .add(Column::SubjectId.eq(user.as_str()))
                .add(Column::ActorId.eq(user.as_str()))
        });
        let before = query.before.map(|before| Column::Id.lt(before.as_uuid()));
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let mut rows = Entity::find()
            .filter(Condition::all().add_option(about).add_option(before))
            .order_by_desc(Column::Id)
            // One more tells whether others follow.
            .limit(u64::from(query.limit) + 1)
            .all(self.database.read())
            .await
            .map_err(store_error)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let entries: Result<Vec<AuditEntry>, StoreError> =
            rows.into_iter().map(AuditEntry::try_from).collect();
        Ok(AuditPage {
            entries: entries?,
            more,
        })
    }

    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError> {
        purge::<Entity>(self.database.write(), Column::At.lt(before.as_datetime())).await
    }
}

/// Adds these entries, along with what they are about if `connection` is a transaction.
pub(super) async fn note(
    connection: &impl ConnectionTrait,
    entries: impl IntoIterator<Item = &AuditEntry> + Send,
) -> Result<(), StoreError> {
    let rows: Vec<ActiveModel> = entries.into_iter().map(ActiveModel::from).collect();
    Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// When an account of that id was last deleted, if ever. The trail outlives the account.
pub(super) async fn last_deletion(
    connection: &impl ConnectionTrait,
    user: &UserId,
) -> Result<Option<Timestamp>, StoreError> {
    let deletion = Entity::find()
        .filter(Column::SubjectId.eq(user.as_str()))
        .filter(Column::Action.eq(AuditAction::AccountDeleted.as_str()))
        .order_by_desc(Column::At)
        .one(connection)
        .await
        .map_err(store_error)?;
    Ok(deletion.map(|deletion| Timestamp::from(deletion.at)))
}

impl From<&AuditEntry> for ActiveModel {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            id: Set(entry.id.as_uuid()),
            at: Set(entry.at.as_datetime()),
            actor_id: Set(entry.actor_id.as_ref().map(UserId::to_string)),
            action: Set(entry.action.as_str().to_owned()),
            subject_id: Set(entry.subject_id.as_ref().map(UserId::to_string)),
            ip: Set(entry.address.map(|address| address.to_string())),
            detail: Set(entry.detail.clone()),
        }
    }
}

impl TryFrom<Model> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let user = |column, text: Option<String>| text.map(|text| user_id(column, &text)).transpose();
        Ok(Self {
            id: AuditId::from(row.id),
            at: Timestamp::from(row.at),
            actor_id: user("audit.actor_id", row.actor_id)?,
            action: AuditAction::from_word(&row.action)
                .ok_or_else(|| corrupt("audit.action", "no such action"))?,
            subject_id: user("audit.subject_id", row.subject_id)?,
            address: address("audit.ip", row.ip.as_deref())?,
            detail: row.detail,
        })
    }
}
