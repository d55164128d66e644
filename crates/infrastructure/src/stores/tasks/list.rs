//! Listing and counting tasks.

use sea_orm::{
    Condition, ConnectionTrait, ExprTrait, Order,
    sea_query::{Asterisk, CommonTableExpression, Expr, Query, SelectStatement, UnionType, WithClause},
};
use taskwell_application::ports::{Page, SortKey, Start, StoreError, TaskFilter, TaskQuery};
use taskwell_domain::UserId;

use super::{
    filter::{Meant, unindexed},
    order::{beyond, column, direction, parts, together},
    row,
};
use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
    stores::corrupt,
};

/// Of so many tasks one, at least, must be meant for a page to be found on the first way.
const COMMON: u64 = 120;

/// The same for those that are skipped. Who skips many is not to wait for that many times more.
const COMMON_AMONG_SKIPPED: u64 = 10;

/// With so many skipped, all that is looked at on the first way would take too much memory to be kept.
const DEEP: u64 = 1_000;

/// Up to so many tasks are read and sorted on the second way.
const RARE: u64 = 5_000;

pub(super) async fn list(database: &Database, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
    let statement = page(&Meant::by(&query.filter, owner, database), query);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let rows = database.read().query_all(&statement).await.map_err(store_error)?;
    let more = rows.len() > limit;
    let tasks = rows.iter().take(limit).map(row::task);
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
        .expr(Expr::col(Column::Id).count())
        .take();
    let row = database.read().query_one(&count).await.map_err(store_error)?;
    let count: Option<i64> = row
        .map(|row| row.try_get_by_index(0))
        .transpose()
        .map_err(store_error)?;
    u64::try_from(count.unwrap_or_default()).map_err(|error| corrupt("count", error))
}

/// The tasks of a page, and one more, which tells whether others follow.
fn page(meant: &Meant<'_>, query: &TaskQuery) -> SelectStatement {
    let skip = match query.start {
        // Beyond the range of the databases there are no tasks left either.
        Start::Skip(skip) => std::cmp::min(skip, ALL / 2),
        Start::After(_) => 0,
    };
    let limit = u64::from(query.limit) + 1;
    let mut page = match meant.besides(query.sort.key) {
        None => {
            let parts = parts(meant, query, None).into_iter();
            let parts =
                parts.map(|mut tasks| row::reading_with(tasks.limit(skip + limit).take(), query.sort.key));
            together(parts.collect(), query.sort)
        }
        Some(besides) if skip > DEEP => walk(meant, &besides, query, [ALL, skip + limit], None),
        Some(besides) => whichever_way(meant, &besides, query, [skip, limit]),
    };
    page.offset(skip).limit(limit).take()
}

/// As many as the databases can count.
const ALL: u64 = i64::MAX.unsigned_abs();

/// Of the first `bound` tasks of each part of the listing, up to `limit` of those that are meant, in order; none unless
/// the condition `on` holds.
fn walk(
    meant: &Meant<'_>,
    besides: &Condition,
    query: &TaskQuery,
    [bound, limit]: [u64; 2],
    on: Option<Expr>,
) -> SelectStatement {
    // What comes behind a part counts only if that part has come to its end.
    let mut ended: Option<Expr> = None;
    let parts = parts(meant, query, on).into_iter().map(|mut tasks| {
        let mut passed = tasks.limit(bound).clone();
        let before = ended.take();
        let ids = tasks.column((Entity, Column::Id)).take();
        ended = (bound < ALL).then(|| how_many(|all| all.from_subquery(ids, "passed")).lt(bound));
        row::reading_with(Query::select(), query.sort.key)
            .from_subquery(passed.column((Entity, Asterisk)).take(), Entity)
            .cond_where(besides.clone())
            .and_where_option(before)
            .limit(limit)
            .take()
    });
    together(parts.collect(), query.sort)
}

/// Which way to a page is the short one is known to neither database: through the listing, in its order, until there
/// are enough of those that are meant, which takes for ever if hardly any are; or by an index of what the filter
/// says, and then in order, which takes for ever if many are. So the first way is gone up to a bound; then the
/// second, up to another; and if both end there, the first one is gone to its end.
fn whichever_way(
    meant: &Meant<'_>,
    besides: &Condition,
    query: &TaskQuery,
    [skip, limit]: [u64; 2],
) -> SelectStatement {
    let key = query.sort.key;
    let enough = skip + limit;
    let bound = COMMON * limit + COMMON_AMONG_SKIPPED * skip;
    let near = walk(meant, besides, query, [bound, enough], None)
        .limit(enough)
        .take();
    let found = |way: &'static str| how_many(|all| all.from(way));
    let gate = Query::select()
        .expr(Expr::value(1))
        .and_where(found(NEAR).lt(enough))
        .take();
    // SQLite takes what CROSS JOIN joins in this order, and does not begin with the tasks if there is no gate.
    let far = row::reading_with(beyond(meant.by_filter(), query), key)
        .from_clear()
        .from_subquery(gate, "gate")
        .cross_join(Entity)
        .limit(RARE + 1)
        .take();
    let onward = walk(meant, besides, query, [ALL, enough], Some(found(FAR).gt(RARE)));
    let any = of(NEAR)
        .and_where(found(NEAR).eq(enough))
        .union(UnionType::All, of(FAR).and_where(found(FAR).lte(RARE)).take())
        .union(
            UnionType::All,
            Query::select()
                .column(Asterisk)
                .from_subquery(onward, "onward")
                .take(),
        )
        .take();
    let mut ways = WithClause::new();
    for (name, way) in [(NEAR, near), (FAR, far)] {
        ways.cte(
            CommonTableExpression::new()
                .table_name(name)
                .query(way)
                .materialized(true)
                .to_owned(),
        );
    }
    let mut page = Query::select();
    page.column(Asterisk).from_subquery(any, Entity).with_cte(ways);
    if key == SortKey::DueAt {
        page.order_by_expr(Expr::col(Column::DueAt).is_null(), Order::Asc);
    }
    page.order_by_expr(unindexed(column(key)), direction(query.sort))
        .order_by(Column::Id, direction(query.sort))
        .take()
}

/// What the first way found.
const NEAR: &str = "near";

/// What the second way found.
const FAR: &str = "far";

fn of(way: &'static str) -> SelectStatement {
    Query::select().column(Asterisk).from(way).take()
}

fn how_many(of: impl FnOnce(&mut SelectStatement) -> &mut SelectStatement) -> Expr {
    let mut count = Query::select();
    of(count.expr(Expr::col(Asterisk).count()));
    Expr::SubQuery(None, Box::new(count.into()))
}
