use serde::Serialize;
use taskwell_application::{Actor, tasks};
use taskwell_wire::{Given, Refusal, TaskBody, listing};
use utoipa::ToSchema;

use crate::{
    parameters,
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// A page of tasks.
#[derive(Serialize, ToSchema)]
pub(super) struct TaskPage {
    /// The tasks, in order.
    tasks: Vec<TaskBody>,
    /// Where the next page begins: the `cursor` to ask with, other arguments unchanged; null on the last page.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// How many pass the filter; null unless `count` was true.
    #[schema(required = true)]
    total: Option<u64>,
}

/// The page that is asked for.
pub(super) async fn page(desk: &Desk, actor: &Actor, asked: tasks::ListTasks) -> Result<TaskPage, Refusal> {
    let list = desk.tasks.list(actor, asked).await?;
    let next = list.next.as_ref();
    let next = next
        .map(|next| listing::encode(next, &desk.cursor_key))
        .transpose()?;
    Ok(TaskPage {
        tasks: list.tasks.into_iter().map(TaskBody::from).collect(),
        next_cursor: next,
        total: list.total,
    })
}

/// `list_tasks`
pub(super) struct ListTasks;

impl Tool for ListTasks {
    const ABOUT: About = About {
        name: "list_tasks",
        title: "The tasks",
        description: "A page of the tasks outside the trash, newest first unless `sort` says otherwise; open and completed ones \
                      unless `completed` says which. For what is due, sort by `due_at` and set `completed` to false.",
        effect: Effect::Reads,
    };

    type Input = tasks::ListTasks;
    type Answer = TaskPage;

    fn arguments() -> Arguments {
        Arguments {
            fields: parameters::of_lists(),
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, desk: &Desk) -> Result<Option<tasks::ListTasks>, Refusal> {
        listing::read(given, false, None, &desk.cursor_key).map(Some)
    }

    async fn run(desk: &Desk, actor: &Actor, asked: tasks::ListTasks) -> Result<TaskPage, Refusal> {
        page(desk, actor, asked).await
    }
}
