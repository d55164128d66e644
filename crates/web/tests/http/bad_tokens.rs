//! What is no credential, however it is sent and whatever it looks like.
//!
//! The tokens of these tests are signed in a way of their own, so here is what does not depend on it: where a
//! token stands, what it says, and what it rests on. What makes a JWT a forged one is tested where they are read.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::support::{NOBODY, NOTHING, PASSWORD, Person, REFRESH_TTL, SCOPES, World, claims, token};

const TASKS: &str = "/api/tasks";
const REFRESH: &str = "/api/auth/refresh";
const TOKENS: &str = "/api/auth/tokens";

/// Somebody, and everything that was once given out and is over by now.
struct Given {
    world: World,
    ada: Person,
    /// Those of another session of hers.
    tokens: Value,
    /// Her program, which may do all that programs may.
    program: Person,
    over: Vec<Bad>,
    over_refresh: Vec<Bad>,
}

/// What it is, the token, and the code that it is answered with.
type Bad = (&'static str, String, &'static str);

const GONE: &str = "unauthenticated";
const EXPIRED: &str = "token_expired";
const REVOKED: &str = "session_revoked";

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().unwrap().to_owned()
}

impl Given {
    async fn new() -> Self {
        let mut given = Self::with_what_expired().await;
        given.end_sessions_and_accounts().await;
        given.revoke_tokens().await;
        given.copy_a_refresh_token().await;
        given
    }

    async fn with_what_expired() -> Self {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let expiring = json!({"name": "x", "scopes": SCOPES, "expires_at": "2026-11-21T09:31:00Z"});
        let expiring = world.post(TOKENS).by(&ada).json(&expiring).await.created();
        let outside = world.outsider("expired");
        let unused = world.tokens("ada@example.com").await;
        let mut outliving = claims(&text(&unused, "access_token")).unwrap();
        outliving["exp"] = json!("2036-01-01T00:00:00Z");
        world.wait(REFRESH_TTL);
        let over = vec![
            ("a session's that has expired", ada.token, EXPIRED),
            ("of a session that was not renewed", token(&outliving), REVOKED),
            ("a program's that has expired", text(&expiring, "token"), EXPIRED),
            ("another issuer's that has expired", outside.token, EXPIRED),
        ];
        let unused = text(&unused, "refresh_token");
        let over_refresh = vec![("of a session that was not renewed", unused, REVOKED)];
        let ada = Person {
            token: world.log_in("ada@example.com").await,
            id: ada.id,
        };
        let tokens = world.tokens("ada@example.com").await;
        let program = world.program_of(&ada, &SCOPES).await;
        Self {
            world,
            ada,
            tokens,
            program,
            over,
            over_refresh,
        }
    }

    async fn end_sessions_and_accounts(&mut self) {
        let world = &self.world;
        let root = world.admin("root@example.com").await;
        let nothing = || json!({});
        let password = || json!({"password": PASSWORD});
        let change = json!({"current_password": PASSWORD, "new_password": "amber umbrella on friday"});
        for (name, end, body, code) in [
            ("that logged out", "POST /api/auth/logout", nothing(), REVOKED),
            (
                "that all logged out",
                "POST /api/auth/logout-all",
                nothing(),
                REVOKED,
            ),
            (
                "that was ended",
                "DELETE /api/auth/sessions/{sid}",
                nothing(),
                REVOKED,
            ),
            (
                "of before the password changed",
                "PUT /api/auth/me/password",
                change,
                REVOKED,
            ),
            (
                "that an admin revoked",
                "POST /api/admin/users/{id}/revoke-sessions",
                nothing(),
                REVOKED,
            ),
            (
                "of an account that its owner deleted",
                "DELETE /api/auth/me",
                password(),
                GONE,
            ),
            (
                "of an account that an admin deleted",
                "DELETE /api/admin/users/{id}",
                nothing(),
                GONE,
            ),
        ] {
            let email = format!("{}@example.com", self.over.len());
            let tokens = world.tokens_of_new(&email).await;
            let access = text(&tokens, "access_token");
            // Of those that may end other sessions, but not the own one, this is the other.
            let by = match end {
                end if end.contains("/admin/") => root.token.clone(),
                end if end.starts_with("PUT") => world.log_in(&email).await,
                _ => access.clone(),
            };
            let session = claims(&access).unwrap()["sid"].as_str().unwrap().to_owned();
            let end = end.replace("{id}", tokens["user"]["id"].as_str().unwrap());
            let end = end.replace("{sid}", &session);
            let (method, address) = end.split_once(' ').unwrap();
            let call = world.call(method.parse().unwrap(), address).bearer(&by);
            call.json(&body).await.no_content();
            self.over.push((name, access, code));
            self.over_refresh
                .push((name, text(&tokens, "refresh_token"), code));
        }
    }

    async fn revoke_tokens(&mut self) {
        let world = &self.world;
        let body = json!({"name": "x", "scopes": SCOPES});
        let created = world.post(TOKENS).by(&self.ada).json(&body).await.created();
        let address = format!("{TOKENS}/{}", text(&created, "id"));
        world.delete(address).by(&self.ada).await.no_content();
        self.over
            .push(("a program's that was revoked", text(&created, "token"), GONE));

        let leaver = world.sign_up("leaver@example.com").await;
        let program = world.program_of(&leaver, &SCOPES).await;
        let leave = world.delete("/api/auth/me").by(&leaver);
        leave.json(&json!({"password": PASSWORD})).await.no_content();
        self.over
            .push(("a program's of a deleted account", program.token, GONE));

        let outside = world.outsider("deleted");
        world.delete("/api/auth/me").by(&outside).await.no_content();
        self.over
            .push(("another issuer's of a deleted account", outside.token, GONE));

        let outside = world.outsider("revoked");
        world.wait(Duration::from_secs(1));
        world.post("/api/auth/logout-all").by(&outside).await.no_content();
        self.over
            .push(("another issuer's that was revoked", outside.token, REVOKED));
    }

    async fn copy_a_refresh_token(&mut self) {
        let world = &self.world;
        let copied = world.tokens_of_new("copied@example.com").await;
        let body = json!({"refresh_token": copied["refresh_token"]});
        let newest = world.post(REFRESH).json(&body).await.ok();
        world.wait(Duration::from_secs(21));
        world.post(REFRESH).json(&body).await.problem(REVOKED);
        let name = "of a session whose refresh token was copied";
        self.over.push((name, text(&newest, "access_token"), REVOKED));
        self.over_refresh
            .push(("that was copied", text(&copied, "refresh_token"), REVOKED));
        self.over_refresh.push((
            "that came of a copied one",
            text(&newest, "refresh_token"),
            REVOKED,
        ));
    }

    /// Her session's claims, but for one of them.
    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = claims(&self.ada.token).unwrap();
        claims[name] = value;
        token(&claims)
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = claims(&self.ada.token).unwrap();
        claims.as_object_mut().unwrap().remove(name);
        token(&claims)
    }
}

/// The values of `Authorization` that hold no token, or more than one.
fn headers(good: &str) -> Vec<(&'static str, Vec<String>)> {
    let one = |value: &str| vec![value.to_owned()];
    vec![
        ("no header", vec![]),
        ("an empty one", one("")),
        ("the scheme alone", one("Bearer")),
        ("the scheme and a space", one("Bearer ")),
        ("the scheme and white space", one("Bearer \t  ")),
        ("a token without a scheme", one(good)),
        ("another scheme with the token", one(&format!("Basic {good}"))),
        (
            "a name and a password",
            one("Basic YWRhQGV4YW1wbGUuY29tOnZpb2xldA=="),
        ),
        ("a scheme that is longer", one(&format!("Bearers {good}"))),
        ("a scheme that is shorter", one(&format!("Beare {good}"))),
        ("the scheme of other servers", one(&format!("Token {good}"))),
        ("no space between", one(&format!("Bearer{good}"))),
        ("a colon between", one(&format!("Bearer:{good}"))),
        ("an equals sign between", one(&format!("Bearer={good}"))),
        ("a tab between", one(&format!("Bearer\t{good}"))),
        ("the scheme twice", one(&format!("Bearer Bearer {good}"))),
        ("a scheme with an accent", one(&format!("B\u{e9}arer {good}"))),
        (
            "the same header twice",
            vec![format!("Bearer {good}"), format!("Bearer {good}")],
        ),
        (
            "a bad one before",
            vec!["Bearer x".to_owned(), format!("Bearer {good}")],
        ),
        (
            "a bad one after",
            vec![format!("Bearer {good}"), "Bearer x".to_owned()],
        ),
        (
            "an empty one after",
            vec![format!("Bearer {good}"), String::new()],
        ),
        (
            "another scheme before",
            vec!["Basic YTpi".to_owned(), format!("Bearer {good}")],
        ),
        (
            "the token twice in a list",
            one(&format!("Bearer {good}, Bearer {good}")),
        ),
        ("the token twice", one(&format!("Bearer {good} {good}"))),
        ("a comma after it", one(&format!("Bearer {good},"))),
        (
            "a parameter after it",
            one(&format!("Bearer {good}; charset=utf-8")),
        ),
        ("quotes around it", one(&format!("Bearer \"{good}\""))),
        ("brackets around it", one(&format!("Bearer <{good}>"))),
        ("a name before it", one(&format!("Bearer token={good}"))),
        ("an accent after it", one(&format!("Bearer {good}\u{e9}"))),
    ]
}

/// What stands where a token should.
fn tokens(given: &Given) -> Vec<Bad> {
    let session = given.ada.token.as_str();
    let program = given.program.token.as_str();
    let (payload, signature) = session.split_once('.').unwrap();
    let tokens = [
        ("a word", "garbage".to_owned()),
        ("null as text", "null".to_owned()),
        ("undefined as text", "undefined".to_owned()),
        ("a dot", ".".to_owned()),
        ("dots", "..".to_owned()),
        ("a path", "../../../etc/passwd".to_owned()),
        ("some SQL", "'OR/**/1=1--".to_owned()),
        ("some JSON", json!({"sub": given.ada.id}).to_string()),
        ("a percent sign", "%00".to_owned()),
        ("the user's id", given.ada.id.clone()),
        ("the user's password", "violet".to_owned()),
        ("a token without its end", session[..session.len() - 1].to_owned()),
        ("a token without its beginning", session[1..].to_owned()),
        ("half a token", session[..session.len() / 2].to_owned()),
        ("a token with more at its end", format!("{session}0")),
        ("a token with a part more", format!("{session}.{signature}")),
        ("a token with padding", format!("{payload}==.{signature}")),
        ("a payload without a signature", payload.to_owned()),
        ("a payload with an empty signature", format!("{payload}.")),
        ("a signature without a payload", format!(".{signature}")),
        ("the signature of another token", {
            let other = token(&json!({"sub": given.ada.id}));
            format!("{payload}.{}", other.split_once('.').unwrap().1)
        }),
        ("a token in capitals", session.to_uppercase()),
        ("7 KB", "x".repeat(7 * 1_024)),
        ("7 KB of payload", token(&json!({"sub": "x".repeat(5 * 1_024)}))),
        ("9 KB", "x".repeat(9 * 1_024)),
        ("a thousand dots", ".".repeat(1_000)),
        ("nothing in it", token(&json!({}))),
        ("an array in it", token(&json!([]))),
        ("no sub", given.without_claim("sub")),
        ("null as sub", given.with_claim("sub", Value::Null)),
        ("a number as sub", given.with_claim("sub", json!(1))),
        ("a list as sub", given.with_claim("sub", json!([given.ada.id]))),
        ("an empty sub", given.with_claim("sub", json!(""))),
        ("white space in sub", given.with_claim("sub", json!("a b"))),
        (
            "a sub that is too long",
            given.with_claim("sub", json!("x".repeat(129))),
        ),
        ("the sub of nobody", given.with_claim("sub", json!(NOBODY))),
        ("the word me as sub", given.with_claim("sub", json!("me"))),
        ("no sid", given.without_claim("sid")),
        ("a sid that is no id", given.with_claim("sid", json!("1"))),
        ("no exp", given.without_claim("exp")),
        (
            "a number as exp",
            given.with_claim("exp", json!(4_102_444_800_u64)),
        ),
        ("no role", given.without_claim("role")),
        ("a role that is none", given.with_claim("role", json!("root"))),
        (
            "no sub, from another issuer",
            token(&json!({"iss": "better-auth", "exp": "2036-01-01T00:00:00Z"})),
        ),
        (
            "an empty sub, from another issuer",
            token(&json!({"iss": "better-auth", "sub": "", "exp": "2036-01-01T00:00:00Z"})),
        ),
        (
            "no exp, from another issuer",
            token(&json!({"iss": "better-auth", "sub": "u1"})),
        ),
        ("a refresh token", text(&given.tokens, "refresh_token")),
        ("the prefix of a program's alone", "twp_".to_owned()),
        (
            "a program's without its end",
            program[..program.len() - 1].to_owned(),
        ),
        ("a program's with more at its end", format!("{program}0")),
        (
            "a program's without its prefix",
            program["twp_".len()..].to_owned(),
        ),
        ("a program's in capitals", program.to_uppercase()),
        ("a program's that nobody was given", "twp_99999999".to_owned()),
        ("a refresh token with the other prefix", {
            text(&given.tokens, "refresh_token").replace("twr_", "twp_")
        }),
    ];
    let tokens = tokens.map(|(name, token)| (name, token, GONE));
    let strange_session = given.with_claim("sid", json!(NOTHING));
    let strange = ("a session that never was", strange_session, REVOKED);
    tokens
        .into_iter()
        .chain([strange])
        .chain(given.over.clone())
        .collect()
}

#[actix_web::test]
async fn nothing_but_a_token_opens_anything() {
    let given = Given::new().await;
    let world = &given.world;
    let mut names = BTreeSet::new();
    for good in [&given.ada, &given.program] {
        world.get(TASKS).by(good).await.ok();
        for (name, values) in headers(&good.token) {
            let call = world.get(TASKS);
            let call = values
                .iter()
                .fold(call, |call, value| call.header("Authorization", value));
            let problem = call.await.json();
            assert_eq!(problem["code"], "unauthenticated", "{name}");
            names.insert(name);
        }
    }
    for (name, token, code) in tokens(&given) {
        let answer = world.get(TASKS).bearer(&token).await;
        assert_eq!(answer.status, 401, "{name}: {answer}");
        let challenge = answer.header("WWW-Authenticate").unwrap();
        assert!(challenge.contains(r#"error="invalid_token""#), "{name}: {answer}");
        assert_eq!(answer.json()["code"], code, "{name}: {answer}");
        assert!(names.insert(name), "{name} stands twice");
    }
    assert!(names.len() >= 50, "{}", names.len());
    for good in [&given.ada, &given.program] {
        world.get(TASKS).by(good).await.ok();
    }
}

#[actix_web::test]
async fn a_token_anywhere_but_in_its_header_is_not_looked_at() {
    let given = Given::new().await;
    let (world, good) = (&given.world, given.ada.token.as_str());
    for query in ["access_token", "token", "bearer_token", "authorization"] {
        let answer = world.get(format!("{TASKS}?{query}={good}")).await;
        answer.problem("unauthenticated");
    }
    for (name, value) in [
        ("Cookie", format!("access_token={good}")),
        ("Cookie", format!("better-auth.session_token={good}")),
        ("Cookie", format!("Authorization=Bearer {good}")),
        ("Proxy-Authorization", format!("Bearer {good}")),
        ("X-Authorization", format!("Bearer {good}")),
        ("X-Access-Token", good.to_owned()),
        ("X-Api-Key", given.program.token.clone()),
        ("Sec-WebSocket-Protocol", format!("bearer, {good}")),
    ] {
        let answer = world.get(TASKS).header(name, &value).await;
        answer.problem("unauthenticated");
    }
    let fields = [("access_token", good), ("title", "Buy milk")];
    world.post(TASKS).form(&fields).await.problem("unauthenticated");
    let body = json!({"access_token": good, "title": "Buy milk"});
    world.post(TASKS).json(&body).await.problem("unauthenticated");
}

#[actix_web::test]
async fn a_stranger_may_add_what_they_like_and_learns_nothing() {
    let given = Given::new().await;
    let (world, bob) = (&given.world, &given.program);
    for (header, value) in [
        ("X-User-Id", given.ada.id.as_str()),
        ("X-Forwarded-User", "ada@example.com"),
        ("X-Role", "admin"),
        ("X-Original-URL", "/health/live"),
        ("X-HTTP-Method-Override", "GET"),
    ] {
        let answer = world.get(TASKS).header(header, value).await;
        answer.problem("unauthenticated");
        let answer = world.get("/api/admin/users").by(bob).header(header, value).await;
        answer.problem("insufficient_scope");
    }
}

#[actix_web::test]
async fn nothing_but_a_refresh_token_renews_a_session() {
    let given = Given::new().await;
    let world = &given.world;
    let good = text(&given.tokens, "refresh_token");
    let bad = [
        ("nothing", String::new()),
        ("white space", " ".to_owned()),
        ("a word", "garbage".to_owned()),
        ("a NUL", "\u{0}".to_owned()),
        ("control characters", format!("{good}\r\n")),
        ("white space around it", format!(" {good} ")),
        ("quotes around it", format!("\"{good}\"")),
        ("a scheme before it", format!("Bearer {good}")),
        ("an accent", format!("{good}é")),
        ("a zero of another script", good.replace('0', "٠")),
        ("some SQL", "' OR 1=1 --".to_owned()),
        ("the prefix alone", "twr_".to_owned()),
        ("without its end", good[..good.len() - 1].to_owned()),
        ("with more at its end", format!("{good}0")),
        ("without its prefix", good["twr_".len()..].to_owned()),
        ("in capitals", good.to_uppercase()),
        ("one that nobody was given", "twr_99999999".to_owned()),
        ("7 KB", "x".repeat(7 * 1_024)),
        ("9 KB", "x".repeat(9 * 1_024)),
        ("an access token", given.ada.token.clone()),
        ("a program's token", given.program.token.clone()),
        (
            "a program's token with the other prefix",
            given.program.token.replace("twp_", "twr_"),
        ),
        ("another issuer's token", world.outsider("u1").token),
        (
            "the session's id",
            claims(&given.ada.token).unwrap()["sid"]
                .as_str()
                .unwrap()
                .to_owned(),
        ),
    ];
    let bad = bad.map(|(name, token)| (name, token, "unauthenticated"));
    for (name, token, code) in bad.into_iter().chain(given.over_refresh.clone()) {
        let body = json!({"refresh_token": token});
        let answer = world.post(REFRESH).json(&body).await;
        assert_eq!(answer.status, 401, "{name}: {answer}");
        assert_eq!(answer.json()["code"], code, "{name}: {answer}");
        // Nor does an access token help that is good.
        let answer = world.post(REFRESH).by(&given.ada).json(&body).await;
        assert_eq!(answer.json()["code"], code, "{name}: {answer}");
    }
    for elsewhere in [
        world
            .post(REFRESH)
            .header("Cookie", &format!("refresh_token={good}")),
        world.post(REFRESH).bearer(&good),
    ] {
        let answer = elsewhere.json(&json!({})).await;
        answer.faults([("/refresh_token", "required")]);
    }
    let body = json!({"refresh_token": good});
    world.post(REFRESH).json(&body).await.ok();
}
