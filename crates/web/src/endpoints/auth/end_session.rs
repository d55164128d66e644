use actix_web::{HttpResponse, http::StatusCode};
use taskwell_domain::SessionId;

use crate::{
    access::Account,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Input, Reader},
    problem::Failure,
};

endpoint!(DELETE "/api/auth/sessions/{id}", Account, EndSession, |describe| {
    describe
        .named("endSession", "End one of the own sessions", tag::IDENTITY)
        .explained("Its access and refresh tokens stop working at once. It may be the caller's own.")
        .answers(StatusCode::NO_CONTENT, "The session has ended.", &[])
});

struct EndSession {
    id: SessionId,
}

impl Input for EndSession {
    // Without any field.
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.id("session", SessionId::parse)?;
        Ok(Some(Self { id }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.uuid("The id of the session.")
    }
}

async fn handle(call: Call<Account, EndSession>) -> Result<HttpResponse, Failure> {
    let identity = &call.services.identity;
    identity.end_session(&call.access.0, call.input.id).await?;
    Ok(HttpResponse::NoContent().finish())
}
