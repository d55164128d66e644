use serde::{Deserialize, Serialize};
use taskwell_application::{
    ports::{Position, TaskFilter},
    tasks::Cursor,
};
use taskwell_domain::{TaskId, Timestamp};

use crate::wire::sort_word;

/// Where a list of tasks goes on, as a cursor holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    #[serde(rename = "s")]
    sort: String,
    #[serde(rename = "c")]
    completed: Option<bool>,
    #[serde(rename = "t")]
    created_at: Timestamp,
    #[serde(rename = "i")]
    id: TaskId,
}

impl Parts {
    pub(super) fn of(cursor: &Cursor) -> Self {
        Self {
            sort: sort_word::of(cursor.sort).to_owned(),
            completed: cursor.filter.completed,
            created_at: cursor.position.created_at,
            id: cursor.position.id,
        }
    }

    pub(super) fn meaning(self) -> Option<Cursor> {
        Some(Cursor {
            filter: TaskFilter {
                completed: self.completed,
            },
            sort: sort_word::meaning(&self.sort)?,
            position: Position {
                created_at: self.created_at,
                id: self.id,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use taskwell_application::ports::Sort;

    use super::*;
    use crate::cursor::{decode, encode};

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        for (sort, completed) in [
            (Sort::CreatedAt, None),
            (Sort::CreatedAtDescending, Some(true)),
            (Sort::CreatedAt, Some(false)),
        ] {
            let cursor = Cursor {
                filter: TaskFilter { completed },
                sort,
                position: Position {
                    created_at: "2026-11-21T09:30:00.123Z".parse().unwrap(),
                    id: TaskId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
                },
            };
            let text = encode(&Parts::of(&cursor)).unwrap();
            assert_eq!(decode(&text).and_then(Parts::meaning), Some(cursor));
        }
    }
}
