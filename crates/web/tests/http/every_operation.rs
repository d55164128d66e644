//! What holds for every operation, made from the document, so that a new operation cannot be forgotten.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use actix_web::http::Method;
use serde_json::{Value, json};
use taskwell_application::ports::MockRequestLimit;
use taskwell_domain::{Allowance, Quota};

use crate::support::{
    ACCESS_TTL, BODY_LIMIT, Call, Document, NOBODY, NOTHING, Operation, Person, SCOPES, World, type_of, types,
};

/// The call of an operation at the caller's own address, about nothing that exists.
fn call<'w>(world: &'w World, operation: &Operation<'_>, query: &str) -> Call<'w> {
    call_of(world, operation, "me", query)
}

fn call_of<'w>(world: &'w World, operation: &Operation<'_>, user_id: &str, query: &str) -> Call<'w> {
    let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
    world.call(method, operation.address(user_id, NOTHING) + query)
}

/// The same with the token, if one is needed, and a body, if one is.
fn full_call<'w>(world: &'w World, operation: &Operation<'_>, by: &Person, query: &str) -> Call<'w> {
    let call = call(world, operation, query);
    let call = if operation.is_secured() { call.by(by) } else { call };
    match operation.properties(Document::published(), "application/json") {
        Some(_) => call.json(&json!({})),
        None => call,
    }
}

fn secured() -> impl Iterator<Item = Operation<'static>> {
    Document::published().operations().filter(Operation::is_secured)
}

#[actix_web::test]
async fn without_a_token_nobody_gets_in() {
    let world = World::new();
    for operation in secured() {
        let answer = call(&world, &operation, "").await;
        let challenge = answer.header("WWW-Authenticate").unwrap().to_owned();
        answer.problem("unauthenticated");
        assert!(!challenge.contains("error"), "{challenge}");
    }
}

#[actix_web::test]
async fn with_a_token_that_is_none_of_ours_nobody_gets_in() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let tampered = format!("x{}", ada.token);
    for operation in secured() {
        for token in ["garbage", tampered.as_str()] {
            let answer = call(&world, &operation, "").bearer(token).await;
            let challenge = answer.header("WWW-Authenticate").unwrap().to_owned();
            answer.problem("unauthenticated");
            assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
        }
    }
}

#[actix_web::test]
async fn with_a_token_that_has_expired_nobody_gets_in() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    world.wait(ACCESS_TTL);
    for operation in secured() {
        call(&world, &operation, "")
            .by(&ada)
            .await
            .problem("token_expired");
    }
}

#[actix_web::test]
async fn with_a_token_of_a_session_that_has_ended_nobody_gets_in() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    world.post("/api/auth/logout").by(&ada).await.no_content();
    for operation in secured() {
        call(&world, &operation, "")
            .by(&ada)
            .await
            .problem("session_revoked");
    }
}

#[actix_web::test]
async fn with_a_token_of_an_account_that_is_gone_nobody_gets_in() {
    let world = World::new();
    let ghost = world.ghost();
    for operation in secured() {
        call(&world, &operation, "")
            .by(&ghost)
            .await
            .problem("unauthenticated");
    }
}

#[actix_web::test]
async fn at_an_address_of_another_user_nobody_gets_in_whether_or_not_that_user_exists() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let capitals = ada.id.to_uppercase();
    for operation in secured().filter(Operation::names_user) {
        let mut details = BTreeSet::new();
        for other in [&bob.id, NOBODY, &capitals, "ME", "%00", "x%2Fy"] {
            let answer = call_of(&world, &operation, other, "").by(&ada).await;
            details.insert(answer.problem("user_mismatch")["detail"].to_string());
        }
        assert_eq!(details.len(), 1, "{details:?}");
    }
}

#[actix_web::test]
async fn with_a_token_of_an_account_that_is_disabled_nobody_gets_in() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.admin("ada@example.com").await;
    let program = world.program_of(&ada, &SCOPES).await;
    let elsewhere = world.outsider("u1");
    world.get("/api/auth/me").by(&elsewhere).await.ok();
    for id in [&ada.id, &elsewhere.id] {
        let address = format!("/api/admin/users/{id}");
        let disable = world.patch(address).by(&root).json(&json!({"disabled": true}));
        disable.await.ok();
    }
    for operation in secured() {
        for person in [&ada, &program, &elsewhere] {
            let answer = call(&world, &operation, "").by(person).await;
            answer.problem("account_disabled");
        }
    }
}

#[actix_web::test]
async fn who_asks_too_often_does_not_get_in() {
    let world = World::with(|setup| {
        let mut requests = MockRequestLimit::new();
        requests.expect_take().returning(|_| {
            Some(Allowance {
                quota: Quota::per(50, Duration::from_secs(1)),
                remaining: None,
                reset_after: Duration::from_millis(20),
            })
        });
        setup.requests = Arc::new(requests);
    });
    let ada = world.sign_up("ada@example.com").await;
    let stranger = world.outsider("u1");
    for operation in secured() {
        // Somebody whose address, scope or role would not do either is told this first.
        for person in [&ada, &stranger] {
            let answer = call_of(&world, &operation, NOBODY, "").by(person).await;
            assert_eq!(answer.header("Retry-After"), Some("1"), "{answer}");
            assert_eq!(
                answer.header("RateLimit-Policy"),
                Some(r#""requests";q=100;w=2"#),
                "{answer}"
            );
            assert_eq!(
                answer.header("RateLimit"),
                Some(r#""requests";r=0;t=1"#),
                "{answer}"
            );
            answer.problem("rate_limited");
        }
    }
}

#[actix_web::test]
async fn a_program_gets_in_where_its_scope_is_named_and_nowhere_else() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    for scope in SCOPES {
        let program = world.program_of(&ada, &[scope]).await;
        for operation in secured() {
            let needed = operation.scopes();
            let answer = call(&world, &operation, "").by(&program).await;
            if needed == [scope] {
                answer.let_in();
            } else {
                let named = needed.first().map(|scope| format!(r#", scope="{scope}""#));
                let challenge = format!(
                    r#"Bearer realm="taskwell", error="insufficient_scope"{}"#,
                    named.unwrap_or_default()
                );
                assert_eq!(answer.header("WWW-Authenticate"), Some(&*challenge), "{answer}");
                answer.problem("insufficient_scope");
            }
        }
    }
}

#[actix_web::test]
async fn where_no_scope_is_named_every_scope_together_does_not_do() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let program = world.program_of(&ada, &SCOPES).await;
    for operation in secured().filter(|operation| operation.scopes().is_empty()) {
        let description = operation.described["description"].as_str().unwrap();
        assert!(
            description.contains("Not open to personal access tokens."),
            "{description}"
        );
        let answer = call(&world, &operation, "").by(&program).await;
        answer.problem("insufficient_scope");
    }
}

#[actix_web::test]
async fn a_program_without_the_scope_hears_first_that_an_address_is_another_user_s() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let program = world.program_of(&ada, &["account:read"]).await;
    for operation in secured().filter(Operation::names_user) {
        let answer = call_of(&world, &operation, NOBODY, "").by(&program).await;
        answer.problem("user_mismatch");
    }
}

#[actix_web::test]
async fn administration_is_for_admins_alone() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let elsewhere = world.outsider("u1");
    let mut count = 0;
    for operation in secured().filter(|operation| operation.path.starts_with("/api/admin/")) {
        let description = operation.described["description"].as_str().unwrap();
        assert!(description.contains("For admins."), "{description}");
        for person in [&ada, &elsewhere] {
            let answer = call(&world, &operation, "").by(person).await;
            answer.problem("forbidden");
        }
        count += 1;
    }
    assert_eq!(count, 6);
}

#[actix_web::test]
async fn who_calls_is_looked_at_before_what_is_asked() {
    let world = World::new();
    for operation in secured() {
        let answer = call(&world, &operation, "?nope=%").body("text/plain", "{").await;
        answer.problem("unauthenticated");
    }
}

#[actix_web::test]
async fn an_address_takes_the_methods_that_are_documented_and_names_them_for_any_other() {
    let world = World::new();
    let document = Document::published();
    let documented = document.paths().iter().map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        (
            path.as_str(),
            methods.map(|method| method.to_uppercase()).collect(),
        )
    });
    let about_itself = ["/docs", "/docs/", "/docs/index.html", "/openapi.json"];
    let about_itself = about_itself.map(|path| (path, BTreeSet::from(["GET".to_owned()])));
    let all: Vec<(&str, BTreeSet<String>)> = documented.chain(about_itself).collect();
    for (path, mut allowed) in all {
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_owned());
        }
        let path = path
            .replace("{user_id}", "me")
            .replace("{id}", NOTHING)
            .replace("{seq}", "1")
            .replace("{code}", "not_found");
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            if allowed.contains(method) {
                continue;
            }
            let answer = world.call(method.parse().unwrap(), path.as_str()).await;
            let named = answer.header("Allow").unwrap_or_default().split(", ");
            assert_eq!(
                named.map(str::to_owned).collect::<BTreeSet<_>>(),
                allowed,
                "{path}"
            );
            answer.problem("method_not_allowed");
        }
    }
}

#[actix_web::test]
async fn a_parameter_that_is_not_documented_is_unknown() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    for operation in Document::published().operations() {
        let answer = full_call(&world, &operation, &ada, "?nope=1&nope=2&n%C3%B6=&nope=3").await;
        let faults = answer.all_faults();
        let of_query: Vec<_> = faults
            .iter()
            .filter(|(place, _)| place.starts_with('?'))
            .collect();
        let unknown = |name: &str| (name.to_owned(), "unknown_parameter".to_owned());
        assert_eq!(of_query, [&unknown("?nope"), &unknown("?nö")], "{answer}");
    }
}

#[actix_web::test]
async fn a_documented_parameter_is_refused_if_it_is_repeated() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    for operation in Document::published().operations() {
        for name in operation.single_parameters() {
            let query = format!("?{name}=1&{name}=1");
            let answer = full_call(&world, &operation, &ada, &query).await;
            answer.faults([(&format!("?{name}"), "repeated_parameter")]);
        }
    }
}

#[actix_web::test]
async fn a_query_that_is_not_percent_encoded_utf_8_is_malformed() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    for operation in Document::published().operations() {
        for query in ["?%", "?x=%zz", "?x=%ff"] {
            let answer = full_call(&world, &operation, &ada, query).await;
            answer.problem("malformed_request");
        }
    }
}

#[actix_web::test]
async fn a_documented_property_is_known_and_refused_if_its_type_is_wrong() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let values = [
        json!(null),
        json!(true),
        json!(-7),
        json!(1.5),
        json!(1e300),
        json!("\u{0}"),
        json!([]),
        json!({}),
    ];
    let document = Document::published();
    for operation in document.operations() {
        let properties = operation.properties(document, "application/json");
        for (name, schema) in properties.into_iter().flatten() {
            for value in values
                .iter()
                .filter(|value| !types(schema).contains(type_of(value)))
            {
                let answer = full_call(&world, &operation, &ada, "");
                let answer = answer.json(&json!({name: value})).await;
                let pointer = format!("/{name}");
                let faults = answer.all_faults();
                let found = faults.iter().find(|(place, _)| *place == pointer);
                let code = found.map(|(_, code)| code.as_str());
                assert!(
                    code.is_some_and(|code| code != "unknown_field"),
                    "{value}: {answer}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_property_that_is_not_documented_is_unknown() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let document = Document::published();
    let is_unknown = |faults: &[(String, String)], pointer: &str| {
        faults.contains(&(pointer.to_owned(), "unknown_field".to_owned()))
    };
    for operation in document.operations() {
        let unknown = json!({"a/b~c": 1, "Title": 1, "": 1});
        if operation.properties(document, "application/json").is_some() {
            let answer = full_call(&world, &operation, &ada, "").json(&unknown).await;
            let faults = answer.all_faults();
            for pointer in ["/a~1b~0c", "/Title", "/"] {
                assert!(is_unknown(&faults, pointer), "{answer}");
            }
        }
        if operation
            .properties(document, "application/x-www-form-urlencoded")
            .is_some()
        {
            let answer = call(&world, &operation, "").form(&[("a/b~c", "1")]).await;
            assert!(is_unknown(&answer.all_faults(), "/a~1b~0c"), "{answer}");
        }
    }
}

/// The media types of bodies, and whether a body must be there, are what the document says.
#[actix_web::test]
async fn a_body_is_taken_in_the_documented_media_types_only() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let all = [
        "application/json",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ];
    for operation in Document::published().operations() {
        let Some(body) = operation.described.get("requestBody") else {
            continue;
        };
        for media_type in all {
            let call = call(&world, &operation, "").by(&ada);
            let answer = call.body(media_type, "{\"nope\":1}").await;
            let is_documented = body["content"].get(media_type).is_some();
            let is_refused = answer.status == 415;
            assert_ne!(is_documented, is_refused, "{media_type}: {answer}");
        }
        let without = call(&world, &operation, "")
            .by(&ada)
            .body("application/json", "")
            .await;
        let is_required = body["required"] == Value::Bool(true);
        assert_eq!(is_required, without.status == 400, "{without}");
    }
}

/// What changes something refuses what it would not look at; `{}` is what some HTTP libraries send for nothing.
#[actix_web::test]
async fn where_no_body_is_documented_a_write_takes_none_but_an_empty_object() {
    let json = "application/json";
    let long = format!("{:1$}", "{}", BODY_LIMIT + 1);
    let refused = [
        ("text/plain", "{}", "unsupported_media_type"),
        (json, "{", "malformed_json"),
        (json, &long, "payload_too_large"),
        (json, "{\"version\": 1}", "validation_failed"),
        (json, "[]", "validation_failed"),
    ];
    let takes_none = |operation: &Operation<'_>| operation.described.get("requestBody").is_none();
    let writes = Document::published().operations();
    for operation in writes.filter(|operation| operation.method != "GET" && takes_none(operation)) {
        for taken in ["", "{}"] {
            let world = World::new();
            let ada = world.admin("ada@example.com").await;
            for (media_type, body, code) in refused {
                let call = call(&world, &operation, "").by(&ada);
                call.body(media_type, body.to_owned()).await.problem(code);
            }
            let answer = call(&world, &operation, "").by(&ada).body(json, taken).await;
            assert!([201, 204, 404].contains(&answer.status), "{taken}: {answer}");
        }
    }
}

#[actix_web::test]
async fn a_body_of_a_read_is_ignored() {
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    let reads = Document::published().operations();
    for operation in reads.filter(|operation| operation.method == "GET") {
        let with = call(&world, &operation, "")
            .by(&ada)
            .body("text/plain", "{")
            .await;
        let without = call(&world, &operation, "").by(&ada).await;
        assert_eq!(with.status, without.status, "{with}");
    }
}

#[actix_web::test]
async fn every_write_of_tasks_takes_an_idempotency_key_and_nothing_else_does() {
    const KEY: &str = "Idempotency-Key";
    let world = World::new();
    let ada = world.admin("ada@example.com").await;
    for operation in Document::published().operations() {
        let is_about_tasks = operation.path.contains("/tasks") || operation.path.contains("/changes");
        let takes_key = operation.parameters("header").contains(&KEY);
        assert_eq!(
            takes_key,
            is_about_tasks && operation.method != "GET" && !operation.path.ends_with("/ticket"),
            "{}",
            operation.path
        );
        if takes_key {
            let call = full_call(&world, &operation, &ada, "");
            let twice = call.header(KEY, "k").header(KEY, "k").await;
            let fault = (format!("?{KEY}"), "repeated_parameter".to_owned());
            assert!(twice.all_faults().contains(&fault), "{twice}");
        }
    }
}
