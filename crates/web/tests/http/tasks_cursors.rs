//! The cursors of lists: opaque, and good for the listing that they are of.

use serde_json::{Value, json};

use crate::support::{Person, World, next};

const TASKS: &str = "/api/tasks";

/// A world with somebody in it, who has three tasks of each kind that a filter could tell apart.
async fn world_with_ada() -> (World, Person) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for title in ["1", "2", "3"] {
        let body = json!({
            "title": title, "priority": "high", "tags": ["a", "b"], "due_date": "2026-12-01", "description": "milk",
        });
        world.post(TASKS).by(&ada).json(&body).await.created();
    }
    (world, ada)
}

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

/// The address of the second page of that listing.
async fn second_page(world: &World, person: &Person, address: &str) -> String {
    let answer = world.get(address).by(person).await;
    let next = next(&answer).unwrap();
    assert_eq!(count(&answer.ok()), 1);
    next
}

/// A cursor of that listing.
async fn cursor_of(world: &World, person: &Person, query: &str) -> String {
    let next = second_page(world, person, &format!("{TASKS}?limit=1&{query}")).await;
    next.split_once("cursor=").unwrap().1.to_owned()
}

#[actix_web::test]
async fn a_cursor_is_good_for_its_own_filters_and_order_only() {
    let (world, ada) = world_with_ada().await;
    let listings = [
        "",
        "completed=false",
        "priority=high",
        "priority=high&priority=low",
        "tag=a",
        "tag=a&tag=b",
        "due_after=2026-12-01T00:00:00Z",
        "due_after=2026-11-30T00:00:00Z",
        "due_before=2026-12-03T00:00:00Z",
        "updated_since=2026-11-01T00:00:00Z",
        "q=milk",
        "q=mil",
        "sort=created_at",
        "sort=due_at",
        "sort=-due_at",
        "sort=title",
        "completed=false&sort=created_at",
    ];
    for origin in listings {
        let cursor = cursor_of(&world, &ada, origin).await;
        for listing in listings {
            let address = format!("{TASKS}?{listing}&cursor={cursor}");
            let answer = world.get(address).by(&ada).await;
            if listing == origin {
                assert_eq!(count(&answer.ok()), 2);
            } else {
                answer.problem("invalid_cursor");
            }
        }
    }
}

#[actix_web::test]
async fn the_same_listing_in_other_words_is_the_same_listing() {
    let (world, ada) = world_with_ada().await;
    for (origin, other) in [
        ("", "sort=-created_at"),
        ("tag=a&tag=b", "tag=B&tag=A"),
        ("tag=a", "tag=a&tag=A"),
        (
            "priority=high&priority=low",
            "priority=low&priority=high&priority=low",
        ),
        (
            "updated_since=2026-11-01T00:00:00Z",
            "updated_since=2026-11-01T01:00:00%2B01:00",
        ),
        ("", "count=true&limit=7"),
    ] {
        let cursor = cursor_of(&world, &ada, origin).await;
        let list = world
            .get(format!("{TASKS}?{other}&cursor={cursor}"))
            .by(&ada)
            .await;
        assert_eq!(count(&list.ok()), 2, "{other}");
    }
}

#[actix_web::test]
async fn a_cursor_of_the_trash_is_none_of_the_tasks_outside() {
    let (world, ada) = world_with_ada().await;
    let tasks = world.get(TASKS).by(&ada).await.ok();
    let outside = cursor_of(&world, &ada, "").await;
    for task in tasks.as_array().unwrap() {
        let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
        world.delete(address).by(&ada).await.no_content();
    }
    let second = second_page(&world, &ada, "/api/tasks/trash?limit=1").await;
    assert_eq!(count(&world.get(second.as_str()).by(&ada).await.ok()), 1);
    let of_trash = second.split_once("cursor=").unwrap().1;
    for wrong in [
        format!("{TASKS}?cursor={of_trash}"),
        format!("{TASKS}/trash?cursor={outside}"),
    ] {
        world.get(wrong).by(&ada).await.problem("invalid_cursor");
    }
}

#[actix_web::test]
async fn a_cursor_of_another_kind_of_list_is_refused() {
    let (world, ada) = world_with_ada().await;
    let root = world.admin("root@example.com").await;
    let of_users = second_page(&world, &root, "/api/admin/users?limit=1").await;
    let of_audit = second_page(&world, &root, "/api/admin/audit?limit=1").await;
    let of_tasks = cursor_of(&world, &ada, "").await;
    let cursors = [of_users.as_str(), &of_audit, &of_tasks].map(|at| at.rsplit("cursor=").next().unwrap());
    let lists = ["/api/admin/users", "/api/admin/audit", TASKS];
    for (origin, cursor) in lists.iter().zip(cursors) {
        for list in lists {
            let answer = world.get(format!("{list}?cursor={cursor}")).by(&root).await;
            if list == *origin {
                answer.ok();
            } else {
                answer.problem("invalid_cursor");
            }
        }
    }
}

#[actix_web::test]
async fn no_character_of_a_cursor_can_be_another_one() {
    let (world, ada) = world_with_ada().await;
    let cursor = cursor_of(&world, &ada, "sort=title").await;
    let listing = format!("{TASKS}?sort=title&cursor=");
    for at in 0..cursor.len() {
        let other = if &cursor[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &cursor[..at], &cursor[at + 1..]);
        let answer = world.get(format!("{listing}{changed}")).by(&ada).await;
        answer.problem("invalid_cursor");
    }
    world.get(format!("{listing}{cursor}")).by(&ada).await.ok();
}

#[actix_web::test]
async fn what_is_no_cursor_is_refused() {
    let (world, ada) = world_with_ada().await;
    let cursor = cursor_of(&world, &ada, "").await;
    let cut = &cursor[..cursor.len() - 4];
    for text in [
        "",
        "x",
        "%00",
        "e30",
        "bnVsbA",
        "%F0%9F%A6%80",
        cut,
        &format!("{cursor}A"),
        &format!("{cursor}="),
        &format!("{cursor}%20"),
    ] {
        let answer = world.get(format!("{TASKS}?cursor={text}")).by(&ada).await;
        answer.problem("invalid_cursor");
    }
}

#[actix_web::test]
async fn other_faults_of_the_request_come_before_the_cursor_s() {
    let (world, ada) = world_with_ada().await;
    let cursor = cursor_of(&world, &ada, "completed=false").await;
    let address = format!("{TASKS}?completed=no&sort=id&cursor={cursor}");
    let answer = world.get(address).by(&ada).await;
    answer.faults([("?completed", "invalid_value"), ("?sort", "invalid_value")]);
}

#[actix_web::test]
async fn a_cursor_of_somebody_else_shows_nothing_of_theirs() {
    let (world, ada) = world_with_ada().await;
    let bob = world.sign_up("bob@example.com").await;
    let cursor = cursor_of(&world, &ada, "").await;
    let list = world.get(format!("{TASKS}?cursor={cursor}")).by(&bob).await;
    assert_eq!(list.ok(), json!([]));
}

#[actix_web::test]
async fn a_cursor_and_skip_exclude_each_other() {
    let (world, ada) = world_with_ada().await;
    let cursor = cursor_of(&world, &ada, "").await;
    for skip in ["0", "1"] {
        let answer = world
            .get(format!("{TASKS}?skip={skip}&cursor={cursor}"))
            .by(&ada)
            .await;
        answer.faults([("?skip", "not_allowed_together")]);
    }
}
