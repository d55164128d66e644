//! Clients that write one task after the other, whatever happens.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use reqwest::{Error, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::ledger::{Ledger, Told};
use crate::client::Client;

const WRITERS: usize = 8;

/// Longer than any request may take: `server.request_timeout` and a margin for a machine with much to do.
const HANGS_AFTER: Duration = Duration::from_secs(20);

/// How long a test waits for writes to be acknowledged again.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(30);

/// After a write that was not done, so that a server that is away is not asked without a pause.
const PAUSE: Duration = Duration::from_millis(20);

/// Asks for a task of that title, once however often it is sent.
pub(crate) async fn create(client: &Client, title: &str) -> Result<Response, Error> {
    let request = client.request(Method::POST, "/api/me/tasks");
    let request = request
        .header("Idempotency-Key", title)
        .json(&json!({"title": title}));
    request.send().await
}

/// Writers at work.
pub(crate) struct Load {
    writers: JoinSet<()>,
    ledger: Arc<Mutex<Ledger>>,
    /// Where the writers write, and none once they are to end.
    server: watch::Sender<Option<String>>,
}

impl Load {
    /// Writes as that client to its server.
    pub(crate) fn start(client: &Client) -> Self {
        let (server, writes_to) = watch::channel(Some(client.url().to_owned()));
        let ledger: Arc<Mutex<Ledger>> = Arc::default();
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(write(
                writer,
                client.clone(),
                writes_to.clone(),
                Arc::clone(&ledger),
            ));
        }
        Self {
            writers,
            ledger,
            server,
        }
    }

    /// From now on they write there.
    pub(crate) fn turn_to(&self, url: &str) {
        self.server.send_replace(Some(url.to_owned()));
    }

    /// Waits until so many more writes are acknowledged; how long that took.
    pub(crate) async fn goes_on_for(&self, writes: usize) -> Duration {
        let enough = self.so_far().done() + writes;
        self.until(COMES_BACK_WITHIN, "the server acknowledges no writes", |ledger| {
            ledger.done() >= enough
        })
        .await
    }

    /// Waits until so many writes were answered that the server cannot be had.
    pub(crate) async fn is_refused(&self, writes: usize) {
        let enough = self.so_far().unavailable() + writes;
        let refused = self.until(HANGS_AFTER, "writes are not refused", |ledger| {
            ledger.unavailable() >= enough
        });
        refused.await;
    }

    /// Ends the writers once they have their last answers.
    pub(crate) async fn stop(mut self) -> Ledger {
        self.server.send_replace(None);
        while let Some(writer) = self.writers.join_next().await {
            writer.expect("no request hangs, and none is answered but as it should");
        }
        let ledger = Arc::into_inner(self.ledger).expect("the writers have ended");
        ledger.into_inner().expect("nobody panicked")
    }

    async fn until(&self, within: Duration, otherwise: &str, is_so: impl Fn(&Ledger) -> bool) -> Duration {
        let begun = Instant::now();
        while !is_so(&self.so_far()) {
            assert!(begun.elapsed() < within, "{otherwise}");
            sleep(Duration::from_millis(5)).await;
        }
        begun.elapsed()
    }

    fn so_far(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("nobody panicked")
    }
}

async fn write(
    writer: usize,
    client: Client,
    server: watch::Receiver<Option<String>>,
    ledger: Arc<Mutex<Ledger>>,
) {
    for number in 0.. {
        let Some(url) = server.borrow().clone() else {
            return;
        };
        let title = format!("write-{number}-of-writer-{writer}");
        let begun = Instant::now();
        let told = timeout(HANGS_AFTER, ask(&client.at(&url), &title)).await;
        let told = told.unwrap_or_else(|_| panic!("{title} hangs"));
        let is_done = matches!(told, Told::Done(_));
        ledger
            .lock()
            .expect("nobody panicked")
            .note(title, told, begun.elapsed());
        if !is_done {
            sleep(PAUSE).await;
        }
    }
}

/// Writes once. An answer that ends in the middle is none.
pub(crate) async fn ask(client: &Client, title: &str) -> Told {
    let response = match create(client, title).await {
        Ok(response) => response,
        Err(error) if error.is_connect() => return Told::Refused,
        Err(_) => return Told::Nothing,
    };
    let status = response.status();
    let waits = response.headers().contains_key("retry-after");
    let Ok(body) = response.json::<Value>().await else {
        return Told::Nothing;
    };
    match status {
        StatusCode::CREATED => Told::Done(body["id"].as_str().expect("a task has an id").to_owned()),
        StatusCode::SERVICE_UNAVAILABLE => {
            assert_eq!(body["code"], "unavailable", "{body}");
            assert!(waits, "{body}");
            Told::Unavailable
        }
        other => panic!("{title} was answered {other}: {body}"),
    }
}
