use taskwell_application::Actor;
use taskwell_domain::Seq;
use taskwell_wire::{
    Field, Given, Refusal,
    field::boolean,
    log::{ChangePage, DEFAULT_LIMIT, LIMIT, SINCE},
    parameter::instances,
};
use utoipa::openapi::schema::Type;

use crate::{
    arguments::described,
    parameters::as_is,
    tool::{About, Arguments, Desk, Effect, Tool},
};

/// `what_changed`
pub(super) struct WhatChanged;

const OWN: Field<bool> = Field {
    name: "own",
    read: boolean,
    schema: || {
        instances(Type::Boolean)
            .default(Some(false.into()))
            .description(Some(
                "Only what an assistant did with this token, not what its user did elsewhere or another assistant. 10,000 \
                 changes are looked through for one answer: it may have few of them, or none, while there is `more`.",
            ))
    },
};

pub(super) struct Asked {
    since: Seq,
    limit: u32,
    own: bool,
}

impl Tool for WhatChanged {
    const ABOUT: About = About {
        name: "what_changed",
        title: "What happened",
        description: "What was changed after the change of the number `since`, oldest first: what, by whom, when, and the task as it \
                      stood afterwards. Ask again with `next` as `since` while there is `more`. The `seq` of a change is what `undo` \
                      takes.",
        effect: Effect::Reads,
    };

    type Input = Asked;
    type Answer = ChangePage;

    fn arguments() -> Arguments {
        Arguments {
            fields: vec![as_is(&SINCE), as_is(&LIMIT), described(OWN)],
            ..Arguments::default()
        }
    }

    fn read(given: &mut Given, _: &Desk) -> Result<Option<Asked>, Refusal> {
        Ok(Some(Asked {
            since: given.parameter(&SINCE).unwrap_or(Seq::START),
            limit: given.parameter(&LIMIT).unwrap_or(DEFAULT_LIMIT),
            own: given.optional(OWN).unwrap_or_default(),
        }))
    }

    async fn run(
        desk: &Desk,
        actor: &Actor,
        Asked { since, limit, own }: Asked,
    ) -> Result<ChangePage, Refusal> {
        let list = match own {
            true => desk.tasks.own_changes(actor, since, limit).await?,
            false => desk.tasks.changes(actor, since, limit).await?,
        };
        Ok(list.into())
    }
}
