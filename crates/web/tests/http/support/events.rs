use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody};
use futures_util::{FutureExt, future::poll_fn};
use serde_json::Value;

/// A stream of events as it comes in.
pub(crate) struct Events {
    body: Pin<Box<BoxBody>>,
    text: String,
}

/// An event; a comment has neither name nor data.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: Option<String>,
    pub(crate) id: Option<u64>,
    pub(crate) data: Option<Value>,
    pub(crate) is_comment: bool,
}

impl Events {
    pub(crate) fn new(body: BoxBody) -> Self {
        Self {
            body: Box::pin(body),
            text: String::new(),
        }
    }

    /// The next one; none after the end.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(read(&event));
            }
            let chunk = poll_fn(|cx| self.body.as_mut().poll_next(cx)).await?.unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next one must be a change: its number and what it says.
    pub(crate) async fn change(&mut self) -> (u64, Value) {
        let event = self.next().await.unwrap();
        assert_eq!(event.name.as_deref(), Some("change"), "{event:?}");
        let (id, data) = (event.id.unwrap(), event.data.unwrap());
        assert_eq!(data["seq"], id);
        (id, data)
    }

    /// The next one must be the last, and say why: that code.
    pub(crate) async fn ends_with(mut self, code: &str) {
        let event = self.next().await.unwrap();
        assert_eq!(event.name.as_deref(), Some(code), "{event:?}");
        assert_eq!(event.data.unwrap()["code"], code);
        assert_eq!(self.next().await, None);
    }

    /// Nothing is there at the moment.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.next().now_or_never().is_none()
    }
}

/// The fields of an event (WHATWG HTML, section 9.2.6).
fn read(text: &str) -> Event {
    let mut event = Event::default();
    for line in text.lines() {
        match line
            .split_once(':')
            .map(|(name, value)| (name, value.trim_start()))
        {
            Some(("", _)) => event.is_comment = true,
            Some(("event", name)) => event.name = Some(name.to_owned()),
            Some(("id", id)) => event.id = Some(id.parse().unwrap()),
            Some(("data", data)) => event.data = Some(serde_json::from_str(data).unwrap()),
            _ => panic!("{line} is no field"),
        }
    }
    event
}
