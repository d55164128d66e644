use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, identity};

use crate::{
    access::Public,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Field, Input, Reader, object_schema, string, text},
    problem::Failure,
    wire::TokensBody,
};

endpoint!(POST "/api/auth/refresh", Public, Refresh, |describe| {
    describe
        .named("refresh", "Get new tokens for a session", tag::IDENTITY)
        .explained(
            "The refresh token is spent: keep the new one. For 20 seconds the old one still works, so that the tabs of \
             one browser may all use it at once; after that, whoever presents it ends the whole session, because \
             somebody may have a copy.",
        )
        .answers_json::<TokensBody>(StatusCode::OK, "The new tokens of the session.", &[])
        .fails([
            ErrorCode::Unauthenticated.into(),
            ErrorCode::SessionRevoked.into(),
            ErrorCode::AccountDisabled.into(),
            ErrorCode::RateLimited.into(),
        ])
});

const REFRESH_TOKEN: Field<String> = Field {
    name: "refresh_token",
    read: |value| text(value).map(str::to_owned),
    schema: || string().description(Some("The refresh token that the session gave last.")),
};

struct Refresh {
    token: String,
}

impl Input for Refresh {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let token = reader.required(REFRESH_TOKEN);
        Ok(token.map(|token| Self { token }))
    }

    fn describe(operation: Describe) -> Describe {
        let fields = [(REFRESH_TOKEN.name, (REFRESH_TOKEN.schema)())];
        let schema = object_schema(&[REFRESH_TOKEN.name], fields);
        operation.body(true, &[("application/json", "Refresh", schema)])
    }
}

async fn handle(call: Call<Public, Refresh>) -> Result<HttpResponse, Failure> {
    let client = call.client();
    let command = identity::Refresh {
        refresh_token: call.input.token,
        client,
    };
    let tokens = call.services.identity.refresh(command).await?;
    Ok(HttpResponse::Ok().json(TokensBody::from(tokens)))
}
