use taskwell_application::{ErrorCode, ports::StoreError};
use taskwell_domain::User;

use super::{Mocks, actor, ada};
use crate::tasks::{refused, unavailable};

fn finding(answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .users
        .expect_find()
        .withf(|id| *id == ada().id)
        .times(1)
        .return_once(|_| answer);
    mocks
}

#[tokio::test]
async fn the_caller_sees_the_own_account() {
    let user = finding(Ok(Some(ada()))).identity().me(&actor()).await.unwrap();
    assert_eq!(user, ada());
}

#[tokio::test]
async fn an_account_that_is_gone_is_nobody() {
    let outcome = finding(Ok(None)).identity().me(&actor()).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = finding(unavailable()).identity().me(&actor()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
