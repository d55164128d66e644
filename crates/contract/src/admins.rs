//! An admin must be left.

use taskwell_application::ports::{Constraint, StoreError};
use taskwell_domain::{Role, UserId};

use crate::{
    fixture::Storage,
    given::{assert_taken, at_once, disabled, role, session_id},
};

/// The ways in which somebody ceases to be an admin.
#[derive(Clone, Copy, Debug)]
enum Way {
    Demoted,
    Disabled,
    Deleted,
}

const WAYS: [Way; 3] = [Way::Demoted, Way::Disabled, Way::Deleted];

async fn go(storage: &Storage, id: &UserId, way: Way) -> Result<(), StoreError> {
    match way {
        Way::Demoted => storage.change(id, &role(Role::User)).await.map(drop),
        Way::Disabled => storage.change(id, &disabled(true)).await.map(drop),
        Way::Deleted => storage.delete(id).await,
    }
}

pub(crate) async fn the_last_admin_stays_one(storage: Storage) {
    let ada = storage.admin("ada").await;
    storage.account("bob").await;
    storage.login(&ada, 1).await;
    let before = (storage.user(&ada).await, storage.trail().await);
    for way in WAYS {
        assert_taken(&go(&storage, &ada, way).await, Constraint::LastAdmin);
        assert_eq!((storage.user(&ada).await, storage.trail().await), before);
    }
    assert!(storage.session(&ada, session_id(1)).await.is_some());
    // What leaves an admin is no matter.
    storage.change(&ada, &role(Role::Admin)).await.unwrap();
    storage.change(&ada, &disabled(false)).await.unwrap();
}

pub(crate) async fn an_admin_who_is_shut_out_does_not_count(storage: Storage) {
    let ada = storage.admin("ada").await;
    let bob = storage.admin("bob").await;
    storage.change(&bob, &disabled(true)).await.unwrap();
    for way in WAYS {
        assert_taken(&go(&storage, &ada, way).await, Constraint::LastAdmin);
    }
    // Nor is that one held back.
    storage.change(&bob, &role(Role::User)).await.unwrap();
    storage.change(&bob, &role(Role::Admin)).await.unwrap();
    storage.delete(&bob).await.unwrap();
}

pub(crate) async fn one_of_two_admins_may_go(storage: Storage) {
    let mut admin = storage.admin("first").await;
    for way in WAYS {
        let other = storage.admin(&format!("{way:?}")).await;
        go(&storage, &admin, way).await.unwrap();
        assert_taken(&go(&storage, &other, way).await, Constraint::LastAdmin);
        admin = other;
    }
}

pub(crate) async fn where_no_admin_is_anybody_may_go(storage: Storage) {
    let ada = storage.account("ada").await.id;
    for way in WAYS {
        go(&storage, &ada, way).await.unwrap();
    }
}

pub(crate) async fn of_racing_admins_one_is_left(storage: Storage) {
    let mut admins = Vec::new();
    for n in 0..6 {
        admins.push(storage.admin(&format!("admin-{n}")).await);
    }
    let work = admins.clone().into_iter().zip(WAYS.into_iter().cycle());
    let work = work.map(|(id, way)| {
        let storage = storage.clone();
        async move { go(&storage, &id, way).await }
    });
    let (went, stayed): (Vec<_>, Vec<_>) = at_once(work).await.into_iter().partition(Result::is_ok);
    assert_eq!((went.len(), stayed.len()), (5, 1));
    assert_taken(&stayed[0], Constraint::LastAdmin);

    let mut left = 0;
    for id in &admins {
        let user = storage.user(id).await;
        left += usize::from(user.is_some_and(|user| user.is_enabled_admin()));
    }
    assert_eq!(left, 1);
}
