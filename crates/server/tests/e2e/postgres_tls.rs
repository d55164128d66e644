//! PostgreSQL over TLS, with a certificate authority of its own.

use std::{fs, time::Duration};

use serde_json::Value;
use tokio::time::Instant;

use crate::{
    authority::Authority,
    command::{failure, run},
    configured_cluster::ConfiguredCluster,
    server::Server,
};

/// A server that takes connections by TLS alone, with a certificate for `localhost`.
fn tls_cluster(authority: &Authority) -> ConfiguredCluster {
    let cluster = ConfiguredCluster::new();
    let issued = authority.issue("localhost");
    cluster.put("server.crt", &issued.certificate);
    cluster.put("server.key", &issued.key);
    cluster.put("pg_hba.conf", "hostssl all all all trust\n");
    cluster.start(&["ssl=on"]);
    cluster
}

#[tokio::test(flavor = "multi_thread")]
async fn by_tls_the_server_is_reached_and_checked_as_sslmode_says() {
    let authority = Authority::new();
    let cluster = tls_cluster(&authority);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let right = file("right.pem", &authority.certificate());
    let wrong = file("wrong.pem", &Authority::new().certificate());
    let url = |host: &str, parameters: &str| format!("{}?{parameters}", cluster.url(host, "postgres"));

    for parameters in [
        "sslmode=require".to_owned(),
        format!("sslmode=verify-full&sslrootcert={right}"),
    ] {
        let server = Server::start(&url("localhost", &parameters));
        let ada = server
            .client()
            .signed_up(&format!("ada{}@example.com", parameters.len()))
            .await;
        let task = ada.task("Buy milk").await;
        assert_eq!(ada.get(&task).await.is(200)["title"], "Buy milk", "{parameters}");
        server.stop().await;
    }
    // What the certificate is, and for whom, is not asked.
    let doctor = run(&url("127.0.0.1", "sslmode=require"), &["doctor", "--json"]);
    let findings: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    assert_eq!(findings["ok"], true, "{findings:#}");

    for (host, parameters, said) in [
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={wrong}"),
            "invalid peer certificate",
        ),
        (
            "localhost",
            "sslmode=verify-full".to_owned(),
            "invalid peer certificate",
        ),
        (
            "127.0.0.1",
            format!("sslmode=verify-full&sslrootcert={right}"),
            "not valid for name \"127.0.0.1\"",
        ),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=/nowhere/ca.pem".to_owned(),
            "sslrootcert",
        ),
        ("localhost", "sslmode=disable".to_owned(), "no encryption"),
    ] {
        let asked = Instant::now();
        let line = failure(&run(&url(host, &parameters), &["serve", "--port", "0"]), 1);
        assert!(line.contains(said), "{parameters}: {line}");
        assert!(
            asked.elapsed() < Duration::from_secs(10),
            "it was tried again: {line}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_server_without_tls_is_refused_where_it_is_required() {
    let cluster = ConfiguredCluster::new();
    cluster.start(&[]);
    for mode in ["require", "verify-full"] {
        let url = format!("{}?sslmode={mode}", cluster.url("localhost", "postgres"));
        let line = failure(&run(&url, &["serve", "--port", "0"]), 1);
        assert!(line.contains("server does not support TLS"), "{line}");
    }
}
