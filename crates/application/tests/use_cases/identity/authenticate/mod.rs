//! Who presents a token: the three doors, and what each opens.

mod by_api_token;
mod by_outside_token;
mod by_session;
mod require;

use taskwell_application::{
    Actor, Error, ErrorCode,
    identity::Authenticated,
    ports::{InvalidToken, OpaqueKind, OutsideClaims, OutsideRefusal, TokenHash},
};
use taskwell_domain::{ActorKind, ChangeActor, RequestId, UserId};

use super::{Mocks, ada, better_auth, client, email};
use crate::tasks::{at, now, refused};

fn request_id() -> RequestId {
    RequestId::parse("request-1").unwrap()
}

/// Ada, in that request, through that door.
fn ada_by(kind: ActorKind, id: &str) -> Actor {
    Actor {
        user_id: UserId::parse("ada").unwrap(),
        via: ChangeActor {
            kind,
            id: id.to_owned(),
        },
        request_id: request_id(),
    }
}

/// Asked once, the maker of random tokens says whether the text is a token for programs.
fn is_for_programs(mocks: &mut Mocks, answer: Option<TokenHash>) {
    mocks
        .opaque_tokens
        .expect_hash()
        .withf(|kind, text| (*kind, text) == (OpaqueKind::Api, "a token"))
        .times(1)
        .return_once(move |_, _| answer);
}

/// The token is none of ours; the other issuers say this of it.
fn presents_outside(answer: Result<OutsideClaims, OutsideRefusal>) -> Mocks {
    let mut mocks = Mocks::default();
    is_for_programs(&mut mocks, None);
    mocks
        .access_tokens
        .expect_verify()
        .withf(|token| token == "a token")
        .times(1)
        .returning(|_| Err(InvalidToken));
    mocks
        .outside_tokens
        .expect_verify()
        .withf(|token, at| (token, *at) == ("a token", now()))
        .times(1)
        .return_once(|_, _| answer);
    mocks
}

/// What a token of another issuer says: that Ada logged in there a minute ago.
pub(super) fn claims() -> OutsideClaims {
    OutsideClaims {
        issuer: better_auth(),
        subject: ada().id.to_string(),
        email: Some(email()),
        is_admin: false,
        issued_at: Some(at("2026-11-21T11:59:00Z")),
        expires_at: at("2026-11-21T12:14:00Z"),
    }
}

/// The token is a good one of another issuer, and its account is not known here.
pub(super) fn presents_unknown(claims: OutsideClaims) -> Mocks {
    let mut mocks = presents_outside(Ok(claims));
    mocks
        .users
        .expect_find_lately()
        .withf(|id| *id == ada().id)
        .times(1)
        .return_once(|_| Ok(None));
    mocks
}

pub(super) async fn authenticate(mocks: Mocks) -> Result<Authenticated, Error> {
    mocks
        .identity()
        .authenticate("a token", client, request_id())
        .await
}

#[tokio::test]
async fn what_is_no_token_at_all_is_refused_without_asking_a_storage() {
    let nothing = presents_outside(Err(OutsideRefusal::Invalid));
    assert_eq!(refused(authenticate(nothing).await), ErrorCode::Unauthenticated);
}
