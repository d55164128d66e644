//! What a log tells, and what neither it nor a trace must tell.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client, PASSWORD},
    collector::Collector,
    command::first_admin,
    database::{Sql, TestDatabase},
    events::Events,
    issuer::Issuer,
    keys::Key,
    on_both_databases,
    server::{OTHER_SECRET, SECRET, Server, folder_with_settings},
};

const EMAIL: &str = "ada.lovelace@example.com";
const WRONG_PASSWORD: &str = "crimson parasol 43";
const NEW_PASSWORD: &str = "zebra!finch7 sings";

/// A server that says as much as this level lets it.
async fn talkative(database: &TestDatabase, issuer: &Issuer, collector: &Collector, level: &str) -> Server {
    let settings = format!(
        "{}[[auth.issuers]]\nname = \"by-secret\"\nsecret = \"{OTHER_SECRET}\"\n",
        issuer.settings("")
    );
    let variables = [
        ("TASKWELL__AUTH__SECRET", SECRET),
        ("TASKWELL__LOG__LEVEL", level),
        collector.setting(),
    ];
    Server::launch_in(folder_with_settings(&settings), database.url(), &variables).ready()
}

async fn post_text(client: &Client, path: &str, text: String) -> Answer {
    let request = client
        .request(Method::POST, path)
        .header("Content-Type", "application/json");
    Answer::to(request.body(text)).await
}

/// Does all that has to do with secrets, rightly and wrongly; the secrets that came up.
async fn use_everything(database: &TestDatabase, server: &Server, issuer: &Issuer) -> Vec<String> {
    let root = first_admin(database.url(), server).await;
    let ada = server.client().signed_up(EMAIL).await;
    ada.login(EMAIL, WRONG_PASSWORD)
        .await
        .fails_with(401, "invalid_credentials");
    ada.login("nobody.known@example.com", WRONG_PASSWORD)
        .await
        .fails_with(401, "invalid_credentials");
    let renewed = ada.refreshed().await;
    let id = renewed.id().await;
    let made = renewed
        .post(
            "/api/auth/tokens",
            &json!({"name": "x", "scopes": ["tasks:read"]}),
        )
        .await
        .is(201);
    let program = renewed.with_token(made["token"].as_str().unwrap());
    program.get("/api/tasks").await.is(200);
    program
        .get("/api/auth/me")
        .await
        .fails_with(403, "insufficient_scope");

    let ticket = renewed.post_nothing("/api/changes/ticket").await.is(201);
    let ticket = ticket["ticket"].as_str().unwrap().to_owned();
    let anybody = Client::new(server.url());
    let stream = |query: &str| {
        let path = format!("/api/changes/stream?ticket={ticket}{query}");
        anybody.request(Method::GET, &path)
    };
    drop(Events::answering(stream("")).await);
    Answer::to(stream("&nope=1"))
        .await
        .fails_with(422, "validation_failed");

    let alice = renewed.with_token(&issuer.token("alice"));
    alice.get("/api/auth/me").await.is(200);
    let mut expired = issuer.claims("bob");
    expired["exp"] = json!(1_000_000);
    let expired = renewed.with_token(&issuer.key().sign(&expired));
    expired.get("/api/auth/me").await.fails_with(401, "token_expired");
    let stranger = renewed.with_token(&Key::secret(WRONG_PASSWORD).sign(&issuer.claims("bob")));
    stranger
        .get("/api/auth/me")
        .await
        .fails_with(401, "unauthenticated");

    for path in ["/api/auth/login", "/api/auth/register", "/api/auth/refresh"] {
        let open_ended = format!("{{\"email\": \"{EMAIL}\", \"password\": \"{PASSWORD}\"");
        post_text(&renewed, path, open_ended)
            .await
            .fails_with(400, "malformed_json");
        let unknown = json!({"email": EMAIL, "password": PASSWORD, PASSWORD: renewed.refresh_token()});
        renewed
            .post(path, &unknown)
            .await
            .fails_with(422, "validation_failed");
    }
    let taken = json!({"email": EMAIL, "password": PASSWORD});
    renewed
        .post("/api/auth/register", &taken)
        .await
        .fails_with(409, "email_taken");
    let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    renewed.put("/api/auth/me/password", &change).await.is(204);

    // A fault of the data, which only somebody with the database at hand can bring about.
    Sql::on(database)
        .await
        .execute(&format!(
            "UPDATE users SET password_hash = 'rubbish' WHERE id = '{id}'"
        ))
        .await;
    renewed
        .login(EMAIL, NEW_PASSWORD)
        .await
        .fails_with(500, "internal");
    Sql::on(database)
        .await
        .execute("ALTER TABLE api_tokens RENAME TO gone")
        .await;
    let wanted = json!({"name": "x", "scopes": ["tasks:read"]});
    renewed
        .post("/api/auth/tokens", &wanted)
        .await
        .fails_with(500, "internal");
    Sql::on(database)
        .await
        .execute("ALTER TABLE gone RENAME TO api_tokens")
        .await;
    root.patch(&format!("/api/admin/users/{id}"), &json!({"disabled": true}))
        .await
        .is(200);

    // Of a signed token it is the signature that makes it one.
    let secret_of = |one: &Client| one.token().rsplit('.').next().unwrap().to_owned();
    let tokens = [&root, &ada, &renewed, &program, &alice, &expired, &stranger].map(secret_of);
    let ticket = ticket.rsplit('.').next().unwrap().to_owned();
    let refresh_tokens = [&ada, &renewed].map(|one| one.refresh_token().to_owned());
    let fixed = [
        PASSWORD,
        WRONG_PASSWORD,
        NEW_PASSWORD,
        "$argon2",
        SECRET,
        OTHER_SECRET,
    ]
    .map(str::to_owned);
    [&tokens[..], &[ticket], &refresh_tokens, &fixed].concat()
}

fn is_silent_about(said: &str, secrets: &[String]) {
    for secret in secrets {
        let line = said.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is told: {line:?}");
    }
}

/// The lines of requests.
fn lines(said: &str) -> Vec<Value> {
    let lines = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"] == "answered").collect()
}

on_both_databases! {
    async fn each_request_leaves_a_line_that_says_who_asked_for_what(database: TestDatabase) {
        let server = Server::start_with(database.url(), &[("TASKWELL__LOG__LEVEL", "info")]);
        let ada = server.client().signed_up("ada@example.com").await;
        let (id, task) = (ada.id().await, ada.task("Buy milk").await);
        for (number, client) in [&ada, &server.client()].into_iter().enumerate() {
            let named = client.request(Method::GET, &task).header("X-Request-Id", format!("r{number}"));
            let _ = Answer::to(named).await;
        }
        let said = server.stop().await;
        let lines = lines(&said);
        assert_eq!(lines.len(), 6, "{said}");
        let of = |request: &str| lines.iter().find(|line| line["request_id"] == request).unwrap();
        let known = of("r0");
        for (name, value) in [
            ("level", json!("INFO")),
            ("method", json!("GET")),
            ("route", json!("/api/{user_id}/tasks/{id}")),
            ("status", json!(200)),
            ("user", json!(id)),
            ("trace_id", Value::Null),
        ] {
            assert_eq!(known[name], value, "{name}");
        }
        assert!(known["elapsed_us"].as_u64().is_some_and(|elapsed| elapsed > 0), "{known}");
        assert!(known["timestamp"].is_string(), "{known}");
        let unknown = of("r1");
        assert_eq!((&unknown["status"], &unknown["user"]), (&json!(401), &Value::Null));
    }

    async fn at_the_level_that_operators_use_no_secret_and_no_address_is_told(database: TestDatabase) {
        let issuer = Issuer::new("issuer", Key::new(jsonwebtoken::Algorithm::EdDSA, "k")).await;
        let collector = Collector::new().await;
        let server = talkative(&database, &issuer, &collector, "info").await;
        let secrets = use_everything(&database, &server, &issuer).await;
        let said = server.stop().await;
        assert!(said.contains("ERROR"), "the faults are told: {said}");
        is_silent_about(&said, &secrets);
        let addresses = [EMAIL, "nobody.known@example.com", "root@example.com", "alice@example.com"];
        is_silent_about(&said, &addresses.map(str::to_owned));
        let traced = format!("{:#?}", collector.received());
        assert!(traced.contains("SELECT"), "{traced}");
        is_silent_about(&traced, &[&secrets[..], &addresses.map(str::to_owned)].concat());
    }

    async fn not_even_at_the_level_that_tells_everything_is_a_secret_told(database: TestDatabase) {
        let issuer = Issuer::new("issuer", Key::new(jsonwebtoken::Algorithm::EdDSA, "k")).await;
        let collector = Collector::new().await;
        let server = talkative(&database, &issuer, &collector, "trace").await;
        let secrets = use_everything(&database, &server, &issuer).await;
        let said = server.stop().await;
        assert!(said.contains("TRACE"), "{said}");
        is_silent_about(&said, &secrets);
    }
}
