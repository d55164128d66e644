//! The order of a listing, and where in it a page begins.

use sea_orm::{
    ColumnTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
    sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType},
};
use taskwell_application::ports::{Mark, Sort, SortKey, SortValue, Start, TaskQuery};

use super::{filter::Meant, row::rank};
use crate::entities::tasks::{Column, Entity};

/// The first of a listing by its index, as the page begins.
pub(super) fn walk(
    meant: &Meant<'_>,
    query: &TaskQuery,
    limit: u64,
    read: impl Fn(Select<Entity>) -> SelectStatement,
) -> SelectStatement {
    let sort = query.sort;
    let tasks = meant.by_key(sort.key);
    let filter = &query.filter;
    let none_is_missing = filter.due_after.is_some() || filter.due_before.is_some();
    let mark = match &query.start {
        Start::Skip(_) => None,
        Start::After(mark) => Some(mark),
    };
    match mark {
        Some(Mark {
            value: SortValue::Missing,
            id,
        }) => {
            let rest = without(tasks, sort).filter(after([(Column::Id, id.as_uuid().into())], sort));
            read(rest.limit(limit))
        }
        mark => {
            let rest =
                with(tasks.clone(), sort).apply_if(mark, |tasks, mark| tasks.filter(after_mark(mark, sort)));
            match sort.key {
                SortKey::DueAt if !none_is_missing => both(
                    read(rest.limit(limit)),
                    read(without(tasks, sort).limit(limit)),
                    sort,
                    limit,
                ),
                _ => read(rest.limit(limit)),
            }
        }
    }
}

/// Those that stand where the page begins, or behind.
pub(super) fn beyond(tasks: Select<Entity>, query: &TaskQuery) -> Select<Entity> {
    let sort = query.sort;
    let missing = || column(sort.key).is_null();
    match &query.start {
        Start::Skip(_) => tasks,
        Start::After(Mark {
            value: SortValue::Missing,
            id,
        }) => tasks
            .filter(missing())
            .filter(after([(Column::Id, id.as_uuid().into())], sort)),
        Start::After(mark) if sort.key == SortKey::DueAt => {
            tasks.filter(after_mark(mark, sort).or(missing()))
        }
        Start::After(mark) => tasks.filter(after_mark(mark, sort)),
    }
}

pub(super) fn column(key: SortKey) -> Column {
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

pub(super) fn direction(sort: Sort) -> Order {
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

fn after_mark(mark: &Mark, sort: Sort) -> Expr {
    let key = (column(sort.key), value(&mark.value));
    after([key, (Column::Id, mark.id.as_uuid().into())], sort)
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
fn both(with: SelectStatement, without: SelectStatement, sort: Sort, limit: u64) -> SelectStatement {
    let key = column(sort.key);
    let part = |tasks: SelectStatement, name: &'static str| {
        let mut all = Query::select();
        all.column(Asterisk).from_subquery(tasks, name).take()
    };
    let mut parts = part(with, "with_key");
    parts.union(UnionType::All, part(without, "without_key"));
    Query::select()
        .column(Asterisk)
        .from_subquery(parts, Entity)
        .order_by_expr(Expr::col(key).is_null(), Order::Asc)
        .order_by(key, direction(sort))
        .order_by(Column::Id, direction(sort))
        .limit(limit)
        .take()
}
