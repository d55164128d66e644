//! Listing and counting tasks.

use sea_orm::{
    Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, Order, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{Asterisk, CommonTableExpression, Expr, Query, SelectStatement, UnionType, WithClause},
};
use taskwell_application::ports::{Page, SortKey, Start, StoreError, TaskFilter, TaskQuery};
use taskwell_domain::{Task, UserId};

use super::{
    filter::{Meant, unindexed},
    order::{beyond, column, direction, parts, together},
    row::{self, Row},
};
use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
    stores::corrupt,
};

/// Of so many tasks one, at least, must be meant for a page to be found on the way through the listing. What is
/// rarer is looked for by the filter.
const COMMON: u64 = 120;

/// The same for those that are skipped. Who skips many is not to wait for that many times more.
const COMMON_AMONG_SKIPPED: u64 = 10;

pub(super) async fn list(database: &Database, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
    let statement = page(&Meant::by(&query.filter, owner, database), query);
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

/// What [`list`] sends, with the values in it.
#[cfg(feature = "testing")]
pub(super) fn spelled_out(database: &Database, owner: &UserId, query: &TaskQuery) -> String {
    let statement = page(&Meant::by(&query.filter, owner, database), query);
    database
        .read()
        .get_database_backend()
        .build(&statement)
        .to_string()
}

pub(super) async fn count(
    database: &Database,
    owner: &UserId,
    filter: &TaskFilter,
) -> Result<u64, StoreError> {
    let count = Meant::by(filter, owner, database)
        .by_filter()
        .select_only()
        .expr(Expr::col(Column::Id).count())
        .into_tuple::<i64>()
        .one(database.read())
        .await
        .map_err(store_error)?
        .unwrap_or_default();
    u64::try_from(count).map_err(|error| corrupt("count", error))
}

/// The tasks of a page, and one more, which tells whether others follow.
fn page(meant: &Meant<'_>, query: &TaskQuery) -> SelectStatement {
    let skip = match query.start {
        // Beyond the range of the databases there are no tasks left either.
        Start::Skip(skip) => std::cmp::min(skip, i64::MAX.unsigned_abs() / (2 * COMMON)),
        Start::After(_) => 0,
    };
    let limit = u64::from(query.limit) + 1;
    let mut page = match meant.besides(query.sort.key) {
        None => {
            let parts = parts(meant, query).into_iter();
            let parts = parts.map(|tasks| row::reading_with(tasks.limit(skip + limit), query.sort.key));
            together(parts.collect(), query.sort)
        }
        Some(besides) => in_two_ways(meant, &besides, query, [skip, limit]),
    };
    page.offset(skip).limit(limit).take()
}

/// Which way to a page is the short one is known to neither database: through the listing, in its order, until there
/// are enough of those that are meant, which takes for ever if hardly any are; or by an index of what the filter
/// says, and then in order, which takes for ever if many are. So the first way is gone up to a bound, and what
/// is not found there is rare enough for the second.
fn in_two_ways(
    meant: &Meant<'_>,
    besides: &Condition,
    query: &TaskQuery,
    [skip, limit]: [u64; 2],
) -> SelectStatement {
    let key = query.sort.key;
    let bound = COMMON * limit + COMMON_AMONG_SKIPPED * skip;
    let near = parts(meant, query).into_iter().map(|tasks| {
        let all = (Entity, Asterisk);
        let passed = tasks.select_only().limit(bound).into_query().column(all).take();
        row::reading_with(Entity::find().filter(besides.clone()), key)
            .from_clear()
            .from_subquery(passed, Entity)
            .limit(skip + limit)
            .take()
    });
    let near = together(near.collect(), query.sort).limit(skip + limit).take();
    let found = || {
        let count = Query::select()
            .expr(Expr::col(Asterisk).count())
            .from(NEAR)
            .take();
        Expr::SubQuery(None, Box::new(count.into()))
    };
    let gate = Query::select()
        .expr(Expr::value(1))
        .and_where(found().lt(skip + limit))
        .take();
    // SQLite takes what CROSS JOIN joins in this order, and does not begin with the tasks if there is no gate.
    let far = row::reading_with(beyond(meant.by_filter(), query), key)
        .from_clear()
        .from_subquery(gate, "gate")
        .cross_join(Entity)
        .take();
    let either = Query::select()
        .column(Asterisk)
        .from(NEAR)
        .and_where(found().eq(skip + limit))
        .union(UnionType::All, far)
        .take();
    let near = CommonTableExpression::new()
        .table_name(NEAR)
        .query(near)
        .materialized(true)
        .to_owned();
    let mut page = Query::select();
    page.column(Asterisk)
        .from_subquery(either, Entity)
        .with_cte(WithClause::new().cte(near).to_owned());
    if key == SortKey::DueAt {
        page.order_by_expr(Expr::col(Column::DueAt).is_null(), Order::Asc);
    }
    page.order_by_expr(unindexed(column(key)), direction(query.sort))
        .order_by(Column::Id, direction(query.sort))
        .take()
}

/// What the first way found.
const NEAR: &str = "near";
