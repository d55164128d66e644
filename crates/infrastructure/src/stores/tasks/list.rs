//! Listing and counting tasks.

use std::sync::{Arc, LazyLock};

use moka::sync::Cache;
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, ExprTrait, Order, Statement, Value,
    sea_query::{Asterisk, CommonTableExpression, Expr, Query, SelectStatement, UnionType, WithClause},
};
use taskwell_application::ports::{Page, Sort, SortKey, SortValue, Start, StoreError, TaskFilter, TaskQuery};
use taskwell_domain::UserId;

use super::{
    asked::Asked,
    blanks::{Blank, Form},
    filter::{Meant, unindexed},
    order::{Begin, beyond, column, direction, parts, together},
    row::{self, rank},
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

/// What the text of a statement depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Question {
    Page(Listing),
    Count(Meant),
}

impl Question {
    fn form(&self, backend: DbBackend) -> Form {
        let statement = match self {
            Self::Page(listing) => listing.page(),
            Self::Count(meant) => meant.by_filter().expr(Expr::col(Column::Id).count()).take(),
        };
        Form::of(&statement, backend)
    }
}

/// A page of a listing, as far as the text tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Listing {
    meant: Meant,
    sort: Sort,
    begin: Begin,
    /// Whether more than [`DEEP`] are skipped.
    is_deep: bool,
}

/// The forms that were asked for. SeaORM takes a tenth of the time of a list to make the text of its statement, and with a
/// filter more than all else takes.
static FORMS: LazyLock<Cache<Question, Arc<Form>>> = LazyLock::new(forms);

/// How much text of them is kept, in bytes; their values take up to two thirds as much besides. Most have up to 5 KB, a
/// search for a hundred words up to 27. There are more than that, but hardly anybody asks in so many ways.
const MAX_TEXT: u64 = 1 << 20;

fn forms() -> Cache<Question, Arc<Form>> {
    let weight = |_: &Question, form: &Arc<Form>| u32::try_from(form.text().len()).unwrap_or(u32::MAX);
    Cache::builder().max_capacity(MAX_TEXT).weigher(weight).build()
}

pub(super) async fn list(database: &Database, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
    let rows = database.read().query_all_raw(page(database, owner, query)).await;
    let rows = rows.map_err(store_error)?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
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
    page(database, owner, query).to_string()
}

pub(super) async fn count(
    database: &Database,
    owner: &UserId,
    filter: &TaskFilter,
) -> Result<u64, StoreError> {
    let asked = Asked::by(filter, owner, database);
    let count = form(&Question::Count(asked.meant()), database).filled_in(|blank| asked.value(blank));
    let row = database.read().query_one_raw(count).await.map_err(store_error)?;
    let count: Option<i64> = row
        .map(|row| row.try_get_by_index(0))
        .transpose()
        .map_err(store_error)?;
    u64::try_from(count.unwrap_or_default()).map_err(|error| corrupt("count", error))
}

fn page(database: &Database, owner: &UserId, query: &TaskQuery) -> Statement {
    let (skip, mark) = match &query.start {
        // Beyond the range of the databases there are no tasks left either.
        Start::Skip(skip) => (std::cmp::min(*skip, ALL / 2), None),
        Start::After(mark) => (0, Some(mark)),
    };
    // One more than asked for tells whether others follow.
    let limit = u64::from(query.limit) + 1;
    let asked = Asked::by(&query.filter, owner, database);
    let listing = Listing {
        meant: asked.meant(),
        sort: query.sort,
        begin: Begin::of(&query.start),
        is_deep: skip > DEEP,
    };
    form(&Question::Page(listing), database).filled_in(|blank| match blank {
        Blank::KEY => mark.map_or(Value::Bool(None), |mark| key(&mark.value)),
        Blank::ID => mark.map(|mark| mark.id.as_uuid()).into(),
        Blank::SKIP => skip.into(),
        Blank::LIMIT => limit.into(),
        Blank::ENOUGH => (skip + limit).into(),
        Blank::BOUND => (COMMON * limit + COMMON_AMONG_SKIPPED * skip).into(),
        of_filter => asked.value(of_filter),
    })
}

/// What a sort key is compared with.
fn key(value: &SortValue) -> Value {
    match value {
        SortValue::Time(at) => at.as_datetime().into(),
        SortValue::Priority(priority) => rank(*priority).into(),
        SortValue::Text(text) => text.as_str().into(),
        SortValue::Missing => Value::Bool(None),
    }
}

fn form(question: &Question, database: &Database) -> Arc<Form> {
    let backend = database.read().get_database_backend();
    FORMS.get_with_by_ref(question, || Arc::new(question.form(backend)))
}

/// As many as the databases can count.
const ALL: u64 = i64::MAX.unsigned_abs();

impl Listing {
    /// The tasks of a page, and one more.
    fn page(&self) -> SelectStatement {
        let mut page = match self.meant.besides(self.sort.key) {
            None => {
                let parts = parts(&self.meant, self.sort, self.begin, None).into_iter();
                let parts = parts.map(|mut tasks| {
                    row::reading_with(tasks.limit(Blank::ENOUGH.number()).take(), self.sort.key)
                });
                together(parts.collect(), self.sort)
            }
            Some(besides) if self.is_deep => self.walk(&besides, ALL, None),
            Some(besides) => self.whichever_way(&besides),
        };
        page.offset(Blank::SKIP.number())
            .limit(Blank::LIMIT.number())
            .take()
    }

    /// Of the first `bound` tasks of each part of the listing, enough of those that are meant, in order; none unless the
    /// condition `on` holds.
    fn walk(&self, besides: &Condition, bound: u64, on: Option<Expr>) -> SelectStatement {
        // What comes behind a part counts only if that part has come to its end.
        let mut ended: Option<Expr> = None;
        let parts = parts(&self.meant, self.sort, self.begin, on).into_iter();
        let parts = parts.map(|mut tasks| {
            let mut passed = tasks.limit(bound).clone();
            let before = ended.take();
            let ids = tasks.column((Entity, Column::Id)).take();
            ended = (bound != ALL).then(|| how_many(|all| all.from_subquery(ids, "passed")).lt(bound));
            row::reading_with(Query::select(), self.sort.key)
                .from_subquery(passed.column((Entity, Asterisk)).take(), Entity)
                .cond_where(besides.clone())
                .and_where_option(before)
                .limit(Blank::ENOUGH.number())
                .take()
        });
        together(parts.collect(), self.sort)
    }

    /// Which way to a page is the short one is known to neither database: through the listing, in its order, until there
    /// are enough of those that are meant, which takes for ever if hardly any are; or by an index of what the filter
    /// says, and then in order, which takes for ever if many are. So the first way is gone up to a bound; then the
    /// second, up to another; and if both end there, the first one is gone to its end.
    fn whichever_way(&self, besides: &Condition) -> SelectStatement {
        let key = self.sort.key;
        let near = self
            .walk(besides, Blank::BOUND.number(), None)
            .limit(Blank::ENOUGH.number())
            .take();
        let found = |way: &'static str| how_many(|all| all.from(way));
        let gate = Query::select()
            .expr(Expr::value(1))
            .and_where(found(NEAR).lt(Blank::ENOUGH))
            .take();
        // SQLite takes what CROSS JOIN joins in this order, and does not begin with the tasks if there is no gate.
        let far = row::reading_with(beyond(self.meant.by_filter(), self.sort, self.begin), key)
            .from_clear()
            .from_subquery(gate, "gate")
            .cross_join(Entity)
            .limit(RARE + 1)
            .take();
        let onward = self.walk(besides, ALL, Some(found(FAR).gt(RARE)));
        let any = of(NEAR)
            .and_where(found(NEAR).eq(Blank::ENOUGH))
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
        page.order_by_expr(unindexed(column(key)), direction(self.sort))
            .order_by(Column::Id, direction(self.sort))
            .take()
    }
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

#[cfg(test)]
mod tests {
    use super::{super::words::Extent, *};

    /// A page of what so many words find.
    fn found_by(words: usize) -> Question {
        let meant = Meant {
            postgres: false,
            deleted: false,
            completed: None,
            priorities: 0,
            due_after: false,
            due_before: false,
            updated_since: false,
            words: vec![Extent::Whole; words],
            nothing: false,
        };
        let sort = Sort {
            key: SortKey::DueAt,
            descending: false,
        };
        Question::Page(Listing {
            meant,
            sort,
            begin: Begin::Skip,
            is_deep: false,
        })
    }

    #[test]
    fn however_long_the_forms_are_only_so_much_text_is_kept() {
        let forms = forms();
        for words in 1..=120 {
            let question = found_by(words);
            let form = question.form(DbBackend::Sqlite);
            forms.insert(question, Arc::new(form));
        }
        forms.run_pending_tasks();
        let kept: usize = forms.iter().map(|(_, form)| form.text().len()).sum();
        let kept = u64::try_from(kept).unwrap();
        assert!((MAX_TEXT / 2..=MAX_TEXT).contains(&kept), "{kept}");
    }
}
