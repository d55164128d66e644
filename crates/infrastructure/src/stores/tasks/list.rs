//! Listing and counting tasks.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};
use taskwell_application::ports::{Page, Position, Sort, Start, StoreError, TaskFilter, TaskQuery};
use taskwell_domain::{Task, UserId};

use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
    stores::corrupt,
};

pub(super) async fn list(database: &Database, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
    let order = match query.sort {
        Sort::CreatedAt => Order::Asc,
        Sort::CreatedAtDescending => Order::Desc,
    };
    let passing = passing(owner, &query.filter);
    let from_start = match query.start {
        // Beyond the range of the databases there are no tasks left either.
        Start::Skip(skip) => passing.offset(std::cmp::min(skip, i64::MAX.unsigned_abs())),
        Start::After(position) => passing.filter(after(position, query.sort)),
    };
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut rows = from_start
        .order_by(Column::CreatedAt, order.clone())
        .order_by(Column::Id, order)
        // One more tells whether others follow.
        .limit(u64::from(query.limit) + 1)
        .all(database.read())
        .await
        .map_err(store_error)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let tasks: Result<Vec<Task>, StoreError> = rows.into_iter().map(Task::try_from).collect();
    Ok(Page { tasks: tasks?, more })
}

pub(super) async fn count(
    database: &Database,
    owner: &UserId,
    filter: &TaskFilter,
) -> Result<u64, StoreError> {
    let count = passing(owner, filter)
        .select_only()
        .expr(Expr::col(Column::Id).count())
        .into_tuple::<i64>()
        .one(database.read())
        .await
        .map_err(store_error)?
        .unwrap_or_default();
    u64::try_from(count).map_err(|error| corrupt("count", error))
}

fn passing(owner: &UserId, filter: &TaskFilter) -> Select<Entity> {
    let all = Entity::find()
        .filter(Column::UserId.eq(owner.as_str()))
        .filter(Column::DeletedAt.is_null());
    match filter.completed {
        None => all,
        Some(true) => all.filter(Column::CompletedAt.is_not_null()),
        Some(false) => all.filter(Column::CompletedAt.is_null()),
    }
}

/// One comparison of both columns as a row: the index leads straight there. The same spelled out with
/// `OR`, which is what SeaORM's cursor does, reads the index from its beginning.
fn after(position: Position, sort: Sort) -> Expr {
    let columns = Expr::tuple([Expr::col(Column::CreatedAt), Expr::col(Column::Id)]);
    let position = Expr::tuple([
        Expr::value(position.created_at.as_datetime()),
        Expr::value(position.id.as_uuid()),
    ]);
    match sort {
        Sort::CreatedAt => columns.gt(position),
        Sort::CreatedAtDescending => columns.lt(position),
    }
}
