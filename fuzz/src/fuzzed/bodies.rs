//! JSON in the bodies of writes. The first byte says which write, the others are the body.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{
    support::{Call, Person, World},
    visit::{exported, is_done, latest, visit},
};

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";

/// What changes only by its own name.
const INDEPENDENT: [&str; 9] = [
    "id",
    "user_id",
    "title",
    "description",
    "priority",
    "time_zone",
    "tags",
    "position",
    "created_at",
];

/// What changes together: one of them, when one of the first three is given.
const DEPENDENT: [&str; 6] = [
    "completed",
    "due_date",
    "recurrence",
    "completed_at",
    "due_time",
    "remind_at",
];

pub(crate) fn try_out(data: &[u8]) {
    let Some((which, body)) = data.split_first() else {
        return;
    };
    visit(async |world, person| {
        let task = task(world, person, which % 2 == 0).await;
        let path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
        let call = |method, path: &str, media_type| {
            let call = world.call(method, path).by(person);
            call.body(media_type, body.to_vec())
        };
        let (completion, place) = (format!("{path}/complete"), format!("{path}/move"));
        match which / 2 % 6 {
            0 => create(world, person, call(Method::POST, "/api/tasks", JSON)).await,
            1 => edit(world, person, &task, body, call(Method::PUT, &path, JSON)).await,
            2 => edit(world, person, &task, body, call(Method::PATCH, &path, MERGE)).await,
            3 => batch(world, person, body, call(Method::POST, "/api/tasks/batch", JSON)).await,
            4 => write(world, person, call(Method::PATCH, &completion, JSON)).await,
            _ => write(world, person, call(Method::POST, &place, JSON)).await,
        }
    });
}

/// A task with something in every field.
async fn task(world: &World, person: &Person, recurs: bool) -> Value {
    let task = json!({
        "id": "0192f0c1-aaaa-7fff-bfff-ffffffffffff",
        "title": "Water the flowers", "description": "All of\nthem", "priority": "high", "tags": ["home", "Garten"],
        "due_date": "2026-11-30", "due_time": "18:30", "time_zone": "Europe/Berlin",
        "remind_at": "2026-11-30T08:00:00.000Z",
        "recurrence": recurs.then_some("FREQ=MONTHLY;COUNT=5"),
    });
    world.post("/api/tasks").by(person).json(&task).await.created()
}

/// Sends a write. One that is refused must have changed nothing.
async fn sent(world: &World, person: &Person, write: Call<'_>) -> Option<Value> {
    let before = (latest(world, person).await, exported(world, person).await);
    let answer = write.await;
    if is_done(&answer) {
        return Some(answer.json());
    }
    let after = (latest(world, person).await, exported(world, person).await);
    assert_eq!(before, after, "it was refused, and yet: {answer}");
    None
}

/// Sends a write of one task, which is then as the answer shows it.
async fn shown(world: &World, person: &Person, write: Call<'_>) -> Option<Value> {
    let shown = sent(world, person, write).await?;
    let path = format!("/api/tasks/{}", shown["id"].as_str().unwrap());
    assert_eq!(world.get(path).by(person).await.ok(), shown);
    Some(shown)
}

async fn write(world: &World, person: &Person, write: Call<'_>) {
    shown(world, person, write).await;
}

/// A task that is sent back as it was received changes nothing.
async fn create(world: &World, person: &Person, create: Call<'_>) {
    if let Some(task) = shown(world, person, create).await {
        let path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
        let same = world.put(path).by(person).json(&task).await.ok();
        assert_eq!(same, task);
    }
}

/// What is not named is not lost.
async fn edit(world: &World, person: &Person, before: &Value, body: &[u8], edit: Call<'_>) {
    let Some(after) = shown(world, person, edit).await else {
        return;
    };
    let body: Value = serde_json::from_slice(body).unwrap();
    let is_named = |field: &&str| body.get(field).is_some();
    let go_together = DEPENDENT[..3].iter().any(is_named);
    let dependent = DEPENDENT.iter().filter(|_| !go_together);
    for field in INDEPENDENT
        .iter()
        .chain(dependent)
        .filter(|field| !is_named(field))
    {
        assert_eq!(after[field], before[field], "{field} was not named in {body}");
    }
    let is_same = after["version"] == before["version"];
    assert_eq!(is_same, after == *before, "the version tells whether it changed");
}

/// All is done or nothing, and nothing if it is only tried.
async fn batch(world: &World, person: &Person, body: &[u8], batch: Call<'_>) {
    let before = latest(world, person).await;
    if let Some(done) = sent(world, person, batch).await {
        let body: Value = serde_json::from_slice(body).unwrap();
        let count = |list: &Value| list.as_array().unwrap().len();
        assert_eq!(count(&done["results"]), count(&body["operations"]));
        if body["dry_run"] == true {
            assert_eq!(latest(world, person).await, before);
        }
    }
}
