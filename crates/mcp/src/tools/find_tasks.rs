use taskwell_application::{Actor, tasks::ListTasks};
use taskwell_wire::{
    Given, Refusal,
    listing::{self, Q},
};

use super::list_tasks::{TaskPage, page};
use crate::{
    parameters,
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `find_tasks`
pub(super) struct FindTasks;

impl Tool for FindTasks {
    const ABOUT: About = About {
        name: "find_tasks",
        title: "Find tasks by words",
        description: "The tasks outside the trash that have all of these words in title or description, filtered and ordered as \
                      by `list_tasks`.",
        effect: Effect::Reads,
    };

    type Input = ListTasks;
    type Answer = TaskPage;

    fn arguments() -> Arguments {
        let mut fields = parameters::of_lists();
        fields.push(parameters::as_is(&Q));
        Arguments {
            required: &[Q.name],
            fields,
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, desk: &Desk) -> Result<Option<ListTasks>, Refusal> {
        let search = given.required_parameter(&Q);
        listing::read(given, false, search, &desk.cursor_key).map(Some)
    }

    async fn run(desk: &Desk, actor: &Actor, asked: ListTasks) -> Result<TaskPage, Refusal> {
        page(desk, actor, asked).await
    }
}
