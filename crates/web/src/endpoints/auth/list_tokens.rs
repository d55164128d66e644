use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::Account, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
    wire::ApiTokenBody,
};

endpoint!(GET "/api/auth/tokens", Account, Nothing, |describe| {
    describe
        .named("listTokens", "The own personal access tokens", tag::IDENTITY)
        .explained("Newest first, expired ones included. The tokens themselves are not kept.")
        .answers_json_list::<ApiTokenBody>(StatusCode::OK, "The tokens.", &[])
});

async fn handle(call: Call<Account, Nothing>) -> Result<HttpResponse, Failure> {
    let tokens = call.services.identity.api_tokens(&call.access.0).await?;
    let tokens: Vec<ApiTokenBody> = tokens.into_iter().map(ApiTokenBody::from).collect();
    Ok(HttpResponse::Ok().json(tokens))
}
