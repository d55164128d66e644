use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use taskwell_application::{Error, ErrorCode};
use utoipa::{ToSchema, openapi::schema::Type};

use crate::{
    access::Public,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Reader, instances},
    problem::{Failure, ProblemType},
};

endpoint!(GET "/problems/{code}", Public, Asked, |describe| {
    describe
        .named("getProblemType", "What a problem means", tag::SERVICE)
        .answers_json::<Explanation>(StatusCode::OK, "The explanation.", &[])
        .fails([ErrorCode::NotFound.into()])
});

/// A kind of problem.
#[derive(Serialize, ToSchema)]
struct Explanation {
    /// The word for a program.
    #[schema(value_type = String)]
    code: &'static str,
    /// The status that it is answered with.
    status: u16,
    /// In a few words.
    #[schema(value_type = String)]
    title: &'static str,
    /// What it means and what to do.
    #[schema(value_type = String)]
    explanation: &'static str,
}

struct Asked(ProblemType);

impl Input for Asked {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let kind = ProblemType::named(reader.path("code")).ok_or(Error::NotFound)?;
        Ok(Some(Self(kind)))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = instances(Type::String);
        operation.path_parameter("code", "The `code` of the problem.", schema)
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
