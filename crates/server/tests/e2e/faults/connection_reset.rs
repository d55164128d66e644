//! Connections that are reset in the middle of what they carry.

use super::{ledger::Ledger, load::Load};
use crate::{database::TestDatabase, proxy::Proxy, server::Server};

const RESETS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_postgres_that_are_reset_cost_no_acknowledged_write_and_hang_nobody() {
    let database = TestDatabase::empty_postgres().await;
    let proxy = Proxy::to(database.url()).await;
    let server = Server::start(proxy.url());
    let ada = server.client().signed_up("ada@example.com").await;
    let ledger = reset_again_and_again(&proxy, Load::start(&ada)).await;
    ledger.tell("connections to PostgreSQL reset 20 times");
    assert!(ledger.unavailable() > 0, "nothing was under way");
    assert_eq!(ledger.unanswered(), 0);
    ledger.is_kept_by(&ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_clients_that_are_reset_cost_no_acknowledged_write_and_double_none() {
    let database = TestDatabase::empty_postgres().await;
    let server = Server::start(database.url());
    let proxy = Proxy::to(server.url()).await;
    let ada = server.client().signed_up("ada@example.com").await;
    let ledger = reset_again_and_again(&proxy, Load::start(&ada.at(proxy.url()))).await;
    ledger.tell("connections of clients reset 20 times");
    assert!(ledger.unanswered() > 0, "nothing was under way");
    assert_eq!(ledger.unavailable(), 0);
    ledger.is_kept_by(&ada).await;
}

async fn reset_again_and_again(proxy: &Proxy, load: Load) -> Ledger {
    for _ in 0..RESETS {
        load.goes_on_for(20).await;
        proxy.reset();
    }
    load.goes_on_for(20).await;
    load.stop().await
}
