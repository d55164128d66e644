//! Statements with blanks: their text is made once, and filled in for each who asks.

use sea_orm::{DbBackend, Statement, StatementBuilder, Value};

/// A value that is left open. It stands in the statement as a number beyond all that the databases count to, so that
/// no other value can be taken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blank(u64);

/// The numbers of the kinds of blanks of which there can be several are so far apart.
const APART: u64 = 1_000;

impl Blank {
    const FIRST: u64 = 1 << 63;

    pub(super) const OWNER: Self = Self(Self::FIRST);
    pub(super) const DUE_AFTER: Self = Self(Self::FIRST + 1);
    pub(super) const DUE_BEFORE: Self = Self(Self::FIRST + 2);
    pub(super) const UPDATED_SINCE: Self = Self(Self::FIRST + 3);
    pub(super) const LEAST_PRIORITY: Self = Self(Self::FIRST + 4);
    pub(super) const MOST_PRIORITY: Self = Self(Self::FIRST + 5);
    /// All words together.
    pub(super) const WORDS: Self = Self(Self::FIRST + 6);
    /// The sort key of the task that a page begins after.
    pub(super) const KEY: Self = Self(Self::FIRST + 7);
    /// The id of that task.
    pub(super) const ID: Self = Self(Self::FIRST + 8);
    /// How many tasks are left out.
    pub(super) const SKIP: Self = Self(Self::FIRST + 9);
    /// How many are read.
    pub(super) const LIMIT: Self = Self(Self::FIRST + 10);
    /// How many are left out or read.
    pub(super) const ENOUGH: Self = Self(Self::FIRST + 11);
    /// How many are looked at on the first way.
    pub(super) const BOUND: Self = Self(Self::FIRST + 12);

    /// One of several priorities.
    pub(super) fn priority(nth: usize) -> Self {
        Self(Self::FIRST + APART + nth as u64)
    }

    /// One of several words.
    pub(super) fn word(nth: usize) -> Self {
        Self(Self::FIRST + 2 * APART + nth as u64)
    }

    /// Which of them it is, of a priority or a word.
    pub(super) fn nth(self) -> usize {
        usize::try_from((self.0 - Self::FIRST) % APART).unwrap_or(usize::MAX)
    }

    /// Whether it is one of several words.
    pub(super) fn is_word(self) -> bool {
        self.0 >= Self::FIRST + 2 * APART
    }

    /// The number that stands for it.
    pub(super) fn number(self) -> u64 {
        self.0
    }

    fn in_place_of(value: &Value) -> Option<Self> {
        match value {
            Value::BigUnsigned(Some(number)) if *number >= Self::FIRST => Some(Self(*number)),
            _ => None,
        }
    }
}

impl From<Blank> for Value {
    fn from(blank: Blank) -> Self {
        blank.number().into()
    }
}

/// A statement with blanks.
#[derive(Clone, Debug)]
pub(super) struct Form(Statement);

impl Form {
    pub(super) fn of(statement: &impl StatementBuilder, backend: DbBackend) -> Self {
        Self(backend.build(statement))
    }

    /// The text of the statement, which has placeholders where values are filled in.
    pub(super) fn text(&self) -> &str {
        &self.0.sql
    }

    pub(super) fn filled_in(&self, with: impl Fn(Blank) -> Value) -> Statement {
        let Self(mut statement) = self.clone();
        for value in statement.values.iter_mut().flat_map(|values| &mut values.0) {
            if let Some(blank) = Blank::in_place_of(value) {
                *value = with(blank);
            }
        }
        statement
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{
        ExprTrait,
        sea_query::{Expr, Query},
    };

    use super::*;

    #[test]
    fn blanks_are_filled_in_and_all_else_stays() {
        let question = Query::select()
            .expr(Expr::value(7))
            .and_where(Expr::value(Blank::OWNER).eq(i64::MAX.unsigned_abs()))
            .and_where(Expr::value(Blank::word(3)).ne(Blank::priority(2)))
            .limit(Blank::LIMIT.number())
            .take();
        let form = Form::of(&question, DbBackend::Sqlite);
        for (owner, limit) in [("ada", 20), ("bob", 100)] {
            let filled_in = form.filled_in(|blank| match blank {
                Blank::OWNER => owner.into(),
                Blank::LIMIT => Value::from(limit),
                word if word.is_word() => format!("word {}", word.nth()).into(),
                priority => format!("priority {}", priority.nth()).into(),
            });
            let expected = format!(
                "SELECT 7 WHERE '{owner}' = 9223372036854775807 AND 'word 3' <> 'priority 2' LIMIT {limit}"
            );
            assert_eq!(filled_in.to_string(), expected);
        }
    }
}
