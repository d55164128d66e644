//! Counting tries against quotas.

use std::time::Duration;

use taskwell_domain::{Allowance, Quota, Timestamp};

use crate::{
    fixture::Storage,
    given::{at_once, noon},
};

/// Two at once, and another one every six seconds.
fn quota() -> Quota {
    Quota::per(1, Duration::from_secs(6))
}

fn after(milliseconds: u64) -> Timestamp {
    noon().after(Duration::from_millis(milliseconds))
}

async fn take(storage: &Storage, key: &str, quota: Quota, now: Timestamp) -> Allowance {
    storage.limits.take(key, quota, now).await.unwrap()
}

fn granted(quota: Quota, remaining: u32, reset_after: u64) -> Allowance {
    Allowance {
        quota,
        remaining: Some(remaining),
        reset_after: Duration::from_millis(reset_after),
    }
}

fn refused(quota: Quota, reset_after: u64) -> Allowance {
    Allowance {
        quota,
        remaining: None,
        reset_after: Duration::from_millis(reset_after),
    }
}

pub(crate) async fn a_burst_is_granted_and_then_no_more(storage: Storage) {
    let quota = Quota::per(5, Duration::from_secs(60));
    for (taken, left) in (1..).zip((0..10).rev()) {
        let expected = granted(quota, left, taken * 12_000);
        assert_eq!(take(&storage, "key", quota, noon()).await, expected);
    }
    for _ in 0..3 {
        assert_eq!(take(&storage, "key", quota, noon()).await, refused(quota, 12_000));
    }
}

pub(crate) async fn one_more_is_granted_after_each_interval_exactly(storage: Storage) {
    let quota = quota();
    for (now, expected) in [
        (0, granted(quota, 1, 6_000)),
        (0, granted(quota, 0, 12_000)),
        (1, refused(quota, 5_999)),
        // What was refused does not count.
        (5_999, refused(quota, 1)),
        (6_000, granted(quota, 0, 12_000)),
        (6_000, refused(quota, 6_000)),
        (11_999, refused(quota, 1)),
        (12_001, granted(quota, 0, 11_999)),
        (12_001, refused(quota, 5_999)),
        (17_999, refused(quota, 1)),
        (18_000, granted(quota, 0, 12_000)),
    ] {
        assert_eq!(
            take(&storage, "key", quota, after(now)).await,
            expected,
            "after {now} ms"
        );
    }
}

pub(crate) async fn a_rest_restores_the_burst_and_no_more(storage: Storage) {
    let quota = Quota::per(2, Duration::from_secs(2));
    for round in 0..3 {
        // The first of them is as good as the first ever.
        let now = after(round * 1_000_000);
        for (taken, left) in (1..).zip([3, 2, 1, 0]) {
            let expected = granted(quota, left, taken * 1_000);
            assert_eq!(take(&storage, "key", quota, now).await, expected);
        }
        assert_eq!(take(&storage, "key", quota, now).await, refused(quota, 1_000));
    }
}

pub(crate) async fn a_part_of_a_rest_restores_a_part_of_the_burst(storage: Storage) {
    let quota = Quota::per(2, Duration::from_secs(2));
    for _ in 0..4 {
        take(&storage, "key", quota, noon()).await;
    }
    assert_eq!(
        take(&storage, "key", quota, after(2_999)).await,
        granted(quota, 1, 2_001)
    );
    assert_eq!(
        take(&storage, "key", quota, after(2_999)).await,
        granted(quota, 0, 3_001)
    );
    assert_eq!(
        take(&storage, "key", quota, after(2_999)).await,
        refused(quota, 1)
    );
}

pub(crate) async fn keys_are_counted_each_for_itself(storage: Storage) {
    let quota = quota();
    let long = format!("login:to:{}@example.com:from:2001:db8:1:2::/64", "é".repeat(240));
    let keys = [
        "login:from:192.0.2.1",
        "login:from:192.0.2.2",
        "register:from:192.0.2.1",
        "LOGIN:from:192.0.2.1",
        "login:from:192.0.2.1 ",
        "login:to:a%@example.com",
        "login:to:a_@example.com",
        &long,
    ];
    for (remaining, reset_after) in [(1, 6_000), (0, 12_000)] {
        for key in keys {
            let expected = granted(quota, remaining, reset_after);
            assert_eq!(take(&storage, key, quota, noon()).await, expected, "{key}");
        }
    }
    for key in keys {
        assert_eq!(take(&storage, key, quota, noon()).await, refused(quota, 6_000));
    }
}

pub(crate) async fn each_quota_holds_for_its_own_keys(storage: Storage) {
    let login = quota();
    let register = Quota::per(2, Duration::from_secs(3_600));
    for (taken, left) in (1..).zip([3, 2, 1, 0]) {
        let expected = granted(register, left, taken * 1_800_000);
        assert_eq!(take(&storage, "register", register, noon()).await, expected);
    }
    for (left, reset_after) in [(1, 6_000), (0, 12_000)] {
        let expected = granted(login, left, reset_after);
        assert_eq!(take(&storage, "login", login, noon()).await, expected);
    }
    let now = after(6_000);
    let expected = granted(login, 0, 12_000);
    assert_eq!(take(&storage, "login", login, now).await, expected);
    let expected = refused(register, 1_794_000);
    assert_eq!(take(&storage, "register", register, now).await, expected);
}

pub(crate) async fn of_racing_takes_exactly_the_burst_is_granted(storage: Storage) {
    let quota = Quota::per(5, Duration::from_secs(60));
    let takes = (0..50).map(|_| {
        let storage = storage.clone();
        async move { take(&storage, "key", quota, noon()).await }
    });
    let mut remaining: Vec<u32> = at_once(takes)
        .await
        .into_iter()
        .filter_map(|allowance| allowance.remaining)
        .collect();
    remaining.sort_unstable();
    assert_eq!(remaining, (0..10).collect::<Vec<_>>());
    assert_eq!(take(&storage, "key", quota, noon()).await, refused(quota, 12_000));
}

pub(crate) async fn what_makes_no_difference_is_purged_and_nothing_else(storage: Storage) {
    let quota = quota();
    for (key, milliseconds) in [("rested", 0), ("just rested", 1), ("tired", 2)] {
        take(&storage, key, quota, after(milliseconds)).await;
    }
    take(&storage, "spent", quota, noon()).await;
    take(&storage, "spent", quota, noon()).await;

    assert_eq!(storage.limits.purge(after(5_999)).await.unwrap(), 0);
    let now = after(6_001);
    assert_eq!(storage.limits.purge(now).await.unwrap(), 2);
    assert_eq!(storage.limits.purge(now).await.unwrap(), 0);
    for (key, expected) in [
        ("rested", granted(quota, 1, 6_000)),
        ("just rested", granted(quota, 1, 6_000)),
        ("tired", granted(quota, 0, 6_001)),
        ("spent", granted(quota, 0, 11_999)),
    ] {
        assert_eq!(take(&storage, key, quota, now).await, expected, "{key}");
    }
}
