use actix_web::{HttpResponse, http::StatusCode};
use serde::{Deserialize, Serialize};
use taskwell_application::{
    ErrorCode,
    administration::{AccountCursor, ListAccounts},
    ports::UserPosition,
};
use taskwell_domain::{Timestamp, UserId};
use utoipa::openapi::schema::Type;

use crate::{
    access::Admin,
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, characters, instances},
    paging::{self, CURSOR, DEFAULT_LIMIT, LIMIT},
    problem::Failure,
    wire::AdminUserBody,
};

endpoint!(GET "/api/admin/users", Admin, ListUsers, |describe| {
    describe
        .named("listUsers", "The accounts", tag::ADMINISTRATION)
        .explained(
            "Newest first. For the next page, follow `rel=\"next\"` in the header `Link`, an address without a host; \
             the last page has none.",
        )
        .answers_json_list::<AdminUserBody>(StatusCode::OK, "A page of the accounts.", &["Link"])
        .fails([ErrorCode::InvalidCursor.into()])
});

const Q: Parameter<String> = Parameter {
    name: "q",
    read: |text| characters(text, 1..=254),
    schema: || instances(Type::String).min_length(Some(1)).max_length(Some(254)),
    description: "Only accounts whose id is this, or whose email contains it, ignoring case.",
};

struct ListUsers(ListAccounts);

impl Input for ListUsers {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let search = reader.parameter(&Q);
        let limit = reader.parameter(&LIMIT);
        let cursor = reader.parameter(&CURSOR);
        let parts: Option<Parts> = paging::read(reader, cursor, &listing(search.as_deref()))?;
        Ok(Some(Self(ListAccounts {
            cursor: parts.map(|parts| parts.meaning(search.clone())),
            search,
            limit: limit.unwrap_or(DEFAULT_LIMIT),
        })))
    }

    fn describe(operation: Describe) -> Describe {
        operation.query(&Q).query(&LIMIT).query(&CURSOR)
    }
}

/// Where the list goes on, as a cursor holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(rename = "t")]
    created_at: Timestamp,
    #[serde(rename = "u")]
    id: UserId,
}

impl Parts {
    fn of(cursor: &AccountCursor) -> Self {
        Self {
            created_at: cursor.position.created_at,
            id: cursor.position.id.clone(),
        }
    }

    fn meaning(self, search: Option<String>) -> AccountCursor {
        AccountCursor {
            search,
            position: UserPosition {
                created_at: self.created_at,
                id: self.id,
            },
        }
    }
}

/// Which list a cursor is of.
fn listing(search: Option<&str>) -> impl Serialize {
    ("users", search)
}

async fn handle(call: Call<Admin, ListUsers>) -> Result<HttpResponse, Failure> {
    let administration = &call.services.administration;
    let list = administration.list_accounts(&call.access.0, call.input.0).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = &list.next {
        paging::link_next(
            &mut response,
            &call.request,
            &[],
            &listing(next.search.as_deref()),
            &Parts::of(next),
        )?;
    }
    let users: Vec<AdminUserBody> = list.users.into_iter().map(AdminUserBody::from).collect();
    Ok(response.json(users))
}
