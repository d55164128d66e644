use taskwell_application::tasks::CreateTask;

use crate::{
    Given,
    sent_back::asserted_of_new,
    task_fields::{NEW_ID, TITLE, edit_but_title},
};

/// The task to be made. `None` says that there were faults.
pub fn create(given: &mut Given) -> Option<CreateTask> {
    let id = given.optional(NEW_ID).flatten();
    let title = given.required(TITLE);
    let fields = edit_but_title(given);
    let asserted = asserted_of_new(given);
    title.map(|title| CreateTask {
        id,
        title,
        fields,
        asserted,
    })
}
