//! What belongs to one user is not there for another.

use taskwell_application::ports::TaskFilter;
use taskwell_domain::Seq;

use crate::{
    fixture::Storage,
    given::{Account, Everything, deleted, numbers, purged, renamed, restored, task_id, tasks_of, user_id},
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
    assert_eq!(bob.creation_found(1).await, None);
    assert_eq!(bob.listed().await, std::slice::from_ref(&bobs));
    assert_eq!(bob.count(TaskFilter::default()).await, 1);
    assert_eq!(tasks_of(&bob.log().await), [bobs]);
}

pub(crate) async fn nobody_sees_what_happened_to_the_tasks_of_another(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let task = ada.create(1).await;
    let renamed = ada.recorded(renamed(&task, "Renamed")).await;
    let gone = ada.create_deleted(2).await;
    let (tasks, id) = (&bob.tasks, &bob.id);
    assert_eq!(bob.find_deleted(gone.id).await, None);
    assert_eq!(tasks.find_all(id, &[task.id, gone.id]).await.unwrap(), []);
    assert_eq!(tasks.history(id, task.id, 100).await.unwrap(), []);
    assert_eq!(tasks.find_batch(id, task.version).await.unwrap(), []);
    assert_eq!(tasks.find_versions(id, &[task.version]).await.unwrap(), []);
    let before = tasks.find_before(id, &[task.id], renamed.version).await;
    assert_eq!(before.unwrap(), []);
    assert_eq!(bob.everything().await, Everything::default());
    assert_eq!(bob.log_since(0, 100).await.latest, Seq::START);
}

pub(crate) async fn nobody_changes_the_task_of_another(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let adas = ada.create(1).await;
    bob.create(2).await;
    let in_the_trash = ada.create_deleted(4).await;
    let before = (ada.everything().await, bob.everything().await);
    for change in [
        renamed(&adas, "Bob was here"),
        deleted(&adas),
        restored(&in_the_trash),
        purged(&in_the_trash),
    ] {
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
    assert_eq!(stranger.creation_found(1).await, None);
    assert_eq!(stranger.everything().await, Everything::default());
    assert_eq!(stranger.count(TaskFilter::default()).await, 0);
}
