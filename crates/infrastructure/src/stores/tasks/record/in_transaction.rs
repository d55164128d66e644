//! Any number of changes, on either database.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, Iterable, ModelTrait, QueryFilter, QueryTrait,
    sea_query::{Asterisk, Expr, IntoIden, OnConflict, Query, TableRef, ValueTuple},
};
use taskwell_application::ports::{Constraint, NewAnswer, StoreError};
use taskwell_domain::{Base, Change, Origin, Seq, Task, TaskChange, TaskId, UserId};

use super::{last_seq, numbered};
use crate::{
    database::{Database, Transaction, store_error},
    entities::{
        changes,
        tasks::{self, Column},
        users,
    },
    stores::{
        tasks::{AT_ONCE, answers, entry, row},
        to_stored,
    },
};

pub(super) async fn record(
    database: &Database,
    owner: &UserId,
    changes: Vec<TaskChange>,
    origin: &Origin,
    expects: Option<Seq>,
    answer: Option<&NewAnswer>,
) -> Result<Vec<Change>, StoreError> {
    // Dropped on the way, it is rolled back.
    let transaction = database.begin().await.map_err(store_error)?;
    let first = take_numbers(&transaction, owner, changes.len()).await?;
    // Before all else: who asks the same again is to learn that, and not what became of it.
    if let Some(answer) = answer {
        answers::keep(&transaction, owner, answer, first, origin.at).await?;
    }
    if expects.is_some_and(|expected| to_stored(expected.next()) != first) {
        return Err(StoreError::Stale);
    }
    let basics: Vec<Basics> = changes.iter().map(Basics::of).collect();
    let recorded = numbered(changes, last_seq(first)?, origin);
    write_tasks(&transaction, owner, &writes(&basics, &recorded)?).await?;
    for some in recorded.chunks(AT_ONCE) {
        let entries: Result<Vec<_>, StoreError> = some
            .iter()
            .map(|change| Ok(entry::of(change, owner)?.into_active_model()))
            .collect();
        changes::Entity::insert_many(entries?)
            .exec_without_returning(&transaction)
            .await
            .map_err(store_error)?;
    }
    transaction.commit().await.map_err(store_error)?;
    Ok(recorded)
}

/// The first of the next `count` numbers of the owner's log. From here on to the end of the transaction
/// nobody else writes tasks of that owner.
async fn take_numbers(transaction: &Transaction, owner: &UserId, count: usize) -> Result<i64, StoreError> {
    let count = i64::try_from(count).map_err(|error| StoreError::Internal(Box::new(error)))?;
    let taken = users::Entity::update_many()
        .col_expr(
            users::Column::LastSeq,
            Expr::col(users::Column::LastSeq).add(count),
        )
        .filter(users::Column::Id.eq(owner.as_str()))
        .exec_with_returning(transaction)
        .await
        .map_err(store_error)?;
    match taken.first() {
        Some(owner) => Ok(owner.last_seq - count + 1),
        None => Err(StoreError::NotFound),
    }
}

/// What the log does not tell of a change.
struct Basics {
    base: Base,
    moves: bool,
}

impl Basics {
    fn of(change: &TaskChange) -> Self {
        Self {
            base: change.base(),
            moves: change.moves(),
        }
    }
}

/// What is to be done to the row of a task.
enum Write<'c> {
    Create(&'c Task),
    Change(Version, &'c Task),
    /// A change that must not be made before those that come before it: of the same task, or of one that has the
    /// place that this one gets.
    ChangeInTurn(Version, &'c Task),
    Purge(Version),
}

/// A task as it must stand.
#[derive(Clone, Copy)]
struct Version {
    id: TaskId,
    number: Seq,
}

fn writes<'c>(basics: &[Basics], changes: &'c [Change]) -> Result<Vec<Write<'c>>, StoreError> {
    let mut earlier: HashMap<TaskId, Seq> = HashMap::new();
    let mut writes = Vec::with_capacity(changes.len());
    for (Basics { base, moves }, change) in basics.iter().zip(changes) {
        let id = change.task_id;
        let before = earlier.insert(id, change.seq);
        let version = match base {
            Base::Nothing => None,
            Base::Version(number) => Some(*number),
            Base::Earlier => Some(before.ok_or(StoreError::Stale)?),
        };
        let version = version.map(|number| Version { id, number });
        writes.push(match (version, &change.task) {
            (None, Some(task)) => Write::Create(task),
            (Some(version), Some(task)) if *moves || *base == Base::Earlier => {
                Write::ChangeInTurn(version, task)
            }
            (Some(version), Some(task)) => Write::Change(version, task),
            (Some(version), None) => Write::Purge(version),
            // There is nothing to be purged.
            (None, None) => return Err(StoreError::Stale),
        });
    }
    Ok(writes)
}

/// In order; where several in a row are to be created, or changed, or purged, many at once.
async fn write_tasks(
    transaction: &Transaction,
    owner: &UserId,
    writes: &[Write<'_>],
) -> Result<(), StoreError> {
    let together = |a: &Write<'_>, b: &Write<'_>| {
        matches!(
            (a, b),
            (Write::Create(_), Write::Create(_))
                | (Write::Change(..), Write::Change(..))
                | (Write::Purge(_), Write::Purge(_))
        )
    };
    for run in writes.chunk_by(together).flat_map(|run| run.chunks(AT_ONCE)) {
        let mut created = Vec::new();
        let mut changed = Vec::new();
        let mut purged = Vec::new();
        for write in run {
            match write {
                Write::Create(task) => created.push(*task),
                Write::Change(version, task) | Write::ChangeInTurn(version, task) => {
                    changed.push((*version, *task));
                }
                Write::Purge(version) => purged.push(*version),
            }
        }
        create(transaction, &created).await?;
        change(transaction, owner, &changed).await?;
        purge(transaction, owner, &purged).await?;
    }
    Ok(())
}

async fn create(transaction: &Transaction, tasks: &[&Task]) -> Result<(), StoreError> {
    if tasks.is_empty() {
        return Ok(());
    }
    let rows: Result<Vec<_>, StoreError> = tasks
        .iter()
        .map(|task| Ok(row::of(task)?.into_active_model()))
        .collect();
    // An error would end the transaction on PostgreSQL; a count tells as much.
    let key = [Column::Id, Column::UserId];
    let created = tasks::Entity::insert_many(rows?)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await
        .map_err(store_error)?;
    if created < tasks.len() as u64 {
        return Err(StoreError::Conflict(Constraint::TaskId));
    }
    Ok(())
}

async fn change(
    transaction: &Transaction,
    owner: &UserId,
    changes: &[(Version, &Task)],
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    // Both databases call the columns of a list so. The first two are the task as it must stand.
    let new = |number: usize| Expr::col(("new", format!("column{number}")));
    let written: Vec<Column> = Column::iter()
        .filter(|column| !matches!(column, Column::Id | Column::UserId | Column::CreatedAt))
        .collect();
    let rows: Result<Vec<ValueTuple>, StoreError> = changes
        .iter()
        .map(|(version, task)| {
            let row = row::of(task)?;
            let stands = [version.id.as_uuid().into(), to_stored(version.number).into()];
            let values = written.iter().map(|column| row.get(*column));
            Ok(ValueTuple::Many(stands.into_iter().chain(values).collect()))
        })
        .collect();
    let mut update = tasks::Entity::update_many()
        .filter(Column::UserId.eq(owner.as_str()))
        .filter(Expr::col((tasks::Entity, Column::Id)).eq(new(1)))
        .filter(Expr::col((tasks::Entity, Column::Version)).eq(new(2)));
    let values = (3..).zip(&written).map(|(number, column)| (*column, new(number)));
    QueryTrait::query(&mut update)
        .values(values)
        .from(TableRef::ValuesList(rows?, "new".into_iden()));
    let changed = update.exec(transaction).await.map_err(store_error)?;
    if changed.rows_affected < changes.len() as u64 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

async fn purge(transaction: &Transaction, owner: &UserId, versions: &[Version]) -> Result<(), StoreError> {
    if versions.is_empty() {
        return Ok(());
    }
    let values = versions
        .iter()
        .map(|version| (version.id.as_uuid(), to_stored(version.number)));
    let those = Query::select()
        .column(Asterisk)
        .from_values(values, "versions")
        .take();
    let key = [Column::Id, Column::Version];
    let purged = tasks::Entity::delete_many()
        .filter(Column::UserId.eq(owner.as_str()))
        .filter(Expr::tuple(key.map(Expr::col)).in_subquery(those))
        .exec(transaction)
        .await
        .map_err(store_error)?;
    if purged.rows_affected < versions.len() as u64 {
        return Err(StoreError::Stale);
    }
    Ok(())
}
