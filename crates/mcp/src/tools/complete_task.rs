use taskwell_application::{
    Actor,
    tasks::{Operation, Precondition},
};
use taskwell_domain::{Completion, TaskId};
use taskwell_wire::{
    Given, Refusal, TaskBody,
    operations::{DRY_RUN, DUE_DATE, and_version, completion},
    task_fields::COMPLETED,
};

use crate::{
    arguments::{TASK_ID, described, dry_run, foretell, task_id, version},
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `complete_task`
pub(super) struct CompleteTask;

impl Tool for CompleteTask {
    const ABOUT: About = About {
        name: "complete_task",
        title: "Complete a task",
        description: "Sets a task to completed, or with `completed` false opens it again; it never toggles. A recurring task \
                      stays open and moves on to its next occurrence each time: give the `due_date` of the occurrence that was \
                      done, so that the same call again completes no other one.",
        effect: Effect::Changes,
    };

    type Input = (TaskId, Completion, Precondition, bool);
    type Answer = TaskBody;

    fn arguments() -> Arguments {
        Arguments {
            required: &[TASK_ID.name],
            fields: vec![
                described(TASK_ID),
                described(COMPLETED),
                described(DUE_DATE),
                version(),
                described(DRY_RUN),
            ],
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Self::Input>, Refusal> {
        let id = task_id(given)?;
        let completion = completion(given, Completion::Set(true));
        let precondition = and_version(given, Precondition::none());
        let dry_run = dry_run(given);
        Ok(id.map(|id| (id, completion, precondition, dry_run)))
    }

    async fn run(
        desk: &Desk,
        actor: &Actor,
        (id, completion, precondition, dry_run): Self::Input,
    ) -> Result<TaskBody, Refusal> {
        if dry_run {
            let operation = Operation::Complete(id, completion, precondition);
            return foretell(&desk.tasks, actor, operation).await;
        }
        let done = desk
            .tasks
            .complete(actor, id, completion, &precondition, None)
            .await?;
        Ok(done.value.into())
    }
}
