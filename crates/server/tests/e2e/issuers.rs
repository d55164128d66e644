//! Tokens of other issuers.

use std::{net::TcpListener, time::Duration};

use jsonwebtoken::Algorithm;
use serde_json::json;
use tokio::{net::TcpListener as TokioListener, time::timeout};

use crate::{
    client::Client,
    command::first_admin,
    database::{Sql, TestDatabase},
    issuer::Issuer,
    keys::{Key, claims_of, now},
    on_both_databases,
    server::{OTHER_SECRET, SECRET, Server},
};

const ME: &str = "/api/auth/me";

fn with_their_secret(database: &TestDatabase) -> Server {
    Server::start_with(database.url(), &[("BETTER_AUTH_SECRET", OTHER_SECRET)])
}

/// An issuer with an Ed25519 key, as most have.
async fn issuer(name: &str) -> Issuer {
    Issuer::new(name, Key::new(Algorithm::EdDSA, &format!("{name}-1"))).await
}

/// Somebody with that token.
fn holder(server: &Server, token: &str) -> Client {
    server.client().with_token(token)
}

on_both_databases! {
    async fn with_the_secret_alone_a_token_as_the_guides_sign_it_lists_and_creates_tasks(database: TestDatabase) {
        let server = with_their_secret(&database);
        let claims = json!({
            "sub": "user_interop_1", "email": "alice@interop.test", "iat": now(), "exp": now() + 604_800,
        });
        let alice = holder(&server, &Key::secret(OTHER_SECRET).sign(&claims));
        assert_eq!(alice.get("/api/tasks").await.is(200), json!([]));
        let created = alice.post("/api/user_interop_1/tasks", &json!({"title": "Buy milk"})).await.is(201);
        assert_eq!(created["user_id"], "user_interop_1");
        assert_eq!(alice.get("/api/tasks").await.is(200), json!([created]));
        let me = alice.get(ME).await.is(200);
        assert_eq!((&me["email"], &me["role"]), (&json!("alice@interop.test"), &json!("user")));
        alice.get("/api/user_interop_2/tasks").await.fails_with(403, "user_mismatch");
    }

    async fn what_is_signed_with_a_secret_for_something_else_opens_nothing(database: TestDatabase) {
        let server = with_their_secret(&database);
        let theirs = Key::secret(OTHER_SECRET);
        let alice = json!({"sub": "alice", "iat": now(), "exp": now() + 900});
        holder(&server, &theirs.sign(&alice)).get(ME).await.is(200);

        let mail = json!({
            "email": "alice@interop.test", "userId": "alice", "iat": now(), "exp": now() + 3600,
        });
        holder(&server, &theirs.sign(&mail)).get(ME).await.fails_with(401, "unauthenticated");
        let ada = server.client().signed_up("ada@example.com").await;
        let ours = claims_of(ada.token());
        holder(&server, &Key::secret(SECRET).sign(&ours)).get(ME).await.is(200);
        holder(&server, &theirs.sign(&ours)).get(ME).await.fails_with(401, "unauthenticated");
        holder(&server, &Key::secret(SECRET).sign(&alice)).get(ME).await.fails_with(401, "unauthenticated");
    }

    async fn issuers_stand_side_by_side_and_nobody_takes_the_id_of_anothers_account(database: TestDatabase) {
        let one = issuer("one").await;
        let two = Issuer::new("two", Key::new(Algorithm::RS256, "two-1")).await;
        let server = Server::start_configured(database.url(), &(one.settings("") + &two.settings("")));
        let alice = holder(&server, &one.token("alice"));
        let task = alice.task("Buy milk").await;
        let bob = holder(&server, &two.token("bob"));
        bob.get(&task).await.fails_with(403, "forbidden");
        assert_eq!(bob.get("/api/tasks").await.is(200), json!([]));

        let mallory = holder(&server, &two.token("alice"));
        mallory.get("/api/tasks").await.fails_with(403, "forbidden");
        let ada = server.client().signed_up("ada@example.com").await;
        holder(&server, &one.token(&ada.id().await)).get(ME).await.fails_with(403, "forbidden");
        holder(&server, &one.token("me")).get("/api/me/tasks").await.fails_with(403, "forbidden");
        assert_eq!(alice.get(&task).await.is(200)["title"], "Buy milk");
    }

    async fn an_address_joins_no_accounts(database: TestDatabase) {
        let one = issuer("one").await;
        let server = Server::start_configured(database.url(), &one.settings(""));
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let mut claims = one.claims("stranger");
        claims["email"] = json!("ada@example.com");
        let stranger = holder(&server, &one.key().sign(&claims));
        assert_eq!(stranger.get(ME).await.is(200)["id"], "stranger");
        stranger.get(&task).await.fails_with(403, "forbidden");
        server.client().logged_in("ada@example.com").await.get(&task).await.is(200);
    }

    async fn revoked_tokens_of_another_issuer_are_those_issued_before(database: TestDatabase) {
        let one = issuer("one").await;
        let server = Server::start_configured(database.url(), &one.settings(""));
        let root = first_admin(database.url(), &server).await;
        let alice = holder(&server, &one.token_issued("alice", 10));
        alice.get(ME).await.is(200);
        root.post_nothing("/api/admin/users/alice/revoke-sessions").await.is(204);
        alice.get(ME).await.fails_with(401, "session_revoked");
        // As if they were issued in a second.
        let later = holder(&server, &one.token_issued("alice", -1));
        later.get(ME).await.is(200);
        later.post_nothing("/api/auth/logout").await.fails_with(403, "forbidden");

        let bob = holder(&server, &one.token_issued("bob", 10));
        bob.post_nothing("/api/auth/logout-all").await.is(204);
        bob.get(ME).await.fails_with(401, "session_revoked");
        holder(&server, &one.token_issued("bob", -1)).get(ME).await.is(200);
        later.get(ME).await.is(200);
    }

    async fn a_deleted_account_does_not_come_back_by_an_old_token(database: TestDatabase) {
        let one = issuer("one").await;
        let server = Server::start_configured(database.url(), &one.settings(""));
        let alice = holder(&server, &one.token_issued("alice", 10));
        alice.task("Buy milk").await;
        alice.delete(ME).await.is(204);
        alice.get("/api/tasks").await.fails_with(401, "unauthenticated");
        holder(&server, &one.token_issued("alice", 5)).get("/api/tasks").await.fails_with(401, "unauthenticated");
        // By a clock that is ahead.
        holder(&server, &one.token_issued("alice", -50)).get("/api/tasks").await.fails_with(401, "unauthenticated");

        let mut sql = Sql::on(&database).await;
        let long_ago = "UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE action = 'account_deleted'";
        assert_eq!(sql.execute(long_ago).await, 1);
        let again = holder(&server, &one.token_issued("alice", 5));
        assert_eq!(again.get("/api/tasks").await.is(200), json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_another_issuer_counts_only_where_the_settings_say_so() {
    let trusted = issuer("trusted").await;
    let plain = issuer("plain").await;
    let database = TestDatabase::empty_sqlite().await;
    let roles = "roles_claim = \"role\"\nadmin_roles = [\"owner\", \"admin\"]";
    let settings = trusted.settings(roles) + &plain.settings("");
    let server = Server::start_configured(database.url(), &settings);
    let ask = async |issuer: &Issuer, subject: &str, role| {
        let mut claims = issuer.claims(subject);
        claims["role"] = role;
        let token = issuer.key().sign(&claims);
        holder(&server, &token).get("/api/admin/users").await
    };
    ask(&trusted, "alice", json!("admin")).await.is(200);
    ask(&trusted, "alice", json!("user,admin")).await.is(200);
    ask(&trusted, "alice", json!(["user", "owner"])).await.is(200);
    for role in [json!("user"), json!("administrator"), json!(true), json!(null)] {
        ask(&trusted, "alice", role).await.fails_with(403, "forbidden");
    }
    ask(&plain, "bob", json!("admin"))
        .await
        .fails_with(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_taken_with_its_first_token_and_a_withdrawn_one_not_fetched_for_again_and_again() {
    let mut one = issuer("one").await;
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_configured(database.url(), &one.settings(""));
    let before = holder(&server, &one.token("alice"));
    before.get(ME).await.is(200);
    let fetched = one.fetches();
    before.get(ME).await.is(200);
    assert_eq!(one.fetches(), fetched, "the keys are kept");

    one.rotate(Key::new(Algorithm::EdDSA, "one-2"));
    holder(&server, &one.token("alice")).get(ME).await.is(200);
    before.get(ME).await.fails_with(401, "unauthenticated");
    for number in 0..50 {
        let unknown = Key::new(Algorithm::EdDSA, &format!("unknown-{number}"));
        let answer = holder(&server, &unknown.sign(&one.claims("alice"))).get(ME).await;
        answer.fails_with(401, "unauthenticated");
    }
    assert!(one.fetches() < 10, "{} fetches", one.fetches());
    holder(&server, &one.token("alice")).get(ME).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_down_or_hangs_holds_up_neither_the_start_nor_anybody_else() {
    // The one takes connections and never says a word; where the other should be nobody listens any more.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let down = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let table = |name: &str, address| {
        format!(
            "[[auth.issuers]]\nname = \"{name}\"\nissuer = \"{name}\"\naudience = \"tasks\"\n\
             jwks_url = \"http://{address}/jwks\"\n"
        )
    };
    let one = issuer("one").await;
    let database = TestDatabase::empty_sqlite().await;
    let settings = table("silent", silent.local_addr().unwrap()) + &table("down", down) + &one.settings("");
    let server = Server::start_configured(database.url(), &settings);
    let ada = server.client().signed_up("ada@example.com").await;
    silent.set_nonblocking(true).unwrap();
    assert!(
        silent.accept().is_err(),
        "nobody is asked before there is a token"
    );

    let key = Key::new(Algorithm::EdDSA, "k");
    let claims =
        |issuer| json!({"iss": issuer, "aud": "tasks", "sub": "bob", "iat": now(), "exp": now() + 900});
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let bob = holder(&server, &key.sign(&claims("silent")));
            tokio::spawn(async move { bob.get(ME).await })
        })
        .collect();
    // One asks for all of them.
    let _asked = timeout(
        Duration::from_secs(5),
        TokioListener::from_std(silent).unwrap().accept(),
    )
    .await
    .unwrap();
    holder(&server, &one.token("alice")).task("Buy milk").await;
    ada.task("Buy bread").await;
    let refused = holder(&server, &key.sign(&claims("down"))).get(ME).await;
    refused.fails_with(503, "unavailable");
    assert!(
        waiting.iter().all(|answer| !answer.is_finished()),
        "the others are served meanwhile"
    );
    for answer in waiting {
        answer.await.unwrap().fails_with(503, "unavailable");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn known_keys_go_on_working_when_their_issuer_is_gone() {
    let one = issuer("one").await;
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_configured(database.url(), &one.settings(""));
    holder(&server, &one.token("alice")).get(ME).await.is(200);
    let later = one.token("bob");
    drop(one);
    holder(&server, &later).get(ME).await.is(200);
}
