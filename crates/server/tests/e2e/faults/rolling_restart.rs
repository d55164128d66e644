//! One server after the other stopped and started again, behind nginx.

use std::time::Duration;

use super::{load::Load, nginx::Nginx};
use crate::{
    cluster::free_port,
    database::TestDatabase,
    events::{Events, Socket},
    on_both_databases,
    server::Server,
};

const ROUNDS: usize = 3;

/// At a port of its own, which it comes back at.
fn start(database: &TestDatabase, port: u16) -> Server {
    Server::start_with(database.url(), &[("PORT", &port.to_string())])
}

on_both_databases! {
    async fn no_request_fails_while_two_servers_are_restarted_one_after_the_other(database: TestDatabase) {
        let ports = [(); 2].map(|()| free_port());
        let mut servers = ports.map(|port| start(&database, port));
        let nginx = Nginx::before(ports).await;
        let ada = servers[0].client().signed_up("ada@example.com").await.at(&nginx.url());
        let load = Load::start(&ada);
        for _ in 0..ROUNDS {
            for (server, port) in servers.iter_mut().zip(ports) {
                load.goes_on_for(50).await;
                server.signal("TERM");
                assert!(server.ended(Duration::from_secs(20)).await.success());
                load.goes_on_for(50).await;
                *server = start(&database, port);
            }
        }
        let ledger = load.stop().await;
        ledger.tell("three rolling restarts of two servers");
        assert_eq!(ledger.done(), ledger.all(), "{ledger:?}, nginx said {}", nginx.said());
        ledger.is_kept_by(&ada).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_come_through_nginx_as_they_are_made() {
    let database = TestDatabase::empty_postgres().await;
    let ports = [(); 2].map(|()| free_port());
    let servers = ports.map(|port| start(&database, port));
    let nginx = Nginx::before(ports).await;
    let ada = servers[0]
        .client()
        .signed_up("ada@example.com")
        .await
        .at(&nginx.url());
    let mut events = Events::of(&ada, None).await;
    let mut socket = Socket::of(&ada, nginx.url().trim_start_matches("http://"), "since=0").await;
    for title in ["Buy milk", "Buy bread"] {
        ada.task(title).await;
        assert_eq!(events.change().await["task"]["title"], title);
        assert_eq!(socket.change().await["task"]["title"], title);
    }
}
