//! The order of a listing, and where in it a page begins.

use sea_orm::{
    ColumnTrait, ExprTrait, Order,
    sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType},
};
use taskwell_application::ports::{Mark, Sort, SortKey, SortValue, Start};

use super::{blanks::Blank, filter::Meant};
use crate::entities::tasks::{Column, Entity};

/// Where a page begins, as far as the text of its statement tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Begin {
    /// After so many tasks.
    Skip,
    /// After a task that has a sort key.
    After,
    /// After a task that has none.
    AfterKeyless,
}

impl Begin {
    pub(super) fn of(start: &Start) -> Self {
        match start {
            Start::Skip(_) => Self::Skip,
            Start::After(Mark {
                value: SortValue::Missing,
                ..
            }) => Self::AfterKeyless,
            Start::After(_) => Self::After,
        }
    }
}

/// The listing from where the page begins, each part by an index of its own, one after the other; nothing unless the
/// condition `on` holds.
pub(super) fn parts(meant: &Meant, sort: Sort, begin: Begin, on: Option<Expr>) -> Vec<SelectStatement> {
    let tasks = meant.by_key(sort.key, on);
    let mut with = with(tasks.clone(), sort);
    let first = match begin {
        Begin::AfterKeyless => {
            return vec![without(tasks, sort).and_where(after([ID], sort)).take()];
        }
        Begin::After => with.and_where(after_mark(sort)).take(),
        Begin::Skip => with,
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
pub(super) fn beyond(mut tasks: SelectStatement, sort: Sort, begin: Begin) -> SelectStatement {
    let missing = || column(sort.key).is_null();
    match begin {
        Begin::Skip => tasks,
        Begin::AfterKeyless => tasks.and_where(missing()).and_where(after([ID], sort)).take(),
        Begin::After if sort.key == SortKey::DueAt => tasks.and_where(after_mark(sort).or(missing())).take(),
        Begin::After => tasks.and_where(after_mark(sort)).take(),
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

pub(super) fn direction(sort: Sort) -> Order {
    match sort.descending {
        false => Order::Asc,
        true => Order::Desc,
    }
}

/// Those that have a sort key, in order. Of the keys only one can be missing.
fn with(mut passing: SelectStatement, sort: Sort) -> SelectStatement {
    if sort.key == SortKey::DueAt {
        passing.and_where(Column::DueAt.is_not_null());
    }
    passing
        .order_by((Entity, column(sort.key)), direction(sort))
        .order_by((Entity, Column::Id), direction(sort))
        .take()
}

/// Those that have none, in order.
fn without(mut passing: SelectStatement, sort: Sort) -> SelectStatement {
    passing
        .and_where(column(sort.key).is_null())
        .order_by((Entity, Column::Id), direction(sort))
        .take()
}

/// The column of the tie-break, and what it is compared with.
const ID: (Column, Blank) = (Column::Id, Blank::ID);

fn after_mark(sort: Sort) -> Expr {
    after([(column(sort.key), Blank::KEY), ID], sort)
}

/// One comparison of all columns as a row: the index leads straight there. The same spelled out with
/// `OR`, which is what SeaORM's cursor does, reads the index from its beginning.
fn after<const N: usize>(place: [(Column, Blank); N], sort: Sort) -> Expr {
    let columns = Expr::tuple(place.iter().map(|(column, _)| Expr::col((Entity, *column))));
    let place = Expr::tuple(place.map(|(_, blank)| Expr::value(blank)));
    match sort.descending {
        false => columns.gt(place),
        true => columns.lt(place),
    }
}
