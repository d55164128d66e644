//! Tokens of a real Better Auth server (`tests/better-auth`).

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    database::TestDatabase,
    keys::{claims_of, header_of},
    on_both_databases,
    server::Server,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/better-auth");

/// Better Auth with default settings; dropping it kills it.
struct BetterAuth {
    process: Child,
    url: String,
    http: reqwest::Client,
}

impl BetterAuth {
    /// One that signs with that algorithm.
    fn start(algorithm: &str) -> Self {
        assert!(
            Path::new(FOLDER).join("node_modules/better-auth").exists(),
            "this test needs Better Auth: run ./test, which installs it, or `npm ci --ignore-scripts` in {FOLDER}"
        );
        // It ends when its standard input does, so also if this test is killed.
        let mut process = Command::new("node")
            .args(["server.mjs", algorithm])
            .current_dir(FOLDER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs Node 18 or newer as `node` in PATH: ./test installs it where it can");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("standard output is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("standard output can be read");
        let ready: Value = serde_json::from_str(&line).expect("Better Auth starts");
        Self {
            process,
            url: ready["url"].as_str().expect("it says where it is").to_owned(),
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client can be made"),
        }
    }

    /// Signs somebody up; the cookie of the session.
    async fn sign_up(&self, email: &str) -> String {
        let body = json!({"name": "Alice", "email": email, "password": "correct-horse-1"});
        let answer = Answer::to(
            self.http
                .post(format!("{}/api/auth/sign-up/email", self.url))
                .json(&body),
        );
        let answer = answer.await;
        let cookies = answer.headers.get_all(SET_COOKIE).iter();
        let cookie = cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .find(|cookie| cookie.starts_with("better-auth.session_token="))
            .map(str::to_owned);
        answer.is(200);
        cookie.expect("signing up begins a session")
    }

    /// A token for a backend.
    async fn token(&self, cookie: &str) -> String {
        let asked = self
            .http
            .get(format!("{}/api/auth/token", self.url))
            .header(COOKIE, cookie);
        let answer = Answer::to(asked).await.is(200);
        answer["token"].as_str().expect("there is a token").to_owned()
    }

    /// From now on another key signs.
    async fn rotate(&self) {
        let rotated = self.http.post(format!("{}/test/rotate", self.url));
        Answer::to(rotated).await.is(200);
    }
}

impl Drop for BetterAuth {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn tokens_of_better_auth_work_with_one_setting(database: TestDatabase, algorithm: &str) {
    let better_auth = BetterAuth::start(algorithm);
    let server = Server::start_with(database.url(), &[("BETTER_AUTH_URL", &better_auth.url)]);
    let cookie = better_auth.sign_up("alice@example.com").await;
    let first = better_auth.token(&cookie).await;
    assert_eq!(header_of(&first)["alg"], algorithm);

    let alice = server.client().with_token(&first);
    assert_eq!(alice.get("/api/tasks").await.is(200), json!([]));
    let created = alice
        .post("/api/tasks", &json!({"title": "Buy milk"}))
        .await
        .is(201);
    assert_eq!(created["user_id"], claims_of(&first)["sub"]);
    assert_eq!(alice.get("/api/me/tasks").await.is(200), json!([created]));
    assert_eq!(
        alice.get("/api/auth/me").await.is(200)["email"],
        "alice@example.com"
    );
    let somebody = better_auth.sign_up("bob@example.com").await;
    let bob = server.client().with_token(&better_auth.token(&somebody).await);
    assert_eq!(bob.get("/api/tasks").await.is(200), json!([]));

    better_auth.rotate().await;
    let second = better_auth.token(&cookie).await;
    assert_ne!(header_of(&second)["kid"], header_of(&first)["kid"]);
    let renewed: Client = server.client().with_token(&second);
    assert_eq!(renewed.get("/api/tasks").await.is(200), json!([created]));

    drop(better_auth);
    for still_good in [&alice, &renewed] {
        assert_eq!(still_good.get("/api/tasks").await.is(200), json!([created]));
    }
    // What Better Auth's own session is known by is no token for anybody else.
    let (_, session) = cookie.split_once('=').unwrap();
    let confused = server.client().with_token(session);
    confused
        .get("/api/tasks")
        .await
        .fails_with(401, "unauthenticated");
}

on_both_databases! {
    async fn signed_with_eddsa(database: TestDatabase) {
        tokens_of_better_auth_work_with_one_setting(database, "EdDSA").await;
    }

    async fn signed_with_es256(database: TestDatabase) {
        tokens_of_better_auth_work_with_one_setting(database, "ES256").await;
    }

    async fn signed_with_rs256(database: TestDatabase) {
        tokens_of_better_auth_work_with_one_setting(database, "RS256").await;
    }

    async fn signed_with_ps256(database: TestDatabase) {
        tokens_of_better_auth_work_with_one_setting(database, "PS256").await;
    }
}
