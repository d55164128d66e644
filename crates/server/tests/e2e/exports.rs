//! All that a user has, to see whether it is the same elsewhere.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;

/// The tasks as files of every format, byte for byte but for the moment of the export, and the log of their changes.
#[derive(PartialEq, Eq)]
pub(crate) struct Exports {
    files: Vec<String>,
    changes: Value,
}

impl Exports {
    pub(crate) async fn of(client: &Client) -> Self {
        let mut files = Vec::new();
        for format in ["json", "csv", "ics"] {
            let request = client.request(Method::GET, &format!("/api/me/tasks/export?format={format}"));
            let response = request.send().await.expect("the server answers");
            assert_eq!(response.status(), 200, "{format}");
            let file = response.text().await.expect("the file arrives");
            files.push(without_moment(&file));
        }
        let changes = client.get("/api/me/changes?limit=1000").await.is(200);
        Self { files, changes }
    }
}

fn without_moment(file: &str) -> String {
    match file.split_once("\"exported_at\":\"") {
        Some((before, rest)) => {
            let (_, after) = rest.split_once('"').expect("a text ends");
            format!("{before}{after}")
        }
        None => file.to_owned(),
    }
}

/// Somebody with tasks of many kinds, one of them in the trash, and changes of each.
pub(crate) async fn somebody_with_tasks(client: Client, email: &str) -> Client {
    let somebody = client.signed_up(email).await;
    for fields in [
        json!({"title": "Buy milk", "description": "Two litres;\nnot the \"light\" one", "priority": "high"}),
        json!({"title": "=1+1", "tags": ["ä", "b,c"]}),
        json!({"title": "Water the plants", "due_date": "2026-12-01", "due_time": "08:00", "time_zone": "Europe/Berlin",
            "recurrence": "FREQ=WEEKLY"}),
    ] {
        somebody.post("/api/me/tasks", &fields).await.is(201);
    }
    let done = somebody.task("Done").await;
    somebody.toggle(&format!("{done}/complete")).await.is(200);
    let gone = somebody.task("Gone").await;
    let _deleted = somebody.delete(&gone).await;
    somebody
}
