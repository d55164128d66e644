use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    ports::{Sort, TaskFilter},
    tasks::ListTasks,
};
use taskwell_domain::{Fault, FaultCode};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::Type};

use super::cursor::Parts;
use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances, number, one_of},
    paging::{self, CURSOR, DEFAULT_LIMIT, LIMIT},
    problem::Failure,
    wire::{TaskBody, sort_word},
};

endpoint!(GET "/api/{user_id}/tasks", Owner<TasksRead>, List, |describe| {
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
        let cursor = paging::read(cursor, Parts::meaning)?;
        Ok(Some(Self(ListTasks {
            filter: TaskFilter { completed },
            sort,
            skip: skip.unwrap_or_default(),
            cursor,
            limit: limit.unwrap_or(DEFAULT_LIMIT),
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

async fn handle(call: Call<Owner<TasksRead>, List>) -> Result<HttpResponse, Failure> {
    let list = call.services.tasks.list(&call.access.actor, call.input.0).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = &list.next {
        paging::link_next(&mut response, &call.request, &[SKIP.name], &Parts::of(next))?;
    }
    if let Some(total) = list.total {
        response.insert_header(("X-Total-Count", total.to_string()));
    }
    let tasks: Vec<TaskBody> = list.tasks.into_iter().map(TaskBody::from).collect();
    Ok(response.json(tasks))
}
