use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::{ErrorCode, identity};
use taskwell_domain::{Email, NewPassword};

use super::fields::{EMAIL, PASSWORD};
use crate::{
    access::Public,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::UserBody,
};

endpoint!(POST "/api/auth/register", Public, Register, |describe| {
    describe
        .named("register", "Make an account", tag::IDENTITY)
        .explained(
            "The password has 8 to 128 characters after Unicode normalisation (NFC), no control characters, and is \
             neither a common one nor the email.",
        )
        .answers_json::<UserBody>(StatusCode::CREATED, "The new account.", &["Location"])
        .fails([
            ErrorCode::EmailTaken.into(),
            ErrorCode::Forbidden.into(),
            ErrorCode::RateLimited.into(),
        ])
});

struct Register {
    email: Email,
    password: NewPassword,
}

impl Input for Register {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let email = reader.required(EMAIL);
        let password = reader.required(PASSWORD).and_then(|text| {
            NewPassword::parse(&text, email.as_ref())
                .map_err(|fault| reader.fault_in_body(PASSWORD.name, fault))
                .ok()
        });
        Ok(email
            .zip(password)
            .map(|(email, password)| Self { email, password }))
    }

    fn describe(operation: Describe) -> Describe {
        let password = (PASSWORD.schema)().min_length(Some(8)).max_length(Some(128));
        let fields = [(EMAIL.name, (EMAIL.schema)()), (PASSWORD.name, password)];
        let schema = object_schema(&[EMAIL.name, PASSWORD.name], fields);
        operation.body(true, &[("application/json", "Register", schema)])
    }
}

async fn handle(call: Call<Public, Register>) -> Result<HttpResponse, Failure> {
    let client = call.client();
    let Register { email, password } = call.input;
    let command = identity::Register {
        email,
        password,
        client,
    };
    let user = call.services.identity.register(command).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, "/api/auth/me"))
        .json(UserBody::from(user)))
}
