//! Which tasks a listing has, and in which order.

use std::cmp::Ordering;

use taskwell_application::ports::{Mark, Page, Sort, SortValue, Start, TaskFilter, TaskQuery};
use taskwell_domain::{Tag, Task};

use super::search;
use crate::memory::Account;

impl Account {
    /// The tasks that pass the filter, in no order.
    pub(super) fn matching(&self, filter: &TaskFilter) -> Vec<Task> {
        let tasks = self.tasks.values();
        tasks.filter(|task| passes(task, filter)).cloned().collect()
    }
}

fn passes(task: &Task, filter: &TaskFilter) -> bool {
    let is_one_of_the_priorities = filter.priorities.is_empty() || filter.priorities.contains(&task.priority);
    let has_tag = |tag: &Tag| task.tags.iter().any(|has| has.key() == tag.key());
    let due_at = task.due_at();
    task.deleted_at.is_some() == filter.deleted
        && filter
            .completed
            .is_none_or(|wanted| wanted == task.is_completed())
        && is_one_of_the_priorities
        && filter.tags.iter().all(has_tag)
        && filter
            .due_after
            .is_none_or(|from| due_at.is_some_and(|at| at >= from))
        && filter
            .due_before
            .is_none_or(|to| due_at.is_some_and(|at| at < to))
        && filter.updated_since.is_none_or(|from| task.updated_at >= from)
        && filter
            .search
            .as_ref()
            .is_none_or(|text| search::finds(text, task))
}

/// The page of those tasks that is asked for.
pub(super) fn page(tasks: Vec<Task>, query: &TaskQuery) -> Page {
    let Sort { key, descending } = query.sort;
    let mut tasks: Vec<(Mark, Task)> = tasks
        .into_iter()
        .map(|task| (Mark::of(&task, key), task))
        .collect();
    tasks.sort_by(|(a, _), (b, _)| order(a, b, descending));
    let skipped = match &query.start {
        Start::Skip(skip) => usize::try_from(*skip).unwrap_or(usize::MAX),
        Start::After(mark) => tasks.partition_point(|(at, _)| order(at, mark, descending).is_le()),
    };
    let limit = query.limit as usize;
    let more = tasks.len() > limit.saturating_add(skipped);
    let tasks = tasks.into_iter().skip(skipped).take(limit);
    Page {
        tasks: tasks.map(|(_, task)| task).collect(),
        more,
    }
}

fn order(a: &Mark, b: &Mark, descending: bool) -> Ordering {
    let is_missing = |mark: &Mark| mark.value == SortValue::Missing;
    // Those without a value are last either way.
    let missing_last = is_missing(a).cmp(&is_missing(b));
    let ascending = (&a.value, a.id).cmp(&(&b.value, b.id));
    missing_last.then(match descending {
        true => ascending.reverse(),
        false => ascending,
    })
}
