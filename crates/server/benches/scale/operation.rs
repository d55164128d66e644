//! What is asked.

use std::time::Duration;

use taskwell_application::ports::{Mark, Sort, SortKey, Start, TaskFilter, TaskQuery, TaskStore};
use taskwell_domain::{Priority, Seq, Timestamp, UserId};
use taskwell_infrastructure::SqlTaskStore;

use crate::Result;

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
    let done = |completed| TaskFilter {
        completed: Some(completed),
        ..none()
    };
    let done_and = |priority| TaskFilter {
        priorities: vec![priority],
        ..done(true)
    };
    let of = |priority| TaskFilter {
        priorities: vec![priority],
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
    let updated = |number: u32| -> Result<_> {
        let at = at("2026-01-01T00:00:00Z")?.map(|at| at.after(Duration::from_secs(30 * u64::from(number))));
        Ok(TaskFilter {
            updated_since: at,
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
        filtered("done (all but 20 tasks)", done(true)),
        filtered("open (20 tasks)", done(false)),
        filtered("done and of high priority (25 %)", done_and(Priority::High)),
        filtered("urgent (20 tasks)", of(Priority::Urgent)),
        filtered("due within 100 minutes (100 tasks)", soon()?),
        list(
            "due within 100 minutes, by due time",
            soon()?,
            by(SortKey::DueAt),
            first(),
        ),
        filtered("due from a day on (35 to 50 %)", later()?),
        filtered("updated from the middle on (50 %)", updated(count / 2)?),
        filtered("updated in the last 50 minutes (100 tasks)", updated(count - 99)?),
        filtered("with a tag of 20 tasks", tagged("rare")?),
        filtered("with a tag of 1 %", tagged("common")?),
        list(
            "with a tag of 1 %, cursor page in the middle",
            tagged("common")?,
            newest,
            middle(newest).await?,
        ),
        list(
            "with a tag of 1 %, by due time",
            tagged("common")?,
            by(SortKey::DueAt),
            first(),
        ),
        filtered("search, found in 20 tasks", searched("rare")),
        filtered("search, found in 1 %", searched("common")),
        filtered("search for a beginning, found in 1 %", searched("plan comm")),
        filtered("search, found in all", searched("plan")),
        Operation {
            name: "changes since the middle",
            ask: Ask::Changes(Seq::from(u64::from(count / 2))),
        },
    ])
}
