//! Deleting accounts.

use taskwell_domain::{AuditAction, UserId};

use crate::{
    fixture::Storage,
    given::{
        api_token, assert_not_found, at_once, good_login, later, new_task, outsider, session, session_id,
        task_id, token_hash, user,
    },
};

/// Gives that account one of everything, all of that number.
async fn furnish(storage: &Storage, id: &UserId, n: u64) {
    storage.login(id, n).await;
    storage.add_api_token(id, n).await;
    storage.owner(id).create(n).await;
}

/// What is left of what [`furnish`] gave: the session, the refresh token, the token for programs by its hash and in
/// the list, the task, and the changes.
async fn left(storage: &Storage, id: &UserId, n: u64) -> [bool; 6] {
    let refresh_token = storage.sessions.find_refresh_token(&token_hash(n)).await;
    let api_token = storage.api_tokens.find(&token_hash(n)).await;
    let owner = storage.owner(id);
    [
        storage.session(id, session_id(n)).await.is_some(),
        refresh_token.unwrap().is_some(),
        api_token.unwrap().is_some(),
        !storage.api_tokens.list(id).await.unwrap().is_empty(),
        owner.find(task_id(n)).await.is_some(),
        !owner.log().await.is_empty(),
    ]
}

pub(crate) async fn an_account_goes_with_all_that_it_owns_but_the_audit_trail(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    for (n, id) in [(1, &ada), (2, &bob)] {
        furnish(&storage, id, n).await;
    }
    assert_eq!(left(&storage, &ada, 1).await, [true; 6]);
    let mut expected = storage.trail().await;
    let entry = storage.entry(AuditAction::AccountDeleted, &ada);
    storage.users.delete(&ada, &entry).await.unwrap();

    assert_eq!(storage.user(&ada).await, None);
    assert_eq!(storage.users.find_password(&ada).await.unwrap(), None);
    assert_eq!(left(&storage, &ada, 1).await, [false; 6]);
    let belongs = storage.tasks.belongs_to_another(&bob, task_id(1)).await;
    assert!(!belongs.unwrap());
    expected.insert(0, entry);
    assert_eq!(storage.trail().await, expected);
    assert_eq!(left(&storage, &bob, 2).await, [true; 6]);
    assert_not_found(&storage.delete(&ada).await);
    assert_eq!(storage.trail().await, expected);
}

pub(crate) async fn nothing_of_a_deleted_account_comes_back_with_its_id(storage: Storage) {
    let ada = storage.account("ada").await.id;
    furnish(&storage, &ada, 1).await;
    storage.delete(&ada).await.unwrap();

    // Its address is free as well.
    let again = storage.account("ada").await;
    assert_eq!(storage.user(&ada).await, Some(user("ada", "ada@example.com")));
    assert_eq!(left(&storage, &ada, 1).await, [false; 6]);
    assert_eq!(storage.sessions.list(&ada, later(1)).await.unwrap(), []);
    let first = again.create(7).await;
    assert_eq!((first.version.get(), first.title), (1, new_task(7).title));
}

pub(crate) async fn an_account_from_elsewhere_goes_as_any(storage: Storage) {
    let outsider = storage.admit(&outsider("ada", Some("ada@example.com"))).await;
    let id = outsider.unwrap().id;
    storage.add_api_token(&id, 1).await;
    storage.owner(&id).create(1).await;
    storage.delete(&id).await.unwrap();
    assert_eq!(storage.user(&id).await, None);
    assert_eq!(left(&storage, &id, 1).await, [false; 6]);
}

pub(crate) async fn what_races_a_deletion_leaves_nothing_behind(storage: Storage) {
    for turn in 1..=6 {
        let name = format!("ada-{turn}");
        let ada = storage.account(&name).await.id;
        furnish(&storage, &ada, 10 * turn).await;
        let work = (0..5).map(|part| {
            let (storage, ada) = (storage.clone(), ada.clone());
            async move {
                // Who comes too late is refused.
                let n = 10 * turn + 1;
                match part {
                    0 => storage.delete(&ada).await.unwrap(),
                    1 => drop(storage.start(&session(&ada, n), n).await),
                    2 => {
                        let owner = storage.owner(&ada);
                        drop(owner.record(vec![owner.creation(n)]).await);
                    }
                    3 => {
                        let owner = storage.owner(&ada);
                        let two = vec![owner.creation(n + 1), owner.creation(n + 2)];
                        drop(owner.record(two).await);
                    }
                    _ => {
                        let token = api_token(&ada, n);
                        let entry = storage.entry(AuditAction::TokenCreated, &ada);
                        drop(
                            storage
                                .api_tokens
                                .add(&token, &token_hash(n), good_login(), &entry)
                                .await,
                        );
                    }
                }
            }
        });
        at_once(work).await;
        assert_eq!(storage.user(&ada).await, None);
        storage.account(&name).await;
        for n in 10 * turn..10 * turn + 4 {
            assert_eq!(left(&storage, &ada, n).await, [false; 6]);
        }
    }
}
