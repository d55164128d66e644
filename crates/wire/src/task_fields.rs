//! The fields of a task that can be set, in the bodies of requests.

use taskwell_domain::{
    Date, Description, Fault, Priority, Recurrence, Seq, Tag, Tags, TaskEdit, TaskId, TimeOfDay, TimeZone,
    Timestamp, Title,
};
use utoipa::openapi::{
    KnownFormat, RefOr, Schema, SchemaFormat,
    schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type},
};

use crate::{
    Field, Given, ListField,
    field::{boolean, instant, nullable, nullable_string, string, text, whole_number, words},
    parameter::instances,
    sent_back,
};

/// A field's name and schema.
pub type Described = (&'static str, RefOr<Schema>);

/// What is to be done.
pub const TITLE: Field<Title> = Field {
    name: "title",
    read: |value| text(value).and_then(Title::parse),
    schema: || {
        string()
            .min_length(Some(1))
            .max_length(Some(200))
            .description(Some("What is to be done; white space around it is cut off."))
    },
};

const DESCRIPTION: Field<Description> = Field {
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

/// Whether it is done.
pub const COMPLETED: Field<bool> = Field {
    name: "completed",
    read: boolean,
    schema: || instances(Type::Boolean).description(Some("Whether it is done.")),
};

const PRIORITY: Field<Priority> = Field {
    name: "priority",
    read: |value| {
        let given = nullable(value, |value| text(value).and_then(Priority::parse))?;
        Ok(given.unwrap_or_default())
    },
    schema: || {
        let words = Priority::ALL.iter().map(|priority| priority.as_str().into());
        nullable_string()
            .enum_values(Some(words.chain([serde_json::Value::Null])))
            .description(Some("How much it matters; null is `none`."))
    },
};

const DUE_DATE: Field<Option<Date>> = Field {
    name: "due_date",
    read: |value| nullable(value, date),
    schema: || {
        nullable_string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some(
                "The day it is due; null clears it, and `due_time` and `recurrence` with it.",
            ))
    },
};

const DUE_TIME: Field<Option<TimeOfDay>> = Field {
    name: "due_time",
    read: |value| nullable(value, |value| text(value).and_then(TimeOfDay::parse)),
    schema: || {
        time_of_day().description(Some(
            "The time of that day; needs `due_date`, null is the end of the day.",
        ))
    },
};

const TIME_ZONE: Field<Option<TimeZone>> = Field {
    name: "time_zone",
    read: |value| nullable(value, |value| text(value).and_then(TimeZone::parse)),
    schema: || {
        nullable_string().description(Some(
            "Whose clocks count: the name of an IANA time zone such as `Europe/Berlin`; null is UTC.",
        ))
    },
};

const REMIND_AT: Field<Option<Timestamp>> = Field {
    name: "remind_at",
    read: |value| nullable(value, instant),
    schema: || {
        nullable_string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("When to be reminded of it; null clears it."))
    },
};

const RECURRENCE: Field<Option<Recurrence>> = Field {
    name: "recurrence",
    read: |value| nullable(value, |value| text(value).and_then(Recurrence::parse)),
    schema: || {
        nullable_string().max_length(Some(500)).description(Some(
            "How it recurs: an RFC 5545 RRULE without the prefix, daily to yearly, such as \
             `FREQ=WEEKLY;BYDAY=MO,FR`; needs `due_date`, null clears it.",
        ))
    },
};

const TAGS: ListField<Tag> = ListField {
    name: "tags",
    read: |value| text(value).and_then(Tag::parse),
    schema: || {
        ArrayBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
            .items(string().min_length(Some(1)).max_length(Some(50)))
            .description(Some(
                "What it is found by: at most 20, of which one that comes again, in whatever case, is dropped; null is none.",
            ))
    },
};

/// The id that a client brings for a new task.
pub const NEW_ID: Field<Option<TaskId>> = Field {
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
pub const VERSION: Field<Seq> = Field {
    name: "version",
    read: |value| whole_number(value).map(Seq::from),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(0))
            .description(Some("The version that the change rests on; counts as If-Match."))
    },
};

/// A calendar day.
pub(crate) fn date(value: &serde_json::Value) -> Result<Date, Fault> {
    text(value).and_then(Date::parse)
}

/// The schema of a priority.
pub(crate) fn priority_words() -> ObjectBuilder {
    words(Priority::ALL.iter().map(|priority| priority.as_str()))
}

/// The schema of a time of day that may be null.
pub fn time_of_day() -> ObjectBuilder {
    nullable_string().pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$"))
}

/// All that can be set, but for the title.
pub(crate) fn edit_but_title(given: &mut Given) -> TaskEdit {
    let tags = given.optional_list(&TAGS);
    let tags = tags.and_then(|tags| {
        Tags::new(tags)
            .map_err(|fault| given.fault_in_body(TAGS.name, fault))
            .ok()
    });
    TaskEdit {
        title: None,
        description: given.optional(DESCRIPTION),
        completed: given.optional(COMPLETED),
        priority: given.optional(PRIORITY),
        due_date: given.optional(DUE_DATE),
        due_time: given.optional(DUE_TIME),
        time_zone: given.optional(TIME_ZONE),
        remind_at: given.optional(REMIND_AT),
        recurrence: given.optional(RECURRENCE),
        tags,
    }
}

/// All that can be set.
pub(crate) fn edit(given: &mut Given) -> TaskEdit {
    TaskEdit {
        title: given.optional(TITLE),
        ..edit_but_title(given)
    }
}

/// The schemas of all that can be set.
pub fn schemas() -> Vec<Described> {
    vec![
        (TITLE.name, (TITLE.schema)().into()),
        (DESCRIPTION.name, (DESCRIPTION.schema)().into()),
        (COMPLETED.name, (COMPLETED.schema)().into()),
        (PRIORITY.name, (PRIORITY.schema)().into()),
        (DUE_DATE.name, (DUE_DATE.schema)().into()),
        (DUE_TIME.name, (DUE_TIME.schema)().into()),
        (TIME_ZONE.name, (TIME_ZONE.schema)().into()),
        (REMIND_AT.name, (REMIND_AT.schema)().into()),
        (RECURRENCE.name, (RECURRENCE.schema)().into()),
        (TAGS.name, (TAGS.schema)().into()),
    ]
}

/// The body of a create.
pub fn create_schemas() -> Vec<Described> {
    let mut fields = schemas();
    fields.push((NEW_ID.name, (NEW_ID.schema)().into()));
    fields.extend(sent_back::schemas_of_new());
    fields
}

/// The body of an edit.
pub fn edit_schemas() -> Vec<Described> {
    let mut fields = schemas();
    fields.push((VERSION.name, (VERSION.schema)().into()));
    fields.extend(sent_back::schemas());
    fields
}
