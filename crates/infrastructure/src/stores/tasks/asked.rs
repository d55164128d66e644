//! What somebody asks for: what the blanks of a statement are filled in with.

use sea_orm::Value;
use taskwell_application::ports::TaskFilter;
use taskwell_domain::{Timestamp, UserId};

use super::{
    blanks::Blank,
    filter::Meant,
    row::rank,
    words::{Wanted, wanted_tags, wanted_words},
};
use crate::database::Database;

/// Which of whose tasks are asked for.
pub(super) struct Asked<'a> {
    postgres: bool,
    owner: &'a UserId,
    filter: &'a TaskFilter,
    words: Vec<Wanted>,
    nothing: bool,
}

impl<'a> Asked<'a> {
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

    /// The form of the question.
    pub(super) fn meant(&self) -> Meant {
        // All of them, so that a new filter cannot be forgotten.
        let TaskFilter {
            deleted,
            completed,
            priorities,
            tags: _,
            due_after,
            due_before,
            updated_since,
            search: _,
        } = self.filter;
        Meant {
            postgres: self.postgres,
            deleted: *deleted,
            completed: *completed,
            priorities: priorities.len(),
            due_after: due_after.is_some(),
            due_before: due_before.is_some(),
            updated_since: updated_since.is_some(),
            words: self.words.iter().map(Wanted::extent).collect(),
            nothing: self.nothing,
        }
    }

    /// What that blank is filled in with.
    pub(super) fn value(&self, blank: Blank) -> Value {
        let instant = |at: Option<Timestamp>| at.map(Timestamp::as_datetime).into();
        let filter = self.filter;
        let ranks = || filter.priorities.iter().copied().map(rank);
        match blank {
            Blank::OWNER => self.owner.as_str().into(),
            Blank::DUE_AFTER => instant(filter.due_after),
            Blank::DUE_BEFORE => instant(filter.due_before),
            Blank::UPDATED_SINCE => instant(filter.updated_since),
            Blank::LEAST_PRIORITY => ranks().min().into(),
            Blank::MOST_PRIORITY => ranks().max().into(),
            Blank::WORDS => self.all_words().into(),
            word if word.is_word() => self.words.get(word.nth()).map(|word| self.word(word)).into(),
            priority => ranks().nth(priority.nth()).into(),
        }
    }

    /// What is wanted consists of letters and digits, and in quotes nothing of it means anything else.
    fn word(&self, word: &Wanted) -> String {
        match (self.postgres, word) {
            (true, word) => in_query(word),
            (false, Wanted::Whole(word)) => format!(" {word} "),
            (false, Wanted::Beginning(word)) => format!(" {word}"),
        }
    }

    fn all_words(&self) -> String {
        if self.postgres {
            return self.words.iter().map(in_query).collect::<Vec<_>>().join(" & ");
        }
        let each = self.words.iter().map(|wanted| match wanted {
            Wanted::Whole(word) => format!("\"{word}\""),
            Wanted::Beginning(word) => format!("\"{word}\" *"),
        });
        each.collect::<Vec<_>>().join(" AND ")
    }
}

/// A word in a query of PostgreSQL's.
fn in_query(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Whole(word) => format!("'{word}'"),
        Wanted::Beginning(word) => format!("'{word}':*"),
    }
}
