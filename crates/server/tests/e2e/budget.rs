//! How often a request goes to PostgreSQL and back.

use serde_json::json;

use crate::{
    client::Client,
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

    /// The same for another caller.
    async fn round_trips_of(&self, caller: &Client, request: impl AsyncFnOnce(&Client)) -> usize {
        caller.get("/api/auth/me").await.is(200);
        let before = self.proxy.round_trips();
        request(caller).await;
        self.proxy.round_trips() - before
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
