//! Streams of changes, as Server-Sent Events.

use std::time::Duration;

use serde_json::{Value, json};
use taskwell_web::StreamLimits;

use crate::support::{ACCESS_TTL, Events, Frame, Person, STREAMS, World};

const STREAM: &str = "/api/changes/stream";

/// Ada's stream from the present end, with the first thing that it says read.
async fn open(world: &World, by: &Person) -> Events {
    let mut events = world.get(STREAM).by(by).events().await;
    begins_at(&mut events).await;
    events
}

/// The first thing says where the stream begins and is no event.
async fn begins_at(events: &mut Events) -> u64 {
    let first = events.next().await.unwrap();
    assert_eq!((first.name, first.data), (None, None));
    first.id.unwrap()
}

async fn ticket(world: &World, of: &Person) -> String {
    let ticket = world.post("/api/changes/ticket").by(of).await.created();
    assert_eq!(ticket["expires_in"], 60);
    ticket["ticket"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_change_is_sent_as_the_log_has_it_when_it_is_made() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let mut events = open(&world, &ada).await;
    for title in ["one", "two"] {
        assert!(events.is_quiet());
        world.task(&ada, title).await;
        let (seq, change) = events.change().await;
        assert_eq!(change["task"]["title"], title);
        let since = format!("/api/changes?since={}", seq - 1);
        let log = world.get(since).by(&ada).await.ok();
        assert_eq!(log["changes"], json!([change]));
    }
}

#[actix_web::test]
async fn a_stream_begins_with_what_comes_next_and_says_where_that_is() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for title in ["one", "two"] {
        world.task(&ada, title).await;
    }
    let mut events = world.get(STREAM).by(&ada).events().await;
    assert_eq!(begins_at(&mut events).await, 2);
    assert!(events.is_quiet());
}

#[actix_web::test]
async fn who_says_how_far_they_got_goes_on_from_there() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    // More than is read at once.
    for number in 0..120 {
        world.task(&ada, &format!("task {number}")).await;
    }
    let asked = [
        (world.get(format!("{STREAM}?since=0")), 0),
        (world.get(format!("{STREAM}?since=117")), 117),
        (world.get(STREAM).header("Last-Event-ID", "118"), 118),
        (
            world
                .get(format!("{STREAM}?since=3"))
                .header("Last-Event-ID", "119"),
            119,
        ),
    ];
    for (call, since) in asked {
        let mut events = call.by(&ada).events().await;
        assert_eq!(begins_at(&mut events).await, since);
        for seq in since + 1..=120 {
            assert_eq!(events.change().await.0, seq);
        }
        assert!(events.is_quiet());
    }
}

#[actix_web::test]
async fn what_others_do_is_not_sent() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let mut events = open(&world, &ada).await;
    world.task(&bob, "not for Ada").await;
    assert!(events.is_quiet());
}

#[actix_web::test]
async fn the_answer_is_not_to_be_kept_nor_gathered() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for call in [
        world.get(STREAM),
        world.call(actix_web::http::Method::HEAD, STREAM),
    ] {
        let answer = call.by(&ada).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.header("Content-Type"), Some("text/event-stream"));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        assert_eq!(answer.header("X-Accel-Buffering"), Some("no"));
    }
}

#[actix_web::test]
async fn who_says_how_far_they_got_must_name_a_number() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let answer = world.get(format!("{STREAM}?since=x")).by(&ada).await;
    answer.faults([("?since", "invalid_type")]);
    let answer = world.get(STREAM).header("Last-Event-ID", "-1").by(&ada).await;
    answer.faults([("?Last-Event-ID", "out_of_range")]);
    let twice = world
        .get(STREAM)
        .header("Last-Event-ID", "1")
        .header("Last-Event-ID", "2");
    twice
        .by(&ada)
        .await
        .faults([("?Last-Event-ID", "repeated_parameter")]);
}

#[actix_web::test]
async fn who_fell_behind_what_the_log_remembers_is_told_to_read_anew() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let task = world.task(&ada, "one").await;
    let address = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    for title in ["two", "three"] {
        world
            .patch(&*address)
            .by(&ada)
            .json(&json!({"title": title}))
            .await
            .ok();
    }
    world.wait(Duration::from_secs(1));
    world.forget_changes().await;
    let mut events = world.get(format!("{STREAM}?since=0")).by(&ada).events().await;
    begins_at(&mut events).await;
    events.ends_with("resync_required").await;
}

#[actix_web::test]
async fn a_stream_ends_with_its_token() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let events = open(&world, &ada).await;
    world.wait(ACCESS_TTL);
    world.look_again().await;
    events.ends_with("token_expired").await;
}

#[actix_web::test]
async fn a_stream_ends_with_the_session_the_token_or_the_account_that_it_rests_on() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let disable = async |person: &Person| {
        let address = format!("/api/admin/users/{}", person.id);
        let disabled = json!({"disabled": true});
        world.patch(address).by(&root).json(&disabled).await.ok();
    };

    let ada = world.sign_up("ada@example.com").await;
    let other = Person {
        id: ada.id.clone(),
        token: world.log_in("ada@example.com").await,
    };
    let program = world.program_of(&ada, &["tasks:read"]).await;
    let elsewhere = world.outsider("u1");
    let events = open(&world, &ada).await;
    let mut of_other = open(&world, &other).await;
    let of_program = open(&world, &program).await;
    let of_elsewhere = open(&world, &elsewhere).await;

    world.post("/api/auth/logout").by(&ada).await.no_content();
    world.look_again().await;
    events.ends_with("session_revoked").await;
    assert!(of_other.is_quiet());

    let tokens = world.get("/api/auth/tokens").by(&other).await.ok();
    let token = format!("/api/auth/tokens/{}", tokens[0]["id"].as_str().unwrap());
    world.delete(token).by(&other).await.no_content();
    world.look_again().await;
    of_program.ends_with("unauthenticated").await;

    disable(&elsewhere).await;
    world.look_again().await;
    of_elsewhere.ends_with("account_disabled").await;

    let address = format!("/api/admin/users/{}", ada.id);
    world.delete(address).by(&root).await.no_content();
    world.look_again().await;
    of_other.ends_with("unauthenticated").await;
}

#[actix_web::test]
async fn who_still_may_goes_on() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let mut events = open(&world, &ada).await;
    world.look_again().await;
    assert!(events.is_quiet());
    world.task(&ada, "one").await;
    events.change().await;
}

#[actix_web::test]
async fn every_stream_ends_when_the_server_is_about_to_stop_and_none_is_opened() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let events = open(&world, &ada).await;
    world.drain.begin();
    events.ends_with("unavailable").await;
    world.get(STREAM).by(&ada).await.problem("unavailable");
}

#[actix_web::test]
async fn somebody_has_so_many_streams_and_all_have_so_many_together() {
    let world = World::with(|setup| {
        setup.streams = StreamLimits {
            per_user: 2,
            in_all: 3,
        };
    });
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let _one = open(&world, &ada).await;
    let another = open(&world, &ada).await;
    world.get(STREAM).by(&ada).await.problem("rate_limited");
    let _of_bob = open(&world, &bob).await;
    world.get(STREAM).by(&bob).await.problem("unavailable");
    // Who leaves makes room.
    drop(another);
    open(&world, &bob).await;
    open(&world, &ada).await;
}

#[actix_web::test]
async fn where_nothing_happens_there_is_a_heartbeat() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let mut events = open(&world, &ada).await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    for _ in 0..3 {
        let event = events.next().await.unwrap();
        assert!(event.is_comment && event.name.is_none() && event.id.is_none());
    }
    assert_eq!(begun.elapsed().as_secs(), 45);
}

#[actix_web::test]
async fn what_is_written_in_quick_succession_is_read_together() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let mut events = open(&world, &ada).await;
    tokio::time::pause();
    world.task(&ada, "one").await;
    let begun = tokio::time::Instant::now();
    events.change().await;
    let one = begun.elapsed();
    for title in ["two", "three"] {
        world.task(&ada, title).await;
    }
    assert!(events.is_quiet());
    for title in ["two", "three"] {
        assert_eq!(events.change().await.1["task"]["title"], title);
        // The timer counts whole milliseconds.
        let waited = begun.elapsed() - one;
        assert!(
            one.as_millis() <= 1 && (19..=22).contains(&waited.as_millis()),
            "{one:?}, {waited:?}"
        );
    }
}

#[actix_web::test]
async fn who_is_behind_is_not_kept_waiting() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for _ in 0..120 {
        world.task(&ada, "one of many").await;
    }
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let mut events = world.get(format!("{STREAM}?since=0")).by(&ada).events().await;
    begins_at(&mut events).await;
    for _ in 0..120 {
        events.change().await;
    }
    assert!(begun.elapsed().as_millis() <= 1);
}

#[actix_web::test]
async fn who_takes_nothing_for_too_long_is_told_to_read_anew() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let mut events = open(&world, &ada).await;
    world.task(&ada, "one").await;
    events.change().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(29)).await;
    world.task(&ada, "two").await;
    events.change().await;
    tokio::time::advance(Duration::from_secs(31)).await;
    world.task(&ada, "three").await;
    events.ends_with("resync_required").await;
}

/// A world in which everybody has one stream at a time.
fn world_of_one_stream() -> World {
    World::with(|setup| {
        setup.streams = StreamLimits {
            per_user: 1,
            in_all: 100,
        };
    })
}

#[actix_web::test]
async fn who_answers_no_ping_before_the_next_one_is_due_is_given_up_and_leaves_the_place() {
    let world = world_of_one_stream();
    let ada = world.sign_up("ada@example.com").await;
    let mut socket = world.get(STREAM).by(&ada).socket().await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    for _ in 0..3 {
        assert_eq!(socket.next().await, Some(Frame::Ping));
        socket.pong();
    }
    assert_eq!(begun.elapsed().as_secs(), 45);
    world.get(STREAM).by(&ada).await.problem("rate_limited");
    assert_eq!(socket.next().await, Some(Frame::Ping));
    assert_eq!(socket.next().await, None);
    assert_eq!(begun.elapsed().as_secs(), 75);
    open(&world, &ada).await;
}

#[actix_web::test]
async fn a_socket_that_takes_nothing_leaves_its_place_and_is_closed_before_much_was_kept_for_it() {
    let world = world_of_one_stream();
    let ada = world.sign_up("ada@example.com").await;
    for number in 0..300 {
        world.task(&ada, &format!("task {number}")).await;
    }
    let mut socket = world.get(format!("{STREAM}?since=0")).by(&ada).socket().await;
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(29)).await;
    world.get(STREAM).by(&ada).await.problem("rate_limited");
    tokio::time::sleep(Duration::from_secs(2)).await;
    open(&world, &ada).await;

    // What was kept, without a gap, and then why there is no more.
    let mut seen = 0;
    let end = loop {
        match socket.next().await.unwrap() {
            Frame::Text(change) => {
                seen += 1;
                assert_eq!(change["seq"], seen);
            }
            other => break other,
        }
    };
    assert_eq!(end, Frame::Close(4410, "resync_required".to_owned()));
    assert_eq!(socket.next().await, None);
    assert!(seen <= 50, "{seen} changes were kept");
}

#[actix_web::test]
async fn a_ticket_opens_a_stream_in_the_place_of_the_token() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let program = world.program_of(&ada, &["tasks:read"]).await;
    let elsewhere = world.outsider("u1");
    for (person, writer) in [(&ada, &ada), (&program, &ada), (&elsewhere, &elsewhere)] {
        let ticket = ticket(&world, person).await;
        for address in [STREAM.to_owned(), format!("/api/{}/changes/stream", person.id)] {
            let mut events = world.get(format!("{address}?ticket={ticket}")).events().await;
            begins_at(&mut events).await;
            world.task(writer, "one").await;
            events.change().await;
        }
    }
}

#[actix_web::test]
async fn a_ticket_opens_nothing_else() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let ticket = ticket(&world, &ada).await;
    let of_bob = format!("/api/{}/changes/stream?ticket={ticket}", bob.id);
    world.get(of_bob).await.problem("user_mismatch");
    for address in ["/api/changes", "/api/tasks", "/api/auth/me"] {
        world
            .get(format!("{address}?ticket={ticket}"))
            .await
            .problem("unauthenticated");
        world
            .get(address)
            .bearer(&ticket)
            .await
            .problem("unauthenticated");
    }
    world.get(STREAM).bearer(&ticket).await.problem("unauthenticated");
    let renewal = format!("/api/changes/ticket?ticket={ticket}");
    world.post(renewal).await.problem("unauthenticated");
}

#[actix_web::test]
async fn a_token_is_no_ticket_and_two_credentials_are_one_too_many() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let ticket = ticket(&world, &ada).await;
    for word in [&*ada.token, "garbage", ""] {
        world
            .get(format!("{STREAM}?ticket={word}"))
            .await
            .problem("unauthenticated");
    }
    let twice = format!("{STREAM}?ticket={ticket}&ticket={ticket}");
    world.get(twice).await.problem("unauthenticated");
    let both = world.get(format!("{STREAM}?ticket={ticket}")).by(&ada).await;
    both.faults([("?ticket", "not_allowed_together")]);
}

#[actix_web::test]
async fn a_ticket_works_for_a_minute_and_while_the_token_does() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let late = format!("{STREAM}?ticket={}", ticket(&world, &ada).await);
    world.wait(Duration::from_secs(59));
    let events = world.get(&*late).events().await;
    drop(events);
    world.wait(Duration::from_secs(1));
    world.get(&*late).await.problem("token_expired");

    let fresh = format!("{STREAM}?ticket={}", ticket(&world, &ada).await);
    let mut events = world.get(&*fresh).events().await;
    begins_at(&mut events).await;
    world.post("/api/auth/logout").by(&ada).await.no_content();
    world.look_again().await;
    events.ends_with("session_revoked").await;
    world.get(&*fresh).await.problem("session_revoked");
}

#[actix_web::test]
async fn a_stream_that_a_ticket_opened_ends_with_the_token_that_it_was_given_out_for() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let ticket = ticket(&world, &ada).await;
    let mut events = world.get(format!("{STREAM}?ticket={ticket}")).events().await;
    begins_at(&mut events).await;
    world.wait(ACCESS_TTL - Duration::from_secs(1));
    world.look_again().await;
    assert!(events.is_quiet());
    world.wait(Duration::from_secs(1));
    world.look_again().await;
    events.ends_with("token_expired").await;
}

#[actix_web::test]
async fn what_opens_a_websocket_must_be_a_handshake() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let half = world.get(STREAM).by(&ada).header("Upgrade", "websocket");
    half.await.problem("malformed_request");
    // It has left its place.
    for _ in 0..STREAMS.per_user {
        let half = world.get(STREAM).by(&ada).header("Upgrade", "websocket");
        let _: Value = half.await.problem("malformed_request");
    }
}
