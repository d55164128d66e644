//! HTTPS, with a certificate that is renewed while the server runs.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use http_body_util::{BodyExt, Empty};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use reqwest::Method;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    authority::{Authority, Issued},
    client::{Answer, Client},
    command::{failure, stdout},
    database::TestDatabase,
    events::Events,
    server::{SECRET, Server, taskwell},
};

/// The server looks at its files every 2 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

const HSTS: &str = "strict-transport-security";

/// Where a server finds what was put into that folder.
fn settings(folder: &Path) -> [(&'static str, String); 2] {
    let path = |name: &str| folder.join("current").join(name).display().to_string();
    [
        ("TASKWELL__SERVER__TLS__CERT_FILE", path("tls.crt")),
        ("TASKWELL__SERVER__TLS__KEY_FILE", path("tls.key")),
    ]
}

fn serve(database: &TestDatabase, folder: &Path) -> Server {
    let settings = settings(folder);
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, path)| (*name, path.as_str()))
        .collect();
    Server::start_with(database.url(), &settings)
}

/// A server with a certificate of that authority, which lies in that folder.
async fn https_server(authority: &Authority) -> (TestDatabase, tempfile::TempDir, Server) {
    let database = TestDatabase::empty_sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    authority.issue("127.0.0.1").put_into(folder.path());
    let server = serve(&database, folder.path());
    (database, folder, server)
}

fn client(authority: &Authority, server: &Server) -> Client {
    Client::by(authority.client(), server.url())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_by_https_and_says_so() {
    let authority = Authority::new();
    let (database, folder, server) = https_server(&authority).await;
    assert!(server.url().starts_with("https://127.0.0.1:"), "{}", server.url());

    let ada = client(&authority, &server).signed_up("ada@example.com").await;
    let mut events = Events::of(&ada, None).await;
    ada.task("Buy milk").await;
    assert_eq!(events.next().await.unwrap().data["task"]["title"], "Buy milk");
    let tasks = ada.get("/api/me/tasks").await;
    assert_eq!(tasks.headers[HSTS], "max-age=31536000");
    assert_eq!(tasks.is(200)[0]["title"], "Buy milk");
    let refused = ada.get("/nowhere").await;
    assert_eq!(refused.headers[HSTS], "max-age=31536000");

    let asked = ada.request(Method::GET, "/.well-known/oauth-protected-resource");
    let told = Answer::to(asked).await.is(200);
    assert!(
        told["resource"]
            .as_str()
            .unwrap()
            .starts_with("https://127.0.0.1:"),
        "{told}"
    );

    let port = server.port().to_string();
    let settings = settings(folder.path());
    let healthcheck = |variables: &[(&str, String)]| {
        taskwell(
            folder.path(),
            &[
                ("DATABASE_URL", database.url()),
                ("TASKWELL__AUTH__SECRET", SECRET),
            ],
        )
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .args(["healthcheck", "--port", &port])
        .output()
        .unwrap()
    };
    stdout(&healthcheck(&settings));
    failure(&healthcheck(&[]), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_nobody_is_told_to_come_by_https() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start(database.url());
    let answer = server.client().get("/health/live").await;
    assert!(!answer.headers.contains_key(HSTS));
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_1_is_agreed_upon_and_http_2_is_not() {
    let authority = Authority::new();
    let (_database, _folder, server) = https_server(&authority).await;
    let connection = authority
        .connect(server.port(), &["h2", "http/1.1"])
        .await
        .unwrap();
    assert_eq!(connection.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let connection = authority.connect(server.port(), &[]).await.unwrap();
    assert_eq!(connection.get_ref().1.alpn_protocol(), None);
    let refused = authority.connect(server.port(), &["h2"]).await.unwrap_err();
    assert!(refused.to_string().contains("NoApplicationProtocol"), "{refused}");
}

/// What a server answers to these bytes until it closes the connection.
fn answer_to(server: &Server, bytes: &[u8]) -> Vec<u8> {
    let mut connection = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    answer
}

/// RFC 8446, section 6: a record that is a fatal alert with that description.
fn is_alert(answer: &[u8], description: u8) -> bool {
    matches!(answer, [21, 3, _, 0, 2, 2, told] if *told == description)
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_1_1_is_refused() {
    const PROTOCOL_VERSION: u8 = 70;
    let (_database, _folder, server) = https_server(&Authority::new()).await;
    // A ClientHello (RFC 5246, section 7.4.1.2) for TLS 1.1, TLS_RSA_WITH_AES_128_CBC_SHA, no compression, and RSA with
    // SHA-256 for signatures.
    let signatures = [0, 8, 0, 13, 0, 4, 0, 2, 4, 1];
    let hello = [&[3, 2][..], &[7; 32], &[0], &[0, 2, 0, 47], &[1, 0], &signatures].concat();
    let length = u8::try_from(hello.len()).unwrap();
    let record = [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    let answer = answer_to(&server, &record);
    assert!(is_alert(&answer, PROTOCOL_VERSION), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_answered_by_an_alert_and_a_close_and_harms_nobody() {
    let authority = Authority::new();
    let (_database, _folder, server) = https_server(&authority).await;
    let answer = answer_to(&server, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(answer.len(), 7, "{answer:?}");
    assert!(answer.starts_with(&[21, 3]), "{answer:?}");
    client(&authority, &server).get("/health/live").await.is(200);
    assert_eq!(server.stop().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_begin_the_handshake_is_closed_soon() {
    let (_database, _folder, server) = https_server(&Authority::new()).await;
    let begun = Instant::now();
    let answer = tokio::task::block_in_place(|| answer_to(&server, b""));
    assert!(
        answer.is_empty() && begun.elapsed() < PATIENCE / 2,
        "{:?}",
        begun.elapsed()
    );
}

/// A connection that stays open while it is used.
struct Kept {
    requests: http1::SendRequest<Empty<Bytes>>,
}

impl Kept {
    async fn open(authority: &Authority, server: &Server, shown: &Issued) -> Self {
        let connection = authority.connect(server.port(), &["http/1.1"]).await.unwrap();
        assert!(shown.is_shown_on(&connection));
        let (requests, connection) = http1::handshake(TokioIo::new(connection)).await.unwrap();
        tokio::spawn(connection);
        Self { requests }
    }

    async fn still_answers(&mut self) {
        let request = Request::get("/health/live").header("Host", "127.0.0.1");
        self.requests.ready().await.unwrap();
        let answer = self
            .requests
            .send_request(request.body(Empty::new()).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body().collect().await.unwrap();
    }
}

async fn until(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !happened().await {
        assert!(begun.elapsed() < PATIENCE, "{what} has not happened");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_to_new_connections_and_a_bad_one_never() {
    let authority = Authority::new();
    let database = TestDatabase::empty_sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let [first, second, third] = [(); 3].map(|()| authority.issue("127.0.0.1"));
    let shows = async |server: &Server, issued: &Issued| {
        issued.is_shown_on(&authority.connect(server.port(), &[]).await.unwrap())
    };
    first.put_into(folder.path());
    let server = serve(&database, folder.path());
    let mut kept = Kept::open(&authority, &server, &first).await;

    second.put_into(folder.path());
    until("the renewal", async || {
        kept.still_answers().await;
        shows(&server, &second).await
    })
    .await;
    kept.still_answers().await;

    // One file after the other, as by hand.
    let put = |name: &str, content: &str| {
        let (next, place) = (
            folder.path().join("next"),
            folder.path().join("current").join(name),
        );
        fs::write(&next, content).unwrap();
        fs::rename(next, place).unwrap();
    };
    let warnings = || {
        server
            .said()
            .matches("the new certificate cannot be used")
            .count()
    };
    put("tls.key", &third.key);
    until("a warning", async || warnings() == 1).await;
    assert!(
        server.said().contains("it is not the key of the certificate"),
        "{}",
        server.said()
    );
    assert!(shows(&server, &second).await);

    put("tls.crt", &third.certificate[..third.certificate.len() / 2]);
    until("another warning", async || warnings() == 2).await;
    assert!(shows(&server, &second).await);

    put("tls.crt", &third.certificate);
    until("the second renewal", async || shows(&server, &third).await).await;
    assert_eq!(warnings(), 2, "{}", server.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_stop_the_start_with_one_line_that_names_the_setting() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (authority.issue("127.0.0.1"), authority.issue("127.0.0.1"));
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let certificate = file("a.crt", &one.certificate);
    let (key, other_key) = (file("a.key", &one.key), file("b.key", &other.key));
    let (cut_off, missing) = (
        file("cut-off.crt", &one.certificate[..200]),
        "/nowhere/tls.crt".to_owned(),
    );
    for (certificate, key, said) in [
        (
            &missing,
            &key,
            ["server.tls.cert_file is \"/nowhere/tls.crt\"", "No such file"],
        ),
        (&cut_off, &key, ["server.tls.cert_file is", "it breaks off"]),
        (&certificate, &missing, ["server.tls.key_file is", "No such file"]),
        (
            &certificate,
            &certificate,
            ["server.tls.key_file is", "it has none in PEM"],
        ),
        (
            &certificate,
            &other_key,
            ["server.tls.key_file is", "it is not the key of the certificate"],
        ),
    ] {
        let variables = [
            ("DATABASE_URL", "sqlite::memory:"),
            ("PORT", "0"),
            ("TASKWELL__SERVER__TLS__CERT_FILE", certificate.as_str()),
            ("TASKWELL__SERVER__TLS__KEY_FILE", key.as_str()),
        ];
        let line = failure(&taskwell(folder.path(), &variables).output().unwrap(), 2);
        for said in said {
            assert!(line.contains(said), "{line}");
        }
        let doctor = taskwell(folder.path(), &variables)
            .args(["doctor", "--json"])
            .output()
            .unwrap();
        let findings: Value = serde_json::from_slice(&doctor.stdout).unwrap();
        let checks = findings["checks"].as_array().unwrap();
        let check = checks
            .iter()
            .find(|check| check["name"] == "certificate")
            .unwrap();
        assert_eq!(check["ok"], false, "{check}");
    }
    let one_alone = [("TASKWELL__SERVER__TLS__CERT_FILE", certificate.as_str())];
    let line = failure(&taskwell(folder.path(), &one_alone).output().unwrap(), 2);
    assert!(line.contains("server.tls.key_file is not set"), "{line}");
}
