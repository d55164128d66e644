//! The last admin, who must remain.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Client, PASSWORD},
    command::{accounts, first_admin},
    database::TestDatabase,
    on_both_databases,
    server::Server,
};

/// How many admins step down at once.
const ADMINS: usize = 8;

/// One of the ways to be an admin no more.
async fn step_down(admin: &Client, id: &str, way: usize) -> Answer {
    let account = format!("/api/admin/users/{id}");
    match way % 4 {
        0 => admin.patch(&account, &json!({"role": "user"})).await,
        1 => admin.patch(&account, &json!({"disabled": true})).await,
        2 => admin.delete(&account).await,
        _ => {
            admin
                .delete_with("/api/auth/me", &json!({"password": PASSWORD}))
                .await
        }
    }
}

on_both_databases! {
    async fn of_admins_who_all_step_down_at_once_on_two_servers_one_is_left(database: TestDatabase) {
        let servers = [(); 2].map(|()| Server::start(database.url()));
        let root = first_admin(database.url(), &servers[0]).await;
        let mut admins = vec![(root.clone(), root.id().await)];
        for number in 1..ADMINS {
            let server = &servers[number % 2];
            let admin = server.client().signed_up(&format!("admin{number}@example.com")).await;
            let id = admin.id().await;
            root.patch(&format!("/api/admin/users/{id}"), &json!({"role": "admin"})).await.is(200);
            // On the other server the role may take a moment to be known.
            admin.let_in_soon("/api/admin/users").await;
            admins.push((admin, id));
        }
        let leaving = admins.iter().cloned().enumerate().map(|(way, (admin, id))| {
            tokio::spawn(async move { step_down(&admin, &id, way).await })
        });
        let mut left = 0;
        for answer in leaving.collect::<Vec<_>>() {
            let answer = answer.await.unwrap();
            if answer.status == 409 {
                answer.fails_with(409, "last_admin");
                left += 1;
            } else {
                assert!(answer.status.is_success(), "{:#}", answer.body);
            }
        }
        assert_eq!(left, 1);
        let is_enabled = |user: &Value| user["role"] == "admin" && user["disabled"] == false;
        let enabled: Vec<Value> = accounts(database.url()).into_iter().filter(is_enabled).collect();
        assert_eq!(enabled.len(), 1, "{enabled:#?}");
        let (last, id) = admins.iter().find(|(_, id)| enabled[0]["id"] == *id).unwrap();
        for way in 0..4 {
            step_down(last, id, way).await.fails_with(409, "last_admin");
        }
        last.get("/api/admin/users").await.is(200);
    }
}
