//! Tokens for programs.

use std::time::Duration;

use serde_json::{Value, json};
use taskwell_application::ports::Clock;
use taskwell_infrastructure::SystemClock;
use tokio::time::{Instant, sleep};

use crate::{
    client::Client,
    command::first_admin,
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const ME: &str = "/api/auth/me";
const TOKENS: &str = "/api/auth/tokens";

/// A new token of that user; what was answered, and somebody who has it.
async fn program(user: &Client, wanted: Value) -> (Value, Client) {
    let made = user.post(TOKENS, &wanted).await.is(201);
    let holder = user.with_token(made["token"].as_str().expect("the token is shown once"));
    (made, holder)
}

on_both_databases! {
    async fn a_program_does_what_the_scopes_of_its_token_say_and_nothing_else(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let scoped = async |scope: &str| program(&ada, json!({"name": scope, "scopes": [scope]})).await.1;
        let (reader, writer) = (scoped("tasks:read").await, scoped("tasks:write").await);
        let account = scoped("account:read").await;

        assert_eq!(reader.get(&task).await.is(200)["title"], "Buy milk");
        reader.patch(&task, &json!({"title": "Lost"})).await.fails_with(403, "insufficient_scope");
        reader.get(ME).await.fails_with(403, "insufficient_scope");
        writer.patch(&task, &json!({"title": "Buy oat milk"})).await.is(200);
        writer.get(&task).await.fails_with(403, "insufficient_scope");
        assert_eq!(account.get(ME).await.is(200)["email"], "ada@example.com");
        account.get("/api/tasks").await.fails_with(403, "insufficient_scope");

        let all = json!({"name": "all", "scopes": ["tasks:read", "tasks:write", "account:read"]});
        let (_, all) = program(&ada, all.clone()).await;
        for closed in [TOKENS, "/api/auth/sessions", "/api/admin/users"] {
            all.get(closed).await.fails_with(403, "insufficient_scope");
        }
        let more = json!({"name": "more", "scopes": ["tasks:read"]});
        all.post(TOKENS, &more).await.fails_with(403, "insufficient_scope");
        all.delete_with(ME, &json!({"password": "violet umbrella 42"})).await.fails_with(403, "insufficient_scope");
        assert_eq!(ada.get(&task).await.is(200)["title"], "Buy oat milk");
    }

    async fn not_even_the_token_of_an_admin_administers(database: TestDatabase) {
        let server = Server::start(database.url());
        let root = first_admin(database.url(), &server).await;
        let all = json!({"name": "all", "scopes": ["tasks:read", "tasks:write", "account:read"]});
        let (_, holder) = program(&root, all).await;
        assert_eq!(holder.get(ME).await.is(200)["role"], "admin");
        holder.get("/api/admin/users").await.fails_with(403, "insufficient_scope");
    }

    async fn a_token_is_shown_once_and_kept_as_a_hash(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (made, _) = program(&ada, json!({"name": "backup", "scopes": ["tasks:read"]})).await;
        let text = made["token"].as_str().unwrap();
        assert!(text.starts_with("twp_"), "{made}");
        let listed = ada.get(TOKENS).await.is(200);
        assert_eq!(listed[0]["id"], made["id"]);
        assert!(listed[0].get("token").is_none() && !listed.to_string().contains(text), "{listed}");
        let mut sql = Sql::on(&database).await;
        for (table, column) in sql.columns().await {
            let holds_it = format!("CAST({column} AS TEXT) LIKE '%{}%'", text.trim_start_matches("twp_"));
            assert_eq!(sql.count(&table, &holds_it).await, 0, "{table}.{column}");
        }
    }

    async fn a_token_works_until_it_expires_or_is_revoked_and_tells_when_it_was_used(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (made, backup) = program(&ada, json!({"name": "backup", "scopes": ["account:read"]})).await;
        assert_eq!(made["last_used_at"], Value::Null);
        backup.get(ME).await.is(200);
        let used = ada.get(TOKENS).await.is(200)[0]["last_used_at"].clone();
        assert!(used.as_str() >= made["created_at"].as_str(), "{used}");
        ada.delete(&format!("{TOKENS}/{}", made["id"].as_str().unwrap())).await.is(204);
        backup.get(ME).await.fails_with(401, "unauthenticated");
        ada.delete(&format!("{TOKENS}/{}", made["id"].as_str().unwrap())).await.fails_with(404, "not_found");

        let soon = SystemClock.now().after(Duration::from_secs(2)).to_string();
        let wanted = json!({"name": "short", "scopes": ["account:read"], "expires_at": soon});
        let (_, short) = program(&ada, wanted.clone()).await;
        let made = Instant::now();
        short.get(ME).await.is(200);
        let refused = loop {
            let answer = short.get(ME).await;
            if answer.status != 200 {
                break answer;
            }
            assert!(made.elapsed() < Duration::from_secs(10), "it still works");
            sleep(Duration::from_millis(20)).await;
        };
        refused.fails_with(401, "token_expired");
        ada.post(TOKENS, &wanted).await.fails_with(422, "validation_failed");
    }

    async fn nobody_revokes_the_token_of_another(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let eve = server.client().signed_up("eve@example.com").await;
        let (made, backup) = program(&ada, json!({"name": "backup", "scopes": ["account:read"]})).await;
        let address = format!("{TOKENS}/{}", made["id"].as_str().unwrap());
        eve.delete(&address).await.fails_with(404, "not_found");
        assert_eq!(eve.get(TOKENS).await.is(200), json!([]));
        backup.get(ME).await.is(200);
        // A new password is about sessions.
        let change = json!({"current_password": "violet umbrella 42", "new_password": "zebra!finch7 sings"});
        ada.put("/api/auth/me/password", &change).await.is(204);
        backup.get(ME).await.is(200);
    }
}
