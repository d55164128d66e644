use std::io;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::Bytes,
};
use futures_util::{StreamExt, TryFutureExt, TryStreamExt, future, stream};
use taskwell_application::tasks;
use tracing::{Instrument, Span};
use utoipa::openapi::{
    KnownFormat, Ref, RefOr, Schema, SchemaFormat,
    schema::{ArrayBuilder, Type},
};

use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances, object_schema, one_of, one_word, string},
    problem::Failure,
    wire::portable::{ExportFile, ExportFormat, FORMAT},
};

endpoint!(GET "/api/{user_id}/tasks/export", Owner<TasksRead>, Export, |describe| {
    describe
        .named("exportTasks", "All tasks as a file", tag::TASKS)
        .explained(
            "All tasks outside the trash, the oldest first: each that is there throughout exactly once, whatever is written \
             meanwhile. JSON and CSV can be imported again. In CSV, what a spreadsheet would take for a formula, \
             whatever it separates cells by, has an apostrophe in front, which an import takes away. iCalendar is for \
             calendars to read. A file that breaks off ends the connection, and never looks whole.",
        )
        .schema("TaskFile", file_schema())
        .answers_file(
            StatusCode::OK,
            "The file.",
            &[
                ("application/json", Ref::from_schema_name("TaskFile").into()),
                ("text/csv", string().into()),
                ("text/calendar", string().into()),
            ],
        )
});

fn file_schema() -> RefOr<Schema> {
    let tasks = ArrayBuilder::new()
        .items(Ref::from_schema_name("Task"))
        .description(Some("The tasks."));
    let at = string()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some("When the export began."));
    object_schema::<RefOr<Schema>>(
        &["format", "exported_at", "tasks"],
        [
            (
                "format",
                one_word(FORMAT).description(Some("What the file is.")).into(),
            ),
            ("exported_at", at.into()),
            ("tasks", tasks.into()),
        ],
    )
}

const AS: Parameter<ExportFormat> = Parameter {
    name: "format",
    read: |text| one_of(text, &ExportFormat::ALL),
    schema: || {
        instances(Type::String)
            .enum_values(Some(ExportFormat::ALL.map(|(word, _)| word)))
            .default(Some(ExportFormat::Json.word().into()))
    },
    description: "What the file is to be: JSON, CSV, or iCalendar.",
};

struct Export(ExportFormat);

impl Input for Export {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self(reader.parameter(&AS).unwrap_or(ExportFormat::Json))))
    }

    fn describe(operation: Describe) -> Describe {
        operation.query(&AS)
    }
}

async fn handle(call: Call<Owner<TasksRead>, Export>) -> Result<HttpResponse, Failure> {
    let Export(format) = call.input;
    let mut walk = call.services.tasks.export(&call.access.actor);
    let at = walk.at();
    // What fails before the first byte is sent can still be told.
    let first = walk.next().await?.unwrap_or_default();
    let mut file = ExportFile::new(format);
    let mut beginning = file.begin(at)?;
    beginning.extend(file.tasks(first)?);
    // What is read and fails later belongs to the request as well.
    let span = Span::current();
    let rest = stream::try_unfold(Some((walk, file)), move |rest| {
        next(rest).inspect_err(Failure::log).instrument(span.clone())
    });
    let file = stream::once(future::ready(Ok(beginning)))
        .chain(rest)
        .map_ok(Bytes::from)
        .map_err(|_told: Failure| io::Error::other("the export broke off"));
    let name = format!("tasks-{}.{}", at.as_datetime().date_naive(), format.word());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, format.content_type()))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(file))
}

/// The walk through the tasks, and the file that they are written into, as long as there is more.
type Rest = Option<(tasks::Export, ExportFile)>;

/// The next piece of the file; behind the last task stands the end of the file.
async fn next(rest: Rest) -> Result<Option<(Vec<u8>, Rest)>, Failure> {
    let Some((mut walk, mut file)) = rest else {
        return Ok(None);
    };
    Ok(Some(match walk.next().await? {
        Some(tasks) => (file.tasks(tasks)?, Some((walk, file))),
        None => (file.end(), None),
    }))
}
