use taskwell_application::{ErrorCode, identity::Authenticated, ports::StoreError};
use taskwell_domain::{Role, User};

use super::{Mocks, ada, ada_from_elsewhere, caller, caller_from_elsewhere, program};
use crate::tasks::{refused, unavailable};

fn finding(answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.finds(answer);
    mocks
}

#[tokio::test]
async fn the_caller_sees_the_own_account() {
    for caller in [caller(), program()] {
        let user = finding(Ok(Some(ada()))).identity().me(&caller).await.unwrap();
        assert_eq!(user, ada());
    }
}

#[tokio::test]
async fn the_caller_sees_the_role_that_the_token_gives() {
    let admin = Authenticated {
        role: Role::Admin,
        ..caller_from_elsewhere()
    };
    let identity = finding(Ok(Some(ada_from_elsewhere()))).identity();
    let expected = User {
        role: Role::Admin,
        ..ada_from_elsewhere()
    };
    assert_eq!(identity.me(&admin).await.unwrap(), expected);
}

#[tokio::test]
async fn an_account_that_is_gone_is_nobody() {
    let outcome = finding(Ok(None)).identity().me(&caller()).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = finding(unavailable()).identity().me(&caller()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
