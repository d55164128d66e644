//! Lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn following_the_cursors_sees_every_task_once() {
    let world = World::new();
    let ada = world.ada().await;
    for n in 0..7 {
        ada.task(&format!("Task {n}")).await;
    }
    let (mut seen, mut asked) = (
        BTreeSet::new(),
        json!({"limit": 3, "sort": "title", "count": true}),
    );
    let mut pages = 0;
    loop {
        let page = ada.call("list_tasks", asked.clone()).await;
        assert_eq!(page["total"], 7);
        for task in page["tasks"].as_array().unwrap() {
            assert!(seen.insert(task["title"].as_str().unwrap().to_owned()), "{task}");
        }
        pages += 1;
        match &page["next_cursor"] {
            Value::Null => break,
            cursor => asked["cursor"] = cursor.clone(),
        }
    }
    assert_eq!((pages, seen.len()), (3, 7));
    asked["completed"] = json!(true);
    ada.problem("list_tasks", asked, "invalid_cursor").await;
}

#[tokio::test]
async fn filters_and_words_go_together() {
    let world = World::new();
    let ada = world.ada().await;
    let wanted = ada
        .call(
            "add_task",
            json!({"title": "Crème brûlée", "tags": ["feast", "sweet"], "priority": "high"}),
        )
        .await;
    ada.call(
        "add_task",
        json!({"title": "Creme", "tags": ["feast"], "priority": "low"}),
    )
    .await;
    ada.call(
        "add_task",
        json!({"title": "Candles", "tags": ["feast", "sweet"], "priority": "high"}),
    )
    .await;
    let filter = json!({"q": "BRULEE cre", "tag": ["Feast", "sweet"], "priority": ["high", "urgent"], "completed": false});
    let found = ada.call("find_tasks", filter).await;
    assert_eq!(
        found,
        json!({"tasks": [wanted], "next_cursor": null, "total": null})
    );
    let high = ada
        .call(
            "list_tasks",
            json!({"priority": ["high"], "sort": "-title", "limit": 1.0}),
        )
        .await;
    assert_eq!(high["tasks"][0]["title"], wanted["title"]);
}
