//! What the servers do by themselves, one of them at a time.

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    ErrorCode, Jobs,
    ports::{
        Job, MockClock, MockIdGenerator, MockJobStore, MockTaskStore, NewRun, Recording, RunEnd, StoreError,
    },
    tasks::TaskMemory,
};
use taskwell_domain::{Change, RequestId, Seq, Task};

use crate::{
    identity::Mocks,
    tasks::{now, refused, task, tasks, unavailable},
};

const MINUTE: Duration = Duration::from_secs(60);

const MEMORY: TaskMemory = TaskMemory {
    trash: MINUTE.saturating_mul(30),
    log: MINUTE.saturating_mul(90),
};

fn run_id() -> RequestId {
    RequestId::parse("run-1").unwrap()
}

fn jobs(store: MockJobStore, task_store: MockTaskStore, accounts: Mocks) -> Jobs {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    let mut ids = MockIdGenerator::new();
    ids.expect_request_id().returning(run_id);
    Jobs::new(
        Arc::new(store),
        Arc::new(clock),
        Arc::new(ids),
        tasks(task_store),
        accounts.identity(),
        MEMORY,
    )
}

/// Asked once to begin a run of that job, the storage answers that.
fn begins(
    store: &mut MockJobStore,
    job: Job,
    run: impl Fn(&NewRun) -> bool + Send + 'static,
    answer: Result<bool, StoreError>,
) {
    store
        .expect_begin()
        .withf(move |which, new| *which == job && new.id == run_id() && new.at == now() && run(new))
        .times(1)
        .return_once(|_, _| answer);
}

/// The storage is told once how the run ended.
fn ends(store: &mut MockJobStore, job: Job, outcome: Result<u64, String>) {
    store
        .expect_end()
        .withf(move |which, run, end| {
            let expected = RunEnd {
                at: now(),
                outcome: outcome.clone(),
            };
            (*which, run, end) == (job, &run_id(), &expected)
        })
        .times(1)
        .returning(|_, _, _| Ok(()));
}

/// Does that job over storages that each do what is asked once.
async fn done(job: Job, task_store: MockTaskStore, accounts: Mocks) -> Option<u64> {
    let mut store = MockJobStore::new();
    begins(&mut store, job, |_| true, Ok(true));
    ends(&mut store, job, Ok(7));
    jobs(store, task_store, accounts).run(job).await.unwrap()
}

#[tokio::test]
async fn every_job_does_what_it_is_called_after() {
    for job in Job::ALL {
        let (mut store, mut accounts) = (MockTaskStore::new(), Mocks::default());
        match job {
            Job::Reminders => {
                store
                    .expect_find_due_reminders()
                    .times(1)
                    .returning(|_, _| Ok((0..7).map(|_| Ok(due())).collect()));
                store.expect_record().times(7).returning(|_, _| Ok(vec![]));
            }
            Job::Trash => {
                store
                    .expect_find_expired()
                    .withf(|before, _| *before == now().before(MEMORY.trash))
                    .times(2)
                    .returning(|_, _| Ok(vec![Ok(trashed())]));
                let mut first = true;
                store.expect_record().times(2).returning(move |_, recording| {
                    let done = if std::mem::take(&mut first) { 7 } else { 0 };
                    Ok(vec![recorded(&recording); done])
                });
            }
            Job::Changes => {
                store
                    .expect_forget_changes()
                    .withf(|before| *before == now().before(MEMORY.log))
                    .times(1)
                    .returning(|_| Ok(7));
            }
            Job::IdempotencyKeys => {
                store.expect_forget_answers().times(1).returning(|_| Ok(7));
            }
            Job::Sessions => {
                accounts.sessions.expect_purge().times(1).returning(|_| Ok(1));
                accounts.api_tokens.expect_purge().times(1).returning(|_| Ok(1));
                accounts.limits.expect_purge().times(1).returning(|_| Ok(2));
                accounts.audit.expect_purge().times(1).returning(|_| Ok(3));
            }
        }
        assert_eq!(done(*job, store, accounts).await, Some(7), "{job}");
    }
}

fn due() -> Task {
    Task {
        remind_at: Some(now()),
        ..task()
    }
}

fn trashed() -> Task {
    Task {
        deleted_at: Some(now()),
        ..task()
    }
}

fn recorded(recording: &Recording) -> Change {
    let change = recording.changes[0].clone();
    change.recorded_as(Seq::from(9), &recording.origin)
}

#[tokio::test]
async fn what_another_server_is_at_is_left_to_it() {
    for job in Job::ALL {
        let mut store = MockJobStore::new();
        begins(&mut store, *job, |_| true, Ok(false));
        let outcome = jobs(store, MockTaskStore::new(), Mocks::default())
            .run(*job)
            .await;
        assert_eq!(outcome.unwrap(), None);
    }
}

#[tokio::test]
async fn a_run_is_not_needed_where_one_began_lately_unless_it_is_wanted_again() {
    let lately = |run: &NewRun| run.unless_after == now().before(5 * MINUTE);
    let mut store = MockJobStore::new();
    begins(&mut store, Job::Changes, lately, Ok(false));
    let jobs_of = |store| jobs(store, MockTaskStore::new(), Mocks::default());
    jobs_of(store).run(Job::Changes).await.unwrap();

    let mut store = MockJobStore::new();
    begins(
        &mut store,
        Job::Changes,
        |run| run.unless_after == now(),
        Ok(false),
    );
    jobs_of(store).run_again(Job::Changes).await.unwrap();
}

#[tokio::test]
async fn a_server_that_dies_holds_reminders_up_for_seconds_and_the_rest_for_minutes() {
    for (job, seconds) in [(Job::Reminders, 5), (Job::Trash, 300)] {
        let leased_until = now().after(Duration::from_secs(seconds));
        let mut store = MockJobStore::new();
        begins(
            &mut store,
            job,
            move |run| run.leased_until == leased_until,
            Ok(false),
        );
        let outcome = jobs(store, MockTaskStore::new(), Mocks::default()).run(job).await;
        assert_eq!(outcome.unwrap(), None);
    }
}

#[tokio::test]
async fn a_run_that_fails_is_told_and_ended() {
    let mut store = MockJobStore::new();
    begins(&mut store, Job::Changes, |_| true, Ok(true));
    let told = "the service cannot answer at the moment: the database is away";
    ends(&mut store, Job::Changes, Err(told.to_owned()));
    let mut away = MockTaskStore::new();
    away.expect_forget_changes().times(1).returning(|_| unavailable());
    let outcome = jobs(store, away, Mocks::default()).run(Job::Changes).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn where_nobody_is_to_be_reminded_nothing_is_begun() {
    let mut idle = MockTaskStore::new();
    idle.expect_find_due_reminders()
        .times(1)
        .returning(|_, _| Ok(vec![]));
    let outcome = jobs(MockJobStore::new(), idle, Mocks::default()).remind().await;
    assert_eq!(outcome.unwrap(), None);
}

#[tokio::test]
async fn whoever_is_to_be_reminded_is_however_lately_others_were() {
    let mut store = MockJobStore::new();
    begins(
        &mut store,
        Job::Reminders,
        |run| run.unless_after == now(),
        Ok(true),
    );
    ends(&mut store, Job::Reminders, Ok(1));
    let mut found = MockTaskStore::new();
    found
        .expect_find_due_reminders()
        .times(2)
        .returning(|_, _| Ok(vec![Ok(due())]));
    found.expect_record().times(1).returning(|_, _| Ok(vec![]));
    let outcome = jobs(store, found, Mocks::default()).remind().await;
    assert_eq!(outcome.unwrap(), Some(1));
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let mut away = MockJobStore::new();
    begins(&mut away, Job::Trash, |_| true, unavailable());
    let outcome = jobs(away, MockTaskStore::new(), Mocks::default())
        .run(Job::Trash)
        .await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);

    let mut away = MockTaskStore::new();
    away.expect_find_due_reminders()
        .times(1)
        .returning(|_, _| unavailable());
    let outcome = jobs(MockJobStore::new(), away, Mocks::default()).remind().await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
