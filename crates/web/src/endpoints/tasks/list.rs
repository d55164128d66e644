use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::{
    ErrorCode,
    ports::{Sort, TaskFilter},
    tasks::{Cursor, ListTasks},
};
use taskwell_domain::{Fault, FaultCode};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::Type};

use crate::{
    access::Owner,
    call::Call,
    cursor,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances, number, one_of},
    problem::Failure,
    wire::{TaskBody, sort_word},
};

endpoint!(GET "/api/{user_id}/tasks", Owner, List, |describe| {
    describe
        .named("listTasks", "The tasks", tag::TASKS)
        .explained(
            "For the next page, follow `rel=\"next\"` in the header `Link`, an address without a host; the last page has \
             none. So every task that existed throughout is seen exactly once, whatever is written meanwhile; with \
             `skip`, a write in between moves the pages.",
        )
        .answers_json_list::<TaskBody>(
            StatusCode::OK,
            "A page of the tasks, newest first unless asked otherwise.",
            &["Link", "X-Total-Count"],
        )
        .fails([ErrorCode::InvalidCursor.into()])
});

const LIMIT: Parameter<u64> = Parameter {
    name: "limit",
    read: |text| number(text, 1..=100),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(100))
            .default(Some(20.into()))
    },
    description: "How many at most.",
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

/// A cursor that cannot be read is a failure of its own, not a fault among others.
const CURSOR: Parameter<Option<Cursor>> = Parameter {
    name: "cursor",
    read: |text| Ok(cursor::decode(text)),
    schema: || instances(Type::String),
    description: "Where the page before ended; it stands in the address of that page's `Link`. Good for the same filters and order only.",
};

const COMPLETED: Parameter<bool> = Parameter {
    name: "completed",
    read: boolean,
    schema: || instances(Type::Boolean),
    description: "Only those that are done, or only those that are open.",
};

const SORT: Parameter<Sort> = Parameter {
    name: "sort",
    read: |text| one_of(text, &sort_word::ALL),
    schema: || {
        instances(Type::String)
            .enum_values(Some(sort_word::ALL.map(|(word, _)| word)))
            .default(Some("-created_at".into()))
    },
    description: "The order; with `-` the other way round. Ties stand by id.",
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

struct List(ListTasks);

impl Input for List {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
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
        let completed = reader.parameter(&COMPLETED);
        let sort = reader.parameter(&SORT).unwrap_or_default();
        let count = reader.parameter(&COUNT).unwrap_or_default();
        let cursor = match cursor {
            Some(None) => return Err(taskwell_application::Error::InvalidCursor.into()),
            Some(cursor) => cursor,
            None => None,
        };
        Ok(Some(Self(ListTasks {
            filter: TaskFilter { completed },
            sort,
            skip: skip.unwrap_or_default(),
            cursor,
            limit: limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(20),
            count,
        })))
    }

    fn describe(operation: Describe) -> Describe {
        operation
            .query(&SKIP)
            .query(&LIMIT)
            .query(&CURSOR)
            .query(&COMPLETED)
            .query(&SORT)
            .query(&COUNT)
    }
}

async fn handle(call: Call<Owner, List>) -> Result<HttpResponse, Failure> {
    let list = call.services.tasks.list(&call.access.0, call.input.0).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = &list.next {
        let link = next_link(&call.request, next).map_err(Failure::internal)?;
        response.insert_header((header::LINK, link));
    }
    if let Some(total) = list.total {
        response.insert_header(("X-Total-Count", total.to_string()));
    }
    let tasks: Vec<TaskBody> = list.tasks.into_iter().map(TaskBody::from).collect();
    Ok(response.json(tasks))
}

/// The same listing from the cursor on (RFC 8288). A reference without a host is right behind any proxy.
fn next_link(request: &HttpRequest, next: &Cursor) -> Result<String, serde_json::Error> {
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != SKIP.name && name != CURSOR.name);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair(CURSOR.name, &cursor::encode(next)?)
        .finish();
    Ok(format!("<{}?{query}>; rel=\"next\"", request.uri().path()))
}
