//! What SQL cannot tell when the schema changes.

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use taskwell_application::ports::StoreError;
use taskwell_domain::TaskId;
use uuid::Uuid;

use super::{AT_ONCE, find_among, row};
use crate::{
    database::store_error,
    entities::tasks::{ActiveModel, Column, Entity},
};

/// Gives the tasks of a schema that is new what they are found and sorted by.
pub(crate) async fn reindex(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    let mut done = (TaskId::from(Uuid::nil()), String::new());
    loop {
        let columns = Expr::tuple([Expr::col(Column::Id), Expr::col(Column::UserId)]);
        let (id, owner) = done;
        let beyond = columns.gt(Expr::tuple([Expr::value(id.as_uuid()), Expr::value(owner)]));
        let some = Entity::find()
            .filter(beyond)
            .filter(Column::Words.is_null())
            .order_by_asc(Column::Id)
            .order_by_asc(Column::UserId)
            .limit(AT_ONCE as u64);
        let tasks = find_among(transaction, some).await?;
        let Some(last) = tasks.last() else {
            return Ok(());
        };
        done = (last.id, last.user_id.to_string());
        for task in &tasks {
            let row = row::of(task)?;
            let indexed = ActiveModel {
                title_key: sea_orm::Set(row.title_key),
                words: sea_orm::Set(row.words),
                ..ActiveModel::default()
            };
            Entity::update_many()
                .set(indexed)
                .filter(Column::Id.eq(row.id))
                .filter(Column::UserId.eq(row.user_id))
                .exec(transaction)
                .await
                .map_err(store_error)?;
        }
    }
}
