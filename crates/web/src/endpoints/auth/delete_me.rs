use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::ErrorCode;
use taskwell_domain::Password;

use super::fields::PASSWORD;
use crate::{
    access::Account,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
};

endpoint!(DELETE "/api/auth/me", Account, DeleteMe, |describe| {
    describe
        .named("deleteMe", "Delete the own account", tag::IDENTITY)
        .explained(
            "With all that it owns, and for good. Who logs in here confirms it with the password; accounts of another \
             issuer have none and send no body.",
        )
        .answers(StatusCode::NO_CONTENT, "The account is gone.", &[])
        .fails([ErrorCode::InvalidCredentials.into(), ErrorCode::LastAdmin.into()])
});

struct DeleteMe {
    password: Option<Password>,
}

impl Input for DeleteMe {
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let password = reader.optional(PASSWORD);
        Ok(Some(Self {
            password: password.as_deref().map(Password::new),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[], [(PASSWORD.name, (PASSWORD.schema)())]);
        operation.body(false, &[("application/json", "DeleteMe", schema)])
    }
}

async fn handle(call: Call<Account, DeleteMe>) -> Result<HttpResponse, Failure> {
    let client = call.client();
    let identity = &call.services.identity;
    identity
        .delete_account(&call.access.0, call.input.password, &client)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
