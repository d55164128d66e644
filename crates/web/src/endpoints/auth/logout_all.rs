use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::Account, call::Call, endpoint::endpoint, endpoints::tag, input::Empty, problem::Failure,
};

endpoint!(POST "/api/auth/logout-all", Account, Empty, |describe| {
    describe
        .named("logoutAll", "End every session", tag::IDENTITY)
        .explained(
            "This one included: all access and refresh tokens of the account stop working at once, and so do those \
             that another issuer gave out until now. Personal access tokens go on.",
        )
        .answers(StatusCode::NO_CONTENT, "Every session has ended.", &[])
});

async fn handle(call: Call<Account, Empty>) -> Result<HttpResponse, Failure> {
    let identity = &call.services.identity;
    identity.logout_all(&call.access.0, &call.client()).await?;
    Ok(HttpResponse::NoContent().finish())
}
