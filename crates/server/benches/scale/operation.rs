//! What is asked.

use taskwell_application::ports::{Mark, Sort, SortKey, Start, TaskFilter, TaskQuery, TaskStore};
use taskwell_domain::{Priority, Seq, Timestamp, UserId};
use taskwell_infrastructure::SqlTaskStore;

use crate::{Result, data};

pub(crate) const PAGE: u32 = 20;

pub(crate) enum Ask {
    List(Box<TaskQuery>),
    Changes(Seq),
}

pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) ask: Ask,
}

impl Operation {
    /// How many were found.
    pub(crate) async fn call(&self, store: &SqlTaskStore, owner: &UserId) -> Result<usize> {
        Ok(match &self.ask {
            Ask::List(query) => store.list(owner, query).await?.tasks.len(),
            Ask::Changes(since) => store.changes(owner, *since, PAGE).await?.changes.len(),
        })
    }
}

/// All of them, for an owner of so many tasks.
pub(crate) async fn all(store: &SqlTaskStore, owner: &UserId, count: u32) -> Result<Vec<Operation>> {
    let at = |text: &str| -> Result<Option<Timestamp>> {
        Ok(Some(Timestamp::from(
            text.parse::<chrono::DateTime<chrono::Utc>>()?,
        )))
    };
    let list = |name, filter, sort, start| Operation {
        name,
        ask: Ask::List(Box::new(TaskQuery {
            filter,
            sort,
            start,
            limit: PAGE,
        })),
    };
    let newest = Sort::default();
    let by = |key| Sort {
        key,
        descending: false,
    };
    let none = TaskFilter::default;
    let first = || Start::Skip(0);
    let filtered = |name, filter| list(name, filter, newest, first());
    let middle = async |sort: Sort| -> Result<Start> {
        let start = Start::Skip(u64::from(count / 2));
        let query = TaskQuery {
            filter: none(),
            sort,
            start,
            limit: 1,
        };
        let page = store.list(owner, &query).await?;
        let task = page.tasks.first().ok_or("there is no task in the middle")?;
        Ok(Start::After(Mark::of(task, sort.key)))
    };
    let tagged = |tag: &str| -> Result<_> {
        Ok(TaskFilter {
            tags: vec![tag.parse()?],
            ..none()
        })
    };
    let searched = |text: &str| TaskFilter {
        search: Some(text.to_owned()),
        ..none()
    };
    let open_and_high = || TaskFilter {
        completed: Some(false),
        priorities: vec![Priority::High],
        ..none()
    };
    let soon = || -> Result<_> {
        let (due_after, due_before) = (at("2026-02-02T00:00:00Z")?, at("2026-02-02T01:40:00Z")?);
        Ok(TaskFilter {
            due_after,
            due_before,
            ..none()
        })
    };
    let later = || -> Result<_> {
        Ok(TaskFilter {
            due_after: at("2026-02-02T00:00:00Z")?,
            ..none()
        })
    };
    Ok(vec![
        list("first page", none(), newest, first()),
        list("cursor page in the middle", none(), newest, middle(newest).await?),
        list("first page, by due time", none(), by(SortKey::DueAt), first()),
        list(
            "cursor page in the middle, by place",
            none(),
            by(SortKey::Position),
            middle(by(SortKey::Position)).await?,
        ),
        filtered("open and of high priority (10 %)", open_and_high()),
        filtered("due within 100 minutes (100 tasks)", soon()?),
        list(
            "due within 100 minutes, by due time",
            soon()?,
            by(SortKey::DueAt),
            first(),
        ),
        filtered("due from a day on (35 to 50 %)", later()?),
        filtered("with a tag of 20 tasks", tagged("rare")?),
        filtered("with a tag of 1 %", tagged("common")?),
        filtered("search, found in 20 tasks", searched("rare")),
        filtered("search, found in 1 %", searched("common")),
        filtered("search, found in all", searched("plan")),
        Operation {
            name: "changes since the middle",
            ask: Ask::Changes(Seq::from(u64::from(count / 2))),
        },
    ])
}

const ROW: &str = "SELECT id, title, tags, position, version FROM tasks";

/// The statements as the store sends them, but for most of the columns, and with the values in them.
pub(crate) fn statements(owner: &str, count: u32, postgres: bool) -> Vec<(&'static str, String)> {
    let mark = data::mark(owner);
    let of = format!("{ROW} WHERE user_id = '{owner}' AND deleted_at IS NULL");
    let newest = format!("ORDER BY created_at DESC, id DESC LIMIT {}", PAGE + 1);
    let middle = match postgres {
        true => format!("'00000000-0000-7000-8000-{:012x}'", count / 2),
        false => format!("x'00000000000070008000{:012x}'", count / 2),
    };
    let filtered = |filter: &str| format!("{of} AND {filter} {newest}");
    let many = |word: &str| match postgres {
        true => filtered(&format!(
            "CASE WHEN search @@ CAST('''{word}''' AS tsquery) THEN TRUE ELSE FALSE END"
        )),
        false => {
            let found = format!("SELECT rowid FROM tasks_search WHERE tasks_search MATCH '\"{word}\"'");
            filtered(&format!("number IN ({found})"))
        }
    };
    let few = |word: &str| match postgres {
        true => {
            let found = format!("SELECT id FROM tasks WHERE search @@ CAST('''{word}''' AS tsquery)");
            filtered(&format!("id = ANY (ARRAY({found}))"))
        }
        false => many(word).replace("WHERE user_id", "WHERE +user_id"),
    };
    let due = "due_at >= '2026-02-02T00:00:00+00:00'";
    let soon = format!("{due} AND due_at < '2026-02-02T01:40:00+00:00'");
    vec![
        ("first page", format!("{of} {newest}")),
        (
            "cursor page in the middle",
            filtered(&format!(
                "(created_at, id) < ((SELECT created_at FROM tasks WHERE id = {middle}), {middle})"
            )),
        ),
        (
            "open and of high priority",
            filtered("completed_at IS NULL AND priority IN (3)"),
        ),
        ("due within 100 minutes", filtered(&soon)),
        ("due from a day on", filtered(due)),
        ("with a tag of 20 tasks", few(&format!("t{mark}72617265"))),
        ("search, found in 1 %", many(&format!("w{mark}common"))),
        ("search, found in all", many(&format!("w{mark}plan"))),
        (
            "changes since the middle",
            format!(
                "SELECT seq, task FROM changes WHERE user_id = '{owner}' AND seq > {} ORDER BY seq LIMIT {PAGE}",
                count / 2
            ),
        ),
    ]
}
