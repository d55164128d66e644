//! Listing and counting tasks.

use sea_orm::{
    ColumnTrait, ConnectionTrait, ExprTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Value,
    sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType},
};
use taskwell_application::ports::{
    Mark, Page, Sort, SortKey, SortValue, Start, StoreError, TaskFilter, TaskQuery,
};
use taskwell_domain::{Task, UserId};

use super::{
    filter::passing,
    row::{self, Row, rank},
};
use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
    stores::corrupt,
};

pub(super) async fn list(database: &Database, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
    let passing = passing(database, owner, &query.filter).await?;
    // One more tells whether others follow.
    let statement = page(passing, query, u64::from(query.limit) + 1);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let rows = database.read().query_all(&statement).await.map_err(store_error)?;
    let more = rows.len() > limit;
    let tasks = rows.iter().take(limit).map(|row| {
        let row = Row::from_query_result(row, "").map_err(store_error)?;
        Task::try_from(row)
    });
    Ok(Page {
        tasks: tasks.collect::<Result<_, _>>()?,
        more,
    })
}

pub(super) async fn count(
    database: &Database,
    owner: &UserId,
    filter: &TaskFilter,
) -> Result<u64, StoreError> {
    let count = passing(database, owner, filter)
        .await?
        .select_only()
        .expr(Expr::col(Column::Id).count())
        .into_tuple::<i64>()
        .one(database.read())
        .await
        .map_err(store_error)?
        .unwrap_or_default();
    u64::try_from(count).map_err(|error| corrupt("count", error))
}

fn page(passing: Select<Entity>, query: &TaskQuery, limit: u64) -> SelectStatement {
    let sort = query.sort;
    let (skip, mark) = match &query.start {
        // Beyond the range of the databases there are no tasks left either.
        Start::Skip(skip) => (std::cmp::min(*skip, i64::MAX.unsigned_abs() - limit), None),
        Start::After(mark) => (0, Some(mark)),
    };
    if let Some(Mark {
        value: SortValue::Missing,
        id,
    }) = mark
    {
        let rest = without(passing, sort).filter(after([(Column::Id, id.as_uuid().into())], sort));
        return row::reading(rest.limit(limit));
    }
    let rest = with(passing.clone(), sort).apply_if(mark, |tasks, mark| {
        let key = (column(sort.key), value(&mark.value));
        tasks.filter(after([key, (Column::Id, mark.id.as_uuid().into())], sort))
    });
    let filter = &query.filter;
    let none_is_missing = filter.due_after.is_some() || filter.due_before.is_some();
    match sort.key {
        SortKey::DueAt if !none_is_missing => both(rest, without(passing, sort), sort, skip, limit),
        _ => row::reading(rest.offset(skip).limit(limit)),
    }
}

fn column(key: SortKey) -> Column {
    match key {
        SortKey::CreatedAt => Column::CreatedAt,
        SortKey::UpdatedAt => Column::UpdatedAt,
        SortKey::DueAt => Column::DueAt,
        SortKey::Priority => Column::Priority,
        SortKey::Title => Column::TitleKey,
        SortKey::Position => Column::Position,
    }
}

fn value(value: &SortValue) -> Value {
    match value {
        SortValue::Time(at) => at.as_datetime().into(),
        SortValue::Priority(priority) => rank(*priority).into(),
        SortValue::Text(text) => text.as_str().into(),
        SortValue::Missing => Value::ChronoDateTimeUtc(None),
    }
}

fn direction(sort: Sort) -> Order {
    match sort.descending {
        false => Order::Asc,
        true => Order::Desc,
    }
}

/// Those that have a sort key, in order. Of the keys only one can be missing.
fn with(passing: Select<Entity>, sort: Sort) -> Select<Entity> {
    let present = match sort.key {
        SortKey::DueAt => passing.filter(Column::DueAt.is_not_null()),
        _ => passing,
    };
    present
        .order_by(column(sort.key), direction(sort))
        .order_by(Column::Id, direction(sort))
}

/// Those that have none, in order.
fn without(passing: Select<Entity>, sort: Sort) -> Select<Entity> {
    passing
        .filter(column(sort.key).is_null())
        .order_by(Column::Id, direction(sort))
}

/// One comparison of all columns as a row: the index leads straight there. The same spelled out with
/// `OR`, which is what SeaORM's cursor does, reads the index from its beginning.
fn after<const N: usize>(place: [(Column, Value); N], sort: Sort) -> Expr {
    let columns = Expr::tuple(place.iter().map(|(column, _)| Expr::col((Entity, *column))));
    let place = Expr::tuple(place.map(|(_, value)| Expr::value(value)));
    match sort.descending {
        false => columns.gt(place),
        true => columns.lt(place),
    }
}

/// Those with a sort key and behind them those without, in one statement in which an index leads to either.
fn both(with: Select<Entity>, without: Select<Entity>, sort: Sort, skip: u64, limit: u64) -> SelectStatement {
    let key = column(sort.key);
    let part = |tasks: Select<Entity>, name: &'static str| {
        let mut part = row::reading(tasks.limit(skip + limit));
        part.column((Entity, key));
        let mut all = Query::select();
        all.column(Asterisk).from_subquery(part, name).take()
    };
    let mut parts = part(with, "with_key");
    parts.union(UnionType::All, part(without, "without_key"));
    Query::select()
        .column(Asterisk)
        .from_subquery(parts, "tasks")
        .order_by_expr(Expr::col(key).is_null(), Order::Asc)
        .order_by(key, direction(sort))
        .order_by(Column::Id, direction(sort))
        .offset(skip)
        .limit(limit)
        .take()
}
