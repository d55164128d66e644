//! Several servers on one database.

use serde_json::json;

use crate::{
    client::Client,
    command::first_admin,
    database::TestDatabase,
    on_both_databases,
    server::{Server, Starting},
};

const ME: &str = "/api/auth/me";

/// Two servers, the first admin at one of them, and a user who is known to both.
struct Two {
    root: Client,
    here: Client,
    there: Client,
    account: String,
    _servers: [Server; 2],
}

impl Two {
    async fn on(database: &TestDatabase) -> Self {
        let servers = [(); 2].map(|()| Server::start(database.url()));
        let [one, two] = &servers;
        let root = first_admin(database.url(), one).await;
        let here = one.client().signed_up("ada@example.com").await;
        let there = here.at(two.url());
        there.get(ME).await.is(200);
        Self {
            account: format!("/api/admin/users/{}", here.id().await),
            root,
            here,
            there,
            _servers: servers,
        }
    }

    /// Both refuse by now: the one at once and the other soon.
    async fn refuse(&self, path: &str, status: u16, code: &str) {
        self.here.get(path).await.fails_with(status, code);
        self.there.refused_soon(path).await.fails_with(status, code);
    }
}

on_both_databases! {
    async fn two_servers_that_start_at_once_on_an_empty_database_both_come_up(database: TestDatabase) {
        let starting = [(); 2].map(|()| Server::launch(database.url(), &[]));
        let [one, two] = starting.map(Starting::ready);
        let ada = one.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        assert_eq!(ada.at(two.url()).get(&task).await.is(200)["title"], "Buy milk");
    }

    async fn a_logout_reaches_the_other_server_within_two_seconds(database: TestDatabase) {
        let two = Two::on(&database).await;
        two.here.post_nothing("/api/auth/logout").await.is(204);
        two.refuse(ME, 401, "session_revoked").await;
    }

    async fn a_disabled_account_is_shut_out_everywhere_within_two_seconds(database: TestDatabase) {
        let two = Two::on(&database).await;
        two.root.patch(&two.account, &json!({"disabled": true})).await.is(200);
        two.refuse(ME, 403, "account_disabled").await;
        two.here.refresh().await.fails_with(403, "account_disabled");
        two.root.patch(&two.account, &json!({"disabled": false})).await.is(200);
        two.here.get(ME).await.is(200);
    }

    async fn a_role_is_lost_everywhere_within_two_seconds(database: TestDatabase) {
        let two = Two::on(&database).await;
        two.root.patch(&two.account, &json!({"role": "admin"})).await.is(200);
        two.here.get("/api/admin/users").await.is(200);
        let there = two.there.clone().logged_in("ada@example.com").await;
        there.get("/api/admin/users").await.is(200);
        two.root.patch(&two.account, &json!({"role": "user"})).await.is(200);
        two.here.get("/api/admin/users").await.fails_with(403, "forbidden");
        there.refused_soon("/api/admin/users").await.fails_with(403, "forbidden");
        there.get(ME).await.is(200);
    }

    async fn revoked_sessions_end_everywhere_within_two_seconds(database: TestDatabase) {
        let two = Two::on(&database).await;
        two.root.post_nothing(&format!("{}/revoke-sessions", two.account)).await.is(204);
        two.refuse(ME, 401, "session_revoked").await;
        two.here.clone().logged_in("ada@example.com").await.get(ME).await.is(200);
    }

    async fn tokens_for_programs_are_revoked_along_with_the_sessions(database: TestDatabase) {
        let two = Two::on(&database).await;
        let wanted = json!({"name": "backup", "scopes": ["account:read"]});
        let made = two.here.post("/api/auth/tokens", &wanted).await.is(201);
        let [here, there] = [&two.here, &two.there].map(|at| at.with_token(made["token"].as_str().unwrap()));
        here.get(ME).await.is(200);
        there.get(ME).await.is(200);
        two.root.post_nothing(&format!("{}/revoke-sessions", two.account)).await.is(204);
        here.get(ME).await.fails_with(401, "unauthenticated");
        there.refused_soon(ME).await.fails_with(401, "unauthenticated");
    }

    async fn a_revoked_token_stops_working_everywhere_within_two_seconds(database: TestDatabase) {
        let two = Two::on(&database).await;
        let wanted = json!({"name": "backup", "scopes": ["account:read"]});
        let made = two.here.post("/api/auth/tokens", &wanted).await.is(201);
        let [here, there] = [&two.here, &two.there].map(|at| at.with_token(made["token"].as_str().unwrap()));
        here.get(ME).await.is(200);
        there.get(ME).await.is(200);
        two.here.delete(&format!("/api/auth/tokens/{}", made["id"].as_str().unwrap())).await.is(204);
        here.get(ME).await.fails_with(401, "unauthenticated");
        there.refused_soon(ME).await.fails_with(401, "unauthenticated");
    }

    async fn a_deleted_account_is_gone_everywhere_within_two_seconds(database: TestDatabase) {
        let two = Two::on(&database).await;
        two.root.delete(&two.account).await.is(204);
        two.refuse("/api/tasks", 401, "unauthenticated").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_a_new_sqlite_file_agree_on_the_secret_that_one_of_them_makes() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/data/taskwell.db", folder.path().display());
    let starting = [(); 2].map(|()| Server::launch_without_secret(&url, &[]));
    let [one, two] = starting.map(Starting::ready);
    let ada = one.client().signed_up("ada@example.com").await;
    ada.at(two.url()).get("/api/auth/me").await.is(200);
}
