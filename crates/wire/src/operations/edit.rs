use taskwell_application::tasks::{EditTask, Precondition};

use crate::{
    Given,
    sent_back::asserted,
    task_fields::{VERSION, edit as fields},
};

/// What is to become of a task that has to have the `precondition`, and the version that it rests on, if it names one.
pub fn edit(given: &mut Given, precondition: Precondition) -> EditTask {
    EditTask {
        precondition: and_version(given, precondition),
        edit: fields(given),
        asserted: asserted(given),
    }
}

/// The `precondition`, and that the task has the version that is named, if one is.
pub fn and_version(given: &mut Given, precondition: Precondition) -> Precondition {
    match given.optional(VERSION) {
        Some(version) => precondition.and_one_of(vec![version]),
        None => precondition,
    }
}
