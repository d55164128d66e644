use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, administration::AssertedAccount};
use taskwell_domain::{AccountChange, Email, Issuer, Role, Timestamp, UserId};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::Type};

use super::{describe_user_id, user_id};
use crate::{
    access::Admin,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{
        BodyKind, Field, Input, Reader, boolean, instances, nullable, nullable_string, object_schema,
        received, received_instant, received_instant_or_null, sent_back, string, word, words,
    },
    problem::Failure,
    wire::AdminUserBody,
};

endpoint!(PATCH "/api/admin/users/{id}", Admin, ChangeUser, |describe| {
    describe
        .named("changeUser", "Change an account", tag::ADMINISTRATION)
        .explained(
            "An absent field stays as it is. The change acts on tokens already out: of a disabled account none works, \
             until it is let in again. What cannot be set may be sent back as it was received.",
        )
        .answers_json::<AdminUserBody>(StatusCode::OK, "The account as it stands now.", &[])
        .fails([ErrorCode::LastAdmin.into()])
});

const ROLE: Field<Role> = Field {
    name: "role",
    read: |value| {
        let words: Vec<&str> = Role::ALL.iter().copied().map(Role::as_str).collect();
        word(value, Role::from_word, &words)
    },
    schema: || words(Role::ALL.iter().copied().map(Role::as_str)).description(Some("What it may do.")),
};

const DISABLED: Field<bool> = Field {
    name: "disabled",
    read: boolean,
    schema: || instances(Type::Boolean).description(Some("Whether it is shut out.")),
};

// What cannot be set may be sent back as it was received.

const ID: Field<UserId> = Field {
    name: "id",
    read: |value| received(value, UserId::parse),
    schema: || sent_back(string()),
};

const EMAIL: Field<Option<Email>> = Field {
    name: "email",
    read: |value| nullable(value, |value| received(value, Email::parse)),
    schema: || sent_back(nullable_string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))),
};

const CREATED_AT: Field<Timestamp> = received_instant("created_at");

const ISSUER: Field<Issuer> = Field {
    name: "issuer",
    read: |value| received(value, Issuer::parse),
    schema: || sent_back(string()),
};

const LAST_LOGIN_AT: Field<Option<Timestamp>> = received_instant_or_null("last_login_at");

struct ChangeUser {
    id: UserId,
    change: AccountChange,
    asserted: AssertedAccount,
}

impl Input for ChangeUser {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = user_id(reader)?;
        let change = AccountChange {
            role: reader.optional(ROLE),
            disabled: reader.optional(DISABLED),
        };
        let asserted = AssertedAccount {
            id: reader.optional(ID),
            email: reader.optional(EMAIL),
            created_at: reader.optional(CREATED_AT),
            issuer: reader.optional(ISSUER),
            last_login_at: reader.optional(LAST_LOGIN_AT),
        };
        Ok(Some(Self { id, change, asserted }))
    }

    fn describe(operation: Describe) -> Describe {
        let fields = [
            (ROLE.name, (ROLE.schema)()),
            (DISABLED.name, (DISABLED.schema)()),
            (ID.name, (ID.schema)()),
            (EMAIL.name, (EMAIL.schema)()),
            (CREATED_AT.name, (CREATED_AT.schema)()),
            (ISSUER.name, (ISSUER.schema)()),
            (LAST_LOGIN_AT.name, (LAST_LOGIN_AT.schema)()),
        ];
        let schema = object_schema(&[], fields);
        describe_user_id(operation).body(true, &[("application/json", "ChangeUser", schema)])
    }
}

async fn handle(call: Call<Admin, ChangeUser>) -> Result<HttpResponse, Failure> {
    let ChangeUser { id, change, asserted } = call.input;
    let administration = &call.services.administration;
    let user = administration
        .change_account(&call.access.0, &id, change, &asserted)
        .await?;
    Ok(HttpResponse::Ok().json(AdminUserBody::from(user)))
}
