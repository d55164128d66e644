use serde::Serialize;
use taskwell_application::Actor;
use taskwell_domain::{Fault, FaultCode, Seq};
use taskwell_wire::{
    Field, Given, Refusal, TaskBody, field::whole_number, log::MAX_SEQ, operations::DRY_RUN,
    parameter::instances,
};
use utoipa::{ToSchema, openapi::schema::Type};

use crate::{
    arguments::{described, dry_run},
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `undo`
pub(super) struct Undo;

const SEQ: Field<Seq> = Field {
    name: "seq",
    read: |value| match whole_number(value)? {
        number @ 1..=MAX_SEQ => Ok(Seq::from(number)),
        _ => Err(Fault::new(
            FaultCode::OutOfRange,
            format!("must be from 1 to {MAX_SEQ}"),
        )),
    },
    schema: || {
        instances(Type::Integer).minimum(Some(1)).description(Some(
            "The number of the change: its `seq`, which is the `version` that the task got by it.",
        ))
    },
};

/// What was put back.
#[derive(Serialize, ToSchema)]
pub(super) struct Undone {
    /// The tasks as they stand now; one that went to the trash has `deleted_at`.
    tasks: Vec<TaskBody>,
}

impl Tool for Undo {
    const ABOUT: About = About {
        name: "undo",
        title: "Undo a change",
        description: "Puts back what the change of that number did, by new changes; of a `bulk_update`, all that was done together. A \
                      task that it made goes to the trash, one that it deleted comes back. Refused if a task was changed since: undo \
                      the later change first. Undoing an undo does it again.",
        effect: Effect::Changes,
    };

    type Input = (Seq, bool);
    type Answer = Undone;

    fn arguments() -> Arguments {
        Arguments {
            required: &[SEQ.name],
            fields: vec![described(SEQ), described(DRY_RUN)],
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Self::Input>, Refusal> {
        let seq = given.required(SEQ);
        let dry_run = dry_run(given);
        Ok(seq.map(|seq| (seq, dry_run)))
    }

    async fn run(desk: &Desk, actor: &Actor, (seq, dry_run): Self::Input) -> Result<Undone, Refusal> {
        let tasks = match dry_run {
            true => desk.tasks.foretell_undo(actor, seq).await?,
            false => desk.tasks.undo(actor, seq, None).await?.value,
        };
        Ok(Undone {
            tasks: tasks.into_iter().map(TaskBody::from).collect(),
        })
    }
}
