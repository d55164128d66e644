use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::Account, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
};

endpoint!(POST "/api/auth/logout", Account, Nothing, |describe| {
    describe
        .named("logout", "End the session", tag::IDENTITY)
        .explained("Its access and refresh tokens stop working at once.")
        .answers(StatusCode::NO_CONTENT, "The session has ended.", &[])
});

async fn handle(call: Call<Account, Nothing>) -> Result<HttpResponse, Failure> {
    call.services.identity.logout(&call.access.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
