//! Bad credentials, each refused for what it is, and none of them the server's undoing.

mod claims;
mod form;
mod headers;
mod ours;
mod signatures;

use std::fs;

use jsonwebtoken::Algorithm;
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::{Value, json};

use crate::{
    client::Answer,
    database::TestDatabase,
    issuer::Issuer,
    keys::{Key, claims_of, header_of, now},
    server::{OTHER_SECRET, SECRET, Server, folder_with_settings},
};

/// `unauthenticated`: it is no token of anybody who is trusted.
const NONE: &str = "unauthenticated";
const EXPIRED: &str = "token_expired";
const REVOKED: &str = "session_revoked";

/// What it is called, what stands in the `Authorization` headers, and the code that answers it.
type Bad = (&'static str, Vec<String>, &'static str);

/// One that is sent as bearers of tokens do.
fn bearer(name: &'static str, token: impl AsRef<str>, code: &'static str) -> Bad {
    (name, vec![format!("Bearer {}", token.as_ref())], code)
}

/// A server that trusts a key and a former secret of its own, another issuer with a key set, and a third with a
/// secret.
struct Trusting {
    server: Server,
    database: TestDatabase,
    own: Key,
    issuer: Issuer,
    rsa: Key,
    stranger: Issuer,
}

impl Trusting {
    async fn new() -> Self {
        let issuer = Issuer::new("issuer", Key::new(Algorithm::EdDSA, "issuer-1")).await;
        let rsa = Key::new(Algorithm::RS256, "issuer-2");
        issuer.publish(&[issuer.key(), &rsa]);
        let own = Key::new(Algorithm::EdDSA, "own");
        let settings = format!(
            "[auth]\nsigning_key_file = \"own.pem\"\nprevious_secret = \"{SECRET}\"\n{}\
             [[auth.issuers]]\nname = \"by-secret\"\nsecret = \"{OTHER_SECRET}\"\n",
            issuer.settings("")
        );
        let folder = folder_with_settings(&settings);
        fs::write(folder.path().join("own.pem"), own.pem()).unwrap();
        let database = TestDatabase::empty_sqlite().await;
        Self {
            server: Server::launch_in(folder, database.url(), &[]).ready(),
            database,
            own,
            issuer,
            rsa,
            stranger: Issuer::new("stranger", Key::new(Algorithm::EdDSA, "stranger-1")).await,
        }
    }

    /// A token of ours in which one claim is another one, or not there.
    fn own_with(&self, token: &str, claim: &str, value: Value) -> String {
        self.own
            .sign_with(&header_of(token), &with(claims_of(token), claim, value))
    }

    /// The same of the other issuer's.
    fn issued_with(&self, claim: &str, value: Value) -> String {
        self.issuer
            .key()
            .sign(&with(self.issuer.claims("alice"), claim, value))
    }

    /// A token of the other issuer with one more word in its header.
    fn issued_under(&self, word: &str, value: Value) -> String {
        let header = with(self.issuer.key().header(), word, value);
        self.issuer.key().sign_with(&header, &self.issuer.claims("alice"))
    }
}

/// These claims with another value; `null` takes one away.
fn with(mut claims: Value, claim: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(claim);
    } else {
        claims[claim] = value;
    }
    claims
}

async fn ask(server: &Server, credentials: &[String]) -> Answer {
    let client = server.client();
    let mut request = client.request(Method::GET, "/api/me/tasks");
    for value in credentials {
        request = request.header(AUTHORIZATION, value);
    }
    Answer::to(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_credential_is_refused_for_what_it_is() {
    let trusting = Trusting::new().await;
    let server = &trusting.server;
    let ada = server.client().signed_up("ada@example.com").await;
    let eve = server.client().signed_up("eve@example.com").await;
    let alice = server.client().with_token(&trusting.issuer.token("alice"));
    let bob = json!({"sub": "bob", "iat": now(), "exp": now() + 900});
    let bob = server.client().with_token(&Key::secret(OTHER_SECRET).sign(&bob));
    let by_rsa = trusting.rsa.sign(&trusting.issuer.claims("carol"));
    let carol = server.client().with_token(&by_rsa);
    let formerly = Key::secret(SECRET).sign(&claims_of(ada.token()));
    let formerly = server.client().with_token(&formerly);
    let everybody = [&ada, &eve, &alice, &bob, &carol, &formerly];
    // What is to be broken is good as it stands: so it is refused for what was done to it.
    for good in everybody {
        good.get("/api/me/tasks").await.is(200);
    }
    for put_together_anew in [
        trusting.own_with(ada.token(), "unknown", json!(1)),
        trusting.issued_with("unknown", json!(1)),
        trusting.issued_under("typ", json!("at+jwt")),
    ] {
        let good = server.client().with_token(&put_together_anew);
        good.get("/api/me/tasks").await.is(200);
    }

    let bad = [
        form::without_form(ada.token()),
        form::damaged(ada.token(), eve.token()),
        form::damaged(alice.token(), &trusting.issuer.token("eve")),
        signatures::wrongly_signed(&trusting, ada.token()),
        headers::injected(&trusting),
        claims::wrongly_claimed(&trusting),
        ours::not_or_no_longer_ours(&trusting, &ada, &eve).await,
    ]
    .concat();
    assert!(bad.len() >= 50, "only {} are tried", bad.len());
    let mut wrong = Vec::new();
    for (name, credentials, code) in bad {
        let answer = ask(server, &credentials).await;
        let challenge = answer.headers.get("www-authenticate");
        let challenged = challenge.is_some_and(|challenge| challenge.as_bytes().starts_with(b"Bearer"));
        if answer.status != 401 || answer.body["code"] != code || !challenged {
            wrong.push(format!(
                "{name}: {} {} {challenge:?}",
                answer.status, answer.body["code"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    for good in everybody {
        good.get("/api/me/tasks").await.is(200);
    }
    let fetches = trusting.stranger.fetches();
    assert_eq!(fetches, 0, "a token had the server fetch something");
    let said = trusting.server.stop().await;
    assert!(!said.contains("ERROR"), "{said}");
}
