//! Which tasks are meant.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait, Select, Statement, sea_query::Expr,
};
use taskwell_application::ports::{StoreError, TaskFilter};
use taskwell_domain::{Timestamp, UserId};

use super::{
    row::rank,
    words::{Wanted, wanted_tags, wanted_words},
};
use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
};

/// Up to so many tasks that have the words, they are read and sorted; of more, some are soon met on the way through
/// a listing in its order. Neither database can know which it is: the words of a million tasks are too many to keep
/// count of, and both would rather walk, through all tasks of the owner where hardly any has the words.
const FEW: i64 = 1_000;

/// The owner's tasks that pass the filter.
pub(super) async fn passing(
    database: &Database,
    owner: &UserId,
    filter: &TaskFilter,
) -> Result<Select<Entity>, StoreError> {
    let mut wanted = wanted_tags(owner, &filter.tags);
    let searched = filter.search.as_deref().map(|search| wanted_words(owner, search));
    let finds_nothing = searched.as_ref().is_some_and(Vec::is_empty);
    wanted.extend(searched.unwrap_or_default());
    let instant = |at: Option<Timestamp>| at.map(Timestamp::as_datetime);
    let ranks = || filter.priorities.iter().copied().map(rank);
    let words = words(database, &wanted);
    let few = !wanted.is_empty() && are_few(database, &words).await?;
    // On SQLite no index begins with this expression, so that the words alone lead to the tasks.
    let owned = match few && !database.is_postgres() {
        true => Expr::cust_with_values("+user_id = ?", [owner.as_str()]),
        false => Column::UserId.eq(owner.as_str()),
    };
    Ok(Entity::find()
        .filter(owned)
        .filter(match filter.deleted {
            true => Column::DeletedAt.is_not_null(),
            false => Column::DeletedAt.is_null(),
        })
        .apply_if(filter.completed, |tasks, completed| match completed {
            true => tasks.filter(Column::CompletedAt.is_not_null()),
            false => tasks.filter(Column::CompletedAt.is_null()),
        })
        .apply_if((!filter.priorities.is_empty()).then(ranks), |tasks, ranks| {
            tasks.filter(Column::Priority.is_in(ranks))
        })
        .apply_if(instant(filter.due_after), |tasks, at| {
            tasks.filter(Column::DueAt.gte(at))
        })
        .apply_if(instant(filter.due_before), |tasks, at| {
            tasks.filter(Column::DueAt.lt(at))
        })
        .apply_if(instant(filter.updated_since), |tasks, at| {
            tasks.filter(Column::UpdatedAt.gte(at))
        })
        .apply_if((!wanted.is_empty()).then_some(words), |tasks, words| {
            tasks.filter(having(database, words, few))
        })
        .apply_if(finds_nothing.then_some(Expr::value(false)), QueryFilter::filter))
}

/// How each database is asked for the words. What is wanted consists of letters and digits alone, and in quotes
/// nothing of it means anything else.
fn words(database: &Database, wanted: &[Wanted]) -> String {
    if database.is_postgres() {
        let each = wanted.iter().map(|wanted| match wanted {
            Wanted::Whole(word) => format!("'{word}'"),
            Wanted::Beginning(word) => format!("'{word}':*"),
        });
        each.collect::<Vec<_>>().join(" & ")
    } else {
        let each = wanted.iter().map(|wanted| match wanted {
            Wanted::Whole(word) => format!("\"{word}\""),
            Wanted::Beginning(word) => format!("\"{word}\" *"),
        });
        each.collect::<Vec<_>>().join(" AND ")
    }
}

/// Whether only a few tasks have these words. The owner is in the words.
async fn are_few(database: &Database, words: &str) -> Result<bool, StoreError> {
    let found = match database.is_postgres() {
        true => "SELECT 1 FROM tasks WHERE search @@ CAST($1 AS tsquery) LIMIT $2",
        false => "SELECT 1 FROM tasks_search WHERE tasks_search MATCH $1 LIMIT $2",
    };
    let read = database.read();
    let count = Statement::from_sql_and_values(
        read.get_database_backend(),
        format!("SELECT count(*) FROM ({found}) AS found"),
        [words.into(), (FEW + 1).into()],
    );
    let row = read.query_one_raw(count).await.map_err(store_error)?;
    let count: Option<i64> = row
        .map(|row| row.try_get_by_index(0))
        .transpose()
        .map_err(store_error)?;
    Ok(count.unwrap_or_default() <= FEW)
}

/// What each database calls its index of words. Of an array of which it does not know how long it will be,
/// PostgreSQL takes it that it is short; of a `CASE` it takes it that it is often true, and has no index for it.
fn having(database: &Database, words: String, few: bool) -> Expr {
    let found = match (database.is_postgres(), few) {
        (true, true) => "id = ANY (ARRAY(SELECT id FROM tasks WHERE search @@ CAST($1 AS tsquery)))",
        (true, false) => "CASE WHEN search @@ CAST($1 AS tsquery) THEN TRUE ELSE FALSE END",
        (false, _) => "number IN (SELECT rowid FROM tasks_search WHERE tasks_search MATCH ?)",
    };
    Expr::cust_with_values(found, [words])
}
