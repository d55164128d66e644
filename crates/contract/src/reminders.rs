//! Tasks that it is time to be reminded of.

use std::{collections::HashSet, time::Duration};

use taskwell_domain::{ChangeKind, Task, TaskChange, TaskEdit, Timestamp};

use crate::{
    fixture::Storage,
    given::{
        Account, assert_stale, at_once, by_id, completed, deleted, edited, later, readable, restored,
        tasks_of,
    },
};

/// Makes the task of that number, to be reminded of at that time.
async fn create(account: &Account, n: u64, remind_at: Timestamp) -> Task {
    account.create_with(n, reminder(remind_at)).await
}

fn reminder(remind_at: Timestamp) -> TaskEdit {
    TaskEdit {
        remind_at: Some(Some(remind_at)),
        ..TaskEdit::default()
    }
}

fn reminded(task: &Task) -> TaskChange {
    task.remind(later(100)).unwrap()
}

async fn due(storage: &Storage, now: Timestamp) -> Vec<Task> {
    readable(storage.tasks.find_due_reminders(now, 100).await.unwrap())
}

pub(crate) async fn what_it_is_time_for_is_found_whosever_it_is(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    ada.create(1).await;
    let second = create(&ada, 2, later(12)).await;
    let first = create(&bob, 2, later(11)).await;
    let third = create(&bob, 3, later(13)).await;
    create(&ada, 4, later(14)).await;

    assert_eq!(due(&storage, later(10)).await, []);
    assert_eq!(due(&storage, later(13)).await, [first, second, third]);
}

pub(crate) async fn it_is_time_to_the_millisecond(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = create(&ada, 1, later(10)).await;
    let just_before = later(10).before(Duration::from_millis(1));
    assert_eq!(due(&storage, just_before).await, []);
    assert_eq!(due(&storage, later(10)).await, [task]);
}

pub(crate) async fn a_reminder_that_was_sent_is_not_found_until_there_is_another(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = create(&ada, 1, later(10)).await;
    let changes = ada.record(vec![reminded(&task)]).await.unwrap();
    assert_eq!(changes[0].kind, ChangeKind::Reminded);
    assert_eq!(ada.log().await[1..], changes);
    assert_eq!(due(&storage, later(200)).await, []);

    let [task] = &tasks_of(&changes)[..] else {
        panic!("one task, not {changes:?}");
    };
    assert_eq!(ada.find(task.id).await.as_ref(), Some(task));
    let again = ada.recorded(edited(task, &reminder(later(150)))).await;
    assert_eq!(due(&storage, later(149)).await, []);
    assert_eq!(due(&storage, later(150)).await, [again]);
}

pub(crate) async fn nobody_is_reminded_of_what_is_done_or_gone(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = create(&ada, 1, later(10)).await;
    ada.recorded(completed(&task)).await;
    let task = create(&ada, 2, later(10)).await;
    let gone = ada.recorded(deleted(&task)).await;
    assert_eq!(due(&storage, later(20)).await, []);
    let back = ada.recorded(restored(&gone)).await;
    assert_eq!(due(&storage, later(20)).await, [back]);
}

pub(crate) async fn what_has_waited_longest_is_found_first_in_steps(storage: Storage) {
    let ada = storage.account("ada").await;
    for n in 1..=5 {
        create(&ada, n, later(20 - n)).await;
    }
    let mut seen = HashSet::new();
    for (left, oldest) in [(5, 15), (3, 17), (1, 19)] {
        let step = readable(storage.tasks.find_due_reminders(later(60), 2).await.unwrap());
        assert_eq!(step.len(), left.min(2));
        assert_eq!(step[0].remind_at, Some(later(oldest)));
        seen.extend(step.iter().map(|task| task.id));
        ada.record(step.iter().map(reminded).collect()).await.unwrap();
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(due(&storage, later(60)).await, []);
}

pub(crate) async fn of_racing_servers_one_sends_each_reminder(storage: Storage) {
    let ada = storage.account("ada").await;
    for n in 1..=10 {
        create(&ada, n, later(10)).await;
    }
    let found = by_id(due(&storage, later(20)).await);
    let servers = (0..3).map(|_| {
        let (ada, found) = (ada.clone(), found.clone());
        async move {
            let mut sent = 0;
            for task in &found {
                match ada.record(vec![reminded(task)]).await {
                    Ok(_) => sent += 1,
                    refused => assert_stale(&refused),
                }
            }
            sent
        }
    });
    let sent: u32 = at_once(servers).await.into_iter().sum();
    assert_eq!(sent, 10);
    let log = ada.log().await;
    let reminders = log.iter().filter(|change| change.kind == ChangeKind::Reminded);
    let of: HashSet<_> = reminders.map(|change| change.task_id).collect();
    assert_eq!((log.len(), of.len()), (20, 10));
    assert_eq!(due(&storage, later(20)).await, []);
}
