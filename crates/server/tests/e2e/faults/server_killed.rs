//! `kill -9` of the server.

use super::load::Load;
use crate::{database::TestDatabase, on_both_databases, server::Server};

on_both_databases! {
    async fn what_a_killed_server_acknowledged_is_there_when_it_starts_again(database: TestDatabase) {
        let mut server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let load = Load::start(&ada);
        for _ in 0..3 {
            load.goes_on_for(100).await;
            server.kill().await;
            server = Server::start(database.url());
            load.turn_to(server.url());
        }
        load.goes_on_for(100).await;
        let ledger = load.stop().await;
        ledger.tell("three times kill -9 of the server");
        assert!(ledger.unanswered() > 0, "no write was under way");
        ledger.is_kept_by(&ada.at(server.url())).await;
    }
}
