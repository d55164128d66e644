//! The fields of a task that cannot be set: they may be sent back as they were received. What cannot even be read
//! differs.

use taskwell_application::tasks::Asserted;
use taskwell_domain::{Fault, Position, TaskId, Timestamp, UserId};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::Type};

use crate::{
    Field, Given,
    field::string,
    parameter::instances,
    received::{received, received_instant, received_instant_or_null, sent_back},
    task_fields::{Described, VERSION},
};

const ID: Field<TaskId> = Field {
    name: "id",
    read: |value| received(value, TaskId::parse),
    schema: || sent_back(string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))),
};

const USER_ID: Field<UserId> = Field {
    name: "user_id",
    read: |value| received(value, UserId::parse),
    schema: || sent_back(string()),
};

const POSITION: Field<Position> = Field {
    name: "position",
    read: |value| received(value, Position::parse),
    schema: || sent_back(string()),
};

const COMPLETED_AT: Field<Option<Timestamp>> = received_instant_or_null("completed_at");
const DUE_AT: Field<Option<Timestamp>> = received_instant_or_null("due_at");
const CREATED_AT: Field<Timestamp> = received_instant("created_at");
const UPDATED_AT: Field<Timestamp> = received_instant("updated_at");

/// A task that can be written to is not in the trash.
const DELETED_AT: Field<()> = Field {
    name: "deleted_at",
    read: |value| {
        if value.is_null() {
            Ok(())
        } else {
            Err(Fault::read_only())
        }
    },
    schema: || sent_back(instances(Type::Null)),
};

/// What a new task gets only when it is made could not have been received.
const fn not_yet(name: &'static str) -> Field<()> {
    Field {
        name,
        read: |_| Err(Fault::read_only()),
        schema: || sent_back(string()),
    }
}

/// What a client believes of the fields of a new task that cannot be set.
pub(crate) fn asserted_of_new(given: &mut Given) -> Asserted {
    for name in [VERSION.name, POSITION.name] {
        given.optional(not_yet(name));
    }
    common(given)
}

/// What a client believes of the fields of a task that cannot be set.
pub(crate) fn asserted(given: &mut Given) -> Asserted {
    Asserted {
        id: given.optional(ID),
        position: given.optional(POSITION),
        ..common(given)
    }
}

fn common(given: &mut Given) -> Asserted {
    given.optional(DELETED_AT);
    Asserted {
        id: None,
        user_id: given.optional(USER_ID),
        completed_at: given.optional(COMPLETED_AT),
        due_at: given.optional(DUE_AT),
        position: None,
        created_at: given.optional(CREATED_AT),
        updated_at: given.optional(UPDATED_AT),
    }
}

/// What can be said of a new task; of its times only that it is not done yet, and when it is due.
pub(crate) fn schemas_of_new() -> [Described; 4] {
    [
        (USER_ID.name, (USER_ID.schema)().into()),
        (COMPLETED_AT.name, sent_back(instances(Type::Null)).into()),
        (DUE_AT.name, (DUE_AT.schema)().into()),
        (DELETED_AT.name, (DELETED_AT.schema)().into()),
    ]
}

pub(crate) fn schemas() -> [Described; 8] {
    [
        (ID.name, (ID.schema)().into()),
        (USER_ID.name, (USER_ID.schema)().into()),
        (COMPLETED_AT.name, (COMPLETED_AT.schema)().into()),
        (DUE_AT.name, (DUE_AT.schema)().into()),
        (POSITION.name, (POSITION.schema)().into()),
        (CREATED_AT.name, (CREATED_AT.schema)().into()),
        (UPDATED_AT.name, (UPDATED_AT.schema)().into()),
        (DELETED_AT.name, (DELETED_AT.schema)().into()),
    ]
}
