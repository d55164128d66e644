//! All tasks as a file.

use std::sync::Arc;

use serde_json::{Value, json};
use taskwell_application::ports::{MockTaskStore, Page, StoreError};
use taskwell_domain::{Task, UserId};

use crate::support::{Answer, Person, World};

const EXPORT: &str = "/api/tasks/export";

/// A world with somebody in it, who has a task with everything.
async fn world() -> (World, Person, Value) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let body = json!({
        "title": "=Pay, \"rent\"", "description": "two\nlines; 🏠", "completed": false, "priority": "high",
        "due_date": "2026-12-31", "due_time": "09:30", "time_zone": "Europe/Berlin",
        "remind_at": "2026-12-30T08:00:00.000Z", "recurrence": "FREQ=MONTHLY", "tags": ["home", "a,b"],
    });
    let task = world.post("/api/tasks").by(&ada).json(&body).await.created();
    (world, ada, task)
}

/// The file, once its name and type have been looked at.
#[track_caller]
fn file(answer: &Answer, content_type: &str, name: &str) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("Content-Type"), Some(content_type), "{answer}");
    let disposition = format!("attachment; filename=\"{name}\"");
    assert_eq!(
        answer.header("Content-Disposition"),
        Some(&*disposition),
        "{answer}"
    );
    answer.text().to_owned()
}

#[actix_web::test]
async fn json_holds_the_tasks_as_everywhere_and_says_what_it_is() {
    let (world, ada, task) = world().await;
    for query in ["", "?format=json"] {
        let answer = world.get(format!("{EXPORT}{query}")).by(&ada).await;
        let file = file(&answer, "application/json", "tasks-2026-11-21.json");
        let expected =
            json!({"format": "taskwell/1", "exported_at": "2026-11-21T09:30:00.000Z", "tasks": [task]});
        assert_eq!(serde_json::from_str::<Value>(&file).unwrap(), expected);
    }
}

#[actix_web::test]
async fn csv_has_a_header_and_no_cell_that_a_spreadsheet_would_run() {
    let (world, ada, task) = world().await;
    let answer = world.get(format!("{EXPORT}?format=csv")).by(&ada).await;
    let file = file(
        &answer,
        "text/csv; charset=utf-8; header=present",
        "tasks-2026-11-21.csv",
    );
    let text = |name: &str| task[name].as_str().unwrap().to_owned();
    let expected = format!(
        "id,user_id,title,description,completed,completed_at,priority,due_date,due_time,time_zone,due_at,remind_at,\
         recurrence,tags,position,version,created_at,updated_at\r\n\
         {},{},\"'=Pay, \"\"rent\"\"\",\"two\nlines; 🏠\",false,,high,2026-12-31,09:30,Europe/Berlin,\
         2026-12-31T08:30:00.000Z,2026-12-30T08:00:00.000Z,FREQ=MONTHLY,\"[\"\"home\"\",\"\"a,b\"\"]\",{},1,{},{}\r\n",
        text("id"),
        text("user_id"),
        text("position"),
        text("created_at"),
        text("updated_at"),
    );
    assert_eq!(file, expected);
}

#[actix_web::test]
async fn icalendar_has_a_to_do_for_each() {
    let (world, ada, task) = world().await;
    let answer = world.get(format!("{EXPORT}?format=ics")).by(&ada).await;
    let file = file(&answer, "text/calendar; charset=utf-8", "tasks-2026-11-21.ics");
    let (zone, to_dos) = file.split_at(file.find("BEGIN:VTODO").unwrap());
    let begin = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Taskwell//Taskwell//EN\r\n\
                 BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\n";
    assert!(
        zone.starts_with(begin) && zone.ends_with("END:VTIMEZONE\r\n"),
        "{zone}"
    );
    let expected = format!(
        "BEGIN:VTODO\r\nUID:{}\r\nDTSTAMP:20261121T093000Z\r\nCREATED:20261121T093000Z\r\n\
         LAST-MODIFIED:20261121T093000Z\r\nSUMMARY:=Pay\\, \"rent\"\r\nDESCRIPTION:two\\nlines\\; 🏠\r\n\
         DTSTART;TZID=Europe/Berlin:20261231T093000\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1\r\n\
         PRIORITY:3\r\nSTATUS:NEEDS-ACTION\r\nCATEGORIES:home,a\\,b\r\n\
         END:VTODO\r\nEND:VCALENDAR\r\n",
        task["id"].as_str().unwrap()
    );
    assert_eq!(to_dos, expected);
}

#[actix_web::test]
async fn another_format_is_none() {
    let (world, ada, _) = world().await;
    let answer = world.get(format!("{EXPORT}?format=xml")).by(&ada).await;
    answer.faults([("?format", "invalid_value")]);
}

#[actix_web::test]
async fn it_holds_the_callers_own_tasks_outside_the_trash_the_oldest_first() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let mut kept = Vec::new();
    // More than are read at once.
    for number in 0..601 {
        kept.push(world.task(&ada, &number.to_string()).await);
    }
    let deleted = kept.remove(300);
    world
        .delete(format!("/api/tasks/{}", deleted["id"].as_str().unwrap()))
        .by(&ada)
        .await
        .no_content();
    world.task(&bob, "not Ada's").await;
    let file = world.get(EXPORT).by(&ada).await.ok();
    assert_eq!(file["tasks"], Value::Array(kept));
}

#[actix_web::test]
async fn without_tasks_it_is_whole_all_the_same() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    assert_eq!(world.get(EXPORT).by(&ada).await.ok()["tasks"], json!([]));
    let csv = world.get(format!("{EXPORT}?format=csv")).by(&ada).await;
    assert_eq!(csv.text().lines().count(), 1, "{csv}");
    let calendar = world.get(format!("{EXPORT}?format=ics")).by(&ada).await;
    assert!(calendar.text().ends_with("END:VCALENDAR\r\n"), "{calendar}");
}

/// A storage that gives these pages, one after the other, and is away afterwards.
fn world_that_breaks_off_after(pages: Vec<Page>) -> World {
    let mut pages = pages.into_iter();
    let mut store = MockTaskStore::new();
    store.expect_list().returning(move |_, _| {
        pages
            .next()
            .ok_or_else(|| StoreError::Unavailable("the database is away".into()))
    });
    World::with(|setup| setup.tasks = Arc::new(store))
}

fn page(owner: &str) -> Page {
    let mut task: Task = serde_json::from_value(json!({
        "id": "0192f0c1-2345-7abc-8def-0123456789ab", "user_id": owner, "title": "Buy milk", "description": "",
        "completed_at": null, "priority": "none", "due": null, "time_zone": null, "remind_at": null, "tags": [],
        "position": "000000000000000180", "deleted_at": null, "version": 1,
        "created_at": "2026-11-21T09:30:00.000Z", "updated_at": "2026-11-21T09:30:00.000Z",
    }))
    .unwrap();
    task.user_id = UserId::parse(owner).unwrap();
    Page {
        tasks: vec![task],
        more: true,
    }
}

#[actix_web::test]
async fn a_storage_that_is_away_from_the_start_is_a_problem() {
    let world = world_that_breaks_off_after(vec![]);
    let ada = world.sign_up("ada@example.com").await;
    world.get(EXPORT).by(&ada).await.problem("unavailable");
}

#[actix_web::test]
async fn a_file_that_breaks_off_never_looks_whole() {
    for format in ["json", "csv", "ics"] {
        let world = world_that_breaks_off_after(vec![page("ada"), page("ada")]);
        let ada = world.sign_up("ada@example.com").await;
        world
            .get(format!("{EXPORT}?format={format}"))
            .by(&ada)
            .breaks_off()
            .await;
    }
}
