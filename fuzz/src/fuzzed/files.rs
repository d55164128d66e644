//! Files of tasks. The first byte says how the file comes, the others are the file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    support::{Person, World},
    visit::{exported, is_done, visit},
};

/// How files come; the last one is a form, in which the bytes are the part.
const MEDIA_TYPES: [&str; 4] = [
    "text/csv",
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=x",
];

/// What another server tells otherwise.
const NOT_KEPT: [&str; 4] = ["user_id", "version", "position", "updated_at"];

pub(crate) fn try_out(data: &[u8]) {
    let Some((which, file)) = data.split_first() else {
        return;
    };
    let which = usize::from(*which) % MEDIA_TYPES.len();
    let file = match which {
        3 => [
            &b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.csv\"\r\n\r\n"[..],
            file,
            b"\r\n--x--\r\n",
        ]
        .concat(),
        _ => file.to_vec(),
    };
    visit(async |world, person| {
        let Some(report) = import(world, person, MEDIA_TYPES[which], &file).await else {
            return;
        };
        let tasks = exported(world, person).await;
        assert_eq!(report["imported"], tasks.len(), "{report}");
        let again = import(world, person, MEDIA_TYPES[which], &file).await.unwrap();
        assert_eq!(
            (&again["imported"], &again["errors"]),
            (&json!(0), &report["errors"])
        );
        come_back(world, &tasks, person).await;
    });
}

async fn import(world: &World, person: &Person, media_type: &str, file: &[u8]) -> Option<Value> {
    let import = world.post("/api/tasks/import").by(person);
    let answer = import.body(media_type, file.to_vec()).await;
    is_done(&answer).then(|| answer.json())
}

/// What is exported in each format can be read by others, and by ourselves it is read as it was.
async fn come_back(world: &World, tasks: &[Value], person: &Person) {
    for (format, media_type) in [("csv", "text/csv"), ("json", "application/json")] {
        let export = world
            .get(format!("/api/tasks/export?format={format}"))
            .by(person)
            .await;
        let other = world.outsider(&format!("{}-{format}", person.id));
        let report = import(world, &other, media_type, &export.body).await;
        assert_eq!(
            report,
            Some(json!({"imported": tasks.len(), "skipped": 0, "errors": []})),
            "{export}"
        );
        assert_eq!(kept(&exported(world, &other).await), kept(tasks), "{export}");
    }
    let calendar = world.get("/api/tasks/export?format=ics").by(person).await;
    let lines: Vec<&str> = calendar.text().split("\r\n").collect();
    let is_line = |line: &&str| line.len() <= 75 && !line.contains(['\r', '\n']);
    assert!(lines.iter().all(is_line), "RFC 5545, section 3.1: {calendar}");
    let todos = lines.iter().filter(|line| **line == "BEGIN:VTODO").count();
    assert_eq!(todos, tasks.len(), "{calendar}");
}

/// By their ids.
fn kept(tasks: &[Value]) -> BTreeMap<String, Value> {
    let kept = tasks.iter().cloned().map(|mut task| {
        for field in NOT_KEPT {
            task.as_object_mut().unwrap().remove(field);
        }
        (task["id"].to_string(), task)
    });
    kept.collect()
}
