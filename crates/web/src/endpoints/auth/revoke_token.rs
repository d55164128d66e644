use actix_web::{HttpResponse, http::StatusCode};
use taskwell_domain::ApiTokenId;

use crate::{
    access::Account,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Input, Reader},
    problem::Failure,
};

endpoint!(DELETE "/api/auth/tokens/{id}", Account, RevokeToken, |describe| {
    describe
        .named("revokeToken", "Revoke a personal access token", tag::IDENTITY)
        .explained("It stops working at once, and for good.")
        .answers(StatusCode::NO_CONTENT, "The token is revoked.", &[])
});

struct RevokeToken {
    id: ApiTokenId,
}

impl Input for RevokeToken {
    // Without any field.
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.id("token", ApiTokenId::parse)?;
        Ok(Some(Self { id }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.uuid("The id of the token.")
    }
}

async fn handle(call: Call<Account, RevokeToken>) -> Result<HttpResponse, Failure> {
    let identity = &call.services.identity;
    identity
        .revoke_api_token(&call.access.0, call.input.id, &call.client())
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
