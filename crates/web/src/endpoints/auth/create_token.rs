use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::identity::CreateApiToken;
use taskwell_domain::{Scope, Scopes, Timestamp, TokenName};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat, schema::ArrayBuilder};

use crate::{
    access::Account,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{
        BodyKind, Field, Input, ListField, Reader, instant, nullable, nullable_string, object_schema, string,
        text, word,
    },
    problem::Failure,
    wire::{CreatedApiTokenBody, scope_words},
};

endpoint!(POST "/api/auth/tokens", Account, CreateToken, |describe| {
    describe
        .named("createToken", "Make a personal access token", tag::IDENTITY)
        .explained(
            "A token for a program, which opens what its scopes say and nothing else: each grants only itself. Send it \
             as `Authorization: Bearer …`. It is shown this once. An account can have 100 of them.",
        )
        .answers_json::<CreatedApiTokenBody>(StatusCode::CREATED, "The new token.", &["Location"])
});

const NAME: Field<TokenName> = Field {
    name: "name",
    read: |value| text(value).and_then(TokenName::parse),
    schema: || {
        string()
            .min_length(Some(1))
            .max_length(Some(100))
            .description(Some("What it is for; white space around it is cut off."))
    },
};

const SCOPES: ListField<Scope> = ListField {
    name: "scopes",
    read: |value| {
        let words: Vec<&str> = Scope::ALL.iter().copied().map(Scope::as_str).collect();
        word(value, Scope::from_word, &words)
    },
    schema: || {
        ArrayBuilder::new()
            .items(scope_words())
            .min_items(Some(1))
            .description(Some("What it opens; one that is named twice counts once."))
    },
};

const EXPIRES_AT: Field<Option<Timestamp>> = Field {
    name: "expires_at",
    read: |value| nullable(value, instant),
    schema: || {
        nullable_string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "From when on it works no more; without it, or with null, never.",
            ))
    },
};

struct CreateToken(CreateApiToken);

impl Input for CreateToken {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let name = reader.required(NAME);
        let scopes = reader.required_list(&SCOPES).and_then(|named| {
            Scopes::new(&named)
                .map_err(|fault| reader.fault_in_body(SCOPES.name, fault))
                .ok()
        });
        let expires_at = reader.optional(EXPIRES_AT).flatten();
        Ok(name.zip(scopes).map(|(name, scopes)| {
            Self(CreateApiToken {
                name,
                scopes,
                expires_at,
            })
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let fields = [
            (NAME.name, (NAME.schema)().into()),
            (SCOPES.name, (SCOPES.schema)().into()),
            (EXPIRES_AT.name, (EXPIRES_AT.schema)().into()),
        ];
        let schema = object_schema::<RefOr<Schema>>(&[NAME.name, SCOPES.name], fields);
        operation.body(true, &[("application/json", "CreateApiToken", schema)])
    }
}

async fn handle(call: Call<Account, CreateToken>) -> Result<HttpResponse, Failure> {
    let client = call.client();
    let identity = &call.services.identity;
    let created = identity
        .create_api_token(&call.access.0, call.input.0, &client)
        .await?;
    let location = format!("/api/auth/tokens/{}", created.token.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(CreatedApiTokenBody::from(created)))
}
