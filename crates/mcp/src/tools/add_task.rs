use taskwell_application::{
    Actor,
    tasks::{CreateTask, Created, Operation},
};
use taskwell_wire::{
    Given, Refusal, TaskBody,
    operations::{DRY_RUN, create},
    task_fields::{NEW_ID, TITLE, schemas},
};

use crate::{
    arguments::{described, dry_run, foretell},
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `add_task`
pub(super) struct AddTask;

impl Tool for AddTask {
    const ABOUT: About = About {
        name: "add_task",
        title: "Add a task",
        description: "Creates a task; only `title` is needed. With an `id` of your own, a UUID, the same call can be sent \
                      again and makes no second task.",
        effect: Effect::Adds,
    };

    type Input = (CreateTask, bool);
    type Answer = TaskBody;

    fn arguments() -> Arguments {
        let mut fields = schemas();
        fields.extend([described(NEW_ID), described(DRY_RUN)]);
        Arguments {
            required: &[TITLE.name],
            fields,
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Self::Input>, Refusal> {
        let dry_run = dry_run(given);
        Ok(create(given).map(|command| (command, dry_run)))
    }

    async fn run(desk: &Desk, actor: &Actor, (command, dry_run): Self::Input) -> Result<TaskBody, Refusal> {
        if dry_run {
            return foretell(&desk.tasks, actor, Operation::Create(command)).await;
        }
        let done = desk.tasks.create(actor, &command, None).await?;
        let (Created::Now(task) | Created::Before(task)) = done.value;
        Ok(task.into())
    }
}
