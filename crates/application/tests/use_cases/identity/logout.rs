use taskwell_application::{ErrorCode, identity::Authenticated, ports::StoreError};

use super::{Mocks, actor, session_id};
use crate::tasks::{now, refused, unavailable};

fn caller() -> Authenticated {
    Authenticated {
        actor: actor(),
        session_id: session_id(),
    }
}

fn ending(answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .sessions
        .expect_end()
        .withf(|user, id, at| (user, *id, *at) == (&actor().user_id, session_id(), now()))
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

#[tokio::test]
async fn the_session_of_the_caller_ends_now() {
    ending(Ok(())).identity().logout(&caller()).await.unwrap();
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = ending(unavailable()).identity().logout(&caller()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
