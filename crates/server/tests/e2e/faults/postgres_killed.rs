//! `kill -9` of PostgreSQL, all processes at once.

use super::load::Load;
use crate::{cluster::Cluster, server::Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_server_recovers_by_itself_after_postgres_was_killed_and_what_it_acknowledged_is_there() {
    let mut cluster = Cluster::start().await;
    let server = Server::start_with(&cluster.url(), &[("TASKWELL__DATABASE__ACQUIRE_TIMEOUT", "1s")]);
    let ada = server.client().signed_up("ada@example.com").await;
    let load = Load::start(&ada);
    for _ in 0..2 {
        load.goes_on_for(100).await;
        cluster.kill();
        load.is_refused(20).await;
        ada.get("/health/ready").await.fails_with(503, "unavailable");
        cluster.start_again().await;
        load.goes_on_for(100).await;
    }
    let ledger = load.stop().await;
    ledger.tell("twice kill -9 of PostgreSQL");
    assert_eq!(ledger.unanswered(), 0);
    ledger.is_kept_by(&ada).await;
}
