use taskwell_application::{Actor, tasks::Batch};
use taskwell_wire::{
    Given, Refusal,
    operations::{BatchResult, OPERATION_SCHEMA, OPERATIONS, batch, batch_schemas, operation_schema},
};

use crate::tool::{About, Arguments, Desk, Effect, Tool};

/// `bulk_update`
pub(super) struct BulkUpdate;

impl Tool for BulkUpdate {
    const ABOUT: About = About {
        name: "bulk_update",
        title: "Do several things at once",
        description: "Up to 100 operations in order, all of them or none, each on the tasks as those before left them. An operation \
                      has `op` and the fields that it takes alone; `id` names its task. One `undo` takes all of it back.",
        effect: Effect::Changes,
    };

    type Input = Batch;
    type Answer = BatchResult;

    fn arguments() -> Arguments {
        Arguments {
            required: &[OPERATIONS],
            fields: batch_schemas().into(),
            definitions: vec![(OPERATION_SCHEMA.to_owned(), operation_schema())],
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Batch>, Refusal> {
        batch(given)
    }

    async fn run(desk: &Desk, actor: &Actor, command: Batch) -> Result<BatchResult, Refusal> {
        Ok(desk.tasks.batch(actor, &command, None).await?.value.into())
    }
}
