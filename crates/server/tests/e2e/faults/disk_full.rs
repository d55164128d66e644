//! A disk that takes no more.

use std::process::Command;

use super::load::Load;
use crate::{
    database::{Sql, TestDatabase},
    server::Server,
};

/// A limit of the system on the size of files stands in for the disk: anybody may set one, and lift it from outside. The
/// log cannot be written either.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_writes_are_503_and_not_done_reads_go_on_and_room_is_all_it_takes_to_recover() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_ignoring(database.url(), "XFSZ");
    let ada = server.client().signed_up("ada@example.com").await;
    let load = Load::start(&ada);
    for _ in 0..2 {
        load.goes_on_for(50).await;
        limit_files(&server, "0");
        load.is_refused(100).await;
        ada.get("/api/me/tasks").await.is(200);
        ada.get("/health/ready").await.is(200);
        limit_files(&server, "unlimited");
        load.goes_on_for(50).await;
    }
    let ledger = load.stop().await;
    ledger.tell("twice a full disk");
    assert_eq!(ledger.unanswered(), 0);
    ledger.has_nothing_refused(&ada).await;
    ledger.is_kept_by(&ada).await;
    let faults = "pragma_integrity_check WHERE integrity_check <> 'ok'";
    let found = format!("SELECT count(*) FROM {faults}");
    assert_eq!(Sql::on(&database).await.number(&found).await, 0);
}

/// How long the files may be that the server writes from now on, in bytes.
fn limit_files(server: &Server, size: &str) {
    let limited = Command::new("prlimit")
        .arg(format!("--pid={}", server.process_id()))
        .arg(format!("--fsize={size}:unlimited"))
        .status();
    assert!(limited.expect("prlimit runs").success());
}
