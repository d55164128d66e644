//! What whoever counts and traces is told.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::http::{Method, header::HeaderMap};
use taskwell_web::{Answered, Observer, StreamKind};
use tracing::Span;

use crate::support::{Events, World};

/// Notes in a line each what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    /// What was noted since the last time.
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Notes {
    fn begun(&self, _: &Span, headers: &HeaderMap) -> Option<String> {
        let trace = headers.get("traceparent")?.to_str().unwrap();
        self.note(format!("begun in {trace}"));
        Some(trace.to_owned())
    }

    fn answered(&self, _: &Span, answered: &Answered<'_>) {
        assert!(answered.elapsed < Duration::from_secs(60));
        let Answered {
            method, status, user, ..
        } = answered;
        let route = answered.route.unwrap_or("nowhere");
        let user = user.map_or("somebody", |user| user.as_str());
        self.note(format!("{method} {route} {} by {user}", status.as_u16()));
    }

    fn stream_opened(&self, kind: StreamKind) {
        self.note(format!("{kind:?} opened"));
    }

    fn stream_ended(&self, kind: StreamKind, reason: &'static str) {
        self.note(format!("{kind:?} ended: {reason}"));
    }
}

fn observed() -> (World, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let observer = Arc::clone(&notes);
    let world = World::with(|setup| setup.observer = Some(observer));
    (world, notes)
}

#[actix_web::test]
async fn every_answer_is_told_with_the_template_of_its_route_and_who_asked() {
    let (world, notes) = observed();
    let ada = world.sign_up("ada@example.com").await;
    let task = world.task(&ada, "one").await;
    let id = task["id"].as_str().unwrap();
    notes.taken();
    world
        .get(format!("/api/{}/tasks/{id}", ada.id))
        .by(&ada)
        .await
        .ok();
    world.get(format!("/api/tasks/{id}")).by(&ada).await.ok();
    world
        .get("/api/somebody/tasks")
        .by(&ada)
        .await
        .problem("user_mismatch");
    world.get("/api/tasks").await.problem("unauthenticated");
    world
        .call(Method::PUT, "/health/live")
        .await
        .problem("method_not_allowed");
    world.get(format!("/nowhere/{id}")).await.problem("not_found");
    world
        .call(Method::OPTIONS, "/api/tasks")
        .header("Origin", "https://elsewhere.example")
        .header("Access-Control-Request-Method", "GET")
        .await
        .problem("malformed_request");
    let by_ada = |line: &str| format!("{line} by {}", ada.id);
    assert_eq!(
        notes.taken(),
        [
            by_ada("GET /api/{user_id}/tasks/{id} 200"),
            by_ada("GET /api/tasks/{id} 200"),
            by_ada("GET /api/{user_id}/tasks 403"),
            "GET /api/tasks 401 by somebody".to_owned(),
            "PUT /health/live 405 by somebody".to_owned(),
            "GET nowhere 404 by somebody".to_owned(),
            "OPTIONS /api/tasks 400 by somebody".to_owned(),
        ]
    );
}

#[actix_web::test]
async fn the_headers_are_there_to_tell_the_trace() {
    let (world, notes) = observed();
    world.get("/health/live").header("traceparent", "t1").await.ok();
    assert_eq!(notes.taken(), ["begun in t1", "GET /health/live 200 by somebody"]);
}

#[actix_web::test]
async fn a_stream_is_told_when_it_begins_and_why_it_ends() {
    let (world, notes) = observed();
    let ada = world.sign_up("ada@example.com").await;
    let stream = async || -> Events {
        notes.taken();
        let mut events = world.get("/api/changes/stream").by(&ada).events().await;
        events.next().await.unwrap();
        assert_eq!(notes.taken()[0], "Events opened");
        events
    };
    let left = stream().await;
    drop(left);
    assert_eq!(notes.taken(), ["Events ended: left"]);

    let drained = stream().await;
    world.drain.begin();
    drained.ends_with("unavailable").await;
    assert_eq!(notes.taken(), ["Events ended: draining"]);
}

#[actix_web::test]
async fn a_stream_that_the_session_ends_says_so() {
    let (world, notes) = observed();
    let ada = world.sign_up("ada@example.com").await;
    let mut events = world.get("/api/changes/stream").by(&ada).events().await;
    events.next().await.unwrap();
    world.post("/api/auth/logout").by(&ada).await.no_content();
    world.look_again().await;
    events.ends_with("session_revoked").await;
    assert_eq!(notes.taken().last().unwrap(), "Events ended: session_revoked");
}

#[actix_web::test]
async fn a_ticket_tells_who_asks_as_a_token_does() {
    let (world, notes) = observed();
    let ada = world.sign_up("ada@example.com").await;
    let ticket = world.post("/api/changes/ticket").by(&ada).await.created();
    let ticket = ticket["ticket"].as_str().unwrap();
    notes.taken();
    let events = world
        .get(format!("/api/changes/stream?ticket={ticket}"))
        .events()
        .await;
    let answered = format!("GET /api/changes/stream 200 by {}", ada.id);
    assert!(notes.taken().contains(&answered));
    drop(events);
}
