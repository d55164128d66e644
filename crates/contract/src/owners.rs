//! What belongs to one user is not there for another.

use taskwell_application::ports::TaskFilter;
use taskwell_domain::{Seq, Task};

use crate::{
    fixture::Storage,
    given::{Account, deleted, numbers, renamed, task_id, user_id},
};

pub(crate) async fn each_owner_has_an_own_counter(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let adas = ada.create(1).await;
    let bobs = bob.create(2).await;
    ada.recorded(renamed(&adas, "Renamed")).await;
    ada.create(3).await;
    bob.recorded(deleted(&bobs)).await;

    assert_eq!(numbers(&ada.log().await), [1, 2, 3]);
    assert_eq!(numbers(&bob.log().await), [1, 2]);
}

pub(crate) async fn owners_may_use_the_same_id(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let adas = ada.create(1).await;
    let bobs = bob.create(1).await;
    assert_eq!(adas.id, bobs.id);

    let renamed = ada.recorded(renamed(&adas, "Renamed")).await;
    assert_eq!(bob.find(bobs.id).await.as_ref(), Some(&bobs));
    bob.recorded(deleted(&bobs)).await;
    assert_eq!(bob.find(bobs.id).await, None);
    assert_eq!(ada.find(adas.id).await, Some(renamed));
}

pub(crate) async fn nobody_sees_the_tasks_of_another(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let adas = ada.create(1).await;
    let bobs = bob.create(2).await;

    assert_eq!(bob.find(adas.id).await, None);
    assert_eq!(creation(&bob, 1).await, None);
    assert_eq!(bob.listed().await, std::slice::from_ref(&bobs));
    assert_eq!(bob.count(TaskFilter::default()).await, 1);
    let seen: Vec<_> = bob.log().await.into_iter().map(|change| change.task).collect();
    assert_eq!(seen, [bobs]);
}

async fn creation(account: &Account, n: u64) -> Option<Task> {
    account
        .tasks
        .find_creation(&account.id, task_id(n))
        .await
        .unwrap()
}

pub(crate) async fn nobody_changes_the_task_of_another(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let adas = ada.create(1).await;
    bob.create(2).await;
    let before = (ada.everything().await, bob.everything().await);
    for change in [renamed(&adas, "Bob was here"), deleted(&adas)] {
        bob.record(vec![change]).await.unwrap_err();
        assert_eq!((ada.everything().await, bob.everything().await), before);
    }
    assert_eq!(bob.create(3).await.version, Seq::from(2));
}

pub(crate) async fn a_task_of_another_is_told_apart(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let adas = ada.create(1).await;
    ada.create(2).await;
    bob.create(2).await;
    let anothers = async |account: &Account, n| {
        let answer = account.tasks.belongs_to_another(&account.id, task_id(n)).await;
        answer.unwrap()
    };

    assert!(!anothers(&ada, 1).await, "the own one");
    assert!(anothers(&bob, 1).await);
    assert!(anothers(&ada, 2).await, "both have one");
    assert!(!anothers(&ada, 3).await, "never was");
    assert!(!anothers(&bob, 3).await, "never was");
    ada.recorded(deleted(&adas)).await;
    assert!(!anothers(&ada, 1).await, "the own one in the trash");
    assert!(anothers(&bob, 1).await, "in the trash of another");
}

pub(crate) async fn a_stranger_has_nothing(storage: Storage) {
    storage.account("ada").await.create(1).await;
    let stranger = storage.owner(&user_id("nobody"));
    assert_eq!(stranger.find(task_id(1)).await, None);
    assert_eq!(creation(&stranger, 1).await, None);
    assert_eq!(stranger.everything().await, (vec![], vec![]));
    assert_eq!(stranger.count(TaskFilter::default()).await, 0);
}
