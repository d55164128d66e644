use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use taskwell_application::ErrorCode;
use taskwell_domain::UserId;

use crate::problem::Failure;

/// A body up to so many bytes needs no room: there cannot be more of them than connections.
const SMALL: usize = 64 * 1024;

/// How many bytes the large bodies of one user may have together: one import, and some batches beside it.
const OF_USER: usize = 16 * 1024 * 1024;

/// The same of all users.
const IN_ALL: usize = 64 * 1024 * 1024;

/// The large bodies that are on their way to this server, or being worked on. Clones share them, and all workers must:
/// without a bound somebody with a token could fill the memory with imports that never end.
#[derive(Clone, Debug, Default)]
pub struct LargeBodies(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    by_user: HashMap<UserId, usize>,
    in_all: usize,
}

/// What a body may take, until it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    bodies: LargeBodies,
    user: UserId,
    bytes: usize,
}

impl LargeBodies {
    /// Room for a body of so many bytes, if it needs any.
    ///
    /// # Errors
    /// `rate_limited` if the user's other bodies leave none, `unavailable` if those of all users do.
    pub(crate) fn room(&self, user: &UserId, bytes: usize) -> Result<Option<Room>, Failure> {
        if bytes <= SMALL {
            return Ok(None);
        }
        let mut taken = self.lock();
        let of_user = taken.by_user.get(user).copied().unwrap_or_default();
        if of_user + bytes > OF_USER {
            let detail = "other large requests of yours are on their way, wait for one of them";
            return Err(Failure::wire(ErrorCode::RateLimited, detail));
        }
        if taken.in_all + bytes > IN_ALL {
            let detail = "too many large requests are on their way to this server";
            return Err(Failure::wire(ErrorCode::Unavailable, detail));
        }
        taken.in_all += bytes;
        taken.by_user.insert(user.clone(), of_user + bytes);
        drop(taken);
        Ok(Some(Room {
            bodies: self.clone(),
            user: user.clone(),
            bytes,
        }))
    }

    /// No step here can panic half way.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut taken = self.bodies.lock();
        taken.in_all -= self.bytes;
        if let Some(of_user) = taken.by_user.get_mut(&self.user) {
            *of_user -= self.bytes;
            if *of_user == 0 {
                taken.by_user.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn user(number: usize) -> UserId {
        UserId::parse(&format!("user-{number}")).unwrap()
    }

    #[track_caller]
    fn is_refused(answer: Result<Option<Room>, Failure>, expected: ErrorCode) {
        match answer {
            Err(Failure::Wire { code, .. }) => assert_eq!(code, expected.into()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nobody_has_more_on_the_way_than_their_share() {
        let bodies = LargeBodies::default();
        let first = bodies.room(&user(1), 10 * MIB).unwrap();
        is_refused(bodies.room(&user(1), 10 * MIB), ErrorCode::RateLimited);
        let _of_another = bodies.room(&user(2), 10 * MIB).unwrap().unwrap();
        let _smaller = bodies.room(&user(1), 6 * MIB).unwrap().unwrap();
        drop(first);
        assert!(bodies.room(&user(1), 10 * MIB).unwrap().is_some());
    }

    #[test]
    fn all_together_have_no_more_than_the_server_can_hold_and_small_ones_do_not_count() {
        let bodies = LargeBodies::default();
        let mut taken: Vec<_> = (0..4)
            .map(|number| bodies.room(&user(number), 16 * MIB).unwrap())
            .collect();
        is_refused(bodies.room(&user(5), MIB), ErrorCode::Unavailable);
        assert!(bodies.room(&user(5), SMALL).unwrap().is_none());
        taken.pop();
        assert!(bodies.room(&user(5), MIB).unwrap().is_some());
        drop(taken);
        let left = bodies.lock();
        assert_eq!((left.in_all, left.by_user.len()), (0, 0));
    }
}
