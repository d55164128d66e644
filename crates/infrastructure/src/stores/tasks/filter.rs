//! Which tasks are meant.

use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, Func, Query, SelectStatement},
};
use taskwell_application::ports::{SortKey, TaskFilter};
use taskwell_domain::{Timestamp, UserId};

use super::{
    row::rank,
    words::{Wanted, wanted_tags, wanted_words},
};
use crate::{
    database::Database,
    entities::tasks::{Column, Entity},
};

/// What a filter can bound by its sort key.
const BOUNDED: [SortKey; 3] = [SortKey::DueAt, SortKey::UpdatedAt, SortKey::Priority];

/// Those of an owner's tasks that a filter means.
pub(super) struct Meant<'a> {
    postgres: bool,
    owner: &'a UserId,
    filter: &'a TaskFilter,
    /// The words that they have, tags among them.
    words: Vec<Wanted>,
    /// Whether a text is searched for that has no word, and finds nothing.
    nothing: bool,
}

impl<'a> Meant<'a> {
    pub(super) fn by(filter: &'a TaskFilter, owner: &'a UserId, database: &Database) -> Self {
        let searched = filter.search.as_deref().map(|text| wanted_words(owner, text));
        let nothing = searched.as_ref().is_some_and(Vec::is_empty);
        let mut words = wanted_tags(owner, &filter.tags);
        words.extend(searched.unwrap_or_default());
        Self {
            postgres: database.is_postgres(),
            owner,
            filter,
            words,
            nothing,
        }
    }

    /// All of the owner's, on the same side of the trash, whose sort key lies within the filter's bounds: an index
    /// in the order of the key leads from one to the next. None of them, and nothing is read, unless the condition
    /// `on` holds.
    pub(super) fn by_key(&self, key: SortKey, on: Option<Expr>) -> SelectStatement {
        let ranks = || self.filter.priorities.iter().copied().map(rank);
        let bounds = match (key, ranks().min(), ranks().max()) {
            // Of several, no index tells the order.
            (SortKey::Priority, Some(least), Some(most)) => vec![Column::Priority.between(least, most)],
            _ => self.bounds(key),
        };
        let owner = Expr::value(self.owner.as_str());
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
        let has_gaps = |key| key == SortKey::Priority && self.filter.priorities.len() > 1;
        let bounds = BOUNDED.into_iter().filter(|other| *other != key || has_gaps(key));
        let mut rest: Vec<Expr> = bounds.flat_map(|other| self.bounds(other)).collect();
        rest.extend(self.marks());
        rest.extend(self.words.iter().map(|word| self.has(word)));
        (!rest.is_empty()).then(|| all(rest))
    }

    /// Whether only tasks with a due time are meant.
    pub(super) fn are_all_due(&self) -> bool {
        self.filter.due_after.is_some() || self.filter.due_before.is_some()
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
            .and_where(owner.eq(self.owner.as_str()))
            .and_where(self.side())
            .cond_where(all(BOUNDED.into_iter().flat_map(|key| self.bounds(key))))
            .cond_where(all(self.marks()))
            .cond_where(all(self.have_words()))
            .take()
    }

    fn side(&self) -> Expr {
        match self.filter.deleted {
            true => Column::DeletedAt.is_not_null(),
            false => Column::DeletedAt.is_null(),
        }
    }

    /// What the filter says of one sort key.
    fn bounds(&self, key: SortKey) -> Vec<Expr> {
        let filter = self.filter;
        let instant = |at: Timestamp| at.as_datetime();
        match key {
            SortKey::DueAt => {
                let after = filter.due_after.map(|at| Column::DueAt.gte(instant(at)));
                let before = filter.due_before.map(|at| Column::DueAt.lt(instant(at)));
                after.into_iter().chain(before).collect()
            }
            SortKey::UpdatedAt => {
                let since = filter.updated_since.map(|at| Column::UpdatedAt.gte(instant(at)));
                since.into_iter().collect()
            }
            SortKey::Priority if !filter.priorities.is_empty() => {
                let ranks = filter.priorities.iter().copied().map(rank);
                vec![Column::Priority.is_in(ranks)]
            }
            SortKey::Priority | SortKey::CreatedAt | SortKey::Title | SortKey::Position => Vec::new(),
        }
    }

    /// What is neither a sort key nor a word.
    fn marks(&self) -> Vec<Expr> {
        let completed = self.filter.completed.map(|completed| match completed {
            true => Column::CompletedAt.is_not_null(),
            false => Column::CompletedAt.is_null(),
        });
        let nothing = self.nothing.then(|| Expr::value(false));
        completed.into_iter().chain(nothing).collect()
    }

    /// Whether a row has a word, by the row alone. What is wanted consists of letters and digits, and in quotes
    /// nothing of it means anything else.
    fn has(&self, word: &Wanted) -> Expr {
        match (self.postgres, word) {
            (true, word) => matches_query([word]),
            (false, Wanted::Whole(word)) => {
                Expr::cust_with_values("instr(' ' || tasks.words || ' ', ?) > 0", [format!(" {word} ")])
            }
            (false, Wanted::Beginning(word)) => {
                Expr::cust_with_values("instr(' ' || tasks.words, ?) > 0", [format!(" {word}")])
            }
        }
    }

    /// Whether it has all the words, by each database's index of them.
    fn have_words(&self) -> Option<Expr> {
        if self.words.is_empty() {
            return None;
        }
        if self.postgres {
            return Some(matches_query(&self.words));
        }
        let each = self.words.iter().map(|wanted| match wanted {
            Wanted::Whole(word) => format!("\"{word}\""),
            Wanted::Beginning(word) => format!("\"{word}\" *"),
        });
        let words = each.collect::<Vec<_>>().join(" AND ");
        let found = "tasks.number IN (SELECT rowid FROM tasks_search WHERE tasks_search MATCH ?)";
        Some(Expr::cust_with_values(found, [words]))
    }
}

/// PostgreSQL asks the row or the index, as it likes.
fn matches_query<'w>(words: impl IntoIterator<Item = &'w Wanted>) -> Expr {
    let each = words.into_iter().map(|wanted| match wanted {
        Wanted::Whole(word) => format!("'{word}'"),
        Wanted::Beginning(word) => format!("'{word}':*"),
    });
    let words = each.collect::<Vec<_>>().join(" & ");
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
