use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Public, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
};

endpoint!(GET "/", Public, Nothing, |describe| {
    describe
        .named("getService", "What this is", tag::SERVICE)
        .explained("Needs no token: a way to see that this is the right server.")
        .answers_json::<Service>(StatusCode::OK, "The service and where it is described.", &[])
});

/// What runs here.
#[derive(Serialize, ToSchema)]
struct Service {
    /// Says that it runs.
    #[schema(value_type = String, example = "Todo API is running")]
    message: &'static str,
    /// Its version.
    #[schema(value_type = String)]
    version: &'static str,
    /// Where its documentation for people is.
    #[schema(value_type = String)]
    docs: &'static str,
    /// Where its documentation for programs is.
    #[schema(value_type = String)]
    openapi: &'static str,
}

async fn handle(_: Call<Public, Nothing>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(Service {
        message: "Todo API is running",
        version: env!("CARGO_PKG_VERSION"),
        docs: "/docs",
        openapi: "/openapi.json",
    }))
}
