//! What the lists of tasks have in common: which tasks, in which order, from where, how many.

use actix_web::{HttpRequest, HttpResponse};
use taskwell_application::{
    ports::{Sort, TaskFilter},
    tasks::{ListTasks, TaskList},
};
use taskwell_domain::{Fault, FaultCode, InvalidTimestamp, Priority, Tag, Timestamp};
use utoipa::openapi::{
    KnownFormat, SchemaFormat,
    schema::{ObjectBuilder, Type},
};

use super::cursor::{Listing, Parts};
use crate::{
    endpoint::Describe,
    input::{Parameter, Reader, characters, instances, number, one_of, string},
    paging::{self, CURSOR, DEFAULT_LIMIT, LIMIT},
    problem::Failure,
    wire::{TaskBody, sort_word, task_fields::priority_words},
};

const SKIP: Parameter<u64> = Parameter {
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

const COMPLETED: Parameter<bool> = Parameter {
    name: "completed",
    read: boolean,
    schema: || instances(Type::Boolean),
    description: "Only those that are done, or only those that are open.",
};

const PRIORITY: Parameter<Priority> = Parameter {
    name: "priority",
    read: Priority::parse,
    schema: priority_words,
    description: "Only those with this priority; given several times, with any of them.",
};

const TAG: Parameter<Tag> = Parameter {
    name: "tag",
    read: Tag::parse,
    schema: || string().min_length(Some(1)).max_length(Some(50)),
    description: "Only those with this tag, ignoring case; given several times, with all of them.",
};

/// As many tags as a task can have: with more of them there is none.
const MAX_TAGS: usize = 20;

const DUE_AFTER: Parameter<Timestamp> = Parameter {
    name: "due_after",
    read: instant,
    schema: instant_schema,
    description: "Only those that are due then or later, by `due_at`.",
};

const DUE_BEFORE: Parameter<Timestamp> = Parameter {
    name: "due_before",
    read: instant,
    schema: instant_schema,
    description: "Only those that are due earlier than then, by `due_at`.",
};

const UPDATED_SINCE: Parameter<Timestamp> = Parameter {
    name: "updated_since",
    read: instant,
    schema: instant_schema,
    description: "Only those that were changed then or later.",
};

const Q: Parameter<String> = Parameter {
    name: "q",
    read: |text| characters(text, 1..=200),
    schema: || string().min_length(Some(1)).max_length(Some(200)),
    description: "Only those that have every one of these words in title and description, the last one as the beginning of a word; case and accents make no difference.",
};

const SORT: Parameter<Sort> = Parameter {
    name: "sort",
    read: sort_word::parse,
    schema: || {
        instances(Type::String)
            .enum_values(Some(sort_word::all()))
            .default(Some(sort_word::of(Sort::default()).into()))
    },
    description: "The order; with `-` the other way round. Ties stand by id, in the same direction, and what has no such key stands last either way.",
};

const COUNT: Parameter<bool> = Parameter {
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

/// What is asked of the tasks in the trash, or of those outside.
pub(super) fn read(reader: &mut Reader<'_>, deleted: bool) -> Result<ListTasks, Failure> {
    let limit = reader.parameter(&LIMIT);
    let skip = reader.parameter(&SKIP);
    let cursor = reader.parameter(&CURSOR);
    if skip.is_some() && cursor.is_some() {
        let fault = Fault::new(
            FaultCode::NotAllowedTogether,
            "must not be given together with cursor",
        );
        reader.fault_in_parameter(SKIP.name, fault);
    }
    let filter = TaskFilter {
        deleted,
        completed: reader.parameter(&COMPLETED),
        priorities: priorities(reader),
        tags: tags(reader),
        due_after: reader.parameter(&DUE_AFTER),
        due_before: reader.parameter(&DUE_BEFORE),
        updated_since: reader.parameter(&UPDATED_SINCE),
        search: reader.parameter(&Q),
    };
    let sort = reader.parameter(&SORT).unwrap_or_default();
    let count = reader.parameter(&COUNT).unwrap_or_default();
    let parts: Option<Parts> = paging::read(reader, cursor, &Listing::of(&filter, sort))?;
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

fn priorities(reader: &mut Reader<'_>) -> Vec<Priority> {
    let mut priorities = reader.parameters(&PRIORITY);
    priorities.sort_unstable();
    priorities.dedup();
    priorities
}

fn tags(reader: &mut Reader<'_>) -> Vec<Tag> {
    let mut tags = reader.parameters(&TAG);
    tags.sort_by_cached_key(Tag::key);
    tags.dedup_by_key(|tag| tag.key());
    if tags.len() > MAX_TAGS {
        let detail = format!("must be at most {MAX_TAGS} different tags");
        reader.fault_in_parameter(TAG.name, Fault::new(FaultCode::TooMany, detail));
    }
    tags
}

/// Says so in the document.
pub(super) fn describe(operation: Describe) -> Describe {
    operation
        .query(&SKIP)
        .query(&LIMIT)
        .query(&CURSOR)
        .query(&COMPLETED)
        .query_list(&PRIORITY)
        .query_list(&TAG)
        .query(&DUE_AFTER)
        .query(&DUE_BEFORE)
        .query(&UPDATED_SINCE)
        .query(&Q)
        .query(&SORT)
        .query(&COUNT)
}

/// The page, and where it goes on.
pub(super) fn respond(request: &HttpRequest, list: TaskList) -> Result<HttpResponse, Failure> {
    let mut response = HttpResponse::Ok();
    if let Some(next) = &list.next {
        let listing = Listing::of(&next.filter, next.sort);
        paging::link_next(
            &mut response,
            request,
            &[SKIP.name],
            &listing,
            &Parts::of(&next.mark),
        )?;
    }
    if let Some(total) = list.total {
        response.insert_header(("X-Total-Count", total.to_string()));
    }
    let tasks: Vec<TaskBody> = list.tasks.into_iter().map(TaskBody::from).collect();
    Ok(response.json(tasks))
}
