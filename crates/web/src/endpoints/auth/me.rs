use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::{AccountRead, Scoped},
    call::Call,
    endpoint::endpoint,
    endpoints::tag,
    input::Nothing,
    problem::Failure,
    wire::UserBody,
};

endpoint!(GET "/api/auth/me", Scoped<AccountRead>, Nothing, |describe| {
    describe
        .named("getMe", "The own account", tag::IDENTITY)
        .explained("The account that the token was given to.")
        .answers_json::<UserBody>(StatusCode::OK, "The account.", &[])
});

async fn handle(call: Call<Scoped<AccountRead>, Nothing>) -> Result<HttpResponse, Failure> {
    let user = call.services.identity.me(&call.access.caller).await?;
    Ok(HttpResponse::Ok().json(UserBody::from(user)))
}
