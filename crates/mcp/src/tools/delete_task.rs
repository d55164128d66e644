use taskwell_application::{
    Actor,
    tasks::{Operation, Precondition},
};
use taskwell_domain::TaskId;
use taskwell_wire::{
    Given, Refusal, TaskBody,
    operations::{DRY_RUN, and_version},
};

use crate::{
    arguments::{TASK_ID, described, dry_run, foretell, task_id, version},
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `delete_task`
pub(super) struct DeleteTask;

impl Tool for DeleteTask {
    const ABOUT: About = About {
        name: "delete_task",
        title: "Put a task into the trash",
        description: "Puts a task into the trash, where it is kept for a while and other tools do not find it. `undo` with the \
                      `version` of the answer brings it back.",
        effect: Effect::Removes,
    };

    type Input = (TaskId, Precondition, bool);
    type Answer = TaskBody;

    fn arguments() -> Arguments {
        Arguments {
            required: &[TASK_ID.name],
            fields: vec![described(TASK_ID), version(), described(DRY_RUN)],
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Self::Input>, Refusal> {
        let id = task_id(given)?;
        let precondition = and_version(given, Precondition::none());
        let dry_run = dry_run(given);
        Ok(id.map(|id| (id, precondition, dry_run)))
    }

    async fn run(
        desk: &Desk,
        actor: &Actor,
        (id, precondition, dry_run): Self::Input,
    ) -> Result<TaskBody, Refusal> {
        if dry_run {
            return foretell(&desk.tasks, actor, Operation::Delete(id, precondition)).await;
        }
        let done = desk.tasks.delete(actor, id, &precondition, None).await?;
        Ok(done.value.into())
    }
}
