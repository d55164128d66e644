//! Cursors, and the other parameters of lists. The first byte says what is tried.

use actix_web::http::Uri;
use serde_json::json;

use super::{
    support::{Person, World, next},
    visit::{is_done, visit},
};

/// How many tasks there are.
const TASKS: usize = 4;

/// The lists that go on by a cursor.
const LISTS: [&str; 4] = [
    "/api/tasks?",
    "/api/tasks?sort=title&completed=false&",
    "/api/tasks/trash?",
    "/api/tasks?limit=2&tag=home&q=wat&",
];

pub(crate) fn try_out(data: &[u8]) {
    let Some((which, data)) = data.split_first() else {
        return;
    };
    let list = LISTS[usize::from(which / 4) % LISTS.len()];
    visit(async |world, person| {
        for number in 0..TASKS {
            let task = json!({"title": format!("Water {number}"), "tags": ["home"]});
            world.post("/api/tasks").by(person).json(&task).await.created();
        }
        match which % 4 {
            0 => follow(world, person, data).await,
            1 => is_refused(world, person, list, &String::from_utf8_lossy(data)).await,
            _ => alter(world, person, data).await,
        }
    });
}

/// A list with these parameters: if it can be had, its pages have nothing twice, and come to an end.
async fn follow(world: &World, person: &Person, query: &[u8]) {
    let Some(mut page) = address(query) else {
        return;
    };
    let mut seen = Vec::new();
    // A page of each task, and one more, if need be, to learn that there are no others.
    for _ in 0..=TASKS {
        let answer = world.get(&page).by(person).await;
        if !is_done(&answer) {
            assert!(seen.is_empty(), "its own cursor is refused: {answer}");
            return;
        }
        for task in answer.json().as_array().unwrap() {
            assert!(!seen.contains(&task["id"]), "twice: {answer}");
            seen.push(task["id"].clone());
        }
        assert!(seen.len() <= TASKS, "more than there are: {answer}");
        match next(&answer) {
            Some(more) => page = more,
            None => return,
        }
    }
    panic!("no end: {page}");
}

/// The list with these parameters, if an address can have them.
fn address(query: &[u8]) -> Option<String> {
    let address = format!("/api/tasks?{}", str::from_utf8(query).ok()?);
    let can_be_had = Uri::try_from(&address).is_ok() && !address.contains('#');
    can_be_had.then_some(address)
}

/// What is no cursor of ours gets nothing but the answer that says so.
async fn is_refused(world: &World, person: &Person, list: &str, cursor: &str) {
    let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
    let list = format!("{list}cursor={cursor}");
    if Uri::try_from(&list).is_ok() {
        world.get(list).by(person).await.problem("invalid_cursor");
    }
}

/// A cursor of ours in which some characters were replaced by others: where from, how many, by what.
async fn alter(world: &World, person: &Person, data: &[u8]) {
    let [from, count, others @ ..] = data else {
        return;
    };
    let page = world.get("/api/tasks?limit=2").by(person).await;
    let next = next(&page).unwrap();
    let (list, cursor) = next.split_once("cursor=").unwrap();
    let from = usize::from(*from) % (cursor.len() + 1);
    let to = from + usize::from(*count) % (cursor.len() - from + 1);
    let altered = format!(
        "{}{}{}",
        &cursor[..from],
        String::from_utf8_lossy(others),
        &cursor[to..]
    );
    if altered != cursor {
        is_refused(world, person, list, &altered).await;
    }
}
