//! What clients were told of their writes, held against what is there in the end.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use serde_json::{Value, json};

use super::load::create;
use crate::client::Client;

/// What became of a write, as far as its client knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was acknowledged: the task of that id.
    Done(String),
    /// The server cannot be had, or ran out of time: it may be done or not.
    Unavailable,
    /// Nobody took the connection: it was not sent.
    Refused,
    /// The connection was lost: it may be done or not.
    Nothing,
}

/// The writes of a load: each creates one task, whose title is its `Idempotency-Key` too.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    writes: BTreeMap<String, Told>,
    /// The longest that an answer took.
    slowest: Duration,
}

impl Ledger {
    pub(crate) fn note(&mut self, title: String, told: Told, took: Duration) {
        self.slowest = self.slowest.max(took);
        self.writes.insert(title, told);
    }

    /// How many there were.
    pub(crate) fn all(&self) -> usize {
        self.writes.len()
    }

    /// How many were acknowledged.
    pub(crate) fn done(&self) -> usize {
        self.count(|told| matches!(told, Told::Done(_)))
    }

    /// How many were answered that the server cannot be had.
    pub(crate) fn unavailable(&self) -> usize {
        self.count(|told| *told == Told::Unavailable)
    }

    /// How many were sent, and not answered at all.
    pub(crate) fn unanswered(&self) -> usize {
        self.count(|told| *told == Told::Nothing)
    }

    /// The longest that an answer took.
    pub(crate) fn slowest(&self) -> Duration {
        self.slowest
    }

    fn count(&self, is_meant: impl Fn(&Told) -> bool) -> usize {
        self.writes.values().filter(|told| is_meant(told)).count()
    }

    /// Every acknowledged write is there as it was acknowledged, nothing is there twice or was never asked for, the log tells
    /// each once, and what may be done or not is done once when it is sent again.
    pub(crate) async fn is_kept_by(&self, client: &Client) {
        let found = tasks(client).await;
        for (title, told) in &self.writes {
            if let Told::Done(id) = told {
                assert_eq!(found.get(title), Some(id), "{title} was acknowledged");
            }
        }
        assert!(found.keys().all(|title| self.writes.contains_key(title)));

        for (title, told) in &self.writes {
            if !matches!(told, Told::Done(_)) {
                let again = create(client, title).await.expect("the server answers again");
                assert_eq!(again.status(), 201, "{title}, sent again");
            }
        }
        let found = tasks(client).await;
        assert_eq!(found.len(), self.writes.len());
        assert_eq!(logged(client).await, found.into_values().collect());
    }

    /// What was not done by the word of the server is not there: it had refused all that it could not do.
    pub(crate) async fn has_nothing_refused(&self, client: &Client) {
        let found = tasks(client).await;
        for (title, told) in &self.writes {
            if *told == Told::Unavailable {
                assert_eq!(found.get(title), None, "{title} was refused");
            }
        }
    }

    /// Says what was seen, for `docs/reliability.md`; shown with `--no-capture`.
    #[expect(clippy::print_stderr, reason = "figures for whoever runs the test")]
    pub(crate) fn tell(&self, what: &str) {
        eprintln!(
            "{what}: {} acknowledged, {} answered 503, {} without an answer, the slowest answer after {:.1} s",
            self.done(),
            self.unavailable(),
            self.unanswered(),
            self.slowest.as_secs_f64()
        );
    }
}

/// The ids of the client's tasks by title.
async fn tasks(client: &Client) -> HashMap<String, String> {
    let exported = client.get("/api/me/tasks/export?format=json").await.is(200);
    let tasks = exported["tasks"].as_array().expect("an export has tasks");
    let found: HashMap<String, String> = tasks
        .iter()
        .map(|task| (text(&task["title"]), text(&task["id"])))
        .collect();
    assert_eq!(found.len(), tasks.len(), "no title is there twice");
    found
}

/// The ids of the tasks that the log of changes has, which is numbered without a gap.
async fn logged(client: &Client) -> HashSet<String> {
    let mut logged = HashSet::new();
    let mut next = json!(0);
    let mut seq = 0;
    loop {
        let page = client
            .get(&format!("/api/me/changes?since={next}&limit=1000"))
            .await
            .is(200);
        for change in page["changes"].as_array().expect("a page has changes") {
            seq += 1;
            assert_eq!(change["seq"], seq);
            assert_eq!(change["kind"], "created");
            assert!(logged.insert(text(&change["task_id"])), "{change} was made twice");
        }
        next = page["next"].clone();
        if page["more"] == false {
            return logged;
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}
