use std::{
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use futures_util::{FutureExt, future::join_all};
use serde_json::json;
use tokio::{sync::Semaphore, task::yield_now, time::advance};

use super::{super::test_keys::TestKey, *};

const HOUR: Duration = Duration::from_secs(60 * 60);
const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);

/// An issuer that does as the test says.
#[derive(Clone)]
struct Issuer {
    /// The ids of its keys; `None` while it is broken.
    keys: Arc<Mutex<Option<Vec<&'static str>>>>,
    asked: Arc<AtomicUsize>,
    /// Each answer takes one.
    may_answer: Arc<Semaphore>,
}

impl Issuer {
    fn with(keys: &[&'static str]) -> Self {
        Self {
            keys: Arc::new(Mutex::new(Some(keys.to_vec()))),
            asked: Arc::default(),
            may_answer: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
        }
    }

    fn hanging(keys: &[&'static str]) -> Self {
        let issuer = Self::with(keys);
        issuer.hang();
        issuer
    }

    fn hang(&self) {
        self.may_answer.forget_permits(Semaphore::MAX_PERMITS);
    }

    fn answer(&self) {
        self.may_answer.add_permits(Semaphore::MAX_PERMITS);
    }

    fn give(&self, keys: Option<&[&'static str]>) {
        *self.keys.lock().unwrap() = keys.map(<[_]>::to_vec);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn key_set(&self) -> KeySet {
        self.key_set_on(Handle::current())
    }

    fn key_set_on(&self, runtime: Handle) -> KeySet {
        let name = super::Issuer::parse("elsewhere").unwrap();
        KeySet::new(name, self.clone(), Duration::from_secs(5), runtime)
    }
}

#[async_trait]
impl KeySource for Issuer {
    async fn fetch(&self) -> Result<PublicKeys, FetchError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let _turn = self.may_answer.acquire().await.unwrap();
        let keys = self.keys.lock().unwrap().clone();
        let keys = keys.ok_or(FetchError::TooLong)?;
        let jwks: Vec<_> = keys.iter().map(|id| TestKey::Ed25519.jwk(id)).collect();
        Ok(PublicKeys::parse(json!({"keys": jwks}).to_string().as_bytes())?)
    }
}

/// Whether the set has that key; `None` if it cannot tell.
async fn has(keys: &KeySet, id: &str) -> Option<bool> {
    let found = keys.find(Some(id), Algorithm::EdDSA).await;
    found.ok().map(|key| key.is_some())
}

/// Until nothing goes on in the background any more.
async fn settle(keys: &KeySet) {
    let fetch = keys.shared.lock().fetch.clone();
    if let Some(mut fetch) = fetch {
        let _over = fetch.changed().await;
    }
}

#[tokio::test(start_paused = true)]
async fn many_who_come_first_at_once_make_one_fetch() {
    let issuer = Issuer::hanging(&["a"]);
    let keys = issuer.key_set();
    let mut many = pin!(join_all((0..100).map(|_| has(&keys, "a"))));
    assert_eq!(many.as_mut().now_or_never(), None);
    issuer.answer();
    assert_eq!(many.await, vec![Some(true); 100]);
    assert_eq!(issuer.asked(), 1);
    assert_eq!(has(&keys, "a").await, Some(true));
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_does_not_stop_the_fetch() {
    let issuer = Issuer::hanging(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").now_or_never(), None);
    issuer.answer();
    settle(&keys).await;
    assert!(keys.known(Some("a"), Algorithm::EdDSA).is_some());
    assert_eq!(issuer.asked(), 1);
}

#[test]
fn the_runtime_of_who_asks_can_go() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let main = runtime();
    let issuer = Issuer::hanging(&["a"]);
    let keys = issuer.key_set_on(main.handle().clone());
    let worker = runtime();
    assert_eq!(worker.block_on(async { has(&keys, "a").now_or_never() }), None);
    drop(worker);
    issuer.answer();
    main.block_on(settle(&keys));
    assert!(keys.known(Some("a"), Algorithm::EdDSA).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_runtime_that_has_stopped_leaves_nobody_waiting() {
    let stopped = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let keys = Issuer::with(&["a"]).key_set_on(stopped.handle().clone());
    stopped.shutdown_background();
    assert_eq!(has(&keys, "a").await, None);
}

#[tokio::test(start_paused = true)]
async fn the_first_token_of_a_new_key_is_taken() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.give(Some(&["b", "a"]));
    assert_eq!(has(&keys, "b").await, Some(true));
    issuer.give(Some(&["c", "b", "a"]));
    assert_eq!(has(&keys, "c").await, Some(true));
    assert_eq!(issuer.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn after_a_quiet_time_a_withdrawn_key_opens_nothing_once_more() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.give(Some(&["b"]));
    advance(TEN_MINUTES).await;
    assert_eq!(has(&keys, "a").await, Some(false));
}

#[tokio::test(start_paused = true)]
async fn after_a_quiet_time_known_keys_work_though_the_issuer_is_gone() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.hang();
    advance(TEN_MINUTES).await;
    assert_eq!(has(&keys, "a").await, Some(true));
    // It is known to be gone: nobody waits for it again.
    assert_eq!(has(&keys, "a").now_or_never(), Some(Some(true)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_any_key_leaves_those_that_are_known() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.give(Some(&[]));
    assert_eq!(has(&keys, "unknown").await, Some(false));
    assert_eq!(issuer.asked(), 2);
    assert_eq!(has(&keys, "a").await, Some(true));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_unknown_keys_makes_few_fetches() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    for id in 0..1_000 {
        assert_eq!(has(&keys, &id.to_string()).await, Some(false));
    }
    assert_eq!(issuer.asked(), 1 + 2);
    advance(Duration::from_secs(30)).await;
    for id in 0..1_000 {
        assert_eq!(has(&keys, &id.to_string()).await, Some(false));
    }
    assert_eq!(issuer.asked(), 1 + 2 + 1);
    assert_eq!(has(&keys, "a").await, Some(true));
}

#[tokio::test(start_paused = true)]
async fn old_keys_are_refreshed_while_they_go_on_working() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.hang();
    issuer.give(Some(&["b"]));
    advance(TEN_MINUTES / 2 - Duration::from_millis(1)).await;
    assert_eq!(has(&keys, "a").now_or_never(), Some(Some(true)));
    yield_now().await;
    assert_eq!(issuer.asked(), 1);

    advance(Duration::from_millis(1)).await;
    assert_eq!(has(&keys, "a").now_or_never(), Some(Some(true)));
    yield_now().await;
    assert_eq!(issuer.asked(), 2);
    assert_eq!(has(&keys, "a").now_or_never(), Some(Some(true)));

    // It was withdrawn meanwhile.
    issuer.answer();
    settle(&keys).await;
    assert_eq!(has(&keys, "a").await, Some(false));
    assert_eq!(has(&keys, "b").await, Some(true));
}

#[tokio::test(start_paused = true)]
async fn keys_outlive_their_issuer_for_an_hour() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.give(None);
    for _ in 0..59 {
        advance(Duration::from_secs(60)).await;
        assert_eq!(has(&keys, "a").await, Some(true));
        settle(&keys).await;
        assert_eq!(has(&keys, "unknown").await, Some(false));
    }
    advance(Duration::from_secs(59)).await;
    assert_eq!(has(&keys, "a").await, Some(true));
    advance(Duration::from_secs(1)).await;
    assert_eq!(has(&keys, "a").await, None);

    issuer.give(Some(&["a"]));
    advance(Duration::from_secs(5)).await;
    assert_eq!(has(&keys, "a").await, Some(true));
}

#[tokio::test(start_paused = true)]
async fn keys_that_nobody_needed_for_an_hour_are_fetched_anew() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert_eq!(has(&keys, "a").await, Some(true));
    issuer.give(Some(&["b"]));
    advance(HOUR).await;
    assert!(keys.known(Some("a"), Algorithm::EdDSA).is_none());
    assert_eq!(has(&keys, "a").await, Some(false));
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_hangs_is_waited_for_five_seconds() {
    let issuer = Issuer::hanging(&["a"]);
    let keys = issuer.key_set();
    let begun = Instant::now();
    let found = keys.find(Some("a"), Algorithm::EdDSA).await;
    assert!(matches!(&*found.unwrap_err(), FetchError::TimedOut));
    assert_eq!(begun.elapsed(), Duration::from_secs(5));

    // Who comes now does not wait.
    assert_eq!(has(&keys, "a").now_or_never(), Some(None));
    issuer.answer();
    advance(Duration::from_secs(5)).await;
    assert_eq!(has(&keys, "a").await, Some(true));
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_was_never_reached_is_asked_once_in_five_seconds() {
    let issuer = Issuer::with(&["a"]);
    issuer.give(None);
    let keys = issuer.key_set();
    for _ in 0..100 {
        assert_eq!(has(&keys, "a").await, None);
        advance(Duration::from_millis(100)).await;
    }
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn looking_at_what_is_known_asks_nobody() {
    let issuer = Issuer::with(&["a"]);
    let keys = issuer.key_set();
    assert!(keys.known(Some("a"), Algorithm::EdDSA).is_none());
    yield_now().await;
    assert_eq!(issuer.asked(), 0);
    assert_eq!(has(&keys, "a").await, Some(true));
    advance(TEN_MINUTES).await;
    assert!(keys.known(Some("a"), Algorithm::EdDSA).is_some());
    yield_now().await;
    assert_eq!(issuer.asked(), 1);
}
