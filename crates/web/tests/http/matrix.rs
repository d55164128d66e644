//! What each kind of token opens: a line for every operation.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Document, NOTHING, Operation, PASSWORD, Person, World};

/// `+` is let in, `401` is asked for a token, `scope` is `insufficient_scope`, `-` is `forbidden`. The columns:
/// without a token; a session; a personal access token with each scope alone; a session of an admin; a token of
/// another issuer.
const MATRIX: &str = "
                                               none session tasks:read tasks:write account:read admin elsewhere
    GET    /                                      +       +          +           +            +     +         +
    GET    /.well-known/jwks.json                 +       +          +           +            +     +         +
    GET    /health/live                           +       +          +           +            +     +         +
    GET    /health/ready                          +       +          +           +            +     +         +
    GET    /problems/{code}                       +       +          +           +            +     +         +

    POST   /api/auth/register                     +       +          +           +            +     +         +
    POST   /api/auth/login                        +       +          +           +            +     +         +
    POST   /api/auth/refresh                      +       +          +           +            +     +         +
    POST   /api/auth/logout                     401       +      scope       scope        scope     +         -
    POST   /api/auth/logout-all                 401       +      scope       scope        scope     +         +
    GET    /api/auth/me                         401       +      scope       scope            +     +         +
    DELETE /api/auth/me                         401       +      scope       scope        scope     +         +
    PUT    /api/auth/me/password                401       +      scope       scope        scope     +         -
    GET    /api/auth/sessions                   401       +      scope       scope        scope     +         +
    DELETE /api/auth/sessions/{id}              401       +      scope       scope        scope     +         +
    GET    /api/auth/tokens                     401       +      scope       scope        scope     +         +
    POST   /api/auth/tokens                     401       +      scope       scope        scope     +         +
    DELETE /api/auth/tokens/{id}                401       +      scope       scope        scope     +         +

    GET    /api/admin/users                     401       -      scope       scope        scope     +         -
    GET    /api/admin/users/{id}                401       -      scope       scope        scope     +         -
    PATCH  /api/admin/users/{id}                401       -      scope       scope        scope     +         -
    DELETE /api/admin/users/{id}                401       -      scope       scope        scope     +         -
    POST   /api/admin/users/{id}/revoke-sessions 401      -      scope       scope        scope     +         -
    GET    /api/admin/audit                     401       -      scope       scope        scope     +         -

    GET    /api/tasks                           401       +          +       scope        scope     +         +
    POST   /api/tasks                           401       +      scope           +        scope     +         +
    GET    /api/tasks/{id}                      401       +          +       scope        scope     +         +
    PUT    /api/tasks/{id}                      401       +      scope           +        scope     +         +
    PATCH  /api/tasks/{id}                      401       +      scope           +        scope     +         +
    DELETE /api/tasks/{id}                      401       +      scope           +        scope     +         +
    PATCH  /api/tasks/{id}/complete             401       +      scope           +        scope     +         +
    POST   /api/tasks/{id}/move                 401       +      scope           +        scope     +         +
    GET    /api/tasks/trash                     401       +          +       scope        scope     +         +
    DELETE /api/tasks/trash                     401       +      scope           +        scope     +         +
    POST   /api/tasks/{id}/restore              401       +      scope           +        scope     +         +
    POST   /api/tasks/batch                     401       +      scope           +        scope     +         +
    GET    /api/tasks/export                    401       +          +       scope        scope     +         +
    POST   /api/tasks/import                    401       +      scope           +        scope     +         +
    GET    /api/tasks/{id}/history              401       +          +       scope        scope     +         +
    GET    /api/tasks/{id}/occurrences          401       +          +       scope        scope     +         +
    GET    /api/changes                         401       +          +       scope        scope     +         +
    GET    /api/changes/latest                  401       +          +       scope        scope     +         +
    GET    /api/changes/stream                  401       +          +       scope        scope     +         +
    POST   /api/changes/ticket                  401       +          +       scope        scope     +         +
    POST   /api/changes/{seq}/undo              401       +      scope           +        scope     +         +

    GET    /api/{user_id}/tasks                 401       +          +       scope        scope     +         +
    POST   /api/{user_id}/tasks                 401       +      scope           +        scope     +         +
    GET    /api/{user_id}/tasks/{id}            401       +          +       scope        scope     +         +
    PUT    /api/{user_id}/tasks/{id}            401       +      scope           +        scope     +         +
    PATCH  /api/{user_id}/tasks/{id}            401       +      scope           +        scope     +         +
    DELETE /api/{user_id}/tasks/{id}            401       +      scope           +        scope     +         +
    PATCH  /api/{user_id}/tasks/{id}/complete   401       +      scope           +        scope     +         +
    POST   /api/{user_id}/tasks/{id}/move       401       +      scope           +        scope     +         +
    GET    /api/{user_id}/tasks/trash           401       +          +       scope        scope     +         +
    DELETE /api/{user_id}/tasks/trash           401       +      scope           +        scope     +         +
    POST   /api/{user_id}/tasks/{id}/restore    401       +      scope           +        scope     +         +
    POST   /api/{user_id}/tasks/batch           401       +      scope           +        scope     +         +
    GET    /api/{user_id}/tasks/export          401       +          +       scope        scope     +         +
    POST   /api/{user_id}/tasks/import          401       +      scope           +        scope     +         +
    GET    /api/{user_id}/tasks/{id}/history    401       +          +       scope        scope     +         +
    GET    /api/{user_id}/tasks/{id}/occurrences 401       +          +       scope        scope     +         +
    GET    /api/{user_id}/changes               401       +          +       scope        scope     +         +
    GET    /api/{user_id}/changes/latest        401       +          +       scope        scope     +         +
    GET    /api/{user_id}/changes/stream        401       +          +       scope        scope     +         +
    POST   /api/{user_id}/changes/ticket        401       +          +       scope        scope     +         +
    POST   /api/{user_id}/changes/{seq}/undo    401       +      scope           +        scope     +         +
";

/// The columns and the lines: an operation by method and address, and its cells.
fn matrix() -> (Vec<&'static str>, Vec<Line>) {
    let mut lines = MATRIX.lines().filter(|line| !line.is_empty());
    let columns: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let lines = lines.map(|line| {
        let mut words = line.split_whitespace();
        let operation = (words.next().unwrap(), words.next().unwrap());
        let cells: Vec<&str> = words.collect();
        assert_eq!(cells.len(), columns.len(), "{line}");
        (operation, cells)
    });
    let lines = lines.collect();
    (columns, lines)
}

type Line = ((&'static str, &'static str), Vec<&'static str>);

#[test]
fn every_operation_has_a_line_and_every_line_an_operation() {
    let (_, lines) = matrix();
    let listed: Vec<String> = lines
        .iter()
        .map(|((method, path), _)| format!("{method} {path}"))
        .collect();
    let once: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), once.len(), "an operation stands twice");
    let operations = Document::published().operations();
    let documented: BTreeSet<String> = operations
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    assert_eq!(once, documented);
}

#[actix_web::test]
async fn every_token_opens_what_its_column_says_and_nothing_else() {
    let (columns, lines) = matrix();
    let world = World::new();
    world.admin("root@example.com").await;
    let mut count = 0;
    for operation in Document::published().operations() {
        let line = lines
            .iter()
            .find(|((method, path), _)| *method == operation.method && *path == operation.path);
        let Some((_, cells)) = line else {
            continue;
        };
        for (column, cell) in columns.iter().zip(cells) {
            // Some of them end the session, or the account.
            count += 1;
            let caller = caller(&world, column, &format!("user-{count}")).await;
            let answer = call(&world, &operation, caller.as_ref()).await;
            match *cell {
                "+" => answer.let_in(),
                "401" => drop(answer.problem("unauthenticated")),
                "scope" => drop(answer.problem("insufficient_scope")),
                "-" => drop(answer.problem("forbidden")),
                other => panic!("{other} says nothing"),
            }
        }
    }
}

/// Somebody new such as a column is about.
async fn caller(world: &World, column: &str, name: &str) -> Option<Person> {
    let email = format!("{name}@example.com");
    Some(match column {
        "none" => return None,
        "session" => world.sign_up(&email).await,
        // With the account of an admin: even so it opens no more.
        scope if scope.contains(':') => {
            let admin = world.admin(&email).await;
            world.program_of(&admin, &[scope]).await
        }
        "admin" => world.admin(&email).await,
        "elsewhere" => world.outsider(name),
        other => panic!("nobody is {other}"),
    })
}

/// The operation at the caller's own address, about nothing that exists.
async fn call(world: &World, operation: &Operation<'_>, caller: Option<&Person>) -> Answer {
    let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
    let call = world.call(method, operation.address("me", NOTHING));
    let call = match caller {
        Some(caller) => call.by(caller),
        None => call,
    };
    match body(operation) {
        Some(body) => call.json(&body).await,
        None => call.await,
    }
}

/// A body that shows who gets in; a faulty one shows that too, unless the use case looks at the caller again.
fn body(operation: &Operation<'_>) -> Option<Value> {
    match (operation.described.get("requestBody"), operation.path) {
        (None, _) => None,
        (Some(_), "/api/auth/me/password") => {
            Some(json!({"current_password": PASSWORD, "new_password": "amber umbrella on friday"}))
        }
        (Some(_), _) => Some(json!({})),
    }
}
