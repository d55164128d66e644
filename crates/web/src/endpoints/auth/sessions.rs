use actix_web::{HttpResponse, http::StatusCode};

use crate::{
    access::Account, call::Call, endpoint::endpoint, endpoints::tag, input::Nothing, problem::Failure,
    wire::SessionBody,
};

endpoint!(GET "/api/auth/sessions", Account, Nothing, |describe| {
    describe
        .named("listSessions", "The sessions of the own account", tag::IDENTITY)
        .explained("Those that go on, newest first: where the account is logged in, and where it was last used.")
        .answers_json_list::<SessionBody>(StatusCode::OK, "The sessions.", &[])
});

async fn handle(call: Call<Account, Nothing>) -> Result<HttpResponse, Failure> {
    let caller = &call.access.0;
    let sessions = call.services.identity.sessions(caller).await?;
    let current = caller.session_id();
    let sessions: Vec<SessionBody> = sessions
        .iter()
        .map(|session| SessionBody::new(session, current))
        .collect();
    Ok(HttpResponse::Ok().json(sessions))
}
