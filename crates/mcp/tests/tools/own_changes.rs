//! What an assistant did itself, told and undone alone.

use serde_json::{Value, json};
use taskwell_application::tasks::{Asserted, CreateTask};
use taskwell_domain::{Grant, TaskEdit, Title};

use crate::world::{Conversation, World};

fn titles(page: &Value) -> Vec<&str> {
    let changes = page["changes"].as_array().unwrap().iter();
    changes
        .map(|change| change["task"]["title"].as_str().unwrap())
        .collect()
}

impl Conversation {
    /// A new task of the user, through the same token, but not by the assistant.
    async fn user_adds(&self, world: &World, title: &str) {
        let command = CreateTask {
            id: None,
            title: Title::parse(title).unwrap(),
            fields: TaskEdit::default(),
            asserted: Asserted::default(),
        };
        world.tasks.create(&self.actor, &command, None).await.unwrap();
    }
}

#[tokio::test]
async fn own_changes_are_those_of_an_assistant_with_this_token() {
    let world = World::new();
    let user = world.user().await;
    let one = world.assistant(&user, Grant::Everything).await;
    let other = world.assistant(&user, Grant::Everything).await;
    one.task("A").await;
    one.user_adds(&world, "B").await;
    other.task("C").await;
    one.task("D").await;
    assert_eq!(
        titles(&one.call("what_changed", json!({})).await),
        ["A", "B", "C", "D"]
    );
    let own = one.call("what_changed", json!({"own": true})).await;
    assert_eq!(titles(&own), ["A", "D"]);
    let token = &one.actor.via.id;
    assert_eq!(own["changes"][0]["actor"], json!({"kind": "mcp", "id": token}));
    assert_eq!((&own["next"], &own["more"]), (&json!(4), &json!(false)));
    let theirs = other.call("what_changed", json!({"own": true})).await;
    assert_eq!(titles(&theirs), ["C"]);
}

#[tokio::test]
async fn own_changes_come_in_pieces_that_miss_nothing() {
    let world = World::new();
    let ada = world.ada().await;
    for n in 0..3 {
        ada.task(&format!("Mine {n}")).await;
        ada.user_adds(&world, "Hers").await;
    }
    let (mut seen, mut since) = (Vec::new(), json!(0));
    loop {
        let piece = ada
            .call("what_changed", json!({"own": true, "limit": 1, "since": since}))
            .await;
        seen.extend(titles(&piece).into_iter().map(str::to_owned));
        since = piece["next"].clone();
        if piece["more"] == false {
            break;
        }
    }
    assert_eq!(seen, ["Mine 0", "Mine 1", "Mine 2"]);
}

#[tokio::test]
async fn undoing_one_change_leaves_what_others_did() {
    let world = World::new();
    let ada = world.ada().await;
    ada.user_adds(&world, "Hers").await;
    let operations = json!([{"op": "create", "title": "One"}, {"op": "create", "title": "Two"}]);
    let done = ada.call("bulk_update", json!({"operations": operations})).await;
    let undone = ada
        .call("undo", json!({"seq": done["results"][1]["version"]}))
        .await;
    let gone = undone["tasks"].as_array().unwrap();
    assert_eq!(gone.len(), 2);
    assert!(gone.iter().all(|task| task["deleted_at"].is_string()), "{undone}");
    let left = ada.call("list_tasks", json!({})).await;
    assert_eq!(left["tasks"][0]["title"], "Hers");
    assert_eq!(left["tasks"].as_array().unwrap().len(), 1);
}
