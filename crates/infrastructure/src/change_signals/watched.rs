use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use taskwell_application::ports::ChangeSignal;
use taskwell_domain::{Seq, UserId};
use tokio::sync::Notify;

/// The users whose logs somebody on this server follows.
#[derive(Debug, Default)]
pub(super) struct Watched(Mutex<HashMap<UserId, Log>>);

/// What is known of a log that is watched.
#[derive(Debug)]
struct Log {
    /// The last number that was heard of; the start before any was.
    last: Seq,
    /// By so many.
    watches: usize,
    signals: Arc<Signals>,
}

/// What those who watch a log wait for. There may be one for each of very many streams, so it is small.
#[derive(Debug, Default)]
struct Signals {
    /// How many there were.
    count: AtomicU64,
    more: Notify,
}

/// A watch over one log, which is forgotten with the last watch over it.
pub(super) struct Watch {
    watched: Arc<Watched>,
    user: UserId,
    signals: Arc<Signals>,
    /// How many signals were heard.
    heard: u64,
}

impl Log {
    /// The log ends there now.
    fn ends_at(&mut self, seq: Seq) {
        self.last = seq;
        self.signals.count.fetch_add(1, Ordering::Release);
        self.signals.more.notify_waiters();
    }
}

impl Watched {
    pub(super) fn watch(this: &Arc<Self>, user: &UserId) -> Watch {
        let mut logs = this.lock();
        let log = logs.entry(user.clone()).or_insert_with(|| Log {
            last: Seq::START,
            watches: 0,
            signals: Arc::default(),
        });
        log.watches += 1;
        Watch {
            watched: Arc::clone(this),
            user: user.clone(),
            signals: Arc::clone(&log.signals),
            heard: log.signals.count.load(Ordering::Acquire),
        }
    }

    /// Signals that the log has grown as far as that, unless that is known.
    pub(super) fn grew_to(&self, user: &UserId, seq: Seq) {
        if let Some(log) = self.lock().get_mut(user)
            && seq > log.last
        {
            log.ends_at(seq);
        }
    }

    /// Signals that the log ends there, unless that is known. It may be another log than before, of an account
    /// that came back.
    pub(super) fn ends_at(&self, user: &UserId, seq: Seq) {
        if let Some(log) = self.lock().get_mut(user)
            && seq != log.last
        {
            log.ends_at(seq);
        }
    }

    /// Whose logs are watched.
    pub(super) fn users(&self) -> Vec<UserId> {
        self.lock().keys().cloned().collect()
    }

    /// No step here can panic half way.
    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Log>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ChangeSignal for Watch {
    async fn changed(&mut self) {
        loop {
            // Asked for before the look, so that none comes in between.
            let more = self.signals.more.notified();
            let count = self.signals.count.load(Ordering::Acquire);
            if count != self.heard {
                self.heard = count;
                return;
            }
            more.await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut logs = self.watched.lock();
        if let Some(log) = logs.get_mut(&self.user) {
            log.watches -= 1;
            if log.watches == 0 {
                logs.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn ada() -> UserId {
        UserId::parse("ada").unwrap()
    }

    fn is_signalled(watch: &mut Watch) -> bool {
        watch.changed().now_or_never().is_some()
    }

    #[test]
    fn whoever_watches_is_signalled_once_however_often_the_log_grows_before_they_wait() {
        let watched = Arc::<Watched>::default();
        let (mut one, mut other) = (Watched::watch(&watched, &ada()), Watched::watch(&watched, &ada()));
        for seq in 1..=3 {
            watched.grew_to(&ada(), Seq::from(seq));
        }
        for watch in [&mut one, &mut other] {
            assert!(is_signalled(watch));
            assert!(!is_signalled(watch));
        }
    }

    #[test]
    fn what_is_known_already_is_no_signal() {
        let watched = Arc::<Watched>::default();
        let mut watch = Watched::watch(&watched, &ada());
        watched.grew_to(&ada(), Seq::from(7));
        assert!(is_signalled(&mut watch));
        for seq in [7, 6] {
            watched.grew_to(&ada(), Seq::from(seq));
        }
        watched.ends_at(&ada(), Seq::from(7));
        assert!(!is_signalled(&mut watch));
        watched.grew_to(&ada(), Seq::from(8));
        assert!(is_signalled(&mut watch));
    }

    #[test]
    fn the_log_of_an_account_that_came_back_begins_anew() {
        let watched = Arc::<Watched>::default();
        let mut watch = Watched::watch(&watched, &ada());
        watched.grew_to(&ada(), Seq::from(7));
        assert!(is_signalled(&mut watch));
        watched.ends_at(&ada(), Seq::from(1));
        assert!(is_signalled(&mut watch));
        watched.grew_to(&ada(), Seq::from(2));
        assert!(is_signalled(&mut watch));
    }

    #[test]
    fn nobody_is_signalled_for_somebody_else() {
        let watched = Arc::<Watched>::default();
        let mut watch = Watched::watch(&watched, &ada());
        watched.grew_to(&UserId::parse("eve").unwrap(), Seq::from(1));
        assert!(!is_signalled(&mut watch));
    }

    #[test]
    fn a_log_that_nobody_watches_any_more_is_forgotten() {
        let watched = Arc::<Watched>::default();
        let (one, other) = (Watched::watch(&watched, &ada()), Watched::watch(&watched, &ada()));
        drop(one);
        assert_eq!(watched.users(), [ada()]);
        drop(other);
        assert_eq!(watched.users(), []);
    }
}
