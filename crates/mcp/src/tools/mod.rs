//! The tools, one file each.

mod add_task;
mod bulk_update;
mod complete_task;
mod delete_task;
mod find_tasks;
mod get_task;
mod list_tasks;
mod undo;
mod update_task;
mod what_changed;

use crate::tool::Entry;

/// All of them, reading ones first.
pub(crate) const ALL: [Entry; 10] = [
    Entry::of::<list_tasks::ListTasks>(),
    Entry::of::<find_tasks::FindTasks>(),
    Entry::of::<get_task::GetTask>(),
    Entry::of::<what_changed::WhatChanged>(),
    Entry::of::<add_task::AddTask>(),
    Entry::of::<update_task::UpdateTask>(),
    Entry::of::<complete_task::CompleteTask>(),
    Entry::of::<delete_task::DeleteTask>(),
    Entry::of::<bulk_update::BulkUpdate>(),
    Entry::of::<undo::Undo>(),
];

/// The one of that name.
pub(crate) fn named(name: &str) -> Option<&'static Entry> {
    const { &ALL }.iter().find(|tool| tool.about.name == name)
}
