//! Another issuer of tokens, which publishes its keys.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::keys::{Key, now};

/// The audience that its tokens are for.
const AUDIENCE: &str = "tasks";

/// An issuer with one key at a time; dropping it takes it down.
pub(crate) struct Issuer {
    name: String,
    key: Key,
    url: String,
    published: Arc<Mutex<Value>>,
    fetches: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Issuer {
    /// One of that name, which is up and publishes that key.
    pub(crate) async fn new(name: &str, key: Key) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let published = Arc::new(Mutex::new(json!({"keys": [key.jwk()]})));
        let fetches = Arc::new(AtomicUsize::new(0));
        let serving = tokio::spawn(serve(listener, Arc::clone(&published), Arc::clone(&fetches)));
        Self {
            name: name.to_owned(),
            key,
            url: format!("http://{address}"),
            published,
            fetches,
            serving,
        }
    }

    /// The table that makes a server trust it, with these lines more.
    pub(crate) fn settings(&self, more: &str) -> String {
        format!(
            "[[auth.issuers]]\nname = \"{}\"\nissuer = \"{url}\"\naudience = \"{AUDIENCE}\"\n\
             jwks_url = \"{url}/jwks\"\n{more}\n",
            self.name,
            url = self.url
        )
    }

    /// What its tokens say of that user.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        json!({
            "iss": self.url, "aud": AUDIENCE, "sub": subject, "email": format!("{subject}@example.com"),
            "iat": now(), "exp": now() + 900,
        })
    }

    /// A token of that user.
    pub(crate) fn token(&self, subject: &str) -> String {
        self.key.sign(&self.claims(subject))
    }

    /// The same, issued so many seconds ago.
    pub(crate) fn token_issued(&self, subject: &str, seconds_ago: i64) -> String {
        let mut claims = self.claims(subject);
        claims["iat"] = json!(now() - seconds_ago);
        self.key.sign(&claims)
    }

    /// Its `iss`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The key that signs now.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// From now on this key signs and no other is published.
    pub(crate) fn rotate(&mut self, key: Key) {
        self.publish(&[&key]);
        self.key = key;
    }

    /// From now on these keys are published.
    pub(crate) fn publish(&self, keys: &[&Key]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
        *self.published.lock().expect("nobody panicked") = json!({"keys": keys});
    }

    /// How often its keys were asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, published: Arc<Mutex<Value>>, fetches: Arc<AtomicUsize>) {
    loop {
        let (connection, _) = listener.accept().await.expect("connections can be accepted");
        fetches.fetch_add(1, Ordering::SeqCst);
        let body = published.lock().expect("nobody panicked").to_string();
        // Whoever goes away without waiting for the answer needs none.
        tokio::spawn(async move { answer(connection, &body).await.ok() });
    }
}

async fn answer(mut connection: TcpStream, body: &str) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(connection.read_u8().await?);
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await?;
    connection.write_all(body.as_bytes()).await?;
    connection.shutdown().await
}
