//! SIGTERM, as every deployment sends it.

use std::time::Duration;

use super::load::Load;
use crate::{database::TestDatabase, on_both_databases, server::Server};

on_both_databases! {
    async fn no_request_fails_that_reaches_a_server_which_is_told_to_stop(database: TestDatabase) {
        let mut server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let load = Load::start(&ada);
        for _ in 0..5 {
            load.goes_on_for(100).await;
            server.signal("TERM");
            assert!(server.ended(Duration::from_secs(20)).await.success());
            server = Server::start(database.url());
            load.turn_to(server.url());
        }
        load.goes_on_for(100).await;
        let ledger = load.stop().await;
        ledger.tell("five times SIGTERM");
        assert_eq!((ledger.unanswered(), ledger.unavailable()), (0, 0));
        ledger.is_kept_by(&ada.at(server.url())).await;
    }
}
