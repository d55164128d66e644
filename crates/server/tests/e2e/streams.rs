//! Streams of changes, on one server and several.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::{
    assistant::Assistant,
    client::Client,
    cluster::Cluster,
    command::first_admin,
    database::{Sql, TestDatabase},
    events::{Events, Socket, Stalled},
    on_both_databases,
    proxy::Proxy,
    server::Server,
};

const WRITES: u64 = 1_000;
const WRITERS: u64 = 4;

/// How soon another server must know what was revoked.
const REVOKED_WITHIN: Duration = Duration::from_secs(2);

const POOLER: (&str, &str) = ("TASKWELL__DATABASE__POOLER", "true");

/// Two servers on that database, and Ada at each of them.
async fn two(database: &TestDatabase, variables: &[(&str, &str)]) -> ([Server; 2], [Client; 2]) {
    let servers = [(); 2].map(|()| Server::start_with(database.url(), variables));
    let here = servers[0].client().signed_up("ada@example.com").await;
    let there = here.at(servers[1].url());
    (servers, [here, there])
}

async fn ticket(client: &Client) -> String {
    let ticket = client.post_nothing("/api/me/changes/ticket").await.is(201);
    ticket["ticket"].as_str().unwrap().to_owned()
}

/// Writes a thousand tasks through both servers at once.
fn storm(clients: &[Client; 2]) -> Vec<tokio::task::JoinHandle<()>> {
    let writers = (0..WRITERS).map(|writer| {
        let client = clients[usize::try_from(writer).unwrap() % 2].clone();
        tokio::spawn(async move {
            for number in 0..WRITES / WRITERS {
                client.task(&format!("task {number} of writer {writer}")).await;
            }
        })
    });
    writers.collect()
}

on_both_databases! {
    async fn what_is_written_on_one_server_is_seen_on_both(database: TestDatabase) {
        let (servers, [here, there]) = two(&database, &[]).await;
        let mut events = [Events::of(&here, None).await, Events::of(&there, None).await];
        let mut sockets = [
            Socket::of(&here, servers[0].address(), "since=0").await,
            Socket::of(&there, servers[1].address(), "since=0").await,
        ];
        for (client, title) in [(&here, "written here"), (&there, "written there")] {
            client.task(title).await;
            for stream in &mut events {
                assert_eq!(stream.change().await["task"]["title"], title);
            }
            for stream in &mut sockets {
                assert_eq!(stream.change().await["task"]["title"], title);
            }
        }
    }

    async fn what_assistants_do_and_reminders_are_seen_on_both(database: TestDatabase) {
        let (_servers, [here, there]) = two(&database, &[]).await;
        let mut streams = [Events::of(&here, None).await, Events::of(&there, None).await];
        let assistant = Assistant::new(&here, "2026-07-28");
        let added = assistant.call("add_task", json!({"title": "Plan the feast"})).await;
        for stream in &mut streams {
            let change = stream.change().await;
            assert_eq!((&change["actor"]["kind"], &change["task"]), (&json!("mcp"), &added));
        }
        let new = json!({"title": "Buy milk", "remind_at": "2020-01-01T00:00:00Z"});
        let due = here.post("/api/me/tasks", &new).await.is(201);
        for stream in &mut streams {
            assert_eq!(stream.change().await["task"], due);
            let reminder = stream.change().await;
            assert_eq!((&reminder["kind"], &reminder["task_id"]), (&json!("reminded"), &due["id"]));
        }
    }

    async fn who_is_cut_off_in_a_storm_and_comes_back_elsewhere_misses_nothing_and_sees_nothing_twice(database: TestDatabase) {
        let (_servers, clients) = two(&database, &[]).await;
        let writers = storm(&clients);
        let mut seen = 0;
        for round in 0.. {
            let mut events = Events::of(&clients[round % 2], Some(seen)).await;
            // Cut off in the middle of what is there.
            let until = WRITES.min(seen + 97);
            while seen < until {
                let seq = events.change().await["seq"].as_u64().unwrap();
                assert_eq!(seq, seen + 1);
                seen = seq;
            }
            if seen == WRITES {
                break;
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(clients[0].get("/api/me/changes/latest").await.is(200)["seq"], WRITES);
    }

    async fn the_same_holds_for_websockets(database: TestDatabase) {
        let (servers, clients) = two(&database, &[]).await;
        let writers = storm(&clients);
        let mut seen = 0;
        for round in 0.. {
            let (client, server) = (&clients[round % 2], &servers[round % 2]);
            let mut socket = Socket::of(client, server.address(), &format!("since={seen}")).await;
            let until = WRITES.min(seen + 97);
            while seen < until {
                let seq = socket.change().await["seq"].as_u64().unwrap();
                assert_eq!(seq, seen + 1);
                seen = seq;
            }
            if seen == WRITES {
                break;
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
    }

    async fn streams_end_at_once_when_their_server_stops_and_do_not_hold_it_up(database: TestDatabase) {
        let (mut servers, [here, _]) = two(&database, &[]).await;
        let address = servers[0].address().to_owned();
        let events = Events::of(&here, None).await;
        let socket = Socket::of(&here, &address, "").await;
        servers[0].signal("TERM");
        let told = Instant::now();
        events.ends_with("unavailable").await;
        assert_eq!(socket.closed().await, (1001, "unavailable".to_owned()));
        assert!(servers[0].ended(Duration::from_secs(5)).await.success());
        assert!(told.elapsed() < Duration::from_secs(3), "{:?}", told.elapsed());
    }

    async fn a_logout_ends_streams_here_at_once_and_elsewhere_within_two_seconds(database: TestDatabase) {
        let (servers, [here, there]) = two(&database, &[]).await;
        let streams = [Events::of(&here, None).await, Events::of(&there, None).await];
        let sockets = [
            Socket::of(&here, servers[0].address(), "").await,
            Socket::of(&there, servers[1].address(), "").await,
        ];
        here.post_nothing("/api/auth/logout").await.is(204);
        let begun = Instant::now();
        let [at_once, within_two_seconds] = streams;
        at_once.ends_with("session_revoked").await;
        assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
        within_two_seconds.ends_with("session_revoked").await;
        assert!(begun.elapsed() < REVOKED_WITHIN, "{:?}", begun.elapsed());
        for socket in sockets {
            assert_eq!(socket.closed().await, (4401, "session_revoked".to_owned()));
        }
    }

    async fn streams_end_with_the_account_and_with_a_token_for_programs(database: TestDatabase) {
        let (servers, [here, there]) = two(&database, &[]).await;
        let root = first_admin(database.url(), &servers[0]).await;
        let wanted = json!({"name": "watcher", "scopes": ["tasks:read"]});
        let made = here.post("/api/auth/tokens", &wanted).await.is(201);
        let program = there.with_token(made["token"].as_str().unwrap());
        let of_program = Events::of(&program, None).await;
        let of_account = Socket::of(&there, servers[1].address(), "").await;
        here.delete(&format!("/api/auth/tokens/{}", made["id"].as_str().unwrap())).await.is(204);
        assert!(of_program.ends_with("unauthenticated").await < REVOKED_WITHIN);
        let account = format!("/api/admin/users/{}", here.id().await);
        root.patch(&account, &json!({"disabled": true})).await.is(200);
        assert_eq!(of_account.closed().await, (4401, "account_disabled".to_owned()));
    }

    async fn a_stream_ends_when_its_token_expires(database: TestDatabase) {
        let server = Server::start_with(database.url(), &[("TASKWELL__AUTH__ACCESS_TTL", "3s")]);
        let ada = server.client().signed_up("ada@example.com").await;
        let socket = Socket::of(&ada, server.address(), "").await;
        let events = Events::of(&ada, None).await;
        events.ends_with("token_expired").await;
        assert_eq!(socket.closed().await, (4401, "token_expired".to_owned()));
    }

    async fn a_ticket_opens_a_stream_on_any_server(database: TestDatabase) {
        let (servers, [here, there]) = two(&database, &[]).await;
        let ticket = ticket(&here).await;
        let mut socket = Socket::with_ticket(servers[1].address(), &ticket).await;
        let path = format!("/api/me/changes/stream?ticket={ticket}");
        let request = Client::new(there.url()).request(Method::GET, &path);
        let mut events = Events::answering(request).await;
        events.next().await.unwrap();
        there.task("Buy milk").await;
        assert_eq!(socket.change().await["task"]["title"], "Buy milk");
        assert_eq!(events.change().await["task"]["title"], "Buy milk");
    }

    async fn behind_a_pooler_streams_still_see_what_other_servers_write(database: TestDatabase) {
        let (_servers, [here, there]) = two(&database, &[POOLER]).await;
        let mut events = Events::of(&there, None).await;
        here.task("Buy milk").await;
        assert_eq!(events.change().await["task"]["title"], "Buy milk");
    }

    async fn a_client_that_closes_its_socket_is_answered(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let socket = Socket::of(&ada, server.address(), "").await;
        assert_eq!(socket.close().await, (1000, "done".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_nobody_listens() {
    let database = TestDatabase::empty_postgres().await;
    let (_servers, [here, there]) = two(&database, &[POOLER]).await;
    let mut events = Events::of(&there, None).await;
    here.task("Buy milk").await;
    events.change().await;
    let mut sql = Sql::on(&database).await;
    assert_eq!(signal_connections(&mut sql).await, 0);
}

async fn signal_connections(sql: &mut Sql) -> i64 {
    let ours = "datname = current_database() AND application_name = 'taskwell signals'";
    sql.count("pg_stat_activity", ours).await
}

/// Waits until there are so many.
async fn signal_connections_reach(sql: &mut Sql, count: i64) {
    let begun = Instant::now();
    while signal_connections(sql).await < count {
        assert!(begun.elapsed() < Duration::from_secs(60), "there are not {count}");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_the_connection_that_tells_of_others_sees_their_changes_all_the_same() {
    let database = TestDatabase::empty_postgres().await;
    let (_servers, [here, there]) = two(&database, &[]).await;
    let mut events = Events::of(&there, None).await;
    let mut sql = Sql::on(&database).await;
    for round in 0..3 {
        signal_connections_reach(&mut sql, 2).await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND application_name = 'taskwell signals'";
        sql.execute(cut).await;
        let title = format!("task {round}");
        here.task(&title).await;
        assert_eq!(events.change().await["task"]["title"], title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_nothing_sees_what_other_servers_write_all_the_same() {
    let database = TestDatabase::empty_postgres().await;
    let proxy = Proxy::without_signals(database.url()).await;
    let [deaf, other] = [proxy.url(), database.url()].map(Server::start);
    let ada = other.client().signed_up("ada@example.com").await;
    let there = ada.at(deaf.url());
    let mut streams = [Events::of(&there, None).await, Events::of(&ada, None).await];
    for (client, title) in [(&ada, "told to nobody"), (&there, "not told"), (&ada, "again")] {
        client.task(title).await;
        for stream in &mut streams {
            assert_eq!(stream.change().await["task"]["title"], title);
        }
    }
}

/// Follows through that server and comes back whenever the stream ends; how far it got.
fn follow(client: &Client) -> watch::Receiver<u64> {
    let (got, seen) = watch::channel(0);
    let client = client.clone();
    tokio::spawn(async move {
        loop {
            let mut seen = *got.borrow();
            let mut events = Events::resumed(&client, seen).await;
            while let Some(event) = events.next().await {
                if event.name == "change" {
                    seen += 1;
                    assert_eq!(event.id, Some(seen));
                    got.send_replace(seen);
                } else {
                    assert_eq!(event.name, "unavailable", "{event:?}");
                }
            }
        }
    });
    seen
}

/// A firewall may forget a connection and a machine may go without a word to the other side.
#[tokio::test(flavor = "multi_thread")]
async fn connections_to_the_database_that_nothing_comes_through_any_more_are_given_up() {
    let database = TestDatabase::empty_postgres().await;
    let proxy = Proxy::to(database.url()).await;
    let [cut_off, other] = [proxy.url(), database.url()].map(Server::start);
    let ada = other.client().signed_up("ada@example.com").await;
    let mut follower = follow(&ada.at(cut_off.url()));
    ada.task("before").await;
    follower.wait_for(|seen| *seen == 1).await.unwrap();
    // Each listens, and one has told something.
    let mut sql = Sql::on(&database).await;
    signal_connections_reach(&mut sql, 3).await;

    proxy.freeze();
    ada.task("meanwhile").await;
    let seen = timeout(Duration::from_secs(60), follower.wait_for(|seen| *seen == 2));
    seen.await.unwrap().unwrap();
    // It listens anew, through one that goes through.
    signal_connections_reach(&mut sql, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_of_the_database_loses_nothing_and_brings_nothing_twice() {
    let mut cluster = Cluster::start().await;
    let soon = ("TASKWELL__DATABASE__ACQUIRE_TIMEOUT", "1s");
    let servers = [(); 2].map(|()| Server::start_with(&cluster.url(), &[soon]));
    let here = servers[0].client().signed_up("ada@example.com").await;
    let there = here.at(servers[1].url());
    let mut followers = [follow(&here), follow(&there)];
    let write = async |client: &Client| {
        let new = json!({"title": "Buy milk"});
        client.post("/api/me/tasks", &new).await.status == 201
    };
    // Twice, so that what was mended once can be mended again.
    for _ in 0..2 {
        for client in [&here, &there].into_iter().cycle().take(20) {
            write(client).await;
        }
        let writing = tokio::spawn({
            let here = here.clone();
            async move { while write(&here).await {} }
        });
        let so_far = *followers[0].borrow();
        followers[0].wait_for(|seen| *seen > so_far).await.unwrap();
        cluster.crash();
        writing.await.unwrap();
        cluster.start_again().await;
        for client in [&here, &there] {
            while !write(client).await {}
        }
    }
    let latest = here.get("/api/me/changes/latest").await.is(200)["seq"]
        .as_u64()
        .unwrap();
    for follower in &mut followers {
        let caught_up = follower.wait_for(|seen| *seen >= latest);
        let seen = timeout(Duration::from_secs(20), caught_up).await.unwrap();
        assert_eq!(*seen.unwrap(), latest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_cut_off_from_its_database_goes_on_where_it_was() {
    let database = TestDatabase::empty_postgres().await;
    let proxy = Proxy::to(database.url()).await;
    let cut_off = Server::start(proxy.url());
    let other = Server::start(database.url());
    let ada = other.client().signed_up("ada@example.com").await;
    let there = ada.at(cut_off.url());
    let mut events = Events::of(&there, None).await;
    ada.task("before").await;
    assert_eq!(events.change().await["task"]["title"], "before");
    proxy.set_up(false);
    ada.task("meanwhile").await;
    sleep(Duration::from_millis(200)).await;
    proxy.set_up(true);
    // A stream that could not be read on is ended, and says so; it is opened again from where it was.
    let meanwhile = loop {
        match events.next().await {
            Some(event) if event.name == "change" => break event.data,
            _ => events = Events::resumed(&there, 1).await,
        }
    };
    assert_eq!(meanwhile["task"]["title"], "meanwhile");
    ada.task("after").await;
    assert_eq!(events.change().await["task"]["title"], "after");
}

/// Writes seven megabytes of log, of which the buffers of the system take some; how many changes.
async fn long_log(ada: &Client) -> usize {
    let description = "é".repeat(1_000);
    let operations = vec![json!({"op": "create", "title": "long", "description": description}); 100];
    for _ in 0..24 {
        let batch = json!({"operations": operations});
        ada.post("/api/me/tasks/batch", &batch).await.is(200);
    }
    24 * operations.len()
}

/// The system gives the connection up after half a minute, and with it goes the stream.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_takes_nothing_leaves_its_place() {
    let database = TestDatabase::empty_sqlite().await;
    let limits = [
        ("TASKWELL__LIMITS__ENABLED", "true"),
        ("TASKWELL__LIMITS__REQUESTS_PER_SECOND", "1000000"),
        ("TASKWELL__LIMITS__STREAMS_PER_USER", "1"),
    ];
    let server = Server::start_with(database.url(), &limits);
    let ada = server.client().signed_up("ada@example.com").await;
    long_log(&ada).await;
    let _stalled = Stalled::at_events(&ada, server.address()).await;

    let begun = Instant::now();
    let refused = ada.get("/api/me/changes/stream").await;
    refused.fails_with(429, "rate_limited");
    while ada
        .request(Method::GET, "/api/me/changes/stream")
        .send()
        .await
        .unwrap()
        .status()
        != 200
    {
        assert!(
            begun.elapsed() < Duration::from_secs(90),
            "its place is still taken"
        );
        sleep(Duration::from_millis(250)).await;
    }
    assert!(begun.elapsed() > Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_take_nothing_cost_little_and_do_not_hold_up_a_server_that_stops() {
    let database = TestDatabase::empty_sqlite().await;
    let mut server = Server::start(database.url());
    let ada = server.client().signed_up("ada@example.com").await;
    let length = long_log(&ada).await;
    #[cfg(target_os = "linux")]
    let before = server.peak_mib();
    let mut stalled = Vec::new();
    for _ in 0..5 {
        stalled.push(Stalled::at_events(&ada, server.address()).await);
        stalled.push(Stalled::at_a_socket(&ada, server.address()).await);
    }
    // By the time that somebody has read all, whatever can be sent to the others was.
    let mut events = Events::of(&ada, Some(0)).await;
    for _ in 0..length {
        events.change().await;
    }
    #[cfg(target_os = "linux")]
    {
        let grew = server.peak_mib() - before;
        assert!(grew < 35, "{grew} MiB for ten readers of 7 MiB each");
    }

    server.signal("TERM");
    events.ends_with("unavailable").await;
    // Long before the grace of twenty seconds is over.
    assert!(server.ended(Duration::from_secs(7)).await.success());
}
