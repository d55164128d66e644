use std::time::Duration;

use taskwell_application::{
    ErrorCode,
    identity::Ticket,
    ports::{InvalidToken, TicketClaims},
};
use taskwell_domain::{Session, Timestamp};

use super::{
    A_MOMENT_AGO, IN_A_MOMENT, Mocks, ada,
    footing::{finds_sessions, held, on_session},
    session, session_id,
};
use crate::tasks::{at, now, refused};

/// Shown once, the ticket says this.
fn shows(answer: Result<TicketClaims, InvalidToken>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .tickets
        .expect_verify()
        .withf(|ticket| ticket == "a ticket")
        .times(1)
        .return_once(|_| answer);
    mocks
}

fn until(expires_at: Timestamp) -> Result<TicketClaims, InvalidToken> {
    Ok(TicketClaims {
        footing: on_session(),
        expires_at,
    })
}

#[test]
fn a_ticket_says_what_the_token_rests_on_and_works_for_a_minute() {
    let mut mocks = Mocks::default();
    let minute = Duration::from_secs(60);
    mocks
        .tickets
        .expect_sign()
        .withf(move |claims| Ok(claims) == until(now().after(minute)).as_ref())
        .times(1)
        .return_once(|_| "a ticket".to_owned());
    let ticket = Ticket {
        text: "a ticket".to_owned(),
        expires_in: minute,
    };
    assert_eq!(mocks.identity().ticket(on_session()), ticket);
}

#[tokio::test]
async fn a_ticket_lets_in_on_what_it_says() {
    let mut mocks = shows(until(at(IN_A_MOMENT)));
    let answer = Ok(vec![held(session(), ada())]);
    finds_sessions(&mut mocks, vec![(ada().id, session_id())], answer);
    let footing = mocks.identity().by_ticket("a ticket").await.unwrap();
    assert_eq!(footing, on_session());
}

#[tokio::test]
async fn a_ticket_is_worth_no_more_than_the_token_that_it_was_given_out_for() {
    let mut mocks = shows(until(at(IN_A_MOMENT)));
    let ended = Session {
        ended_at: Some(at(A_MOMENT_AGO)),
        ..session()
    };
    let answer = Ok(vec![held(ended, ada())]);
    finds_sessions(&mut mocks, vec![(ada().id, session_id())], answer);
    let outcome = mocks.identity().by_ticket("a ticket").await;
    assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn a_ticket_of_before_and_what_is_none_are_refused_without_asking_a_storage() {
    for (claims, code) in [
        (until(now()), ErrorCode::TokenExpired),
        (Err(InvalidToken), ErrorCode::Unauthenticated),
    ] {
        let outcome = shows(claims).identity().by_ticket("a ticket").await;
        assert_eq!(refused(outcome), code);
    }
}
