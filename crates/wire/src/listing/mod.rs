//! What the lists of tasks have in common: which tasks, in which order, from where, how many.

mod mark;

use taskwell_application::{
    ports::{Sort, TaskFilter},
    tasks::{Cursor, ListTasks},
};
use taskwell_domain::{Fault, FaultCode, InvalidTimestamp, Priority, Tag, Timestamp};
use utoipa::openapi::{
    KnownFormat, SchemaFormat,
    schema::{ObjectBuilder, Type},
};

use self::mark::{Listing, Parts};
use crate::{
    CursorKey, Given, Parameter, Refusal, cursor,
    field::string,
    paging::{self, CURSOR, DEFAULT_LIMIT, LIMIT},
    parameter::{characters, instances, number, one_of},
    sort_word,
    task_fields::priority_words,
};

/// How many of the first to leave out.
pub const SKIP: Parameter<u64> = Parameter {
    name: "skip",
    read: |text| number(text, 0..=MAX_SKIP),
    schema: || {
        instances(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .default(Some(0.into()))
    },
    description: "How many of the first to leave out; not together with `cursor`.",
};

/// What every database can count to.
const MAX_SKIP: u64 = i64::MAX.unsigned_abs();

/// Whether done or open.
pub const COMPLETED: Parameter<bool> = Parameter {
    name: "completed",
    read: boolean,
    schema: || instances(Type::Boolean),
    description: "Only those that are done, or only those that are open.",
};

/// Which priorities.
pub const PRIORITY: Parameter<Priority> = Parameter {
    name: "priority",
    read: Priority::parse,
    schema: priority_words,
    description: "Only those with this priority; given several times, with any of them.",
};

/// Which tags.
pub const TAG: Parameter<Tag> = Parameter {
    name: "tag",
    read: Tag::parse,
    schema: || string().min_length(Some(1)).max_length(Some(50)),
    description: "Only those with this tag, ignoring case; given several times, with all of them.",
};

/// As many tags as a task can have: with more of them there is none.
const MAX_TAGS: usize = 20;

/// Due then or later.
pub const DUE_AFTER: Parameter<Timestamp> = Parameter {
    name: "due_after",
    read: instant,
    schema: instant_schema,
    description: "Only those that are due then or later, by `due_at`.",
};

/// Due earlier.
pub const DUE_BEFORE: Parameter<Timestamp> = Parameter {
    name: "due_before",
    read: instant,
    schema: instant_schema,
    description: "Only those that are due earlier than then, by `due_at`.",
};

/// Changed then or later.
pub const UPDATED_SINCE: Parameter<Timestamp> = Parameter {
    name: "updated_since",
    read: instant,
    schema: instant_schema,
    description: "Only those that were changed then or later.",
};

/// Which words.
pub const Q: Parameter<String> = Parameter {
    name: "q",
    read: |text| characters(text, 1..=200),
    schema: || string().min_length(Some(1)).max_length(Some(200)),
    description: "Only those that have every one of these words in title and description, the last one as the beginning of a word; case and accents make no difference.",
};

/// In which order.
pub const SORT: Parameter<Sort> = Parameter {
    name: "sort",
    read: sort_word::parse,
    schema: || {
        instances(Type::String)
            .enum_values(Some(sort_word::all()))
            .default(Some(sort_word::of(Sort::default()).into()))
    },
    description: "The order; with `-` the other way round. Ties stand by id, in the same direction, and what has no such key stands last either way.",
};

/// Whether to count.
pub const COUNT: Parameter<bool> = Parameter {
    name: "count",
    read: boolean,
    schema: || instances(Type::Boolean).default(Some(false.into())),
    description: "Whether to count all that pass the filter, in `X-Total-Count`.",
};

fn boolean(text: &str) -> Result<bool, Fault> {
    one_of(text, &[("true", true), ("false", false)])
}

fn instant(text: &str) -> Result<Timestamp, Fault> {
    text.parse()
        .map_err(|error: InvalidTimestamp| Fault::new(FaultCode::InvalidFormat, error.to_string()))
}

fn instant_schema() -> ObjectBuilder {
    instances(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

/// What is asked of the tasks in the trash, or of those outside; by which words, the caller has read ([`Q`]).
///
/// # Errors
/// [`InvalidCursor`](taskwell_application::Error::InvalidCursor) for a cursor of another listing. Other faults are noted.
pub fn read(
    given: &mut Given,
    deleted: bool,
    search: Option<String>,
    key: &CursorKey,
) -> Result<ListTasks, Refusal> {
    let limit = given.parameter(&LIMIT);
    let skip = given.parameter(&SKIP);
    let cursor = given.parameter(&CURSOR);
    if skip.is_some() && cursor.is_some() {
        let fault = Fault::new(
            FaultCode::NotAllowedTogether,
            "must not be given together with cursor",
        );
        given.fault_in_parameter(SKIP.name, fault);
    }
    let filter = TaskFilter {
        deleted,
        completed: given.parameter(&COMPLETED),
        priorities: priorities(given),
        tags: tags(given),
        due_after: given.parameter(&DUE_AFTER),
        due_before: given.parameter(&DUE_BEFORE),
        updated_since: given.parameter(&UPDATED_SINCE),
        search,
    };
    let sort = given.parameter(&SORT).unwrap_or_default();
    let count = given.parameter(&COUNT).unwrap_or_default();
    let parts: Option<Parts> = paging::read(given, cursor, &Listing::of(&filter, sort), key)?;
    Ok(ListTasks {
        cursor: parts.map(|parts| parts.meaning(&filter, sort)),
        filter,
        sort,
        skip: skip.unwrap_or_default(),
        limit: limit.unwrap_or(DEFAULT_LIMIT),
        count,
    })
}

// The order in which they are given makes no other listing.

fn priorities(given: &mut Given) -> Vec<Priority> {
    let mut priorities = given.parameters(&PRIORITY);
    priorities.sort_unstable();
    priorities.dedup();
    priorities
}

fn tags(given: &mut Given) -> Vec<Tag> {
    let mut tags = given.parameters(&TAG);
    tags.sort_by_cached_key(Tag::key);
    tags.dedup_by_key(|tag| tag.key());
    if tags.len() > MAX_TAGS {
        let detail = format!("must be at most {MAX_TAGS} different tags");
        given.fault_in_parameter(TAG.name, Fault::new(FaultCode::TooMany, detail));
    }
    tags
}

/// The text of a cursor, for a page to go on there.
///
/// # Errors
/// If it cannot be written, which is a fault of the program.
pub fn encode(cursor: &Cursor, key: &CursorKey) -> Result<String, Refusal> {
    let listing = Listing::of(&cursor.filter, cursor.sort);
    cursor::encode(key, &listing, &Parts::of(&cursor.mark))
}
