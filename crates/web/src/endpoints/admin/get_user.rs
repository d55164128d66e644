use actix_web::{HttpResponse, http::StatusCode};

use super::Named;
use crate::{
    access::Admin, call::Call, endpoint::endpoint, endpoints::tag, problem::Failure, wire::AdminUserBody,
};

endpoint!(GET "/api/admin/users/{id}", Admin, Named, |describe| {
    describe
        .named("getUser", "One account", tag::ADMINISTRATION)
        .explained("Of somebody who logs in here or at another issuer.")
        .answers_json::<AdminUserBody>(StatusCode::OK, "The account.", &[])
});

async fn handle(call: Call<Admin, Named>) -> Result<HttpResponse, Failure> {
    let Named(id) = &call.input;
    let user = call.services.administration.account(&call.access.0, id).await?;
    Ok(HttpResponse::Ok().json(AdminUserBody::from(user)))
}
