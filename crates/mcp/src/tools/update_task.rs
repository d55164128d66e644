use taskwell_application::{
    Actor,
    tasks::{EditTask, Operation, Precondition},
};
use taskwell_domain::TaskId;
use taskwell_wire::{
    Given, Refusal, TaskBody,
    operations::{DRY_RUN, edit},
    task_fields::schemas,
};

use crate::{
    arguments::{TASK_ID, described, dry_run, foretell, task_id, version},
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `update_task`
pub(super) struct UpdateTask;

impl Tool for UpdateTask {
    const ABOUT: About = About {
        name: "update_task",
        title: "Change a task",
        description: "Changes the fields that are given; an absent one stays as it is, null clears one that may be empty. \
                      With `version`, only if the task still has that one. To complete a task, `complete_task` is better.",
        effect: Effect::Changes,
    };

    type Input = (TaskId, EditTask, bool);
    type Answer = TaskBody;

    fn arguments() -> Arguments {
        let mut fields = schemas();
        fields.extend([described(TASK_ID), version(), described(DRY_RUN)]);
        Arguments {
            required: &[TASK_ID.name],
            fields,
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Self::Input>, Refusal> {
        let id = task_id(given)?;
        let dry_run = dry_run(given);
        let command = edit(given, Precondition::none());
        Ok(id.map(|id| (id, command, dry_run)))
    }

    async fn run(
        desk: &Desk,
        actor: &Actor,
        (id, command, dry_run): Self::Input,
    ) -> Result<TaskBody, Refusal> {
        if dry_run {
            return foretell(&desk.tasks, actor, Operation::Update(id, command)).await;
        }
        let done = desk.tasks.edit(actor, id, &command, None).await?;
        Ok(done.value.into())
    }
}
