//! What was exported comes back as it was.

use super::*;

/// Somebody with tasks of every kind, not in the order in which they came to be.
async fn person_with_tasks(world: &World) -> Person {
    let ada = world.sign_up("ada@example.com").await;
    let bodies = [
        json!({"title": "=1+1", "description": "\t\"a\"\r\nb,c 'd' 🎉", "completed": true, "tags": ["+x", "y,z"]}),
        json!({"title": "'quoted'", "due_date": "2026-12-31", "due_time": "09:30", "time_zone": "Europe/Berlin",
               "recurrence": "FREQ=MONTHLY;COUNT=3", "remind_at": "2026-12-30T08:00:00.000Z", "priority": "urgent"}),
        json!({"title": "שלום", "due_date": "2024-02-29"}),
    ];
    let mut ids = Vec::new();
    for body in bodies {
        world.wait(Duration::from_millis(1_001));
        let task = world.post("/api/tasks").by(&ada).json(&body).await.created();
        ids.push(task["id"].as_str().unwrap().to_owned());
    }
    let body = json!({"before": ids[0]});
    world
        .post(format!("/api/tasks/{}/move", ids[2]))
        .by(&ada)
        .json(&body)
        .await
        .ok();
    ada
}

/// What an import takes over.
fn taken_over(tasks: Vec<Value>) -> Vec<Value> {
    let ours = |mut task: Value| {
        for name in ["user_id", "position", "version"] {
            task.as_object_mut().unwrap().remove(name);
        }
        task
    };
    tasks.into_iter().map(ours).collect()
}

#[actix_web::test]
async fn what_was_exported_is_there_again_elsewhere_with_ids_times_and_order() {
    for (format, media_type) in [("json", JSON), ("csv", CSV)] {
        let world = World::new();
        let ada = person_with_tasks(&world).await;
        let exported = world
            .get(format!("/api/tasks/export?format={format}"))
            .by(&ada)
            .await;
        let bob = world.sign_up("bob@example.com").await;
        let file = exported.text();
        assert_eq!(import(&world, &bob, media_type, file).await.ok(), report(3, 0));
        assert_eq!(
            taken_over(tasks(&world, &bob).await),
            taken_over(tasks(&world, &ada).await),
            "{file}"
        );
    }
}

#[actix_web::test]
async fn the_same_file_twice_is_the_same_data_once() {
    for (format, media_type) in [("json", JSON), ("csv", CSV)] {
        let world = World::new();
        let ada = person_with_tasks(&world).await;
        let before = tasks(&world, &ada).await;
        let exported = world
            .get(format!("/api/tasks/export?format={format}"))
            .by(&ada)
            .await;
        for _ in 0..2 {
            assert_eq!(
                import(&world, &ada, media_type, exported.text()).await.ok(),
                report(0, 3)
            );
        }
        assert_eq!(tasks(&world, &ada).await, before);
    }
}

#[actix_web::test]
async fn without_ids_it_is_the_same_data_once_too() {
    let (world, ada) = world().await;
    let file = "title\nBuy milk\nBuy milk\nCall Bob\n";
    assert_eq!(import(&world, &ada, CSV, file).await.ok(), report(3, 0));
    assert_eq!(import(&world, &ada, CSV, file).await.ok(), report(0, 3));
    let longer = "title\nCall Bob\nBuy milk\nBuy milk\nBuy milk\n";
    assert_eq!(import(&world, &ada, CSV, longer).await.ok(), report(1, 3));
    let bob = world.sign_up("bob@example.com").await;
    assert_eq!(import(&world, &bob, CSV, file).await.ok(), report(3, 0));
}

#[actix_web::test]
async fn an_id_that_stands_twice_is_one_task_and_one_in_the_trash_stays_there() {
    let (world, ada) = world().await;
    let id = "0192f0c1-2345-7abc-8def-0123456789ab";
    let file = format!("id,title\n{id},first\n{id},second\n");
    assert_eq!(import(&world, &ada, CSV, file.as_str()).await.ok(), report(1, 1));
    assert_eq!(tasks(&world, &ada).await[0]["title"], "first");
    world
        .delete(format!("/api/tasks/{id}"))
        .by(&ada)
        .await
        .no_content();
    assert_eq!(import(&world, &ada, CSV, file).await.ok(), report(0, 2));
    assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
}

#[actix_web::test]
async fn imported_tasks_stand_behind_those_that_were_there() {
    let (world, ada) = world().await;
    world.task(&ada, "old").await;
    let file = "title,position\nsecond,000000000000000280\nfirst,000000000000000180\n";
    import(&world, &ada, CSV, file).await.ok();
    let titles: Vec<Value> = tasks(&world, &ada)
        .await
        .iter()
        .map(|task| task["title"].clone())
        .collect();
    assert_eq!(titles, ["old", "first", "second"]);
}

#[actix_web::test]
async fn what_a_file_does_not_say_is_as_of_a_new_task() {
    let (world, ada) = world().await;
    import(
        &world,
        &ada,
        CSV,
        "title,completed_at\nBuy milk,\nCall Bob,2026-11-20T08:00:00+01:00\n",
    )
    .await
    .ok();
    let [milk, bob] = <[Value; 2]>::try_from(tasks(&world, &ada).await).unwrap();
    let now = "2026-11-21T09:30:00.000Z";
    assert_eq!(
        (&milk["created_at"], &milk["updated_at"]),
        (&json!(now), &json!(now))
    );
    assert_eq!(
        (&milk["completed"], &milk["priority"]),
        (&json!(false), &json!("none"))
    );
    assert_eq!(bob["completed_at"], "2026-11-20T07:00:00.000Z");
    assert_eq!(bob["completed"], true);
}

#[actix_web::test]
async fn an_import_is_undone_as_a_whole() {
    let (world, ada) = world().await;
    import(&world, &ada, CSV, "title\na\nb\n").await.ok();
    world.post("/api/changes/1/undo").by(&ada).await.ok();
    assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
}
