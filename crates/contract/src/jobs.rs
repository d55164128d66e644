//! Jobs that several servers share.

use std::time::Duration;

use taskwell_application::ports::{Job, JobRun, NewRun, RunEnd};
use taskwell_domain::{RequestId, Timestamp};

use crate::{
    fixture::Storage,
    given::{at_once, later},
};

fn run_id(n: u64) -> RequestId {
    RequestId::parse(&format!("run-{n}")).unwrap()
}

/// The run of that number, begun at that minute with a lease of ten, however lately another one began.
fn run(n: u64, minute: u64) -> NewRun {
    NewRun {
        id: run_id(n),
        at: later(minute),
        leased_until: later(minute + 10),
        unless_after: later(minute),
    }
}

async fn begins(storage: &Storage, run: &NewRun) -> bool {
    storage.jobs.begin(Job::Trash, run).await.unwrap()
}

async fn ends(storage: &Storage, n: u64, end: &RunEnd) {
    storage.jobs.end(Job::Trash, &run_id(n), end).await.unwrap();
}

fn done(minute: u64) -> RunEnd {
    RunEnd {
        at: later(minute),
        outcome: Ok(3),
    }
}

/// The last run of the job that these cases are about, which is the only one.
async fn last_run(storage: &Storage) -> JobRun {
    let mut runs = storage.jobs.last_runs().await.unwrap();
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs.remove(0)
}

pub(crate) async fn a_run_is_told_as_it_began_and_as_it_ended(storage: Storage) {
    assert_eq!(storage.jobs.last_runs().await.unwrap(), []);
    let mut expected = JobRun {
        job: Job::Trash,
        began_at: later(0),
        leased_until: later(10),
        end: None,
    };
    assert!(begins(&storage, &run(1, 0)).await);
    assert_eq!(last_run(&storage).await, expected);
    ends(&storage, 1, &done(1)).await;
    expected.end = Some(done(1));
    assert_eq!(last_run(&storage).await, expected);

    // The next one takes its place, and may fail.
    assert!(begins(&storage, &run(2, 2)).await);
    expected = JobRun {
        began_at: later(2),
        leased_until: later(12),
        end: None,
        ..expected
    };
    assert_eq!(last_run(&storage).await, expected);
    let failed = RunEnd {
        at: later(3),
        outcome: Err("the database is away".to_owned()),
    };
    ends(&storage, 2, &failed).await;
    expected.end = Some(failed);
    assert_eq!(last_run(&storage).await, expected);
}

pub(crate) async fn nobody_begins_what_another_is_at(storage: Storage) {
    assert!(begins(&storage, &run(1, 0)).await);
    assert!(!begins(&storage, &run(2, 1)).await);
    let just_before = NewRun {
        at: later(10).before(Duration::from_millis(1)),
        ..run(2, 10)
    };
    assert!(!begins(&storage, &just_before).await);
    ends(&storage, 1, &done(2)).await;
    assert!(begins(&storage, &run(2, 3)).await);
}

pub(crate) async fn whoever_died_loses_its_lease(storage: Storage) {
    assert!(begins(&storage, &run(1, 0)).await);
    assert!(begins(&storage, &run(2, 10)).await);
    // It was only slow; what it has to say is about a run that is not the last any more.
    ends(&storage, 1, &done(11)).await;
    assert_eq!(last_run(&storage).await.end, None);
    assert!(!begins(&storage, &run(3, 12)).await);
    ends(&storage, 2, &done(13)).await;
    assert_eq!(last_run(&storage).await.end, Some(done(13)));
}

pub(crate) async fn nothing_begins_again_that_began_lately_unless_it_must(storage: Storage) {
    assert!(begins(&storage, &run(1, 0)).await);
    ends(&storage, 1, &done(1)).await;
    let unless_after = |unless_after: Timestamp| NewRun {
        unless_after,
        ..run(2, 5)
    };
    let just_before = later(0).before(Duration::from_millis(1));
    assert!(!begins(&storage, &unless_after(just_before)).await);
    assert!(begins(&storage, &unless_after(later(0))).await);
}

pub(crate) async fn a_clock_that_was_fast_holds_nobody_up(storage: Storage) {
    for (n, has_ended) in [(1, true), (3, false)] {
        let minute = 100 * n;
        assert!(begins(&storage, &run(n, minute)).await);
        if has_ended {
            ends(&storage, n, &done(minute)).await;
        }
        // As far ahead as a clock may be, a lease is kept.
        let just_before = NewRun {
            leased_until: later(minute).after(Duration::from_millis(1)),
            ..run(n + 1, minute - 10)
        };
        assert!(!begins(&storage, &just_before).await);
        assert!(begins(&storage, &run(n + 1, minute - 10)).await);
        assert_eq!(last_run(&storage).await.began_at, later(minute - 10));
        ends(&storage, n + 1, &done(minute - 9)).await;
    }
}

pub(crate) async fn each_job_is_begun_for_itself(storage: Storage) {
    for job in Job::ALL {
        assert!(storage.jobs.begin(*job, &run(1, 0)).await.unwrap(), "{job}");
    }
    ends(&storage, 1, &done(1)).await;
    let runs = storage.jobs.last_runs().await.unwrap();
    assert_eq!(runs.len(), Job::ALL.len());
    for run in runs {
        assert_eq!(run.end.is_some(), run.job == Job::Trash, "{run:?}");
    }
}

pub(crate) async fn of_racing_servers_one_begins(storage: Storage) {
    for round in 0..10 {
        let minute = 100 * round;
        let servers = (0..8).map(|n| {
            let storage = storage.clone();
            async move { begins(&storage, &run(10 * round + n, minute)).await }
        });
        let begun = at_once(servers).await;
        assert_eq!(begun.iter().filter(|begun| **begun).count(), 1, "{begun:?}");
    }
}
