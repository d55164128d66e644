//! The user's own order of tasks.

use serde_json::{Value, json};

use crate::support::{Answer, NOTHING, Person, World};

const TASKS: &str = "/api/tasks";

struct Ordered {
    world: World,
    ada: Person,
    /// In the order in which they were made.
    tasks: Vec<Value>,
}

impl Ordered {
    async fn new() -> Self {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let mut tasks = Vec::new();
        for title in ["a", "b", "c", "d"] {
            tasks.push(world.task(&ada, title).await);
        }
        Self { world, ada, tasks }
    }

    fn id(&self, title: &str) -> &str {
        let task = self.tasks.iter().find(|task| task["title"] == title);
        task.unwrap()["id"].as_str().unwrap()
    }

    async fn moved(&self, title: &str, body: &Value) -> Answer {
        let address = format!("{TASKS}/{}/move", self.id(title));
        self.world.post(address).by(&self.ada).json(body).await
    }

    async fn list(&self) -> Vec<Value> {
        let list = self
            .world
            .get("/api/tasks?sort=position")
            .by(&self.ada)
            .await
            .ok();
        list.as_array().unwrap().clone()
    }

    async fn order(&self) -> String {
        let titles = self.list().await;
        titles
            .iter()
            .map(|task| task["title"].as_str().unwrap())
            .collect()
    }
}

#[actix_web::test]
async fn a_task_moves_right_before_or_right_after_another_one() {
    let ordered = Ordered::new().await;
    assert_eq!(ordered.order().await, "abcd");
    for (title, side, other, expected) in [
        ("a", "after", "b", "bacd"),
        ("d", "before", "b", "dbac"),
        ("d", "after", "c", "bacd"),
        ("c", "before", "a", "bcad"),
        ("b", "after", "a", "cabd"),
    ] {
        let body = json!({side: ordered.id(other)});
        ordered.moved(title, &body).await.ok();
        assert_eq!(ordered.order().await, expected, "{title} {side} {other}");
    }
}

#[actix_web::test]
async fn a_move_changes_the_task_and_no_other_one() {
    let ordered = Ordered::new().await;
    let before = ordered.list().await;
    let answer = ordered.moved("a", &json!({"after": ordered.id("c")})).await;
    assert_eq!(answer.header("ETag"), Some("\"5\""));
    let moved = answer.ok();
    assert_eq!(moved["version"], 5);
    let after = ordered.list().await;
    assert_eq!(
        after,
        [&before[1], &before[2], &moved, &before[3]].map(Clone::clone)
    );
}

#[actix_web::test]
async fn a_move_to_where_it_is_changes_nothing() {
    let ordered = Ordered::new().await;
    let b = ordered.tasks[1].clone();
    assert_eq!(
        ordered.moved("b", &json!({"after": ordered.id("a")})).await.ok(),
        b
    );
    assert_eq!(
        ordered.moved("b", &json!({"before": ordered.id("c")})).await.ok(),
        b
    );
}

#[actix_web::test]
async fn exactly_one_side_is_given() {
    let ordered = Ordered::new().await;
    let (a, b) = (ordered.id("a").to_owned(), ordered.id("b").to_owned());
    for (body, place, code) in [
        (json!({}), "/after", "required"),
        (
            json!({"after": a, "before": b}),
            "/before",
            "not_allowed_together",
        ),
        (json!({"after": null}), "/after", "required"),
        (json!({"before": "x"}), "/before", "invalid_format"),
        (json!({"after": 1}), "/after", "invalid_type"),
        (json!({"after": NOTHING}), "/after", "invalid_value"),
        (json!({"before": NOTHING}), "/before", "invalid_value"),
        (json!({"after": ordered.id("c")}), "/after", "invalid_value"),
    ] {
        ordered.moved("c", &body).await.faults([(place, code)]);
    }
    assert_eq!(ordered.order().await, "abcd");
}

#[actix_web::test]
async fn nobody_moves_beside_a_task_of_somebody_else_or_in_the_trash() {
    let ordered = Ordered::new().await;
    let bob = ordered.world.sign_up("bob@example.com").await;
    let of_bob = ordered.world.task(&bob, "x").await;
    let answer = ordered.moved("a", &json!({"after": of_bob["id"]})).await;
    answer.faults([("/after", "invalid_value")]);
    let address = format!("{TASKS}/{}", ordered.id("b"));
    ordered
        .world
        .delete(address.as_str())
        .by(&ordered.ada)
        .await
        .no_content();
    let answer = ordered.moved("a", &json!({"after": ordered.id("b")})).await;
    answer.faults([("/after", "invalid_value")]);
    let answer = ordered.moved("b", &json!({"after": ordered.id("a")})).await;
    answer.problem("not_found");
    let call = ordered.world.post(format!("{TASKS}/{}/move", ordered.id("a")));
    call.by(&bob)
        .json(&json!({"after": of_bob["id"]}))
        .await
        .problem("forbidden");
}
