//! Reading with numbers and texts as they may come from outside.

use taskwell_application::ports::{
    Mark, Sort, SortValue, Start, TaskFilter, TaskQuery, TaskStore, UserQuery, UserStore,
};
use taskwell_domain::{Seq, Timestamp};
use taskwell_infrastructure::{SqlTaskStore, testing::TestDatabase};

use crate::support::{add_user, creation, now, recorded, users};

on_both_databases! {
    a_number_beyond_the_databases_finds_nothing,
    an_instant_at_the_end_of_the_calendar_is_a_position_like_any_other,
    a_search_for_what_no_text_has_finds_nothing,
}

async fn a_number_beyond_the_databases_finds_nothing(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    recorded(&tasks, &ada, creation(&ada, 1, "first")).await;
    let query = TaskQuery {
        filter: TaskFilter::default(),
        sort: Sort::default(),
        start: Start::Skip(u64::MAX),
        limit: u32::MAX,
    };
    let page = tasks.list(&ada, &query).await.unwrap();
    assert_eq!((page.tasks, page.more), (Vec::new(), false));
    let page = tasks.changes(&ada, Seq::from(u64::MAX), u32::MAX).await.unwrap();
    assert_eq!((page.changes, page.latest), (Vec::new(), Seq::from(1)));
    let batch = tasks.find_batch(&ada, Seq::from(u64::MAX)).await.unwrap();
    assert_eq!(batch, Vec::new());
}

async fn an_instant_at_the_end_of_the_calendar_is_a_position_like_any_other(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let tasks = SqlTaskStore::new(test.database().clone());
    let created = recorded(&tasks, &ada, creation(&ada, 1, "first")).await;
    let after = |created_at: Timestamp| TaskQuery {
        filter: TaskFilter::default(),
        sort: Sort::default(),
        start: Start::After(Mark {
            value: SortValue::Time(created_at),
            id: created.id,
        }),
        limit: 10,
    };
    for (instant, expected) in [("9999-12-31T23:59:59.999Z", 1), ("0000-01-01T00:00:00Z", 0)] {
        let page = tasks.list(&ada, &after(instant.parse().unwrap())).await.unwrap();
        assert_eq!(page.tasks.len(), expected, "{instant}");
    }
    let page = tasks.list(&ada, &after(now())).await.unwrap();
    assert_eq!(page.tasks.len(), 0);
}

async fn a_search_for_what_no_text_has_finds_nothing(test: &TestDatabase) {
    add_user(test.database(), "ada").await;
    for search in ["\0", "ada\0", "\u{feff}", "\\", "'", "\u{10ffff}"] {
        let query = UserQuery {
            search: Some(search.to_owned()),
            after: None,
            limit: u32::MAX,
        };
        let page = users(test.database()).list(&query).await.unwrap();
        assert_eq!((page.users, page.more), (Vec::new(), false), "{search:?}");
    }
}
