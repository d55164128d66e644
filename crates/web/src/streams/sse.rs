//! A stream as Server-Sent Events (WHATWG HTML, section 9.2).

use std::convert::Infallible;

use actix_web::{HttpResponse, HttpResponseBuilder, http::header, web::Bytes};
use futures_util::{StreamExt, future, stream};
use serde_json::json;
use taskwell_domain::Seq;

use super::{
    End,
    feed::{Event, Feed},
};

pub(crate) const MEDIA_TYPE: &str = "text/event-stream";

/// The answer that goes on until the stream ends.
pub(crate) fn answer(feed: Feed) -> HttpResponse {
    // Who loses the connection before the first change comes back to where they were, not to the end of then.
    let place = format!("id: {}\n\n", feed.at());
    // In a box, for whatever is handed over here from one step to the next has its room twice.
    let events = stream::unfold(Some(Box::new(feed)), |feed| async {
        let mut feed = feed?;
        let event = feed.next().await;
        let is_last = matches!(event, Event::End(_));
        Some((text(event), (!is_last).then_some(feed)))
    });
    let all = stream::once(future::ready(place)).chain(events);
    // Nothing else is sent on a connection that a server about to stop does not wait for.
    head()
        .force_close()
        .streaming(all.map(|text| Ok::<_, Infallible>(Bytes::from(text))))
}

/// What the answer to `HEAD` is, and that to `GET` begins with.
pub(crate) fn head() -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type(MEDIA_TYPE)
        // A proxy that gathers what it passes on would keep each change until there are more.
        .insert_header((header::HeaderName::from_static("x-accel-buffering"), "no"));
    head
}

fn text(event: Event) -> String {
    match event {
        Event::Changes(changes) => changes.into_iter().map(change).collect(),
        Event::Heartbeat => ":\n\n".to_owned(),
        Event::End(end) => last(end),
    }
}

fn change((seq, json): (Seq, String)) -> String {
    // JSON in one line has no line breaks.
    format!("event: change\nid: {seq}\ndata: {json}\n\n")
}

fn last(end: End) -> String {
    let data = json!({"code": end.word(), "title": end.title()});
    format!("event: {}\ndata: {data}\n\n", end.word())
}
