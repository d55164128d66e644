use taskwell_application::{
    Error, ErrorCode,
    identity::{Door, Footing},
    ports::{HeldApiToken, HeldSession, StoreError},
};
use taskwell_domain::{ApiToken, ApiTokenId, Session, SessionId, User, UserId};

use super::{
    A_MOMENT_AGO, IN_A_MOMENT, Mocks, ada, ada_from_elsewhere, api_token_id, better_auth, disabled, scopes,
    session, session_id,
};
use crate::tasks::{at, refused, unavailable};

fn on(door: Door) -> Footing {
    Footing {
        user_id: ada().id,
        door,
        expires_at: Some(at(IN_A_MOMENT)),
    }
}

pub(super) fn on_session() -> Footing {
    on(Door::Session(session_id()))
}

fn on_api_token() -> Footing {
    on(Door::ApiToken(api_token_id()))
}

fn on_outside_login() -> Footing {
    on(Door::Outside(Some(at(A_MOMENT_AGO))))
}

fn api_token() -> ApiToken {
    ApiToken {
        id: api_token_id(),
        user_id: ada().id,
        name: taskwell_domain::TokenName::parse("backup").unwrap(),
        scopes: scopes(),
        created_at: at(A_MOMENT_AGO),
        last_used_at: None,
        expires_at: None,
    }
}

/// Asked once for these sessions, the storage gives this answer.
pub(super) fn finds_sessions(
    mocks: &mut Mocks,
    asked: Vec<(UserId, SessionId)>,
    answer: Result<Vec<HeldSession>, StoreError>,
) {
    mocks
        .sessions
        .expect_find_all()
        .withf(move |sessions| *sessions == asked)
        .times(1)
        .return_once(|_| answer);
}

fn finds_api_tokens(mocks: &mut Mocks, answer: Vec<HeldApiToken>) {
    let asked: Vec<(UserId, ApiTokenId)> = vec![(ada().id, api_token_id())];
    mocks
        .api_tokens
        .expect_find_all()
        .withf(move |tokens| *tokens == asked)
        .times(1)
        .return_once(|_| Ok(answer));
}

fn finds_users(mocks: &mut Mocks, answer: Vec<User>) {
    mocks
        .users
        .expect_find_all()
        .withf(|ids| *ids == [ada().id])
        .times(1)
        .return_once(|_| Ok(answer));
}

pub(super) fn held(session: Session, user: User) -> HeldSession {
    HeldSession { session, user }
}

#[track_caller]
fn codes(outcomes: Vec<Result<(), Error>>) -> Vec<Option<ErrorCode>> {
    let codes = outcomes
        .into_iter()
        .map(|outcome| outcome.err().map(|error| error.code()));
    codes.collect()
}

#[tokio::test]
async fn a_session_that_is_active_holds_and_one_that_is_over_does_not() {
    let ended = Session {
        ended_at: Some(at(A_MOMENT_AGO)),
        ..session()
    };
    let outcomes = [
        (session(), ada(), None),
        (ended, ada(), Some(ErrorCode::SessionRevoked)),
        (session(), disabled(), Some(ErrorCode::AccountDisabled)),
    ];
    for (session, user, code) in outcomes {
        let mut mocks = Mocks::default();
        let answer = Ok(vec![held(session, user)]);
        finds_sessions(&mut mocks, vec![(ada().id, session_id())], answer);
        let outcome = mocks.identity().look_again(&[on_session()]).await.unwrap();
        assert_eq!(codes(outcome), [code]);
    }
}

#[tokio::test]
async fn of_a_session_that_is_gone_the_account_tells_which_of_them_it_was() {
    for (users, code) in [
        (vec![ada()], ErrorCode::SessionRevoked),
        (vec![], ErrorCode::Unauthenticated),
    ] {
        let mut mocks = Mocks::default();
        finds_sessions(&mut mocks, vec![(ada().id, session_id())], Ok(vec![]));
        finds_users(&mut mocks, users);
        let outcome = mocks.identity().look_again(&[on_session()]).await.unwrap();
        assert_eq!(codes(outcome), [Some(code)]);
    }
}

#[tokio::test]
async fn a_token_for_programs_holds_while_it_is_there_and_somebody_can_log_in() {
    let outcomes = [
        (vec![(api_token(), ada())], None),
        (vec![], Some(ErrorCode::Unauthenticated)),
        (vec![(api_token(), disabled())], Some(ErrorCode::AccountDisabled)),
    ];
    for (tokens, code) in outcomes {
        let mut mocks = Mocks::default();
        let tokens = tokens
            .into_iter()
            .map(|(token, user)| HeldApiToken { token, user });
        finds_api_tokens(&mut mocks, tokens.collect());
        let outcome = mocks.identity().look_again(&[on_api_token()]).await.unwrap();
        assert_eq!(codes(outcome), [code]);
    }
    let mut mocks = Mocks::default();
    let (token, user) = (api_token(), ada_from_elsewhere());
    finds_api_tokens(&mut mocks, vec![HeldApiToken { token, user }]);
    mocks
        .outside_tokens
        .expect_trusts()
        .withf(|issuer| *issuer == better_auth())
        .return_once(|_| false);
    let outcome = mocks.identity().look_again(&[on_api_token()]).await.unwrap();
    assert_eq!(codes(outcome), [Some(ErrorCode::Unauthenticated)]);
}

#[tokio::test]
async fn a_login_elsewhere_holds_until_its_tokens_are_revoked() {
    let revoked = User {
        tokens_valid_from: Some(at(IN_A_MOMENT)),
        ..ada_from_elsewhere()
    };
    let shut_out = User {
        disabled_at: disabled().disabled_at,
        ..ada_from_elsewhere()
    };
    for (users, code) in [
        (vec![ada_from_elsewhere()], None),
        (vec![revoked], Some(ErrorCode::SessionRevoked)),
        (vec![shut_out], Some(ErrorCode::AccountDisabled)),
        (vec![], Some(ErrorCode::Unauthenticated)),
    ] {
        let mut mocks = Mocks::default();
        finds_users(&mut mocks, users);
        let outcome = mocks.identity().look_again(&[on_outside_login()]).await.unwrap();
        assert_eq!(codes(outcome), [code]);
    }
}

#[tokio::test]
async fn a_token_that_has_expired_holds_nobody() {
    let mut mocks = Mocks::default();
    let answer = Ok(vec![held(session(), ada())]);
    finds_sessions(&mut mocks, vec![(ada().id, session_id())], answer);
    let expired = Footing {
        expires_at: Some(crate::tasks::now()),
        ..on_session()
    };
    let outcome = mocks.identity().look_again(&[expired]).await.unwrap();
    assert_eq!(codes(outcome), [Some(ErrorCode::TokenExpired)]);
}

#[tokio::test]
async fn all_kinds_are_asked_together_once_each_and_answered_in_order() {
    let mut mocks = Mocks::default();
    let other = SessionId::parse("0199f0c1-cccc-7abc-8def-0123456789ab").unwrap();
    let asked = vec![(ada().id, session_id()), (ada().id, other)];
    finds_sessions(&mut mocks, asked, Ok(vec![held(session(), ada())]));
    finds_api_tokens(&mut mocks, vec![]);
    mocks
        .users
        .expect_find_all()
        .times(1)
        .return_once(|_| Ok(vec![ada()]));
    let footings = [
        on_session(),
        on_api_token(),
        on(Door::Session(other)),
        on_outside_login(),
    ];
    let outcome = mocks.identity().look_again(&footings).await.unwrap();
    let expected = [
        None,
        Some(ErrorCode::Unauthenticated),
        Some(ErrorCode::SessionRevoked),
        None,
    ];
    assert_eq!(codes(outcome), expected);
}

#[tokio::test]
async fn what_is_not_known_ends_nothing() {
    let mut mocks = Mocks::default();
    finds_sessions(&mut mocks, vec![(ada().id, session_id())], unavailable());
    let outcome = mocks.identity().look_again(&[on_session()]).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
