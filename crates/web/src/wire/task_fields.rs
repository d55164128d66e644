//! The fields of a task in the bodies of requests.

use taskwell_application::tasks::Asserted;
use taskwell_domain::{Description, Seq, TaskId, Timestamp, Title, UserId};
use utoipa::openapi::{
    KnownFormat, SchemaFormat,
    schema::{ObjectBuilder, Type},
};

use crate::input::{
    Field, Reader, boolean, differs, instances, nullable, nullable_string, received, received_instant,
    received_instant_or_null, sent_back, string, text, whole_number,
};

pub(crate) const TITLE: Field<Title> = Field {
    name: "title",
    read: |value| text(value).and_then(Title::parse),
    schema: || {
        string()
            .min_length(Some(1))
            .max_length(Some(200))
            .description(Some("What is to be done; white space around it is cut off."))
    },
};

pub(crate) const DESCRIPTION: Field<Description> = Field {
    name: "description",
    read: |value| {
        let given = nullable(value, |value| text(value).and_then(Description::parse))?;
        Ok(given.unwrap_or_default())
    },
    schema: || {
        nullable_string()
            .max_length(Some(1_000))
            .description(Some("More about it; null clears it."))
    },
};

pub(crate) const COMPLETED: Field<bool> = Field {
    name: "completed",
    read: boolean,
    schema: || instances(Type::Boolean).description(Some("Whether it is done.")),
};

/// The id that a client brings for a new task.
pub(crate) const NEW_ID: Field<Option<TaskId>> = Field {
    name: "id",
    read: |value| nullable(value, |value| text(value).and_then(TaskId::parse)),
    schema: || {
        nullable_string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .description(Some(
                "A UUID of the client's own, so that the same create can be sent again.",
            ))
    },
};

/// The version that a change rests on.
pub(crate) const VERSION: Field<Seq> = Field {
    name: "version",
    read: |value| whole_number(value).map(Seq::from),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(0))
            .description(Some("The version that the change rests on; counts as If-Match."))
    },
};

// What cannot be set may be sent back as it was received.

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

const COMPLETED_AT: Field<Option<Timestamp>> = received_instant_or_null("completed_at");
const CREATED_AT: Field<Timestamp> = received_instant("created_at");
const UPDATED_AT: Field<Timestamp> = received_instant("updated_at");

/// A task to be created has no version that could have been received.
const NO_VERSION: Field<Seq> = Field {
    name: "version",
    read: |_| Err(differs()),
    schema: || sent_back(instances(Type::Integer)),
};

/// What a client believes of the fields of a new task that cannot be set.
pub(crate) fn asserted_of_new(reader: &mut Reader<'_>) -> Asserted {
    reader.optional(NO_VERSION);
    Asserted {
        id: None,
        ..asserted_times_and_owner(reader)
    }
}

/// What a client believes of the fields of a task that cannot be set.
pub(crate) fn asserted(reader: &mut Reader<'_>) -> Asserted {
    Asserted {
        id: reader.optional(ID),
        ..asserted_times_and_owner(reader)
    }
}

fn asserted_times_and_owner(reader: &mut Reader<'_>) -> Asserted {
    Asserted {
        id: None,
        user_id: reader.optional(USER_ID),
        completed_at: reader.optional(COMPLETED_AT),
        created_at: reader.optional(CREATED_AT),
        updated_at: reader.optional(UPDATED_AT),
    }
}

/// The body of a create: name and schema of each field.
pub(crate) fn create_schema() -> [(&'static str, ObjectBuilder); 6] {
    [
        (TITLE.name, (TITLE.schema)()),
        (DESCRIPTION.name, (DESCRIPTION.schema)()),
        (COMPLETED.name, (COMPLETED.schema)()),
        (NEW_ID.name, (NEW_ID.schema)()),
        (USER_ID.name, (USER_ID.schema)()),
        (COMPLETED_AT.name, sent_back(instances(Type::Null))),
    ]
}

/// The body of an edit: name and schema of each field.
pub(crate) fn edit_schema() -> [(&'static str, ObjectBuilder); 9] {
    [
        (TITLE.name, (TITLE.schema)()),
        (DESCRIPTION.name, (DESCRIPTION.schema)()),
        (COMPLETED.name, (COMPLETED.schema)()),
        (VERSION.name, (VERSION.schema)()),
        (ID.name, (ID.schema)()),
        (USER_ID.name, (USER_ID.schema)()),
        (COMPLETED_AT.name, (COMPLETED_AT.schema)()),
        (CREATED_AT.name, (CREATED_AT.schema)()),
        (UPDATED_AT.name, (UPDATED_AT.schema)()),
    ]
}
