use std::{
    collections::HashMap,
    future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use taskwell_application::{Error, ErrorCode, Identity, identity::Footing};
use taskwell_domain::UserId;
use tokio::sync::oneshot;

use super::End;
use crate::problem::Failure;

/// How many streams may be open on one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// Of one user.
    pub per_user: u32,
    /// Of all users together.
    pub in_all: u32,
}

/// The streams that are open on this server. Clones share them, and all workers must.
#[derive(Clone, Debug)]
pub struct Streams {
    limits: StreamLimits,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    /// There are few of one user, and most have one: a list takes the least memory.
    by_user: HashMap<UserId, Vec<Entry>>,
    count: usize,
    /// How many have been opened ever.
    opened: u64,
}

/// What a stream rests on, and how to end it.
#[derive(Debug)]
struct Entry {
    number: u64,
    footing: Footing,
    /// None once it was told to end.
    end: Option<oneshot::Sender<End>>,
}

/// A stream's place among the open ones, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    streams: Streams,
    user: UserId,
    number: u64,
    end: oneshot::Receiver<End>,
}

impl Streams {
    /// None is open yet, and so many may be.
    #[must_use]
    pub fn new(limits: StreamLimits) -> Self {
        Self {
            limits,
            open: Arc::default(),
        }
    }

    /// Looks again at what the open streams rest on, of that user or all, and ends those that would not be let in
    /// any more.
    ///
    /// # Errors
    /// If it is not known at the moment, which ends none.
    pub async fn look_again(&self, identity: &Identity, whose: Option<&UserId>) -> Result<(), Error> {
        let (numbers, footings): (Vec<_>, Vec<_>) = self.footings(whose).into_iter().unzip();
        if footings.is_empty() {
            return Ok(());
        }
        let stands = identity.look_again(&footings).await?;
        for ((number, footing), stands) in numbers.into_iter().zip(&footings).zip(stands) {
            if let Err(error) = stands {
                self.end(&footing.user_id, number, End::Because(error.code()));
            }
        }
        Ok(())
    }

    fn footings(&self, whose: Option<&UserId>) -> Vec<(u64, Footing)> {
        let open = self.lock();
        let of = |entry: &Entry| (entry.number, entry.footing.clone());
        match whose {
            Some(user) => open.by_user.get(user).into_iter().flatten().map(of).collect(),
            None => open.by_user.values().flatten().map(of).collect(),
        }
    }

    fn end(&self, user: &UserId, number: u64, end: End) {
        let mut open = self.lock();
        let mut streams = open.by_user.get_mut(user).into_iter().flatten();
        let entry = streams.find(|entry| entry.number == number);
        if let Some(told) = entry.and_then(|entry| entry.end.take()) {
            // It may be over already.
            let _over = told.send(end);
        }
    }

    /// A place for one more stream on that footing.
    ///
    /// # Errors
    /// `rate_limited` if the user has too many, `unavailable` if there are too many in all.
    pub(super) fn enter(&self, footing: Footing) -> Result<Place, Failure> {
        let mut open = self.lock();
        if open.count >= self.limits.in_all as usize {
            let detail = "too many streams are open on this server";
            return Err(Failure::wire(ErrorCode::Unavailable, detail));
        }
        let of_user = open.by_user.get(&footing.user_id).map_or(0, Vec::len);
        if of_user >= self.limits.per_user as usize {
            let detail = format!("{of_user} streams are open already, close one of them");
            return Err(Failure::wire(ErrorCode::RateLimited, detail));
        }
        open.count += 1;
        open.opened += 1;
        let (user, number) = (footing.user_id.clone(), open.opened);
        let (sender, end) = oneshot::channel();
        let entry = Entry {
            number,
            footing,
            end: Some(sender),
        };
        open.by_user
            .entry(user.clone())
            .or_insert_with(|| Vec::with_capacity(1))
            .push(entry);
        drop(open);
        Ok(Place {
            streams: self.clone(),
            user,
            number,
            end,
        })
    }

    /// No step here can panic half way.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until the stream must end.
    pub(super) async fn ended(&mut self) -> End {
        match (&mut self.end).await {
            Ok(end) => end,
            // Only leaving the place takes its sender away.
            Err(_) => future::pending().await,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(streams) = open.by_user.get_mut(&self.user) {
            streams.retain(|entry| entry.number != self.number);
            if streams.is_empty() {
                open.by_user.remove(&self.user);
            }
            open.count -= 1;
        }
    }
}
