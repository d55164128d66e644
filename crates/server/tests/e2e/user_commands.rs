//! `taskwell user`.

use serde_json::{Value, json};

use crate::{
    client::PASSWORD,
    command::{accounts, create_user, failure, first_admin, run, run_with_input, stdout},
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const ME: &str = "/api/auth/me";

on_both_databases! {
    async fn the_first_admin_is_made_before_there_is_a_schema_or_a_server(database: TestDatabase) {
        let url = database.url();
        let arguments = ["user", "create", "--email", "Root@example.com", "--role", "admin", "--json"];
        let created = run_with_input(url, &arguments, &format!("{PASSWORD}\n"));
        let created: Value = serde_json::from_str(stdout(&created)).unwrap();
        assert_eq!(created[0]["role"], "admin");

        let server = Server::start(url);
        let root = server.client().logged_in("root@example.com").await;
        let users = root.get("/api/admin/users").await.is(200);
        assert_eq!(users[0]["id"], created[0]["id"]);
        let ada = server.client().signed_up("ada@example.com").await;
        ada.get("/api/admin/users").await.fails_with(403, "forbidden");

        let listed = accounts(url);
        let expected = [
            ("ada@example.com", "user", false, "taskwell"),
            ("Root@example.com", "admin", false, "taskwell"),
        ];
        assert_eq!(listed.len(), expected.len(), "{listed:?}");
        for (user, (email, role, disabled, issuer)) in listed.iter().zip(expected) {
            let told = json!([user["email"], user["role"], user["disabled"], user["issuer"]]);
            assert_eq!(told, json!([email, role, disabled, issuer]));
            assert!(user["last_login_at"].is_string() && user["created_at"].is_string(), "{user}");
        }
        let list = run(url, &["user", "list"]);
        let list: Vec<&str> = stdout(&list).lines().collect();
        assert!(list.len() == 2 && list[1].contains("Root@example.com"), "{list:?}");
    }

    async fn what_a_command_does_a_running_server_knows_within_two_seconds(database: TestDatabase) {
        let url = database.url();
        let server = Server::start(url);
        create_user(url, "root@example.com", "admin");
        let ada = server.client().signed_up("ada@example.com").await;
        ada.get(ME).await.is(200);

        stdout(&run(url, &["user", "disable", "ADA@example.com"]));
        ada.refused_soon(ME).await.fails_with(403, "account_disabled");
        ada.login("ada@example.com", PASSWORD).await.fails_with(403, "account_disabled");
        assert_eq!(accounts(url).iter().filter(|user| user["disabled"] == true).count(), 1);
        stdout(&run(url, &["user", "enable", "ada@example.com"]));
        let ada = server.client().logged_in("ada@example.com").await;

        stdout(&run(url, &["user", "set-role", "ada@example.com", "admin"]));
        let admin = server.client().logged_in("ada@example.com").await;
        admin.get("/api/admin/users").await.is(200);
        stdout(&run(url, &["user", "set-role", &ada.id().await, "user"]));
        admin.refused_soon("/api/admin/users").await.fails_with(403, "forbidden");

        let reset = ["user", "reset-password", "ada@example.com"];
        stdout(&run_with_input(url, &reset, "zebra!finch7 sings\n"));
        admin.refused_soon(ME).await.fails_with(401, "session_revoked");
        ada.login("ada@example.com", PASSWORD).await.fails_with(401, "invalid_credentials");
        ada.login("ada@example.com", "zebra!finch7 sings").await.is(200);
    }

    async fn the_last_admin_stays_also_on_the_command_line(database: TestDatabase) {
        let url = database.url();
        create_user(url, "root@example.com", "admin");
        create_user(url, "ada@example.com", "user");
        for command in [&["set-role", "root@example.com", "user"][..], &["disable", "root@example.com"]] {
            let line = failure(&run(url, &[&["user"], command].concat()), 1);
            assert!(line.contains("last admin"), "{line}");
        }
        stdout(&run(url, &["user", "set-role", "ada@example.com", "admin"]));
        stdout(&run(url, &["user", "disable", "root@example.com"]));
        failure(&run(url, &["user", "disable", "ada@example.com"]), 1);
    }

    async fn a_command_that_cannot_be_done_says_why_and_changes_nothing(database: TestDatabase) {
        let url = database.url();
        create_user(url, "ada@example.com", "user");
        let create = |email, role, password| {
            run_with_input(url, &["user", "create", "--email", email, "--role", role], password)
        };
        let used_wrongly = [
            (create("ada", "user", PASSWORD), "--email"),
            (create("eve@example.com", "root", PASSWORD), "role"),
            (create("eve@example.com", "user", ""), "password"),
            (create("eve@example.com", "user", "password1"), "password"),
            (create("eve@example.com", "user", "eve@example.com"), "password"),
            (run(url, &["user", "set-role", "ada@example.com", "root"]), "role"),
            (run(url, &["user", "disable", "a b"]), "EMAIL"),
            (run_with_input(url, &["user", "reset-password", "ada@example.com"], "short"), "password"),
        ];
        for (output, about) in used_wrongly {
            let line = failure(&output, 2);
            assert!(line.contains(about), "{line}");
        }
        for unfinished in [&["user"][..], &["user", "create"], &["user", "disable"], &["user", "set-role", "x"]] {
            assert_eq!(run(url, unfinished).status.code(), Some(2), "{unfinished:?}");
        }

        let line = failure(&create("Ada@Example.com", "user", PASSWORD), 1);
        assert!(line.contains("exists"), "{line}");
        for unknown in ["eve@example.com", "0192f0c1-2345-7abc-8def-0123456789ab"] {
            let line = failure(&run(url, &["user", "disable", unknown]), 1);
            assert!(line.contains("no such user"), "{line}");
            failure(&run(url, &["user", "set-role", unknown, "admin"]), 1);
            failure(&run_with_input(url, &["user", "reset-password", unknown], PASSWORD), 1);
        }
        let left = accounts(url);
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!((&left[0]["role"], &left[0]["disabled"]), (&json!("user"), &json!(false)));
    }

    async fn what_operators_and_users_do_stands_in_the_audit_trail(database: TestDatabase) {
        let url = database.url();
        let server = Server::start(url);
        let root = first_admin(url, &server).await;
        let ada = server.client().signed_up("ada@example.com").await;
        let id = ada.id().await;
        ada.login("ada@example.com", "wrong umbrella 42").await.fails_with(401, "invalid_credentials");
        let made = ada.post("/api/auth/tokens", &json!({"name": "x", "scopes": ["tasks:read"]})).await.is(201);
        ada.delete(&format!("/api/auth/tokens/{}", made["id"].as_str().unwrap())).await.is(204);
        let change = json!({"current_password": PASSWORD, "new_password": "zebra!finch7 sings"});
        ada.put("/api/auth/me/password", &change).await.is(204);
        let account = format!("/api/admin/users/{id}");
        root.patch(&account, &json!({"role": "admin"})).await.is(200);
        stdout(&run(url, &["user", "disable", "ada@example.com"]));
        root.delete(&account).await.is(204);

        let audit = root.get(&format!("/api/admin/audit?user_id={id}")).await.is(200);
        let by_admin = root.id().await;
        let noted: Vec<_> = audit.as_array().unwrap().iter().rev().map(|entry| {
            let actor = match entry["actor_id"].as_str() {
                Some(actor) if actor == id => "ada",
                Some(actor) if actor == by_admin => "root",
                Some(_) => "somebody",
                None => "nobody",
            };
            (entry["action"].as_str().unwrap(), actor, entry["ip"].as_str().unwrap_or("none"))
        }).collect();
        let expected = [
            ("registered", "ada", "127.0.0.1"),
            ("logged_in", "ada", "127.0.0.1"),
            ("login_failed", "nobody", "127.0.0.1"),
            ("token_created", "ada", "127.0.0.1"),
            ("token_revoked", "ada", "127.0.0.1"),
            ("password_changed", "ada", "127.0.0.1"),
            ("role_changed", "root", "127.0.0.1"),
            ("account_disabled", "nobody", "none"),
            ("account_deleted", "root", "127.0.0.1"),
        ];
        assert_eq!(noted, expected, "{audit:#}");
        let mut sql = Sql::on(&database).await;
        assert_eq!(sql.count("audit", "detail LIKE '%umbrella%' OR detail LIKE '%@example.com%'").await, 0);
    }
}
