//! Sessions, from the login to the end, and the end of an account.

use serde_json::{Value, json};

use crate::{
    client::{Client, PASSWORD},
    command::first_admin,
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const ME: &str = "/api/auth/me";

/// Both of its tokens say that the session is over.
async fn has_ended(client: &Client) {
    client.get(ME).await.fails_with(401, "session_revoked");
    client.refresh().await.fails_with(401, "session_revoked");
}

/// The `sid` of its session, as the list shows it.
async fn session_id(client: &Client) -> String {
    let sessions = client.get("/api/auth/sessions").await.is(200);
    let mut sessions = sessions.as_array().expect("sessions are a list").iter();
    let current = sessions.find(|session| session["current"] == true);
    current.expect("one is the own")["id"]
        .as_str()
        .expect("it has an id")
        .to_owned()
}

on_both_databases! {
    async fn a_refresh_gives_new_tokens_and_the_spent_one_works_for_another_tab(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let renewed = ada.refreshed().await;
        assert_ne!(renewed.token(), ada.token());
        assert_ne!(renewed.refresh_token(), ada.refresh_token());
        let other_tab = ada.refreshed().await;
        for tab in [&ada, &renewed, &other_tab] {
            tab.get(ME).await.is(200);
        }
        renewed.refreshed().await.get(ME).await.is(200);
        assert_eq!(session_id(&renewed).await, session_id(&other_tab).await);
    }

    async fn a_spent_token_that_comes_back_late_ends_the_session_and_is_noted(database: TestDatabase) {
        let server = Server::start(database.url());
        let root = first_admin(database.url(), &server).await;
        let ada = server.client().signed_up("ada@example.com").await;
        let id = ada.id().await;
        let elsewhere = server.client().logged_in("ada@example.com").await;
        let renewed = ada.refreshed().await;
        let long_ago = "UPDATE refresh_tokens SET spent_at = '2020-01-01T00:00:00+00:00' WHERE spent_at IS NOT NULL";
        assert_eq!(Sql::on(&database).await.execute(long_ago).await, 1);

        ada.refresh().await.fails_with(401, "session_revoked");
        has_ended(&renewed).await;
        has_ended(&ada).await;
        elsewhere.refreshed().await.get(ME).await.is(200);
        let audit = root.get(&format!("/api/admin/audit?user_id={id}")).await.is(200);
        let noted = audit.as_array().unwrap().iter().filter(|entry| entry["action"] == "refresh_reused");
        assert_eq!(noted.count(), 1, "{audit:#}");
    }

    async fn what_is_no_refresh_token_is_refused(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (access, refresh) = (ada.token(), ada.refresh_token());
        for token in [access, "", "twr_unknown", &refresh[1..], &format!("{refresh}A")] {
            let body = json!({"refresh_token": token});
            ada.post("/api/auth/refresh", &body).await.fails_with(401, "unauthenticated");
        }
        ada.refreshed().await.get(ME).await.is(200);
    }

    async fn a_logout_ends_one_session_and_a_logout_everywhere_all(database: TestDatabase) {
        let server = Server::start(database.url());
        let one = server.client().signed_up("ada@example.com").await;
        let two = server.client().logged_in("ada@example.com").await;
        let three = server.client().logged_in("ada@example.com").await;
        let eve = server.client().signed_up("eve@example.com").await;
        one.post_nothing("/api/auth/logout").await.is(204);
        has_ended(&one).await;
        two.get(ME).await.is(200);

        two.post_nothing("/api/auth/logout-all").await.is(204);
        for ended in [&one, &two, &three] {
            has_ended(ended).await;
        }
        eve.refreshed().await.get(ME).await.is(200);
        server.client().logged_in("ada@example.com").await.get(ME).await.is(200);
    }

    async fn sessions_are_listed_and_one_of_them_can_be_ended(database: TestDatabase) {
        let server = Server::start(database.url());
        let here = server.client().signed_up("ada@example.com").await;
        let there = server.client().logged_in("ada@example.com").await;
        let eve = server.client().signed_up("eve@example.com").await;
        let listed = here.get("/api/auth/sessions").await.is(200);
        let own: Vec<bool> = listed.as_array().unwrap().iter().map(|one| one["current"] == true).collect();
        assert_eq!(own, [false, true], "newest first: {listed:#}");
        assert_eq!(listed[0]["ip"], "127.0.0.1");

        let address = format!("/api/auth/sessions/{}", session_id(&there).await);
        eve.delete(&address).await.fails_with(404, "not_found");
        there.get(ME).await.is(200);
        here.delete(&address).await.is(204);
        has_ended(&there).await;
        here.delete(&address).await.fails_with(404, "not_found");
        let left = here.get("/api/auth/sessions").await.is(200);
        assert_eq!(left.as_array().map(Vec::len), Some(1), "{left:#}");
    }

    async fn a_new_password_ends_the_other_sessions(database: TestDatabase) {
        let server = Server::start(database.url());
        let here = server.client().signed_up("ada@example.com").await;
        let there = server.client().logged_in("ada@example.com").await;
        let change = |current: &str| json!({"current_password": current, "new_password": "zebra!finch7 sings"});
        here.put("/api/auth/me/password", &change("wrong umbrella 42")).await.fails_with(401, "invalid_credentials");
        there.get(ME).await.is(200);
        here.put("/api/auth/me/password", &change(PASSWORD)).await.is(204);
        has_ended(&there).await;
        here.get(ME).await.is(200);
        here.refreshed().await.get(ME).await.is(200);
        here.login("ada@example.com", PASSWORD).await.fails_with(401, "invalid_credentials");
        here.login("ada@example.com", "zebra!finch7 sings").await.is(200);
    }

    async fn of_a_deleted_account_nothing_is_left_but_the_audit_trail(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let eve = server.client().signed_up("eve@example.com").await;
        let elsewhere = server.client().logged_in("ada@example.com").await.refreshed().await;
        let id = ada.id().await;
        let task = ada.task("Buy milk").await;
        ada.patch(&task, &json!({"title": "Buy oat milk"})).await.is(200);
        let wanted = json!({"name": "backup", "scopes": ["tasks:read"]});
        let made = ada.post("/api/auth/tokens", &wanted).await.is(201);
        let program = ada.with_token(made["token"].as_str().unwrap());
        program.get("/api/me/tasks").await.is(200);
        let kept = eve.task("Stay").await;

        let path = "/api/auth/me";
        ada.delete_with(path, &json!({"password": "wrong umbrella 42"})).await.fails_with(401, "invalid_credentials");
        ada.delete_with(path, &json!({})).await.fails_with(422, "validation_failed");
        ada.delete_with(path, &json!({"password": PASSWORD})).await.is(204);
        for gone in [&ada, &elsewhere, &program] {
            gone.get("/api/me/tasks").await.fails_with(401, "unauthenticated");
        }
        ada.refresh().await.fails_with(401, "unauthenticated");
        ada.login("ada@example.com", PASSWORD).await.fails_with(401, "invalid_credentials");

        let mut sql = Sql::on(&database).await;
        let columns = sql.columns().await;
        let owned = columns.iter().filter(|(_, column)| column == "user_id").count();
        assert!(owned >= 4, "{columns:?}");
        for (table, column) in columns.iter().filter(|(table, _)| !table.starts_with("audit")) {
            let named = format!("CAST({column} AS TEXT) LIKE '%{id}%'");
            assert_eq!(sql.count(table, &named).await, 0, "{table}.{column}");
        }
        assert_eq!(eve.get(&kept).await.is(200)["title"], "Stay");
        ada.signed_up("ada@example.com").await.get(ME).await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_tells_where_it_was_last_used_and_with_what() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_with(
        database.url(),
        &[("TASKWELL__SERVER__TRUSTED_PROXIES", "127.0.0.1")],
    );
    let ada = server
        .client()
        .forwarded_for("192.0.2.7")
        .signed_up("ada@example.com")
        .await;
    let ip = async |client: &Client| -> Value {
        let sessions = client.get("/api/auth/sessions").await.is(200);
        sessions[0]["ip"].clone()
    };
    assert_eq!(ip(&ada).await, "192.0.2.7");
    let moved = ada.forwarded_for("2001:db8::1").refreshed().await;
    assert_eq!(ip(&moved).await, "2001:db8::1");
}
