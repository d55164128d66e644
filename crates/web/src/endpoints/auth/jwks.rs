use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};

use crate::{
    access::Public, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
    wire::KeySetBody,
};

endpoint!(GET "/.well-known/jwks.json", Public, Nothing, |describe| {
    describe
        .named("getKeySet", "The keys to check access tokens with", tag::IDENTITY)
        .explained(
            "Those of today, and those of before that still verify. It may be kept for five minutes; a token that names \
             a key that is not in it is a reason to ask again.",
        )
        .answers_json::<KeySetBody>(StatusCode::OK, "The keys.", &[])
});

async fn handle(call: Call<Public, Nothing>) -> Result<HttpResponse, Failure> {
    let keys = call.services.identity.public_keys();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(KeySetBody::from(keys)))
}
