use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::Account, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
    wire::UserBody,
};

endpoint!(GET "/api/auth/me", Account, Nothing, |describe| {
    describe
        .named("getMe", "The own account", tag::IDENTITY)
        .explained("The account that the token was given to.")
        .answers_json::<UserBody>(StatusCode::OK, "The account.", &[])
});

async fn handle(call: Call<Account, Nothing>) -> Result<HttpResponse, Failure> {
    let user = call.services.identity.me(&call.access.0.actor).await?;
    Ok(HttpResponse::Ok().json(UserBody::from(user)))
}
