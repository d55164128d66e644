use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, identity};
use taskwell_domain::{NewPassword, Password};

use super::fields::PASSWORD;
use crate::{
    access::Account,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Field, Input, Reader, object_schema, text},
    problem::Failure,
};

endpoint!(PUT "/api/auth/me/password", Account, ChangePassword, |describe| {
    describe
        .named("changePassword", "Change the own password", tag::IDENTITY)
        .explained(
            "Every other session ends; this one, and personal access tokens, go on. What a password must be, \
             registering says. Accounts of another issuer have none here.",
        )
        .answers(StatusCode::NO_CONTENT, "The new password holds.", &[])
        .fails([ErrorCode::InvalidCredentials.into()])
});

const CURRENT: Field<String> = Field {
    name: "current_password",
    ..PASSWORD
};

/// That it is not the address of the account is checked where that is known.
const NEW: Field<String> = Field {
    name: "new_password",
    read: |value| {
        let new = text(value)?;
        NewPassword::parse(new, None)?;
        Ok(new.to_owned())
    },
    ..PASSWORD
};

struct ChangePassword(identity::ChangePassword);

impl Input for ChangePassword {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let current = reader.required(CURRENT);
        let new = reader.required(NEW);
        Ok(current.zip(new).map(|(current, new)| {
            Self(identity::ChangePassword {
                current: Password::new(&current),
                new,
            })
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let new = (NEW.schema)().min_length(Some(8)).max_length(Some(128));
        let fields = [(CURRENT.name, (CURRENT.schema)()), (NEW.name, new)];
        let schema = object_schema(&[CURRENT.name, NEW.name], fields);
        operation.body(true, &[("application/json", "ChangePassword", schema)])
    }
}

async fn handle(call: Call<Account, ChangePassword>) -> Result<HttpResponse, Failure> {
    let client = call.client();
    let identity = &call.services.identity;
    identity
        .change_password(&call.access.0, call.input.0, &client)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
