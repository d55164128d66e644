//! What signs our tokens, and how it is changed without logging anybody out.

use std::{fs, path::Path, process::Output};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    client::Client,
    command::failure,
    database::TestDatabase,
    keys::{Key, header_of, now, pem},
    server::{OTHER_SECRET, SECRET, Server, taskwell},
};

const ME: &str = "/api/auth/me";
const KEYS: &str = "/.well-known/jwks.json";

/// Key files.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A file of that content; its path.
    fn with(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A file with a new key; its path.
    fn key(&self, name: &str) -> String {
        self.with(name, &Key::new(Algorithm::EdDSA, name).pem())
    }
}

fn start(database: &TestDatabase, settings: &[(&str, &str)]) -> Server {
    Server::launch_without_secret(database.url(), settings).ready()
}

/// What a program that trusts the published keys makes of a token.
async fn verified_by_published_keys(server: &Server, token: &str) -> Value {
    let published = server.client().get(KEYS).await.is(200);
    let keys: JwkSet = serde_json::from_value(published).unwrap();
    let header = header_of(token);
    let key = keys
        .find(header["kid"].as_str().unwrap())
        .expect("the key is published");
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&["taskwell"]);
    validation.set_audience(&["taskwell"]);
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation)
        .unwrap()
        .claims
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_anybody_can_verify_tokens_and_nobody_sign_any() {
    let (files, database) = (Files::new(), TestDatabase::empty_postgres().await);
    let server = start(
        &database,
        &[("TASKWELL__AUTH__SIGNING_KEY_FILE", &files.key("key"))],
    );
    let ada = server.client().signed_up("ada@example.com").await;
    let header = header_of(ada.token());
    assert_eq!(header["alg"], "EdDSA");
    let claims = verified_by_published_keys(&server, ada.token()).await;
    assert_eq!(claims["sub"], ada.id().await);
    for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "sid", "email", "role"] {
        assert!(!claims[claim].is_null(), "{claim}");
    }
    let published = server.client().get(KEYS).await.is(200);
    for key in published["keys"].as_array().unwrap() {
        assert!(key.get("d").is_none(), "{key}");
        assert_eq!((&key["kty"], &key["crv"]), (&json!("OKP"), &json!("Ed25519")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_secret_no_keys_are_published() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start(database.url());
    assert_eq!(server.client().get(KEYS).await.is(200), json!({"keys": []}));
    let ada = server.client().signed_up("ada@example.com").await;
    assert_eq!(header_of(ada.token())["alg"], "HS256");
}

/// Somebody who logged in before a change and somebody who did after it.
async fn survive(
    database: &TestDatabase,
    before: &[(&str, &str)],
    after: &[(&str, &str)],
    too_late: &[(&str, &str)],
) {
    let server = start(database, before);
    let ada = server.client().signed_up("ada@example.com").await;
    ada.get(ME).await.is(200);
    server.stop().await;

    let server = start(database, after);
    let at = |client: &Client, server: &Server| client.at(server.url());
    at(&ada, &server).get(ME).await.is(200);
    let renewed = at(&ada, &server).refreshed().await;
    assert_ne!(
        header_of(renewed.token()),
        header_of(ada.token()),
        "the new one signs"
    );
    renewed.get(ME).await.is(200);
    server.stop().await;

    let server = start(database, too_late);
    at(&renewed, &server).get(ME).await.is(200);
    at(&ada, &server).get(ME).await.fails_with(401, "unauthenticated");
    at(&renewed, &server).refreshed().await.get(ME).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_logs_nobody_out_while_the_old_one_is_the_previous() {
    let (files, database) = (Files::new(), TestDatabase::empty_sqlite().await);
    let (old, new) = (files.key("old"), files.key("new"));
    let signs = ("TASKWELL__AUTH__SIGNING_KEY_FILE", new.as_str());
    let signed = ("TASKWELL__AUTH__PREVIOUS_SIGNING_KEY_FILE", old.as_str());
    survive(&database, &[(signs.0, &old)], &[signs, signed], &[signs]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_keys_are_published_while_one_follows_the_other() {
    let (files, database) = (Files::new(), TestDatabase::empty_sqlite().await);
    let (old, new) = (files.key("old"), files.key("new"));
    let server = start(&database, &[("TASKWELL__AUTH__SIGNING_KEY_FILE", &old)]);
    let ada = server.client().signed_up("ada@example.com").await;
    server.stop().await;
    let both = [
        ("TASKWELL__AUTH__SIGNING_KEY_FILE", new.as_str()),
        ("TASKWELL__AUTH__PREVIOUS_SIGNING_KEY_FILE", old.as_str()),
    ];
    let server = start(&database, &both);
    let renewed = ada.at(server.url()).refreshed().await;
    for token in [ada.token(), renewed.token()] {
        let claims = verified_by_published_keys(&server, token).await;
        assert_eq!(claims["email"], "ada@example.com");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_can_move_from_a_secret_to_a_key_and_back() {
    let (files, database) = (Files::new(), TestDatabase::empty_sqlite().await);
    let key = files.key("key");
    let (by_key, by_secret) = (
        ("TASKWELL__AUTH__SIGNING_KEY_FILE", key.as_str()),
        ("TASKWELL__AUTH__SECRET", SECRET),
    );
    let (key_before, secret_before) = (
        ("TASKWELL__AUTH__PREVIOUS_SIGNING_KEY_FILE", key.as_str()),
        ("TASKWELL__AUTH__PREVIOUS_SECRET", SECRET),
    );
    survive(&database, &[by_secret], &[by_key, secret_before], &[by_key]).await;
    let database = TestDatabase::empty_sqlite().await;
    survive(&database, &[by_key], &[by_secret, key_before], &[by_secret]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_logs_nobody_out_while_the_old_one_is_the_previous() {
    let database = TestDatabase::empty_sqlite().await;
    let (old, new) = (
        ("TASKWELL__AUTH__SECRET", SECRET),
        ("TASKWELL__AUTH__SECRET", OTHER_SECRET),
    );
    let server = start(&database, &[old]);
    let ada = server.client().signed_up("ada@example.com").await;
    server.stop().await;
    let server = start(&database, &[new, ("TASKWELL__AUTH__PREVIOUS_SECRET", SECRET)]);
    let ada = ada.at(server.url());
    ada.get(ME).await.is(200);
    let renewed = ada.refreshed().await;
    server.stop().await;
    let server = start(&database, &[new]);
    ada.at(server.url())
        .get(ME)
        .await
        .fails_with(401, "unauthenticated");
    renewed.at(server.url()).get(ME).await.is(200);
    // The old one could still sign; it is nobody's any more.
    let claims = json!({"iss": "taskwell", "aud": "taskwell", "sub": "x", "exp": now() + 60});
    let forged = ada.with_token(&Key::secret(SECRET).sign(&claims));
    forged
        .at(server.url())
        .get(ME)
        .await
        .fails_with(401, "unauthenticated");
}

fn refused(folder: &Path, settings: &[(&str, &str)]) -> Output {
    let database = [("DATABASE_URL", "sqlite::memory:"), ("PORT", "0")];
    taskwell(folder, &[&database[..], settings].concat())
        .output()
        .unwrap()
}

#[test]
fn what_cannot_or_must_not_sign_stops_the_start_with_one_line() {
    let files = Files::new();
    let rsa =
        "-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8=\n-----END PRIVATE KEY-----\n";
    let ec = Key::new(Algorithm::ES256, "ec").pem();
    let good = Key::new(Algorithm::EdDSA, "good").pem();
    let bad = [
        ("none", String::new()),
        ("word", "hunter2-hunter2".to_owned()),
        ("rsa", rsa.to_owned()),
        ("ec", ec),
        ("public", good.replace("PRIVATE", "PUBLIC")),
        ("encrypted", good.replace("PRIVATE", "ENCRYPTED PRIVATE")),
        ("cut", good.replace("-----END PRIVATE KEY-----", "")),
        ("short", pem("PRIVATE KEY", &[0x30, 0x00])),
    ];
    for setting in ["SIGNING_KEY_FILE", "PREVIOUS_SIGNING_KEY_FILE"] {
        for (name, content) in &bad {
            let path = files.with(name, content);
            let variable = format!("TASKWELL__AUTH__{setting}");
            let line = failure(&refused(files.0.path(), &[(&variable, &path)]), 2);
            let named = format!("auth.{}", setting.to_lowercase());
            assert!(line.contains(&named) && line.contains(&path), "{name}: {line}");
            assert!(
                !line.contains("hunter2") && !line.contains("MII"),
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn weak_published_and_shared_secrets_stop_the_start_with_one_line() {
    let files = Files::new();
    let own = ("TASKWELL__AUTH__SECRET", SECRET);
    let published = "better-auth-secret-12345678901234567890";
    for (settings, about) in [
        (vec![("TASKWELL__AUTH__SECRET", "too-short")], "32"),
        (vec![("TASKWELL__AUTH__SECRET", published)], "published"),
        (
            vec![own, ("TASKWELL__AUTH__PREVIOUS_SECRET", published)],
            "auth.previous_secret",
        ),
        (vec![own, ("BETTER_AUTH_SECRET", published)], "published"),
        (
            vec![
                own,
                ("BETTER_AUTH_SECRET", "abcabcabcabcabcabcabcabcabcabcabcabcabc"),
            ],
            "different",
        ),
        (vec![own, ("BETTER_AUTH_SECRET", SECRET)], "secret"),
        (
            vec![
                own,
                ("TASKWELL__AUTH__PREVIOUS_SECRET", OTHER_SECRET),
                ("BETTER_AUTH_SECRET", OTHER_SECRET),
            ],
            "secret",
        ),
    ] {
        let line = failure(&refused(files.0.path(), &settings), 2);
        assert!(line.contains(about), "{line}");
        for (_, secret) in settings {
            assert!(!line.contains(secret), "{line}");
        }
    }
}
