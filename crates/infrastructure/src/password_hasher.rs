//! Argon2id.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use argon2::{
    Params,
    password_hash::{
        CustomizedPasswordHasher as _, Error as PhcError, PasswordVerifier as _, phc::PasswordHash as Phc,
        try_generate_salt,
    },
};
use async_trait::async_trait;
use taskwell_application::ports::{HashingError, PasswordHash, PasswordHasher};
use taskwell_domain::{NewPassword, Password};
use tokio::sync::Semaphore;

use crate::frugal_argon2::FrugalArgon2;

/// How many may wait for their turn: at some tens of milliseconds a hash, more would wait in vain.
const WAITING: usize = 64;

/// Hashes with Argon2id (RFC 9106) at OWASP's parameters (19 MiB, 2 passes, 1 lane), which are the crate's
/// own. A hash keeps a core busy, so one core is left to everybody else, and none is hashed on the async workers.
#[derive(Clone, Debug)]
pub struct Argon2Hasher {
    /// One for everybody who hashes or waits.
    places: Arc<Semaphore>,
    /// One for everybody who hashes.
    turns: Arc<Semaphore>,
    at_once: usize,
    waiting: usize,
    refused: Arc<AtomicU64>,
}

/// Who hashes a password, or waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordQueue {
    /// How many wait for their turn.
    pub waiting: usize,
    /// How many are at work.
    pub working: usize,
    /// How many found the queue full, since the start.
    pub refused: u64,
}

impl Default for Argon2Hasher {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with_limits((cores - 1).max(1), WAITING)
    }
}

impl Argon2Hasher {
    fn with_limits(at_once: usize, waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(at_once + waiting)),
            turns: Arc::new(Semaphore::new(at_once)),
            at_once,
            waiting,
            refused: Arc::default(),
        }
    }

    /// The queue as it is at the moment.
    #[must_use]
    pub fn queue(&self) -> PasswordQueue {
        let working = self.at_once - self.turns.available_permits();
        let all = self.at_once + self.waiting - self.places.available_permits();
        PasswordQueue {
            // Between the two looks somebody may have come or gone.
            waiting: all.saturating_sub(working),
            working,
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    /// Does `work` on a blocking thread once it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PhcError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            HashingError::Busy
        })?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(internal)?;
        let work = move || {
            // They go along: whoever stops waiting for the answer does not stop the work.
            let _held = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(internal)?
            .map_err(internal)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &NewPassword) -> Result<PasswordHash, HashingError> {
        let password = password.as_password().clone();
        self.in_turn(move || hash(&password)).await
    }

    async fn verify(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, HashingError> {
        let password = password.clone();
        self.in_turn(move || verify(&password, hash.as_ref())).await
    }
}

fn hash(password: &Password) -> Result<PasswordHash, PhcError> {
    let salt = try_generate_salt().map_err(|_| PhcError::Crypto)?;
    let phc =
        FrugalArgon2.hash_password_customized(password.as_bytes(), &salt, None, None, Params::default())?;
    Ok(PasswordHash::from(phc.to_string()))
}

fn verify(password: &Password, known: Option<&PasswordHash>) -> Result<bool, PhcError> {
    let Some(known) = known else {
        // The same work as for a known one.
        return hash(password).map(|_| false);
    };
    let phc = Phc::new(known.as_str())?;
    match FrugalArgon2.verify_password(password.as_bytes(), &phc) {
        Err(PhcError::PasswordInvalid) => Ok(false),
        verified => verified.map(|()| true),
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> HashingError {
    HashingError::Internal(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text)
    }

    fn chosen() -> NewPassword {
        NewPassword::parse("correct horse", None).unwrap()
    }

    #[tokio::test]
    async fn a_hash_says_how_it_was_made_and_knows_its_password() {
        let hasher = Argon2Hasher::default();
        let hash = hasher.hash(&chosen()).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(hasher.hash(&chosen()).await.unwrap(), hash);

        let verify = async |text, hash| hasher.verify(&password(text), hash).await.unwrap();
        assert!(verify("correct horse", Some(hash.clone())).await);
        assert!(!verify("wrong horse", Some(hash)).await);
        assert!(!verify("correct horse", None).await);
    }

    #[tokio::test]
    async fn a_stored_text_that_is_no_hash_is_a_fault_and_not_a_no() {
        for text in ["", "secret", "$2b$12$abcdefghijklmnopqrstuv"] {
            let verified = Argon2Hasher::default()
                .verify(&password("x"), Some(PasswordHash::from(text.to_owned())))
                .await;
            assert!(matches!(verified, Err(HashingError::Internal(_))), "{text:?}");
        }
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_so_at_once() {
        let hasher = Argon2Hasher::with_limits(1, 1);
        let turn = Arc::clone(&hasher.turns).acquire_owned().await.unwrap();
        let [first, second] = [1, 2].map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.hash(&chosen()).await })
        });
        while hasher.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let third = hasher.hash(&chosen()).await;
        assert!(matches!(third, Err(HashingError::Busy)));
        let queue = |waiting, working| PasswordQueue {
            waiting,
            working,
            refused: 1,
        };
        // The test itself has the one turn.
        assert_eq!(hasher.queue(), queue(1, 1));

        drop(turn);
        assert!(first.await.unwrap().is_ok());
        assert!(second.await.unwrap().is_ok());
        assert!(hasher.hash(&chosen()).await.is_ok());
        assert_eq!(hasher.queue(), queue(0, 0));
    }

    #[tokio::test]
    async fn who_stops_waiting_for_a_turn_gives_the_place_back() {
        let hasher = Argon2Hasher::with_limits(1, 0);
        let turn = Arc::clone(&hasher.turns).acquire_owned().await.unwrap();
        let waiting = {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.hash(&chosen()).await })
        };
        while hasher.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        drop(turn);
        assert!(hasher.hash(&chosen()).await.is_ok());
    }

    #[tokio::test]
    async fn who_stops_waiting_for_the_work_holds_the_turn_until_it_is_done() {
        let hasher = Argon2Hasher::with_limits(1, 0);
        let (started, work_started) = tokio::sync::oneshot::channel();
        let (finish, may_finish) = std::sync::mpsc::channel::<()>();
        let waiting = {
            let hasher = hasher.clone();
            tokio::spawn(async move {
                let work = move || {
                    started.send(()).unwrap();
                    may_finish.recv().unwrap();
                    Ok(())
                };
                hasher.in_turn(work).await
            })
        };
        work_started.await.unwrap();
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        assert!(matches!(hasher.hash(&chosen()).await, Err(HashingError::Busy)));

        finish.send(()).unwrap();
        while hasher.places.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
        assert!(hasher.hash(&chosen()).await.is_ok());
    }
}
