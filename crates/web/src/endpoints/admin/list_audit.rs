use actix_web::{HttpResponse, http::StatusCode};
use serde::{Deserialize, Serialize};
use taskwell_application::{ErrorCode, administration::ListAudit};
use taskwell_domain::{AuditId, UserId};
use utoipa::openapi::schema::Type;

use crate::{
    access::Admin,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances},
    paging::{self, CURSOR, DEFAULT_LIMIT, LIMIT},
    problem::Failure,
    wire::AuditEntryBody,
};

endpoint!(GET "/api/admin/audit", Admin, Asked, |describe| {
    describe
        .named("listAudit", "The audit trail", tag::ADMINISTRATION)
        .explained(
            "What happened to accounts, newest first; entries outlive the accounts that they are about. For the next \
             page, follow `rel=\"next\"` in the header `Link`, an address without a host; the last page has none.",
        )
        .answers_json_list::<AuditEntryBody>(StatusCode::OK, "A page of the audit trail.", &["Link"])
        .fails([ErrorCode::InvalidCursor.into()])
});

const USER_ID: Parameter<UserId> = Parameter {
    name: "user_id",
    read: UserId::parse,
    schema: || instances(Type::String).min_length(Some(1)).max_length(Some(128)),
    description: "Only what this user did, or what was done to this user.",
};

struct Asked(ListAudit);

impl Input for Asked {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let user_id = reader.parameter(&USER_ID);
        let limit = reader.parameter(&LIMIT);
        let cursor = reader.parameter(&CURSOR);
        let before = paging::read(reader, cursor, &listing(user_id.as_ref()))?;
        Ok(Some(Self(ListAudit {
            user_id,
            before: before.map(|Parts { before }| before),
            limit: limit.unwrap_or(DEFAULT_LIMIT),
        })))
    }

    fn describe(operation: Describe) -> Describe {
        operation.query(&USER_ID).query(&LIMIT).query(&CURSOR)
    }
}

/// Where the trail goes on, as a cursor holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(rename = "b")]
    before: AuditId,
}

/// Which trail a cursor is of.
fn listing(user_id: Option<&UserId>) -> impl Serialize {
    ("audit", user_id)
}

async fn handle(call: Call<Admin, Asked>) -> Result<HttpResponse, Failure> {
    let Asked(asked) = call.input;
    let user_id = asked.user_id.clone();
    let administration = &call.services.administration;
    let list = administration.list_audit(&call.access.0, asked).await?;
    let mut response = HttpResponse::Ok();
    if let Some(before) = list.next {
        let listing = listing(user_id.as_ref());
        paging::link_next(&mut response, &call.request, &[], &listing, &Parts { before })?;
    }
    let entries: Vec<AuditEntryBody> = list.entries.into_iter().map(AuditEntryBody::from).collect();
    Ok(response.json(entries))
}
