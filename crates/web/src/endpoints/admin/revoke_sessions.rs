use actix_web::{HttpResponse, http::StatusCode};

use super::Meant;
use crate::{access::Admin, call::Call, endpoint::endpoint, endpoints::tag, problem::Failure};

endpoint!(POST "/api/admin/users/{id}/revoke-sessions", Admin, Meant, |describe| {
    describe
        .named("revokeSessions", "Revoke every token of an account", tag::ADMINISTRATION)
        .explained(
            "No token that was given out before works any more: those of its sessions, personal access tokens, and \
             those of another issuer. The user can log in again at once.",
        )
        .answers(StatusCode::NO_CONTENT, "The tokens are revoked.", &[])
});

async fn handle(call: Call<Admin, Meant>) -> Result<HttpResponse, Failure> {
    let Meant(id) = &call.input;
    let administration = &call.services.administration;
    administration.revoke_tokens(&call.access.0, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
