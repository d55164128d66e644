//! Listing and counting tasks.

use sea_orm::{
    ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, Order, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Asterisk, CommonTableExpression, Expr, Query, SelectStatement, UnionType, WithClause},
};
use taskwell_application::ports::{Page, SortKey, Start, StoreError, TaskFilter, TaskQuery};
use taskwell_domain::{Task, UserId};

use super::{
    filter::{Meant, unindexed},
    order::{beyond, column, direction, walk},
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
///
/// Which way to them is the short one is known to neither database beforehand: through the listing, in its order,
/// until there are enough of them, which takes for ever if hardly any task is meant; or by an index of what the
/// filter says, and then in order, which takes for ever if many are. So the first is tried up to a bound, in
/// the same statement, and what is not found there is rare enough for the second.
fn page(meant: &Meant<'_>, query: &TaskQuery) -> SelectStatement {
    let limit = u64::from(query.limit) + 1;
    let skip = match query.start {
        // Beyond the range of the databases there are no tasks left either.
        Start::Skip(skip) => std::cmp::min(skip, i64::MAX.unsigned_abs() / (2 * COMMON)),
        Start::After(_) => 0,
    };
    let key = query.sort.key;
    let Some(besides) = meant.besides(key) else {
        return walk(meant, query, skip + limit, |tasks| row::reading_with(tasks, key))
            .offset(skip)
            .limit(limit)
            .take();
    };
    let bound = COMMON * limit + COMMON_AMONG_SKIPPED * skip;
    let passed = walk(meant, query, bound, |tasks| {
        let all = (Entity, Asterisk);
        tasks.select_only().into_query().column(all).take()
    });
    let near = row::reading_with(Entity::find().filter(besides), key)
        .from_clear()
        .from_subquery(passed, Entity)
        .limit(skip + limit)
        .take();
    let found = || {
        let count = Expr::col(Asterisk).count();
        let count = Query::select().expr(count).from(NEAR).take();
        Expr::SubQuery(None, Box::new(count.into()))
    };
    let gate = Query::select()
        .expr(Expr::value(1))
        .and_where(found().lt(skip + limit))
        .take();
    // What is joined by CROSS JOIN, SQLite takes in this order, and nothing if there is nothing before it.
    let far = row::reading_with(beyond(meant.by_filter(), query), key)
        .from_clear()
        .from_subquery(gate, "gate")
        .cross_join(Entity)
        .take();
    let enough = Query::select()
        .column(Asterisk)
        .from(NEAR)
        .and_where(found().eq(skip + limit))
        .union(UnionType::All, far)
        .take();
    let mut page = Query::select();
    page.column(Asterisk).from_subquery(enough, Entity);
    if key == SortKey::DueAt {
        page.order_by_expr(Expr::col(Column::DueAt).is_null(), Order::Asc);
    }
    let near = CommonTableExpression::new()
        .table_name(NEAR)
        .query(near)
        .materialized(true)
        .to_owned();
    page.order_by_expr(unindexed(column(key)), direction(query.sort))
        .order_by(Column::Id, direction(query.sort))
        .offset(skip)
        .limit(limit)
        .with_cte(WithClause::new().cte(near).to_owned())
        .take()
}

const NEAR: &str = "near";
