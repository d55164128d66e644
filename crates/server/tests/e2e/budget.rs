//! How often a request goes to PostgreSQL and back.

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    database::TestDatabase,
    keys::{Key, now},
    proxy::Proxy,
    server::{OTHER_SECRET, Server},
};

struct Counted {
    ada: Client,
    task: String,
    proxy: Proxy,
    _server: Server,
    _database: TestDatabase,
}

impl Counted {
    /// A server with one connection, on which every statement has been prepared already: preparing is paid
    /// once a connection.
    async fn warmed_up() -> Self {
        let database = TestDatabase::empty_postgres().await;
        let proxy = Proxy::to(&format!("{}?sslmode=disable", without_parameters(database.url()))).await;
        let one_connection = [
            ("TASKWELL__SERVER__WORKERS", "1"),
            ("TASKWELL__DATABASE__MAX_CONNECTIONS", "1"),
            ("BETTER_AUTH_SECRET", OTHER_SECRET),
        ];
        let server = Server::start_with(proxy.url(), &one_connection);
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let counted = Self {
            ada,
            task,
            proxy,
            _server: server,
            _database: database,
        };
        counted.use_everything().await;
        counted
    }

    async fn use_everything(&self) {
        let spare = self.ada.task("Buy bread").await;
        self.ada.get(&spare).await.is(200);
        self.ada.get("/api/me/tasks").await.is(200);
        self.ada.toggle(&format!("{spare}/complete")).await.is(200);
        self.ada
            .patch(&spare, &json!({"title": "Buy rolls"}))
            .await
            .is(200);
        self.ada.delete(&spare).await.is(204);
    }

    /// How many round trips a request takes, the session having been seen just before.
    async fn round_trips(&self, request: impl AsyncFnOnce(&Client, &str)) -> usize {
        self.round_trips_of(&self.ada, async |ada| request(ada, &self.task).await)
            .await
    }

    /// The same of what can be done again, once its statements are prepared: each connection prepares its own, and
    /// any of them may be the next.
    async fn again(&self, request: impl AsyncFn(&Client, &str)) -> usize {
        let mut fewest = usize::MAX;
        for _ in 0..6 {
            fewest = fewest.min(self.round_trips(&request).await);
        }
        fewest
    }

    /// The same for another caller. A request has a connection to itself; on others the server may look meanwhile
    /// whether somebody is to be reminded.
    async fn round_trips_of(&self, caller: &Client, request: impl AsyncFnOnce(&Client)) -> usize {
        caller.get("/api/auth/me").await.is(200);
        let before = self.proxy.round_trips();
        request(caller).await;
        let after = self.proxy.round_trips();
        let before = before.into_iter().chain(std::iter::repeat(0));
        let each = after
            .into_iter()
            .zip(before)
            .map(|(after, before)| after - before);
        each.max().unwrap_or_default()
    }
}

fn without_parameters(url: &str) -> &str {
    url.split_once('?').map_or(url, |(url, _)| url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_get_or_a_page_is_one_statement_and_knowing_the_caller_none() {
    let counted = Counted::warmed_up().await;
    let get = counted.round_trips(async |ada, task| drop(ada.get(task).await.is(200)));
    assert_eq!(get.await, 1, "get");
    let list = counted.round_trips(async |ada, _| drop(ada.get("/api/me/tasks").await.is(200)));
    assert_eq!(list.await, 1, "list");
    let me = counted.round_trips(async |ada, _| drop(ada.get("/api/auth/me").await.is(200)));
    assert_eq!(me.await, 1, "me");
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_it_cost_anything_to_know_a_program_or_somebody_from_elsewhere() {
    let counted = Counted::warmed_up().await;
    let wanted = json!({"name": "x", "scopes": ["account:read", "tasks:read"]});
    let made = counted.ada.post("/api/auth/tokens", &wanted).await.is(201);
    let program = counted.ada.with_token(made["token"].as_str().unwrap());
    let claims = json!({"sub": "alice", "iat": now(), "exp": now() + 900});
    let alice = counted.ada.with_token(&Key::secret(OTHER_SECRET).sign(&claims));
    for caller in [&program, &alice] {
        // The first time the account is made and the use noted.
        caller.get("/api/me/tasks").await.is(200);
        let list = async |caller: &Client| drop(caller.get("/api/me/tasks").await.is(200));
        assert_eq!(counted.round_trips_of(caller, list).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_of_one_task_is_at_most_two_round_trips() {
    let counted = Counted::warmed_up().await;
    let create = counted.round_trips(async |ada, _| drop(ada.task("Buy tea").await));
    assert_eq!(create.await, 1, "create");
    let edit = counted
        .round_trips(async |ada, task| drop(ada.patch(task, &json!({"title": "Buy tea"})).await.is(200)));
    assert_eq!(edit.await, 2, "edit");
    let toggle =
        counted.round_trips(async |ada, task| drop(ada.toggle(&format!("{task}/complete")).await.is(200)));
    assert_eq!(toggle.await, 2, "toggle");
    let delete = counted.round_trips(async |ada, task| drop(ada.delete(task).await.is(204)));
    assert_eq!(delete.await, 2, "delete");
}

/// Sends that under a key of its own.
async fn keyed(client: &Client, method: Method, path: &str, body: &Value) -> Answer {
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    let key = KEYS.fetch_add(1, Ordering::Relaxed).to_string();
    let request = client.request(method, path).header("Idempotency-Key", key);
    Answer::to(request.json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_costs_a_write_of_one_task_one_round_trip() {
    let counted = Counted::warmed_up().await;
    let create = counted.again(async |ada, _| {
        let body = json!({"title": "Buy tea"});
        drop(keyed(ada, Method::POST, "/api/me/tasks", &body).await.is(201));
    });
    assert_eq!(create.await, 1 + 1, "create");
    let edits = AtomicUsize::new(0);
    let edit = counted.again(async |ada, task| {
        let body = json!({"title": format!("Buy tea {}", edits.fetch_add(1, Ordering::Relaxed))});
        drop(keyed(ada, Method::PATCH, task, &body).await.is(200));
    });
    assert_eq!(edit.await, 1 + 2, "edit");
    let toggle = counted.again(async |ada, task| {
        let path = format!("{task}/complete");
        drop(keyed(ada, Method::PATCH, &path, &json!({})).await.is(200));
    });
    assert_eq!(toggle.await, 1 + 2, "toggle");
    let spare = ["Buy bread", "Buy rolls"].map(|title| counted.ada.task(title));
    for (round, spare) in spare.into_iter().enumerate() {
        let spare = spare.await;
        let delete = counted.round_trips(async |ada, _| {
            drop(keyed(ada, Method::DELETE, &spare, &json!({})).await.is(204));
        });
        let delete = delete.await;
        // The first time the statements are prepared.
        assert!(round == 0 || delete == 1 + 2, "delete: {delete}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_one_statement_whatever_it_filters_by_and_counting_one_more() {
    let counted = Counted::warmed_up().await;
    let lists = [
        "tasks?completed=false",
        "tasks?priority=high&priority=none",
        "tasks?tag=home&tag=shop",
        "tasks?due_after=2027-01-01T00:00:00Z&due_before=2028-01-01T00:00:00Z",
        "tasks?updated_since=2020-01-01T00:00:00Z",
        "tasks?q=buy+mi",
        "tasks?sort=-due_at",
        "tasks?sort=position&skip=1",
        "tasks?completed=false&priority=none&tag=home&due_after=2027-01-01T00:00:00Z&updated_since=2020-01-01T00:00:00Z&q=buy&sort=title",
        "tasks/trash",
    ];
    for list in lists {
        let path = format!("/api/me/{list}");
        let page = counted.again(async |ada, _| drop(ada.get(&path).await.is(200)));
        assert_eq!(page.await, 1, "{list}");
        let path = format!("{path}{}count=true", if list.contains('?') { '&' } else { '?' });
        let and_count = counted.again(async |ada, _| drop(ada.get(&path).await.is(200)));
        assert_eq!(and_count.await, 2, "{list}, counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_what_happened_and_what_is_to_come_is_one_statement() {
    let counted = Counted::warmed_up().await;
    for path in ["/api/me/changes", "/api/me/changes/latest"] {
        let changes = counted.again(async |ada, _| drop(ada.get(path).await.is(200)));
        assert_eq!(changes.await, 1, "{path}");
    }
    for of_task in ["history", "occurrences"] {
        let read = counted.again(async |ada, task| drop(ada.get(&format!("{task}/{of_task}")).await.is(200)));
        assert_eq!(read.await, 1, "{of_task}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moving_or_restoring_a_task_is_two_round_trips() {
    let counted = Counted::warmed_up().await;
    let other = counted.ada.task("Buy bread").await;
    let other = other.rsplit('/').next().unwrap();
    for side in ["before", "after"] {
        // There and back: what stands there already is not written.
        let back = json!({(if side == "before" { "after" } else { "before" }): other});
        let there = json!({(side): other});
        let to = async |ada: &Client, task: &str, place: &Value| {
            ada.post(&format!("{task}/move"), place).await.is(200);
        };
        to(&counted.ada, &counted.task, &there).await;
        let mut fewest = usize::MAX;
        // The moment at which the session is looked up again may fall into one of them.
        for _ in 0..3 {
            to(&counted.ada, &counted.task, &back).await;
            let moved = counted.round_trips(async |ada, task| to(ada, task, &there).await);
            fewest = fewest.min(moved.await);
        }
        assert_eq!(fewest, 2, "{side}");
    }
    for round in 1..=2 {
        counted.ada.delete(&counted.task).await.is(204);
        let restore = async |ada: &Client, task: &str| {
            drop(ada.post_nothing(&format!("{task}/restore")).await.is(200));
        };
        let restored = counted.round_trips(restore).await;
        // The first time the statements are prepared.
        assert!(round == 1 || restored == 2, "{restored}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_creates_and_changes_all_at_once() {
    let counted = Counted::warmed_up().await;
    let batch = async |ada: &Client, operations: Vec<Value>| {
        ada.post("/api/me/tasks/batch", &json!({"operations": operations}))
            .await
            .is(200)
    };
    // The end of the log; begin, the numbers, the tasks, the log, commit.
    let creates = counted.again(async |ada, _| {
        let titles = (0..10).map(|number| json!({"op": "create", "title": format!("task {number}")}));
        drop(batch(ada, titles.collect()).await);
    });
    assert_eq!(creates.await, 1 + 5, "10 creates");
    // What is there already is read too.
    let tasks = counted.ada.get("/api/me/tasks?limit=10").await.is(200);
    let completed = std::cell::Cell::new(false);
    let completes = counted.again(async |ada, _| {
        completed.set(!completed.get());
        let ids = tasks.as_array().unwrap().iter().map(|task| &task["id"]);
        let all = ids.map(|id| json!({"op": "complete", "id": id, "completed": completed.get()}));
        drop(batch(ada, all.collect()).await);
    });
    assert_eq!(completes.await, 2 + 5, "10 completes");
}
