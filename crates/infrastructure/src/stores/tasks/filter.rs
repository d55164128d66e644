//! Which tasks are meant.

use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, Func, Query, SelectStatement},
};
use taskwell_application::ports::SortKey;

use super::{blanks::Blank, words::Extent};
use crate::entities::tasks::{Column, Entity};

/// What a filter can bound by its sort key.
const BOUNDED: [SortKey; 3] = [SortKey::DueAt, SortKey::UpdatedAt, SortKey::Priority];

/// Those of an owner's tasks that a filter means, as far as the text of a statement tells: what it leaves blank is
/// [`Asked`](super::asked::Asked).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Meant {
    pub(super) postgres: bool,
    pub(super) deleted: bool,
    pub(super) completed: Option<bool>,
    /// How many.
    pub(super) priorities: usize,
    pub(super) due_after: bool,
    pub(super) due_before: bool,
    pub(super) updated_since: bool,
    /// The words that they have, tags among them.
    pub(super) words: Vec<Extent>,
    /// Whether a text is searched for that has no word, and finds nothing.
    pub(super) nothing: bool,
}

impl Meant {
    /// All of the owner's, on the same side of the trash, whose sort key lies within the filter's bounds: an index
    /// in the order of the key leads from one to the next. None of them, and nothing is read, unless the condition
    /// `on` holds.
    pub(super) fn by_key(&self, key: SortKey, on: Option<Expr>) -> SelectStatement {
        let bounds = match key {
            // Of several, no index tells the order.
            SortKey::Priority if self.priorities > 0 => {
                vec![Column::Priority.between(Blank::LEAST_PRIORITY, Blank::MOST_PRIORITY)]
            }
            _ => self.bounds(key),
        };
        let owner = Expr::value(Blank::OWNER);
        let owner = match on {
            // Beside the others, SQLite would ask this of each row.
            Some(condition) => Expr::case(condition, owner).into(),
            None => owner,
        };
        Query::select()
            .from(Entity)
            .and_where(Expr::col((Entity, Column::UserId)).eq(owner))
            .and_where(self.side())
            .cond_where(all(bounds))
            .take()
    }

    /// What else makes one of [`by_key`](Self::by_key) meant; `None` if all of them are.
    pub(super) fn besides(&self, key: SortKey) -> Option<Condition> {
        let has_gaps = |key| key == SortKey::Priority && self.priorities > 1;
        let bounds = BOUNDED.into_iter().filter(|other| *other != key || has_gaps(key));
        let mut rest: Vec<Expr> = bounds.flat_map(|other| self.bounds(other)).collect();
        rest.extend(self.marks());
        rest.extend(
            self.words
                .iter()
                .enumerate()
                .map(|(nth, extent)| self.has(Blank::word(nth), *extent)),
        );
        (!rest.is_empty()).then(|| all(rest))
    }

    /// Whether only tasks with a due time are meant.
    pub(super) fn are_all_due(&self) -> bool {
        self.due_after || self.due_before
    }

    /// All of them, by the index of what the filter says.
    pub(super) fn by_filter(&self) -> SelectStatement {
        // The owner is in the words. Neither database knows how many tasks have them, and either would rather begin
        // with all that the owner has.
        let owner = match self.words.is_empty() {
            true => Expr::col((Entity, Column::UserId)),
            false => unindexed(Column::UserId),
        };
        Query::select()
            .from(Entity)
            .and_where(owner.eq(Blank::OWNER))
            .and_where(self.side())
            .cond_where(all(BOUNDED.into_iter().flat_map(|key| self.bounds(key))))
            .cond_where(all(self.marks()))
            .cond_where(all(self.have_words()))
            .take()
    }

    fn side(&self) -> Expr {
        match self.deleted {
            true => Column::DeletedAt.is_not_null(),
            false => Column::DeletedAt.is_null(),
        }
    }

    /// What the filter says of one sort key.
    fn bounds(&self, key: SortKey) -> Vec<Expr> {
        match key {
            SortKey::DueAt => {
                let after = self.due_after.then(|| Column::DueAt.gte(Blank::DUE_AFTER));
                let before = self.due_before.then(|| Column::DueAt.lt(Blank::DUE_BEFORE));
                after.into_iter().chain(before).collect()
            }
            SortKey::UpdatedAt => {
                let since = self
                    .updated_since
                    .then(|| Column::UpdatedAt.gte(Blank::UPDATED_SINCE));
                since.into_iter().collect()
            }
            SortKey::Priority if self.priorities > 0 => {
                vec![Column::Priority.is_in((0..self.priorities).map(Blank::priority))]
            }
            SortKey::Priority | SortKey::CreatedAt | SortKey::Title | SortKey::Position => Vec::new(),
        }
    }

    /// What is neither a sort key nor a word.
    fn marks(&self) -> Vec<Expr> {
        let completed = self.completed.map(|completed| match completed {
            true => Column::CompletedAt.is_not_null(),
            false => Column::CompletedAt.is_null(),
        });
        let nothing = self.nothing.then(|| Expr::value(false));
        completed.into_iter().chain(nothing).collect()
    }

    /// Whether a row has a word, by the row alone.
    fn has(&self, word: Blank, extent: Extent) -> Expr {
        match (self.postgres, extent) {
            (true, _) => matches_query(word),
            (false, Extent::Whole) => {
                Expr::cust_with_values("instr(' ' || tasks.words || ' ', ?) > 0", [word])
            }
            (false, Extent::Beginning) => Expr::cust_with_values("instr(' ' || tasks.words, ?) > 0", [word]),
        }
    }

    /// Whether it has all the words, by each database's index of them.
    fn have_words(&self) -> Option<Expr> {
        let found = "tasks.number IN (SELECT rowid FROM tasks_search WHERE tasks_search MATCH ?)";
        (!self.words.is_empty()).then(|| match self.postgres {
            true => matches_query(Blank::WORDS),
            false => Expr::cust_with_values(found, [Blank::WORDS]),
        })
    }
}

/// PostgreSQL asks the row or the index, as it likes.
fn matches_query(words: Blank) -> Expr {
    Expr::cust_with_values("tasks.search @@ CAST($1 AS tsquery)", [words])
}

fn all(conditions: impl IntoIterator<Item = Expr>) -> Condition {
    conditions.into_iter().fold(Condition::all(), Condition::add)
}

/// The value of a column, which no index is known for: so that the database takes another one.
pub(super) fn unindexed(column: Column) -> Expr {
    Expr::expr(Func::coalesce([
        Expr::col((Entity, column)),
        Expr::col((Entity, column)),
    ]))
}
