use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::Account, call::Call, endpoint::endpoint, endpoints::tag, input::Empty, problem::Failure,
};

endpoint!(POST "/api/auth/logout", Account, Empty, |describe| {
    describe
        .named("logout", "End the session", tag::IDENTITY)
        .explained(
            "The access and refresh tokens of this session stop working at once; other sessions go on. Who logged in \
             at another issuer logs out there.",
        )
        .answers(StatusCode::NO_CONTENT, "The session has ended.", &[])
});

async fn handle(call: Call<Account, Empty>) -> Result<HttpResponse, Failure> {
    call.services.identity.logout(&call.access.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
