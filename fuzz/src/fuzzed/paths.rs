//! Addresses. The first byte says which method, and who asks; the others are the address.

use actix_web::http::{Method, Uri};
use serde_json::json;

use super::{
    support::{Answer, World},
    visit::{is_done, visit},
};

const METHODS: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::HEAD,
    Method::OPTIONS,
];

/// What nobody else may see.
const SECRET: &str = "a hidden treasure";

pub(crate) fn try_out(data: &[u8]) {
    let Some((which, path)) = data.split_first() else {
        return;
    };
    let Some(path) = address(path) else {
        return;
    };
    let method = &METHODS[usize::from(which / 2) % METHODS.len()];
    let is_known = which % 2 == 0;
    visit(async |world, person| {
        hide(world).await;
        let call = world.call(method.clone(), path).json(&json!({}));
        let answer = if is_known {
            call.by(person).await
        } else {
            call.await
        };
        if is_done(&answer) && !is_known {
            assert!(is_open(&answer), "nobody has asked: {answer}");
        }
        let body = String::from_utf8_lossy(&answer.body);
        assert!(!body.contains(SECRET), "{answer}");
    });
}

/// The path as a client can send it.
fn address(path: &[u8]) -> Option<String> {
    let path = str::from_utf8(path).ok()?;
    let uri: Uri = path.parse().ok()?;
    (path.starts_with('/') && uri.path_and_query()?.as_str() == path).then(|| path.to_owned())
}

/// Somebody else has a task, whose id is known.
async fn hide(world: &World) {
    let keeper = world.outsider("keeper");
    let task = json!({"id": "0192f0c1-bbbb-7fff-bfff-ffffffffffff", "title": SECRET});
    let answer = world.post("/api/tasks").by(&keeper).json(&task).await;
    // The same create once more is answered 200, and makes no second task.
    assert!([201, 200].contains(&answer.status), "nothing is hidden: {answer}");
}

/// Whether that is for everybody.
fn is_open(answer: &Answer) -> bool {
    let path = answer.path.split('?').next().unwrap_or_default();
    let is_page = [
        "/docs",
        "/openapi.json",
        "/.well-known/",
        "/problems/",
        "/health/",
    ];
    path == "/" || answer.method == Method::OPTIONS || is_page.iter().any(|page| path.starts_with(page))
}
