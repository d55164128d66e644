//! A primary that dies, and a standby that takes over.

use super::load::Load;
use crate::{cluster::Cluster, proxy::Proxy, server::Server};

/// The proxy is the address that an operator moves from one to the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_has_all_that_was_acknowledged_and_the_server_goes_on_by_itself() {
    let mut primary = Cluster::start().await;
    let standby = primary.standby().await;
    let address = Proxy::to(&primary.url()).await;
    let server = Server::start_with(address.url(), &[("TASKWELL__DATABASE__ACQUIRE_TIMEOUT", "1s")]);
    let ada = server.client().signed_up("ada@example.com").await;
    let load = Load::start(&ada);
    load.goes_on_for(100).await;
    primary.kill();
    load.is_refused(20).await;
    // A moment too early: it only reads.
    address.turn_to(&standby.url());
    load.is_refused(20).await;
    ada.get("/api/me/tasks").await.is(200);
    standby.promote().await;
    load.goes_on_for(100).await;
    let ledger = load.stop().await;
    ledger.tell("failover to a synchronous standby");
    assert_eq!(ledger.unanswered(), 0);
    ledger.is_kept_by(&ada).await;
}
