//! The OpenAPI document itself.

use std::collections::BTreeSet;

use serde_json::Value;
use taskwell_application::ErrorCode;

use crate::support::{Document, World, status_of};

/// Every node of the document.
fn nodes(root: &Value) -> Vec<&Value> {
    let children: Vec<&Value> = match root {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(nodes);
    [root].into_iter().chain(below).collect()
}

/// The codes that the catalogue in the document lists.
fn catalogue() -> BTreeSet<&'static str> {
    let codes = &Document::published().0["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    codes
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn the_document_is_the_reviewed_one() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let reviewed = std::fs::read_to_string(file).unwrap_or_default();
    let served = taskwell_web::openapi_json().unwrap();
    let same = reviewed
        .lines()
        .zip(served.lines())
        .take_while(|(old, new)| old == new);
    let same = same.count();
    assert!(
        reviewed == served,
        "docs/openapi.json is not what the code serves, from line {} on. Renew it, and review the difference:\n\
         cargo run -- openapi > docs/openapi.json",
        same + 1
    );
}

#[test]
fn it_is_openapi_3_1() {
    let document = &Document::published().0;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = Document::published();
    for node in nodes(&document.0) {
        // Panics where it leads nowhere.
        document.resolve(node);
    }
}

#[test]
fn every_schema_is_used() {
    let document = Document::published();
    let used: BTreeSet<&str> = nodes(&document.0)
        .into_iter()
        .filter_map(|node| node["$ref"].as_str()?.strip_prefix("#/components/schemas/"))
        .collect();
    let declared = document.0["components"]["schemas"].as_object().unwrap();
    assert_eq!(declared.keys().map(String::as_str).collect::<BTreeSet<_>>(), used);
}

#[test]
fn every_operation_has_a_name_of_its_own_an_explanation_and_a_chapter() {
    let document = Document::published();
    let chapters: Vec<&Value> = document.0["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    let mut names = BTreeSet::new();
    for operation in document.operations() {
        let described = operation.described;
        let name = described["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{name} stands twice");
        for text in ["summary", "description"] {
            let text = described[text].as_str();
            assert!(text.is_some_and(|text| !text.is_empty()), "{name}");
        }
        for tag in described["tags"].as_array().unwrap() {
            assert!(chapters.contains(&tag), "{name}: {tag}");
        }
    }
}

#[test]
fn every_response_parameter_and_property_is_described() {
    let document = Document::published();
    let described = |node: &Value| {
        let description = document.resolve(node)["description"].as_str();
        description.is_some_and(|text| !text.is_empty())
    };
    for operation in document.operations() {
        let (method, path) = (&operation.method, operation.path);
        for (status, response) in operation.described["responses"].as_object().unwrap() {
            assert!(described(response), "{method} {path}: {status}");
            for (name, header) in response["headers"].as_object().unwrap() {
                assert!(described(header), "{method} {path}: {status}: {name}");
            }
        }
        for parameter in operation.described["parameters"].as_array().into_iter().flatten() {
            assert!(described(parameter), "{method} {path}: {parameter}");
        }
    }
    for (name, schema) in document.0["components"]["schemas"].as_object().unwrap() {
        for (property, schema) in schema["properties"].as_object().unwrap() {
            assert!(described(schema), "{name}: {property}");
        }
    }
}

#[test]
fn every_response_has_a_request_id() {
    for operation in Document::published().operations() {
        for (status, response) in operation.described["responses"].as_object().unwrap() {
            let header = response["headers"].get("X-Request-Id");
            assert!(
                header.is_some(),
                "{} {}: {status}",
                operation.method,
                operation.path
            );
        }
    }
}

#[test]
fn the_parameters_of_an_address_are_those_in_its_braces() {
    for operation in Document::published().operations() {
        let parts = operation.path.split('/');
        let braces: Vec<&str> = parts
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        assert_eq!(operation.parameters("path"), braces, "{}", operation.path);
    }
}

#[test]
fn what_needs_no_token_is_listed_here() {
    let open: Vec<String> = Document::published()
        .operations()
        .filter(|operation| !operation.is_secured())
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let expected = [
        "GET /",
        "GET /.well-known/jwks.json",
        "POST /api/auth/login",
        "POST /api/auth/refresh",
        "POST /api/auth/register",
        "GET /health/live",
        "GET /health/ready",
        "GET /problems/{code}",
    ];
    assert_eq!(open, expected);
}

#[test]
fn it_lists_every_route_but_those_about_itself() {
    let paths: Vec<&String> = Document::published().paths().keys().collect();
    let expected = [
        "/",
        "/.well-known/jwks.json",
        "/api/admin/audit",
        "/api/admin/users",
        "/api/admin/users/{id}",
        "/api/admin/users/{id}/revoke-sessions",
        "/api/auth/login",
        "/api/auth/logout",
        "/api/auth/logout-all",
        "/api/auth/me",
        "/api/auth/me/password",
        "/api/auth/refresh",
        "/api/auth/register",
        "/api/auth/sessions",
        "/api/auth/sessions/{id}",
        "/api/auth/tokens",
        "/api/auth/tokens/{id}",
        "/api/changes",
        "/api/changes/latest",
        "/api/changes/stream",
        "/api/changes/ticket",
        "/api/changes/{seq}/undo",
        "/api/tasks",
        "/api/tasks/batch",
        "/api/tasks/export",
        "/api/tasks/import",
        "/api/tasks/trash",
        "/api/tasks/{id}",
        "/api/tasks/{id}/complete",
        "/api/tasks/{id}/history",
        "/api/tasks/{id}/move",
        "/api/tasks/{id}/occurrences",
        "/api/tasks/{id}/restore",
        "/api/{user_id}/changes",
        "/api/{user_id}/changes/latest",
        "/api/{user_id}/changes/stream",
        "/api/{user_id}/changes/ticket",
        "/api/{user_id}/changes/{seq}/undo",
        "/api/{user_id}/tasks",
        "/api/{user_id}/tasks/batch",
        "/api/{user_id}/tasks/export",
        "/api/{user_id}/tasks/import",
        "/api/{user_id}/tasks/trash",
        "/api/{user_id}/tasks/{id}",
        "/api/{user_id}/tasks/{id}/complete",
        "/api/{user_id}/tasks/{id}/history",
        "/api/{user_id}/tasks/{id}/move",
        "/api/{user_id}/tasks/{id}/occurrences",
        "/api/{user_id}/tasks/{id}/restore",
        "/health/live",
        "/health/ready",
        "/problems/{code}",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn addresses_with_and_without_a_user_take_the_same() {
    let document = Document::published();
    let of = |path: &str| {
        let operations = document.operations().filter(|operation| operation.path == path);
        operations
            .map(|operation| {
                let mut described = operation.described.clone();
                let members = described.as_object_mut().unwrap();
                members.remove("operationId");
                let parameters = members.remove("parameters").unwrap_or_default();
                let parameters = parameters.as_array().into_iter().flatten().cloned();
                let others: Vec<Value> = parameters
                    .filter(|parameter| parameter["name"] != "user_id")
                    .collect();
                (operation.method, described, others)
            })
            .collect::<Vec<_>>()
    };
    let mut count = 0;
    for with_user in document.paths().keys().filter(|path| path.contains("{user_id}")) {
        let (with, without) = (of(with_user), of(&with_user.replace("/{user_id}", "")));
        assert!(!without.is_empty() && without == with, "{with_user}");
        count += 1;
    }
    assert!(count >= 12, "{count}");
}

#[test]
fn every_code_of_the_use_cases_is_in_the_catalogue() {
    for code in ErrorCode::ALL {
        assert!(catalogue().contains(code.as_str()), "{code:?}");
    }
}

#[test]
fn every_code_of_an_operation_is_in_the_catalogue_with_that_status_and_the_other_way_round() {
    let mut listed: BTreeSet<&str> = BTreeSet::new();
    for operation in Document::published().operations() {
        for status in operation.described["responses"].as_object().unwrap().keys() {
            let status: u16 = status.parse().unwrap();
            let codes = operation.codes(status);
            assert_eq!(codes.is_empty(), status < 400, "{} {status}", operation.path);
            for code in codes {
                assert_eq!(status_of(code), status, "{}: {code}", operation.path);
                listed.insert(code);
            }
        }
    }
    // The one that no operation can answer, because it says that there is no such operation.
    listed.insert("method_not_allowed");
    assert_eq!(listed, catalogue());
}

#[actix_web::test]
async fn every_code_of_the_catalogue_explains_itself() {
    let world = World::new();
    for code in catalogue() {
        let explanation = world.get(format!("/problems/{code}")).await.ok();
        assert_eq!(explanation["code"], code);
        assert_eq!(explanation["status"], status_of(code));
    }
}

#[actix_web::test]
async fn what_is_no_code_explains_nothing() {
    let world = World::new();
    for code in ["too_long", "Not_Found", "x"] {
        world.get(format!("/problems/{code}")).await.problem("not_found");
    }
}

#[actix_web::test]
async fn a_problem_s_title_is_the_one_of_its_explanation() {
    let world = World::new();
    let problem = world.get("/nope").await.problem("not_found");
    let explanation = world.get(problem["type"].as_str().unwrap()).await.ok();
    assert_eq!(problem["title"], explanation["title"]);
    assert_eq!(problem["status"], explanation["status"]);
}
