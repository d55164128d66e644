//! The order of a listing, and where in it a page begins.

use sea_orm::{
    ColumnTrait, ExprTrait, Order, QueryFilter, QueryOrder, Select, Value,
    sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType},
};
use taskwell_application::ports::{Mark, Sort, SortKey, SortValue, Start, TaskQuery};

use super::{filter::Meant, row::rank};
use crate::entities::tasks::{Column, Entity};

/// The listing from where the page begins, each part by an index of its own, one after the other.
pub(super) fn parts(meant: &Meant<'_>, query: &TaskQuery) -> Vec<Select<Entity>> {
    let sort = query.sort;
    let tasks = meant.by_key(sort.key);
    let with = with(tasks.clone(), sort);
    let first = match &query.start {
        Start::After(Mark {
            value: SortValue::Missing,
            id,
        }) => {
            let id = (Column::Id, id.as_uuid().into());
            return vec![without(tasks, sort).filter(after([id], sort))];
        }
        Start::After(mark) => with.filter(after_mark(mark, sort)),
        Start::Skip(_) => with,
    };
    match sort.key {
        SortKey::DueAt if !meant.are_all_due() => vec![first, without(tasks, sort)],
        _ => vec![first],
    }
}

/// One statement for all parts.
pub(super) fn together(parts: Vec<SelectStatement>, sort: Sort) -> SelectStatement {
    let key = column(sort.key);
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_default();
    let Some(second) = parts.next() else {
        return first;
    };
    let part = |tasks: SelectStatement, name: &'static str| {
        let mut all = Query::select();
        all.column(Asterisk).from_subquery(tasks, name).take()
    };
    let mut both = part(first, "with_key");
    both.union(UnionType::All, part(second, "without_key"));
    Query::select()
        .column(Asterisk)
        .from_subquery(both, Entity)
        .order_by_expr(Expr::col(key).is_null(), Order::Asc)
        .order_by(key, direction(sort))
        .order_by(Column::Id, direction(sort))
        .take()
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
