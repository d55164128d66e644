//! Whoever only follows the log has what the server has.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use reqwest::Method;
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value, json};

use crate::{
    client::{Answer, Client},
    database::TestDatabase,
    on_both_databases,
    server::Server,
};

const WRITERS: u64 = 6;
const WRITES: usize = 60;

/// All tasks by id, those in the trash too, each in the very bytes that the server wrote.
#[derive(Debug, Default, PartialEq, Eq)]
struct Copy {
    tasks: BTreeMap<String, String>,
    since: u64,
}

impl Copy {
    /// What the lists say, to be followed from the number that was read before them.
    async fn of_lists(client: &Client) -> Self {
        let latest = client.get("/api/me/changes/latest").await.is(200);
        let mut copy = Self {
            tasks: BTreeMap::new(),
            since: latest["seq"].as_u64().unwrap(),
        };
        for list in ["/api/me/tasks?limit=100", "/api/me/tasks/trash?limit=100"] {
            let mut next = Some(list.to_owned());
            while let Some(path) = next {
                let (text, link) = read(client, &path).await;
                copy.tasks
                    .extend(elements(&text).map(|task| (id(task), task.to_owned())));
                next = link;
            }
        }
        copy
    }

    /// Reads one piece of the log; whether it had anything.
    async fn follow(&mut self, client: &Client) -> bool {
        let path = format!("/api/me/changes?since={}&limit=50", self.since);
        let (text, _) = read(client, &path).await;
        let page: Value = serde_json::from_str(&text).unwrap();
        let changes = text.strip_prefix("{\"changes\":").unwrap();
        for change in elements(changes) {
            let change_read: Value = serde_json::from_str(change).unwrap();
            self.since += 1;
            assert_eq!(change_read["seq"], self.since, "the log has no gaps");
            let id = change_read["task_id"].as_str().unwrap().to_owned();
            let (_, task) = change.split_once("\"task\":").unwrap();
            if change_read["task"].is_null() {
                self.tasks.remove(&id);
            } else {
                self.tasks.insert(id, first_value(task).to_owned());
            }
        }
        assert_eq!(page["next"], self.since);
        !page["changes"].as_array().unwrap().is_empty()
    }

    /// Follows until nothing is left after everybody is done.
    async fn follow_until(mut self, client: Client, is_done: Arc<AtomicBool>) -> Self {
        loop {
            let was_done = is_done.load(Ordering::SeqCst);
            if !self.follow(&client).await && was_done {
                return self;
            }
        }
    }
}

/// The text of an answer, and where the list goes on.
async fn read(client: &Client, path: &str) -> (String, Option<String>) {
    let response = client.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let link = response.headers().get("link").map(|link| {
        let link = link.to_str().unwrap().strip_prefix('<').unwrap();
        link.strip_suffix(">; rel=\"next\"").unwrap().to_owned()
    });
    (response.text().await.unwrap(), link)
}

/// The elements of the array that the text begins with, as they are written.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.strip_prefix('[').unwrap();
    std::iter::from_fn(move || {
        rest = rest.strip_prefix(',').unwrap_or(rest);
        let element = Some(rest)
            .filter(|rest| !rest.starts_with(']'))
            .map(first_value)?;
        rest = &rest[element.len()..];
        Some(element)
    })
}

/// The object that the text begins with, as it is written.
fn first_value(text: &str) -> &str {
    let mut values = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next().unwrap().unwrap();
    &text[..values.byte_offset()]
}

fn id(task: &str) -> String {
    let task: Value = serde_json::from_str(task).unwrap();
    task["id"].as_str().unwrap().to_owned()
}

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // xorshift64 (Marsaglia, 2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// One of several who write at the same time, on whatever they know of each other's tasks.
struct Writer {
    client: Client,
    dice: Dice,
    ids: Arc<Mutex<Vec<String>>>,
}

impl Writer {
    fn any(&mut self) -> String {
        let ids = self.ids.lock().unwrap();
        ids[self.dice.roll(ids.len())].clone()
    }

    fn new_id(&mut self) -> String {
        let id = uuid::Uuid::from_u64_pair(self.dice.next(), self.dice.next()).to_string();
        self.ids.lock().unwrap().push(id.clone());
        id
    }

    /// All kinds of writes in turn, each on tasks that chance picks.
    async fn write(&mut self, round: usize) {
        let id = self.any();
        let task = format!("/api/me/tasks/{id}");
        let number = self.dice.roll(1_000);
        let (method, path, body) = match round % 16 {
            0..=3 => {
                let title = format!("task {number}");
                let new = json!({"id": self.new_id(), "title": title, "due_date": "2099-01-31"});
                (Method::POST, "/api/me/tasks".to_owned(), new)
            }
            4..=6 => {
                let edit = json!({"title": format!("é {number}"), "priority": "low", "tags": ["a\"b"]});
                (Method::PATCH, task, edit)
            }
            7 => (
                Method::PATCH,
                task,
                json!({"due_date": "2099-01-31", "recurrence": "FREQ=MONTHLY"}),
            ),
            8 => (Method::PATCH, format!("{task}/complete"), json!({})),
            9 | 10 => {
                let side = ["before", "after"][self.dice.roll(2)];
                (Method::POST, format!("{task}/move"), json!({side: self.any()}))
            }
            11 | 12 => (Method::DELETE, task, json!({})),
            13 => {
                let operations = json!([
                    {"op": "create", "id": self.new_id(), "title": format!("batch {number}")},
                    {"op": "update", "id": id, "description": "in a batch"},
                    {"op": "move", "id": id, "after": self.any()},
                    {"op": "complete", "id": self.any()},
                ]);
                (
                    Method::POST,
                    "/api/me/tasks/batch".to_owned(),
                    json!({"operations": operations}),
                )
            }
            14 => {
                let latest = self.client.get("/api/me/changes/latest").await.is(200);
                let seq = latest["seq"].as_u64().unwrap() - self.dice.next() % 2;
                (Method::POST, format!("/api/me/changes/{seq}/undo"), json!({}))
            }
            _ if number.is_multiple_of(3) => (Method::DELETE, "/api/me/tasks/trash".to_owned(), json!({})),
            _ => {
                let trash = self.client.get("/api/me/tasks/trash").await.is(200);
                let id = trash[0]["id"].as_str().unwrap_or(&id);
                (Method::POST, format!("/api/me/tasks/{id}/restore"), json!({}))
            }
        };
        let request = self.client.request(method, &path).json(&body);
        let answer = Answer::to(request).await;
        // What cannot be done by now, since others were faster, is refused; nothing fails.
        let status = answer.status.as_u16();
        assert!(
            [200, 201, 204, 404, 409, 422].contains(&status),
            "{status}: {:#}",
            answer.body
        );
    }
}

on_both_databases! {
    async fn who_only_follows_the_log_ends_with_the_very_bytes_of_a_full_read(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let first = ada.task("first").await.rsplit('/').next().unwrap().to_owned();
        let ids = Arc::new(Mutex::new(vec![first]));
        let is_over = Arc::new(AtomicBool::new(false));
        let from_the_beginning = tokio::spawn(Copy::default().follow_until(ada.clone(), is_over.clone()));

        let writers = (1..=WRITERS).map(|seed| {
            let mut writer = Writer {
                client: ada.clone(),
                dice: Dice(seed),
                ids: ids.clone(),
            };
            tokio::spawn(async move {
                for round in 0..WRITES {
                    writer.write(round).await;
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        // In the midst of it all.
        let copy = Copy::of_lists(&ada).await;
        let from_the_lists = tokio::spawn(copy.follow_until(ada.clone(), is_over.clone()));
        for writer in writers {
            writer.await.unwrap();
        }
        is_over.store(true, Ordering::SeqCst);

        let expected = Copy::of_lists(&ada).await;
        let log = ada.get("/api/me/changes?limit=1000").await.is(200);
        let kinds = ["created", "updated", "completed", "moved", "deleted", "restored", "purged"];
        for kind in kinds {
            let changes = log["changes"].as_array().unwrap().iter();
            assert!(changes.filter(|change| change["kind"] == kind).count() > 0, "nothing was {kind}");
        }
        assert_eq!(from_the_beginning.await.unwrap(), expected);
        assert_eq!(from_the_lists.await.unwrap(), expected);
    }
}
