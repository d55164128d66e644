use actix_web::{HttpResponse, http::StatusCode, web};
use taskwell_application::{ErrorCode, tasks::IdempotencyKey};
use utoipa::openapi::{
    KnownFormat, Ref, RefOr, Schema, SchemaFormat,
    schema::{ArrayBuilder, ObjectBuilder, Type},
};

use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{
        BodyKind, FOR_ANY_NUMBER, Input, Reader, instances, nullable_string, object_schema, one_word, string,
    },
    problem::Failure,
    wire::{
        portable::{FORMAT, ImportReport, LIMIT_WITH_FORM, MEDIA_TYPES, RowProblem, Upload},
        task_fields,
    },
};

endpoint!(POST "/api/{user_id}/tasks/import", Owner<TasksWrite>, Import, |describe| {
    describe
        .named("importTasks", "Import tasks from a file", tag::TASKS)
        .explained(
            "Takes JSON or CSV as it was exported, as the body or as the part `file` of a form, up to 10 MiB and 100,000 \
             tasks. Ids and times survive; `user_id`, `due_at` and `version` are not looked at, and the tasks come behind \
             those that are there already, in the order of their `position`. Only `title` is needed. In CSV an empty cell \
             is a field that is missing, and `tags` are a JSON array. A recurring task begins anew on its `due_date`.\n\n\
             A task whose id is there already, in the trash included, is left alone, so the same file twice is the same \
             data once. That holds without ids too: a task without one gets an id that follows from what its row says. \
             What is wrong with a row is told in `errors`; the good rows are imported, all together or, where the answer \
             is a problem, not at all. A row of more than 64 KiB is an error; a file with more than 10,000 errors is refused as a whole.",
        )
        .answers_json::<ImportReport>(StatusCode::OK, "What came of it.", &[])
        .fails([ErrorCode::Conflict.into()])
});

struct Import {
    upload: Upload,
    key: Option<IdempotencyKey>,
}

impl Input for Import {
    const BODY: BodyKind = BodyKind::File(MEDIA_TYPES);
    const BODY_LIMIT: Option<usize> = Some(LIMIT_WITH_FORM);
    const TIMES_AS_LONG: u32 = FOR_ANY_NUMBER;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let key = idempotency::key(reader);
        let file = reader.file();
        let upload = file.and_then(|(media_type, body)| Upload::of(media_type, body));
        let upload = upload.ok_or_else(|| Failure::internal("a file was received as something else"))?;
        Ok(Some(Self { upload, key }))
    }

    fn describe(operation: Describe) -> Describe {
        let file = string()
            .content_media_type("application/octet-stream")
            .description(Some(
                "JSON or CSV, as its Content-Type or the end of its name says.",
            ));
        operation
            .idempotency_key()
            .file_body(&[
                ("application/json", Ref::from_schema_name(FILE).into()),
                ("text/csv", string().into()),
                ("multipart/form-data", object_schema(&["file"], [("file", file)])),
            ])
            .schema(FILE, file_schema())
            .schema(TASK, task_schema())
    }
}

const FILE: &str = "TaskFileToImport";
const TASK: &str = "TaskToImport";

fn file_schema() -> RefOr<Schema> {
    let tasks = ArrayBuilder::new()
        .items(Ref::from_schema_name(TASK))
        .description(Some("The tasks."));
    let at = instant().description(Some("When it was exported."));
    object_schema::<RefOr<Schema>>(
        &["format", "tasks"],
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

fn task_schema() -> RefOr<Schema> {
    let not_looked_at = |schema: ObjectBuilder| schema.description(Some("Not looked at."));
    let described = |schema: ObjectBuilder, text| schema.description(Some(text));
    let others = [
        (
            "id",
            described(
                nullable_uuid(),
                "Its id; null for one that follows from the rest.",
            ),
        ),
        (
            "completed_at",
            described(nullable_instant(), "When it was completed."),
        ),
        (
            "position",
            described(nullable_string(), "Its place among the others of the file."),
        ),
        (
            "created_at",
            described(nullable_instant(), "When it came to be; null for now."),
        ),
        (
            "updated_at",
            described(nullable_instant(), "When it last changed; null for `created_at`."),
        ),
        ("user_id", not_looked_at(nullable_string())),
        ("due_at", not_looked_at(nullable_instant())),
        ("version", not_looked_at(instances(Type::Integer))),
    ];
    let mut fields = task_fields::schemas();
    fields.extend(others.map(|(name, schema)| (name, schema.into())));
    object_schema(&["title"], fields)
}

fn instant() -> ObjectBuilder {
    string().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

fn nullable_instant() -> ObjectBuilder {
    nullable_string().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

fn nullable_uuid() -> ObjectBuilder {
    nullable_string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

async fn handle(call: Call<Owner<TasksWrite>, Import>) -> Result<HttpResponse, Failure> {
    let Import { upload, key } = call.input;
    let actor = &call.access.actor;
    let file = upload.file(call.request.headers()).await?;
    let owner = actor.user_id.clone();
    // A large file takes its time, in which others are not to wait.
    let read = web::block(move || file.read(&owner))
        .await
        .map_err(Failure::internal)??;
    let (tasks, mut errors) = read;
    let done = call.services.tasks.import(actor, &tasks, key.as_ref()).await?;
    for at in done.value.faults {
        let problems = at.faults.into_iter();
        errors
            .extend(problems.map(|fault| RowProblem::new(at.row, format!("/{}", fault.field), fault.fault)));
    }
    errors.sort_by_key(|error| error.row);
    let mut response = HttpResponse::Ok();
    idempotency::tell(&mut response, done.replayed);
    Ok(response.json(ImportReport {
        imported: done.value.imported,
        skipped: done.value.skipped,
        errors,
    }))
}
