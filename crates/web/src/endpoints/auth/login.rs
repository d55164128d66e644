use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, identity};
use taskwell_domain::{Fault, FaultCode, Password};

use super::fields::PASSWORD;
use crate::{
    access::Public,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Field, Input, Reader, object_schema, one_word, string, text},
    problem::Failure,
    wire::TokensBody,
};

endpoint!(POST "/api/auth/login", Public, Login, |describe| {
    describe
        .named("login", "Begin a session", tag::IDENTITY)
        .explained(
            "Send the `access_token` with every call that needs one, as `Authorization: Bearer …`. The answer to an \
             unknown email is the same as to a wrong password; that an account is disabled, only the right one tells. The body is JSON, or the form of an OAuth2 password \
             grant (RFC 6749, section 4.3).",
        )
        .answers_json::<TokensBody>(StatusCode::OK, "The tokens of the new session.", &[])
        .fails([
            ErrorCode::InvalidCredentials.into(),
            ErrorCode::AccountDisabled.into(),
            ErrorCode::RateLimited.into(),
        ])
});

/// An address as it was typed.
const EMAIL: Field<String> = Field {
    name: "email",
    read: |value| text(value).map(str::to_owned),
    schema: || string().description(Some("The email, in upper or lower case.")),
};

/// How OAuth2 calls the address.
const USERNAME: Field<String> = Field {
    name: "username",
    ..EMAIL
};

const GRANT_TYPE: Field<()> = Field {
    name: "grant_type",
    read: |value| match text(value)? {
        // Empty is as good as absent (RFC 6749, section 3.2).
        "" | "password" => Ok(()),
        _ => Err(Fault::new(FaultCode::InvalidValue, "must be password")),
    },
    schema: || one_word("password").description(Some("May be left out, or empty.")),
};

/// What OAuth2 clients send and nobody needs here.
const IGNORED: [Field<()>; 3] = [ignored("scope"), ignored("client_id"), ignored("client_secret")];

const fn ignored(name: &'static str) -> Field<()> {
    Field {
        name,
        read: |_| Ok(()),
        schema: || string().description(Some("Ignored.")),
    }
}

struct Login {
    email: String,
    password: Password,
}

impl Input for Login {
    const BODY: BodyKind = BodyKind::JsonOrForm;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let email = if reader.is_form() {
            reader.optional(GRANT_TYPE);
            for field in IGNORED {
                reader.optional(field);
            }
            reader.required(USERNAME)
        } else {
            reader.required(EMAIL)
        };
        let password = reader.required(PASSWORD);
        Ok(email.zip(password).map(|(email, password)| Self {
            email,
            password: Password::new(&password),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let password = || (PASSWORD.name, (PASSWORD.schema)());
        let json = object_schema(
            &[EMAIL.name, PASSWORD.name],
            [(EMAIL.name, (EMAIL.schema)()), password()],
        );
        let ignored = IGNORED.map(|field| (field.name, (field.schema)()));
        let known = [
            (USERNAME.name, (USERNAME.schema)()),
            password(),
            (GRANT_TYPE.name, (GRANT_TYPE.schema)()),
        ];
        let form = object_schema(&[USERNAME.name, PASSWORD.name], known.into_iter().chain(ignored));
        operation.body(
            true,
            &[
                ("application/json", "Login", json),
                ("application/x-www-form-urlencoded", "LoginForm", form),
            ],
        )
    }
}

async fn handle(call: Call<Public, Login>) -> Result<HttpResponse, Failure> {
    let client = call.client();
    let Login { email, password } = call.input;
    let command = identity::Login {
        email,
        password,
        client,
    };
    let tokens = call.services.identity.login(command).await?;
    Ok(HttpResponse::Ok().json(TokensBody::from(tokens)))
}
