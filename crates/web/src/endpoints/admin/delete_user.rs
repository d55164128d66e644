use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::ErrorCode;

use super::Meant;
use crate::{access::Admin, call::Call, endpoint::endpoint, endpoints::tag, problem::Failure};

endpoint!(DELETE "/api/admin/users/{id}", Admin, Meant, |describe| {
    describe
        .named("deleteUser", "Delete an account", tag::ADMINISTRATION)
        .explained("With all that it owns, and for good; the audit trail stays.")
        .answers(StatusCode::NO_CONTENT, "The account is gone.", &[])
        .fails([ErrorCode::LastAdmin.into()])
});

async fn handle(call: Call<Admin, Meant>) -> Result<HttpResponse, Failure> {
    let Meant(id) = &call.input;
    let administration = &call.services.administration;
    administration.delete_account(&call.access.0, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
