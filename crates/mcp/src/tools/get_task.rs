use taskwell_application::Actor;
use taskwell_domain::TaskId;
use taskwell_wire::{Given, Refusal, TaskBody};

use crate::{
    arguments::{TASK_ID, described, task_id},
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `get_task`
pub(super) struct GetTask;

impl Tool for GetTask {
    const ABOUT: About = About {
        name: "get_task",
        title: "One task",
        description: "The task of that id, as it stands.",
        effect: Effect::Reads,
    };

    type Input = TaskId;
    type Answer = TaskBody;

    fn arguments() -> Arguments {
        Arguments {
            required: &[TASK_ID.name],
            fields: vec![described(TASK_ID)],
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<TaskId>, Refusal> {
        task_id(given)
    }

    async fn run(desk: &Desk, actor: &Actor, id: TaskId) -> Result<TaskBody, Refusal> {
        Ok(desk.tasks.get(actor, id).await?.into())
    }
}
