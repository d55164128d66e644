use serde::{Deserialize, Serialize};
use taskwell_application::{
    ports::{Mark, Sort, SortValue, TaskFilter},
    tasks::Cursor,
};
use taskwell_domain::{Priority, TaskId, Timestamp};

use crate::sort_word;

/// Where a list of tasks goes on, as a cursor holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    #[serde(rename = "v")]
    value: Value,
    #[serde(rename = "i")]
    id: TaskId,
}

#[derive(Serialize, Deserialize)]
enum Value {
    #[serde(rename = "t")]
    Time(Timestamp),
    #[serde(rename = "p")]
    Priority(Priority),
    #[serde(rename = "s")]
    Text(String),
    #[serde(rename = "n")]
    Missing,
}

impl Parts {
    pub(super) fn of(mark: &Mark) -> Self {
        let value = match &mark.value {
            SortValue::Time(at) => Value::Time(*at),
            SortValue::Priority(priority) => Value::Priority(*priority),
            SortValue::Text(text) => Value::Text(text.clone()),
            SortValue::Missing => Value::Missing,
        };
        Self { value, id: mark.id }
    }

    /// What it means in the listing that it is a cursor of.
    pub(super) fn meaning(self, filter: &TaskFilter, sort: Sort) -> Cursor {
        let value = match self.value {
            Value::Time(at) => SortValue::Time(at),
            Value::Priority(priority) => SortValue::Priority(priority),
            Value::Text(text) => SortValue::Text(text),
            Value::Missing => SortValue::Missing,
        };
        Cursor {
            filter: filter.clone(),
            sort,
            mark: Mark { value, id: self.id },
        }
    }
}

/// Which listing a cursor is of.
#[derive(Serialize)]
pub(super) struct Listing<'f> {
    list: &'static str,
    sort: String,
    deleted: bool,
    completed: Option<bool>,
    priorities: &'f [Priority],
    tags: Vec<String>,
    due_after: Option<Timestamp>,
    due_before: Option<Timestamp>,
    updated_since: Option<Timestamp>,
    search: Option<&'f str>,
}

impl<'f> Listing<'f> {
    pub(super) fn of(filter: &'f TaskFilter, sort: Sort) -> Self {
        // All of them, so that a new filter cannot be forgotten.
        let TaskFilter {
            deleted,
            completed,
            priorities,
            tags,
            due_after,
            due_before,
            updated_since,
            search,
        } = filter;
        Self {
            list: "tasks",
            sort: sort_word::of(sort),
            deleted: *deleted,
            completed: *completed,
            priorities,
            tags: tags.iter().map(taskwell_domain::Tag::key).collect(),
            due_after: *due_after,
            due_before: *due_before,
            updated_since: *updated_since,
            search: search.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cursor_holds_comes_back_as_it_was() {
        for value in [
            SortValue::Time("2026-11-21T09:30:00.123Z".parse().unwrap()),
            SortValue::Priority(Priority::Urgent),
            SortValue::Text("a title".to_owned()),
            SortValue::Missing,
        ] {
            let cursor = Cursor {
                filter: TaskFilter {
                    completed: Some(true),
                    ..TaskFilter::default()
                },
                sort: Sort::default(),
                mark: Mark {
                    value,
                    id: TaskId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
                },
            };
            let text = serde_json::to_string(&Parts::of(&cursor.mark)).unwrap();
            let parts: Parts = serde_json::from_str(&text).unwrap();
            assert_eq!(parts.meaning(&cursor.filter, cursor.sort), cursor);
        }
    }
}
