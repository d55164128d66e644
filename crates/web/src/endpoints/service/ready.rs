use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::Error;

use super::{Health, OK};
use crate::{
    access::Public, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
};

endpoint!(GET "/health/ready", Public, Nothing, |describe| {
    describe
        .named("getReadiness", "Whether the server can answer requests", tag::SERVICE)
        .explained("It cannot while the database is away, and will not once it is about to stop.")
        .answers_json::<Health>(StatusCode::OK, "It can.", &[])
});

async fn handle(call: Call<Public, Nothing>) -> Result<HttpResponse, Failure> {
    if call.services.drain.has_begun() {
        return Err(Error::Unavailable(Some("the server is about to stop".into())).into());
    }
    call.services.health.check().await.map_err(Error::from)?;
    Ok(HttpResponse::Ok().json(OK))
}
