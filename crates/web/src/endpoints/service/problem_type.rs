use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use taskwell_application::ErrorCode;
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::{
    access::Public,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Reader},
    problem::{self, Failure, ProblemType},
};

endpoint!(GET "/problems/{code}", Public, Asked, |describe| {
    describe
        .named("getProblemType", "What a problem means", tag::SERVICE)
        .explained("The `type` of every problem is an address here.")
        .answers_json::<Explanation>(StatusCode::OK, "The explanation.", &[])
        .fails([ErrorCode::NotFound.into()])
});

/// A kind of problem.
#[derive(Serialize, ToSchema)]
struct Explanation {
    #[schema(schema_with = code)]
    code: &'static str,
    /// The status that it is answered with.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// In a few words.
    #[schema(value_type = String)]
    title: &'static str,
    /// What it means and what to do.
    #[schema(value_type = String)]
    explanation: &'static str,
}

fn code() -> ObjectBuilder {
    problem::code_schema().description(Some("The word for a program."))
}

struct Asked(ProblemType);

impl Input for Asked {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let kind = ProblemType::named(reader.path("code"))
            .ok_or_else(|| Failure::wire(ErrorCode::NotFound, "there is no such problem"))?;
        Ok(Some(Self(kind)))
    }

    fn describe(operation: Describe) -> Describe {
        operation.path_parameter("code", "The `code` of the problem.", problem::code_schema())
    }
}

async fn handle(call: Call<Public, Asked>) -> Result<HttpResponse, Failure> {
    let Asked(kind) = call.input;
    Ok(HttpResponse::Ok().json(Explanation {
        code: kind.code,
        status: kind.status.as_u16(),
        title: kind.title,
        explanation: kind.explanation,
    }))
}
