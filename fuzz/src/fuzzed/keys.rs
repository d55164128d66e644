//! `Idempotency-Key`: the first line is the key, what follows is the body of a new task.

use actix_web::http::header::HeaderValue;

use super::{
    support::{Answer, Person, World},
    visit::{exported, is_done, visit},
};

const KEY: &str = "Idempotency-Key";

pub(crate) fn try_out(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    let (key, body) = data.split_at(end.unwrap_or(data.len()));
    let body = body.strip_prefix(b"\n").unwrap_or(br#"{"title": "x"}"#);
    // What else stands in a header does not come through HTTP.
    let Ok(header) = HeaderValue::from_bytes(key) else {
        return;
    };
    visit(async |world, person| {
        let first = create(world, person, &header, body).await;
        let is_key = (1..=255).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
        if !is_key {
            assert!(!is_done(&first), "{key:?} is no key: {first}");
        } else if is_done(&first) {
            again(world, person, &header, body, &first).await;
        }
    });
}

async fn create(world: &World, person: &Person, key: &HeaderValue, body: &[u8]) -> Answer {
    let create = world
        .post("/api/tasks")
        .by(person)
        .header_of_bytes(KEY, key.clone());
    create.body("application/json", body.to_vec()).await
}

/// The same again is answered as before and does nothing; another request under the key is refused.
async fn again(world: &World, person: &Person, key: &HeaderValue, body: &[u8], first: &Answer) {
    let before = exported(world, person).await;
    let second = create(world, person, key, body).await;
    assert_eq!(second.header("Idempotency-Replayed"), Some("true"), "{second}");
    assert_eq!((second.status, second.json()), (first.status, first.json()));
    let other = create(world, person, key, &[body, b" "].concat()).await;
    other.problem("idempotency_key_reused");
    assert_eq!(exported(world, person).await, before);
}
