//! Listing tasks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Person, World, next};

const TASKS: &str = "/api/tasks";

/// A world with somebody in it, who has made tasks with these titles, the first one first.
async fn world_with(titles: &[&str]) -> (World, Person) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for title in titles {
        world.task(&ada, title).await;
    }
    (world, ada)
}

fn titles(list: &Value) -> Vec<&str> {
    let tasks = list.as_array().unwrap();
    tasks.iter().map(|task| task["title"].as_str().unwrap()).collect()
}

/// Each page of a listing, to its end.
async fn pages(world: &World, person: &Person, first: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut address = Some(first.to_owned());
    while let Some(page) = address {
        let answer = world.get(page).by(person).await;
        address = next(&answer);
        pages.push(titles(&answer.ok()).into_iter().map(str::to_owned).collect());
        assert!(pages.len() < 100, "the links go on for ever");
    }
    pages
}

mod pages {
    use super::*;

    #[actix_web::test]
    async fn without_tasks_the_list_is_an_empty_array() {
        let (world, ada) = world_with(&[]).await;
        let answer = world.get(TASKS).by(&ada).await;
        assert_eq!(next(&answer), None);
        assert_eq!(answer.ok(), json!([]));
    }

    #[actix_web::test]
    async fn everybody_sees_their_own() {
        let (world, ada) = world_with(&["Buy milk"]).await;
        let bob = world.sign_up("bob@example.com").await;
        world.task(&bob, "Call Ada").await;
        assert_eq!(titles(&world.get(TASKS).by(&ada).await.ok()), ["Buy milk"]);
        assert_eq!(titles(&world.get(TASKS).by(&bob).await.ok()), ["Call Ada"]);
    }

    #[actix_web::test]
    async fn the_newest_stands_first_unless_asked_otherwise() {
        let (world, ada) = world_with(&["1", "2", "3"]).await;
        let list = async |query: &str| world.get(format!("{TASKS}{query}")).by(&ada).await.ok();
        assert_eq!(titles(&list("").await), ["3", "2", "1"]);
        assert_eq!(titles(&list("?sort=-created_at").await), ["3", "2", "1"]);
        assert_eq!(titles(&list("?sort=created_at").await), ["1", "2", "3"]);
    }

    #[actix_web::test]
    async fn tasks_of_the_same_instant_stand_by_id_in_the_same_direction() {
        let (world, ada) = world_with(&[]).await;
        let id = |digit: &str| format!("0192f0c1-0000-7000-8000-{}", digit.repeat(12));
        for digit in ["5", "1", "9"] {
            let body = json!({"title": digit, "id": id(digit)});
            world.post(TASKS).by(&ada).json(&body).await.created();
        }
        assert_eq!(
            pages(&world, &ada, "/api/tasks?limit=1").await,
            [["9"], ["5"], ["1"]]
        );
        let ascending = "/api/tasks?limit=1&sort=created_at";
        assert_eq!(pages(&world, &ada, ascending).await, [["1"], ["5"], ["9"]]);
    }

    #[actix_web::test]
    async fn a_page_has_twenty_tasks_unless_asked_otherwise() {
        let (world, ada) = world_with(&["x"; 21]).await;
        for (query, count) in [("", 20), ("?limit=1", 1), ("?limit=20", 20), ("?limit=100", 21)] {
            let answer = world.get(format!("{TASKS}{query}")).by(&ada).await;
            assert_eq!(next(&answer).is_some(), count < 21, "{query}");
            assert_eq!(titles(&answer.ok()).len(), count, "{query}");
        }
    }

    #[actix_web::test]
    async fn some_of_the_first_can_be_skipped() {
        let (world, ada) = world_with(&["1", "2", "3"]).await;
        for (query, expected) in [
            ("skip=0", vec!["3", "2", "1"]),
            ("skip=1", vec!["2", "1"]),
            ("skip=1&limit=1", vec!["2"]),
            ("skip=3", vec![]),
            ("skip=9223372036854775807", vec![]),
        ] {
            let list = world.get(format!("{TASKS}?{query}")).by(&ada).await.ok();
            assert_eq!(titles(&list), expected, "{query}");
        }
    }

    #[actix_web::test]
    async fn only_those_that_are_done_or_open_can_be_asked_for() {
        let (world, ada) = world_with(&["open"]).await;
        let done = json!({"title": "done", "completed": true});
        world.post(TASKS).by(&ada).json(&done).await.created();
        let list = async |query: &str| world.get(format!("{TASKS}?{query}")).by(&ada).await.ok();
        assert_eq!(titles(&list("completed=true").await), ["done"]);
        assert_eq!(titles(&list("completed=false").await), ["open"]);
        assert_eq!(titles(&list("").await), ["done", "open"]);
    }

    #[actix_web::test]
    async fn all_that_pass_the_filter_are_counted_if_asked_for() {
        let (world, ada) = world_with(&["1", "2", "3"]).await;
        let done = json!({"title": "4", "completed": true});
        world.post(TASKS).by(&ada).json(&done).await.created();
        for (query, total) in [
            ("count=true&limit=1", Some("4")),
            ("count=true&skip=9", Some("4")),
            ("count=true&completed=false", Some("3")),
            ("count=false", None),
            ("", None),
        ] {
            let answer = world.get(format!("{TASKS}?{query}")).by(&ada).await;
            assert_eq!(answer.header("X-Total-Count"), total, "{query}");
            answer.ok();
        }
    }
}

mod links {
    use super::*;

    /// The parameters of an address, but for the cursor.
    fn parameters(address: &str) -> BTreeSet<String> {
        let query = address.split_once('?').unwrap().1.split('&');
        query
            .filter(|pair| !pair.starts_with("cursor="))
            .map(str::to_owned)
            .collect()
    }

    #[actix_web::test]
    async fn following_them_sees_every_task_once() {
        let (world, ada) = world_with(&["1", "2", "3", "4", "5"]).await;
        let descending = [vec!["5", "4"], vec!["3", "2"], vec!["1"]];
        assert_eq!(pages(&world, &ada, "/api/tasks?limit=2").await, descending);
        let ascending = [vec!["1", "2"], vec!["3", "4"], vec!["5"]];
        assert_eq!(
            pages(&world, &ada, "/api/tasks?limit=2&sort=created_at").await,
            ascending
        );
        let exact = [vec!["5", "4", "3", "2", "1"]];
        assert_eq!(pages(&world, &ada, "/api/tasks?limit=5").await, exact);
        let skipped = [vec!["4", "3"], vec!["2", "1"]];
        assert_eq!(pages(&world, &ada, "/api/tasks?limit=2&skip=1").await, skipped);
    }

    #[actix_web::test]
    async fn what_is_written_meanwhile_moves_nothing() {
        let (world, ada) = world_with(&["1", "2", "3", "4"]).await;
        let first = world.get("/api/tasks?limit=2").by(&ada).await;
        let second = next(&first).unwrap();
        let first = first.ok();
        assert_eq!(titles(&first), ["4", "3"]);
        // The task that the page ended with goes, another one changes, and a new one comes.
        let address = |task: &Value| format!("{TASKS}/{}", task["id"].as_str().unwrap());
        world.delete(address(&first[1])).by(&ada).await.no_content();
        world
            .patch(address(&first[0]))
            .by(&ada)
            .json(&json!({"title": "four"}))
            .await
            .ok();
        world.task(&ada, "5").await;
        assert_eq!(titles(&world.get(second).by(&ada).await.ok()), ["2", "1"]);
    }

    #[actix_web::test]
    async fn they_keep_every_parameter_but_skip() {
        let (world, ada) = world_with(&["1", "2", "3", "4"]).await;
        let query = "limit=1&completed=false&sort=created_at&count=true";
        let answer = world.get(format!("/api/me/tasks?skip=1&{query}")).by(&ada).await;
        let second = next(&answer).unwrap();
        answer.ok();
        assert!(second.starts_with("/api/me/tasks?"), "{second}");
        let kept: BTreeSet<String> = query.split('&').map(str::to_owned).collect();
        assert_eq!(parameters(&second), kept);
        let answer = world.get(second.as_str()).by(&ada).await;
        let third = next(&answer).unwrap();
        assert_eq!(answer.header("X-Total-Count"), Some("4"));
        assert_eq!(titles(&answer.ok()), ["3"]);
        assert_eq!(parameters(&third), kept);
        assert_ne!(second, third);
    }
}
