//! Making, reading, changing and deleting tasks.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{NOTHING, Person, World};

const TASKS: &str = "/api/tasks";

fn address(task: &Value) -> String {
    format!("{TASKS}/{}", task["id"].as_str().unwrap())
}

async fn world_with_ada() -> (World, Person) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    (world, ada)
}

async fn world_with_task() -> (World, Person, Value) {
    let (world, ada) = world_with_ada().await;
    let task = world.task(&ada, "Buy milk").await;
    (world, ada, task)
}

mod create {
    use super::*;

    #[actix_web::test]
    async fn a_task_needs_a_title_only() {
        let (world, ada) = world_with_ada().await;
        let answer = world
            .post(TASKS)
            .by(&ada)
            .json(&json!({"title": "  Buy milk \n"}))
            .await;
        assert_eq!(answer.header("ETag"), Some("\"1\""));
        let location = answer.header("Location").unwrap().to_owned();
        let task = answer.created();
        assert_eq!(location, address(&task));
        let expected = json!({
            "id": task["id"], "user_id": ada.id, "title": "Buy milk", "description": "", "completed": false,
            "completed_at": null, "priority": "none", "due_date": null, "due_time": null, "time_zone": null,
            "due_at": null, "remind_at": null, "recurrence": null, "tags": [], "position": task["position"], "version": 1, "created_at": "2026-11-21T09:30:00.000Z",
            "updated_at": "2026-11-21T09:30:00.000Z",
        });
        assert_eq!(task, expected);
        assert_eq!(world.get(location).by(&ada).await.ok(), task);
    }

    #[actix_web::test]
    async fn its_id_is_a_uuid_of_version_7() {
        let (_, _, task) = world_with_task().await;
        let id = uuid::Uuid::try_parse(task["id"].as_str().unwrap()).unwrap();
        assert_eq!(id.get_version_num(), 7);
    }

    #[actix_web::test]
    async fn every_field_may_be_given_and_null_is_none() {
        let (world, ada) = world_with_ada().await;
        let body = json!({"id": null, "title": "Buy milk", "description": null, "completed_at": null});
        assert_eq!(
            world.post(TASKS).by(&ada).json(&body).await.created()["description"],
            ""
        );
        let description = "  two litres\r\n\toat  ";
        let body = json!({"title": "Buy milk", "description": description, "user_id": ada.id});
        assert_eq!(
            world.post(TASKS).by(&ada).json(&body).await.created()["description"],
            description
        );
    }

    #[actix_web::test]
    async fn one_that_is_done_already_was_completed_now() {
        let (world, ada) = world_with_ada().await;
        let body = json!({"title": "Buy milk", "completed": true});
        let task = world.post(TASKS).by(&ada).json(&body).await.created();
        assert_eq!(task["completed"], true);
        assert_eq!(task["completed_at"], "2026-11-21T09:30:00.000Z");
    }

    #[actix_web::test]
    async fn what_cannot_be_set_is_refused_and_what_does_not_exist_too() {
        let (world, ada) = world_with_ada().await;
        let body = json!({
            "title": "Buy milk", "user_id": "bob", "completed_at": "2026-11-21T09:30:00.000Z", "colour": "red",
        });
        world
            .post(TASKS)
            .by(&ada)
            .json(&body)
            .await
            .faults([("/colour", "unknown_field")]);
        let body = json!({"title": "Buy milk", "user_id": "bob", "completed_at": "2026-11-21T09:30:00.000Z"});
        let answer = world.post(TASKS).by(&ada).json(&body).await;
        answer.faults([("/user_id", "read_only"), ("/completed_at", "read_only")]);
        let body = json!({"title": "Buy milk", "version": 1, "created_at": "yesterday"});
        let answer = world.post(TASKS).by(&ada).json(&body).await;
        answer.faults([("/version", "read_only"), ("/created_at", "read_only")]);
    }

    #[actix_web::test]
    async fn the_same_create_again_answers_the_task_as_it_stands() {
        let (world, ada) = world_with_ada().await;
        let body = json!({"id": NOTHING, "title": "Buy milk"});
        let first = world.post(TASKS).by(&ada).json(&body).await.created();
        assert_eq!(first["id"], NOTHING);
        world.wait(Duration::from_secs(60));
        let again = world.post(TASKS).by(&ada).json(&body).await;
        assert_eq!(again.header("ETag"), Some("\"1\""));
        assert_eq!(again.header("Location"), Some(address(&first).as_str()));
        assert_eq!(again.ok(), first);

        let rename = json!({"title": "Buy oat milk", "completed": true});
        let edited = world.patch(address(&first)).by(&ada).json(&rename).await.ok();
        let again = world.post(TASKS).by(&ada).json(&body).await;
        assert_eq!(again.header("ETag"), Some("\"2\""));
        assert_eq!(again.ok(), edited);
    }

    #[actix_web::test]
    async fn an_id_in_capitals_is_the_same_id() {
        let (world, ada) = world_with_ada().await;
        let body = json!({"id": NOTHING.to_uppercase(), "title": "Buy milk"});
        assert_eq!(
            world.post(TASKS).by(&ada).json(&body).await.created()["id"],
            NOTHING
        );
        let task = world
            .get(format!("{TASKS}/{}", NOTHING.to_uppercase()))
            .by(&ada)
            .await
            .ok();
        assert_eq!(task["id"], NOTHING);
    }

    #[actix_web::test]
    async fn another_create_with_the_same_id_finds_it_taken() {
        let (world, ada) = world_with_ada().await;
        let body = json!({"id": NOTHING, "title": "Buy milk"});
        let task = world.post(TASKS).by(&ada).json(&body).await.created();
        for other in [
            json!({"id": NOTHING, "title": "Call Bob"}),
            json!({"id": NOTHING, "title": "Buy milk", "description": "oat"}),
            json!({"id": NOTHING, "title": "Buy milk", "completed": true}),
        ] {
            world.post(TASKS).by(&ada).json(&other).await.problem("id_taken");
        }
        world.delete(address(&task)).by(&ada).await.no_content();
        world.post(TASKS).by(&ada).json(&body).await.problem("id_taken");
    }

    #[actix_web::test]
    async fn two_users_may_have_tasks_of_the_same_id() {
        let (world, ada) = world_with_ada().await;
        let bob = world.sign_up("bob@example.com").await;
        for (person, title) in [(&ada, "Buy milk"), (&bob, "Call Ada")] {
            let body = json!({"id": NOTHING, "title": title});
            world.post(TASKS).by(person).json(&body).await.created();
        }
        let of = async |person| world.get(format!("{TASKS}/{NOTHING}")).by(person).await.ok();
        assert_eq!(of(&ada).await["title"], "Buy milk");
        assert_eq!(of(&bob).await["title"], "Call Ada");
    }
}

mod addresses {
    use super::*;

    #[actix_web::test]
    async fn the_word_me_the_own_id_and_no_user_at_all_mean_the_caller() {
        let (world, ada, task) = world_with_task().await;
        let id = task["id"].as_str().unwrap();
        for tasks in [
            TASKS.to_owned(),
            "/api/me/tasks".to_owned(),
            format!("/api/{}/tasks", ada.id),
        ] {
            assert_eq!(world.get(format!("{tasks}/{id}")).by(&ada).await.ok(), task);
            assert_eq!(world.get(tasks.as_str()).by(&ada).await.ok()[0], task);
            let answer = world
                .post(tasks.as_str())
                .by(&ada)
                .json(&json!({"title": "x"}))
                .await;
            let location = answer.header("Location").unwrap().to_owned();
            let created = answer.created();
            assert_eq!(location, format!("{tasks}/{}", created["id"].as_str().unwrap()));
            let completed = world.patch(format!("{location}/complete")).by(&ada).await.ok();
            assert_eq!(completed["completed"], true);
            world.delete(location).by(&ada).await.no_content();
        }
    }

    #[actix_web::test]
    async fn somebody_else_s_task_is_forbidden_for_every_call() {
        let (world, _, task) = world_with_task().await;
        let bob = world.sign_up("bob@example.com").await;
        let address = address(&task);
        for call in [
            world.get(address.as_str()),
            world.put(address.as_str()).json(&json!({"title": "mine"})),
            world.patch(address.as_str()).json(&json!({})),
            world.patch(format!("{address}/complete")),
            world.delete(address.as_str()),
        ] {
            call.by(&bob).await.problem("forbidden");
        }
    }

    #[actix_web::test]
    async fn a_task_that_never_was_is_not_found_whatever_the_form_of_its_id() {
        let (world, ada) = world_with_ada().await;
        for id in [
            NOTHING,
            "1",
            "x",
            "%00",
            "0192f0c1ffff7fffbfffffffffffffff",
            "%F0%9F%A6%80",
        ] {
            let address = format!("{TASKS}/{id}");
            for call in [
                world.get(address.as_str()),
                world.put(address.as_str()).json(&json!({"title": "x"})),
                world.patch(address.as_str()).json(&json!({"title": "x"})),
                world.patch(format!("{address}/complete")),
                world.delete(address.as_str()),
            ] {
                call.by(&ada).await.problem("not_found");
            }
        }
    }
}

mod edit {
    use super::*;

    #[actix_web::test]
    async fn a_change_is_kept_and_counted() {
        let (world, ada, task) = world_with_task().await;
        world.wait(Duration::from_secs(60));
        for (call, version) in [(world.put(address(&task)), 2), (world.patch(address(&task)), 3)] {
            let title = format!("Buy milk {version}");
            let answer = call.by(&ada).json(&json!({"title": title})).await;
            assert_eq!(answer.header("ETag"), Some(format!("\"{version}\"").as_str()));
            let mut expected = task.clone();
            expected["title"] = json!(title);
            expected["version"] = json!(version);
            expected["updated_at"] = json!("2026-11-21T09:31:01.000Z");
            assert_eq!(answer.ok(), expected);
            assert_eq!(world.get(address(&task)).by(&ada).await.ok(), expected);
        }
    }

    #[actix_web::test]
    async fn the_object_as_it_was_received_changes_nothing() {
        let (world, ada, task) = world_with_task().await;
        world.wait(Duration::from_secs(60));
        let done = world
            .patch(format!("{}/complete", address(&task)))
            .by(&ada)
            .await
            .ok();
        for received in [&done, &json!({}), &json!({"title": " Buy milk "})] {
            assert_eq!(world.put(address(&task)).by(&ada).json(received).await.ok(), done);
            assert_eq!(
                world.patch(address(&task)).by(&ada).json(received).await.ok(),
                done
            );
        }
    }

    #[actix_web::test]
    async fn an_absent_field_stays_and_null_clears_what_may_be_empty() {
        let (world, ada) = world_with_ada().await;
        let body = json!({"title": "Buy milk", "description": "oat", "completed": true});
        let task = world.post(TASKS).by(&ada).json(&body).await.created();
        let patch = async |body: Value| world.patch(address(&task)).by(&ada).json(&body).await.ok();
        let renamed = patch(json!({"title": "Buy oat milk"})).await;
        assert_eq!(renamed["description"], "oat");
        assert_eq!(renamed["completed_at"], task["completed_at"]);
        let cleared = patch(json!({"description": null})).await;
        assert_eq!(cleared["description"], "");
        assert_eq!(cleared["title"], "Buy oat milk");
        let reopened = patch(json!({"completed": false})).await;
        assert_eq!(reopened["completed_at"], Value::Null);
    }

    #[actix_web::test]
    async fn a_field_that_may_not_be_empty_cannot_be_cleared() {
        let (world, ada, task) = world_with_task().await;
        for call in [world.put(address(&task)), world.patch(address(&task))] {
            let answer = call
                .by(&ada)
                .json(&json!({"title": null, "completed": null}))
                .await;
            answer.faults([("/title", "required"), ("/completed", "required")]);
        }
    }

    #[actix_web::test]
    async fn what_cannot_be_set_must_be_as_it_is() {
        let (world, ada, task) = world_with_task().await;
        for (field, value) in [
            ("id", json!(NOTHING)),
            ("id", json!("x")),
            ("id", json!(null)),
            ("user_id", json!("bob")),
            ("user_id", json!("me")),
            ("completed_at", json!("2026-11-21T09:30:00.000Z")),
            ("completed_at", json!("yesterday")),
            ("created_at", json!("2026-11-21T09:30:00.000Z")),
            ("updated_at", json!("2020-01-01T00:00:00.000Z")),
            ("updated_at", json!(null)),
        ] {
            for call in [world.put(address(&task)), world.patch(address(&task))] {
                let body = json!({"title": "Buy oat milk", field: value});
                call.by(&ada)
                    .json(&body)
                    .await
                    .faults([(&format!("/{field}"), "read_only")]);
            }
        }
        assert_eq!(world.get(address(&task)).by(&ada).await.ok(), task);
    }

    #[actix_web::test]
    async fn the_same_instant_may_be_written_in_another_way() {
        let (world, ada, task) = world_with_task().await;
        assert_eq!(task["created_at"], "2026-11-21T09:30:01.000Z");
        let body = json!({"created_at": "2026-11-21T10:30:01+01:00", "updated_at": "2026-11-21T09:30:01Z"});
        assert_eq!(world.put(address(&task)).by(&ada).json(&body).await.ok(), task);
    }
}

mod complete {
    use super::*;

    #[actix_web::test]
    async fn without_a_body_a_task_becomes_what_it_is_not() {
        let (world, ada, task) = world_with_task().await;
        let toggle = async || {
            world
                .patch(format!("{}/complete", address(&task)))
                .by(&ada)
                .await
                .ok()
        };
        let done = toggle().await;
        assert_eq!(done["completed"], true);
        assert_eq!(done["completed_at"], "2026-11-21T09:30:01.000Z");
        assert_eq!(done["version"], 2);
        let open = toggle().await;
        assert_eq!(open["completed"], false);
        assert_eq!(open["completed_at"], Value::Null);
        assert_eq!(open["version"], 3);
    }

    #[actix_web::test]
    async fn an_empty_object_toggles_too() {
        let (world, ada, task) = world_with_task().await;
        let answer = world
            .patch(format!("{}/complete", address(&task)))
            .by(&ada)
            .json(&json!({}))
            .await;
        assert_eq!(answer.header("ETag"), Some("\"2\""));
        assert_eq!(answer.ok()["completed"], true);
    }

    #[actix_web::test]
    async fn setting_what_is_so_already_changes_nothing() {
        let (world, ada, task) = world_with_task().await;
        let set = async |completed: bool| {
            world.wait(Duration::from_secs(60));
            let call = world.patch(format!("{}/complete", address(&task))).by(&ada);
            call.json(&json!({"completed": completed})).await.ok()
        };
        assert_eq!(set(false).await, task);
        let done = set(true).await;
        assert_eq!(done["completed"], true);
        assert_eq!(set(true).await, done);
        assert_eq!(set(false).await["completed_at"], Value::Null);
    }

    #[actix_web::test]
    async fn it_takes_nothing_else() {
        let (world, ada, task) = world_with_task().await;
        let call = world.patch(format!("{}/complete", address(&task))).by(&ada);
        let answer = call.json(&json!({"completed": null, "title": "x"})).await;
        answer.faults([("/completed", "required"), ("/title", "unknown_field")]);
    }
}

mod delete {
    use super::*;

    #[actix_web::test]
    async fn a_deleted_task_is_not_there_any_more() {
        let (world, ada, task) = world_with_task().await;
        let kept = world.task(&ada, "Call Bob").await;
        world.delete(address(&task)).by(&ada).await.no_content();
        for call in [
            world.get(address(&task)),
            world.put(address(&task)).json(&json!({"title": "x"})),
            world.patch(address(&task)).json(&json!({"title": "x"})),
            world.patch(format!("{}/complete", address(&task))),
            world.delete(address(&task)),
        ] {
            call.by(&ada).await.problem("not_found");
        }
        assert_eq!(world.get(TASKS).by(&ada).await.ok(), json!([kept]));
    }

    #[actix_web::test]
    async fn a_deleted_task_of_somebody_else_is_still_forbidden() {
        let (world, ada, task) = world_with_task().await;
        let bob = world.sign_up("bob@example.com").await;
        world.delete(address(&task)).by(&ada).await.no_content();
        world.get(address(&task)).by(&bob).await.problem("forbidden");
    }
}
