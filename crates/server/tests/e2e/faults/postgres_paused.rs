//! A PostgreSQL that does nothing for a while, and does not say so.

use std::time::Duration;

use tokio::time::sleep;

use super::load::Load;
use crate::{cluster::Cluster, server::Server};

const PAUSE: Duration = Duration::from_secs(10);

/// `server.request_timeout`, which is the default, and what a machine with much to do takes besides.
const ANSWERED_WITHIN: Duration = Duration::from_secs(12);

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_paused_every_request_is_answered_in_time_and_then_the_server_goes_on() {
    let cluster = Cluster::start().await;
    let server = Server::start(&cluster.url());
    let ada = server.client().signed_up("ada@example.com").await;
    let load = Load::start(&ada);
    load.goes_on_for(100).await;
    cluster.pause();
    sleep(PAUSE).await;
    ada.get("/health/live").await.is(200);
    ada.get("/health/ready").await.fails_with(503, "unavailable");
    cluster.resume();
    let back = load.goes_on_for(100).await;
    let ledger = load.stop().await;
    ledger.tell("PostgreSQL paused for 10 s");
    assert!(ledger.unavailable() > 0, "nothing was asked meanwhile");
    assert!(ledger.slowest() < ANSWERED_WITHIN, "{:?}", ledger.slowest());
    assert!(back < PAUSE, "it took {back:?}");
    assert_eq!(ledger.unanswered(), 0);
    ledger.is_kept_by(&ada).await;
}
