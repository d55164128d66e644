use actix_web::{HttpResponse, http::StatusCode};

use super::{Health, OK};
use crate::{
    access::Public, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
};

endpoint!(GET "/health/live", Public, Nothing, |describe| {
    describe
        .named("getLiveness", "Whether the server runs", tag::SERVICE)
        .explained("It looks at nothing else, not even the database.")
        .answers_json::<Health>(StatusCode::OK, "It runs.", &[])
});

async fn handle(_: Call<Public, Nothing>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(OK))
}
