use std::time::Duration;

use taskwell_application::{
    Error, ErrorCode, Exceeded, Limit,
    identity::{ChangePassword, IdentityPolicy, Login, Register, Tokens, TryLimits},
    ports::{Credentials, HashingError, StoreError},
};
use taskwell_domain::{Allowance, AuditAction, AuditEntry, Client, Quota, UserId};

use super::{
    Mocks, ada, caller, client, email, entry,
    login::{command, credentials, knows},
    new_password, password, password_hash, policy,
};
use crate::tasks::{now, refused, unavailable};

const FROM: &str = "login:from:192.0.2.7";
const TO: &str = "login:to:ada@example.com";
const TO_FROM: &str = "login:to:ada@example.com:from:192.0.2.7";

fn limits() -> TryLimits {
    TryLimits {
        login: Quota::per(10, Duration::from_secs(60)),
        register: Quota::per(5, Duration::from_secs(3_600)),
        refresh: Quota::per(7, Duration::from_secs(60)),
    }
}

fn limited() -> IdentityPolicy {
    IdentityPolicy {
        limits: Some(limits()),
        ..policy()
    }
}

fn granted(quota: Quota) -> Allowance {
    Allowance {
        quota,
        remaining: Some(0),
        reset_after: quota.window(),
    }
}

/// One that was too many; how long it takes until the next tells them apart.
fn exceeded(quota: Quota, reset_after: Duration) -> Allowance {
    Allowance {
        quota,
        remaining: None,
        reset_after,
    }
}

/// A try under that key is counted once.
fn counts(mocks: &mut Mocks, key: &'static str, quota: Quota, answer: Result<Allowance, StoreError>) {
    mocks
        .limits
        .expect_take()
        .withf(move |counted, of, at| (counted, *of, *at) == (key, quota, now()))
        .times(1)
        .return_once(|_, _, _| answer);
}

fn grants_login(mocks: &mut Mocks, key: &'static str) {
    counts(mocks, key, limits().login, Ok(granted(limits().login)));
}

fn exceeds_login(mocks: &mut Mocks, key: &'static str, reset_after: Duration) {
    let allowance = exceeded(limits().login, reset_after);
    counts(mocks, key, limits().login, Ok(allowance));
}

/// Asked once whether Ada has logged in from where she is, the storage gives this answer.
fn has_begun_here(mocks: &mut Mocks, answer: Result<bool, StoreError>) {
    mocks
        .sessions
        .expect_has_begun_from()
        .withf(|user, from| *user == ada().id && *from == client())
        .times(1)
        .return_once(|_, _| answer);
}

/// The try gets as far as the password, which is compared, and wrong.
fn gets_through(mocks: &mut Mocks, known: Option<Credentials>) {
    let hash = known.as_ref().map(|known| known.password.clone());
    mocks.compares(hash, Ok(false));
    mocks.notes_a_failed_login(known.map(|known| known.user.id));
}

async fn login(mocks: Mocks) -> Result<Tokens, Error> {
    mocks.identity_where(limited()).login(command()).await
}

#[track_caller]
fn limit<T: std::fmt::Debug>(outcome: Result<T, Error>) -> (Limit, Duration) {
    match outcome.unwrap_err() {
        Error::RateLimited(Exceeded { limit, allowance }) => (limit, allowance.reset_after),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_login_counts_for_its_network_and_for_its_account_whether_or_not_there_is_one() {
    for known in [Some(credentials()), None] {
        let mut mocks = Mocks::default();
        grants_login(&mut mocks, FROM);
        knows(&mut mocks, Ok(known.clone()));
        grants_login(&mut mocks, TO);
        gets_through(&mut mocks, known);
        assert_eq!(refused(login(mocks).await), ErrorCode::InvalidCredentials);
    }
}

#[tokio::test]
async fn a_network_that_has_tried_too_often_learns_nothing_of_any_account() {
    let mut mocks = Mocks::default();
    exceeds_login(&mut mocks, FROM, Duration::from_secs(6));
    assert_eq!(limit(login(mocks).await), (Limit::Login, Duration::from_secs(6)));
}

#[tokio::test]
async fn the_addresses_that_one_subscriber_can_take_count_together() {
    let client = Client::new(Some("2001:db8:1:2:ffff::9".parse().unwrap()), None);
    let mut mocks = Mocks::default();
    exceeds_login(&mut mocks, "login:from:2001:db8:1:2::/64", Duration::from_secs(6));
    let command = Login { client, ..command() };
    let outcome = mocks.identity_where(limited()).login(command).await;
    assert_eq!(refused(outcome), ErrorCode::RateLimited);
}

#[tokio::test]
async fn an_account_that_was_tried_too_often_is_refused_before_the_password_is_compared() {
    let mut known = Mocks::default();
    has_begun_here(&mut known, Ok(false));
    knows(&mut known, Ok(Some(credentials())));
    // The same is asked about nobody, so that the time does not tell.
    let mut unknown = Mocks::default();
    let nobody = || UserId::parse("nobody").unwrap();
    unknown.ids.expect_user_id().times(1).returning(nobody);
    unknown
        .sessions
        .expect_has_begun_from()
        .withf(move |user, from| *user == nobody() && *from == client())
        .times(1)
        .return_once(|_, _| Ok(false));
    knows(&mut unknown, Ok(None));
    for mut mocks in [known, unknown] {
        grants_login(&mut mocks, FROM);
        exceeds_login(&mut mocks, TO, Duration::from_secs(7));
        assert_eq!(limit(login(mocks).await), (Limit::Login, Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn where_the_owner_has_logged_in_before_strangers_lock_nobody_out() {
    let mut mocks = Mocks::default();
    grants_login(&mut mocks, FROM);
    knows(&mut mocks, Ok(Some(credentials())));
    exceeds_login(&mut mocks, TO, Duration::from_secs(7));
    has_begun_here(&mut mocks, Ok(true));
    grants_login(&mut mocks, TO_FROM);
    gets_through(&mut mocks, Some(credentials()));
    assert_eq!(refused(login(mocks).await), ErrorCode::InvalidCredentials);
}

#[tokio::test]
async fn the_share_of_the_owners_network_is_limited_as_well() {
    let mut mocks = Mocks::default();
    grants_login(&mut mocks, FROM);
    knows(&mut mocks, Ok(Some(credentials())));
    exceeds_login(&mut mocks, TO, Duration::from_secs(7));
    has_begun_here(&mut mocks, Ok(true));
    exceeds_login(&mut mocks, TO_FROM, Duration::from_secs(8));
    assert_eq!(limit(login(mocks).await), (Limit::Login, Duration::from_secs(8)));
}

#[tokio::test]
async fn what_is_no_address_counts_for_its_network_alone() {
    let mut mocks = Mocks::default();
    grants_login(&mut mocks, FROM);
    gets_through(&mut mocks, None);
    let command = Login {
        email: "ada".to_owned(),
        ..command()
    };
    let outcome = mocks.identity_where(limited()).login(command).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCredentials);
}

/// Ada is asked for her password again, and the try counts for her account.
fn asked_again(mocks: &mut Mocks) {
    mocks.finds(Ok(Some(ada())));
    mocks
        .users
        .expect_find_password()
        .times(1)
        .returning(|_| Ok(Some(password_hash())));
}

#[tokio::test]
async fn whoever_is_asked_for_the_password_again_tries_as_by_a_login() {
    let command = || ChangePassword {
        current: password(),
        new: "scarlet parasol".to_owned(),
    };

    let mut granted = Mocks::default();
    asked_again(&mut granted);
    grants_login(&mut granted, TO);
    granted.compares(Some(password_hash()), Ok(false));
    granted.appends(AuditEntry {
        detail: Some("while logged in".to_owned()),
        ..entry(AuditAction::LoginFailed)
    });
    let identity = granted.identity_where(limited());
    let outcome = identity.change_password(&caller(), command(), &client()).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCredentials);

    let too_often = || {
        let mut mocks = Mocks::default();
        asked_again(&mut mocks);
        exceeds_login(&mut mocks, TO, Duration::from_secs(7));
        has_begun_here(&mut mocks, Ok(false));
        mocks.identity_where(limited())
    };
    let changed = too_often().change_password(&caller(), command(), &client()).await;
    assert_eq!(limit(changed), (Limit::Login, Duration::from_secs(7)));
    let deleted = too_often()
        .delete_account(&caller(), Some(password()), &client())
        .await;
    assert_eq!(limit(deleted), (Limit::Login, Duration::from_secs(7)));
}

fn registration() -> Register {
    Register {
        email: email(),
        password: new_password(),
        client: client(),
    }
}

#[tokio::test]
async fn a_registration_counts_for_its_network() {
    let quota = limits().register;
    let mut mocks = Mocks::default();
    counts(&mut mocks, "register:from:192.0.2.7", quota, Ok(granted(quota)));
    mocks.hashes(new_password(), Err(HashingError::Busy));
    let outcome = mocks.identity_where(limited()).register(registration()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn a_network_that_has_registered_too_often_is_refused_before_anything_is_hashed() {
    let quota = limits().register;
    let allowance = exceeded(quota, Duration::from_secs(720));
    let mut mocks = Mocks::default();
    counts(&mut mocks, "register:from:192.0.2.7", quota, Ok(allowance));
    let outcome = mocks.identity_where(limited()).register(registration()).await;
    assert_eq!(limit(outcome), (Limit::Register, Duration::from_secs(720)));
}

#[tokio::test]
async fn where_registration_is_closed_nothing_is_counted() {
    let closed = IdentityPolicy {
        registration: false,
        ..limited()
    };
    let outcome = Mocks::default()
        .identity_where(closed)
        .register(registration())
        .await;
    assert_eq!(refused(outcome), ErrorCode::Forbidden);
}

#[tokio::test]
async fn where_there_are_no_limits_nothing_is_counted() {
    let mut mocks = Mocks::default();
    knows(&mut mocks, Ok(Some(credentials())));
    gets_through(&mut mocks, Some(credentials()));
    let outcome = mocks.identity_where(policy()).login(command()).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCredentials);

    let mut mocks = Mocks::default();
    mocks.hashes(new_password(), Err(HashingError::Busy));
    let outcome = mocks.identity_where(policy()).register(registration()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told_and_nothing_is_tried() {
    let mut from = Mocks::default();
    counts(&mut from, FROM, limits().login, unavailable());
    assert_eq!(refused(login(from).await), ErrorCode::Unavailable);

    let mut to = Mocks::default();
    grants_login(&mut to, FROM);
    knows(&mut to, Ok(Some(credentials())));
    counts(&mut to, TO, limits().login, unavailable());
    assert_eq!(refused(login(to).await), ErrorCode::Unavailable);

    let mut begun = Mocks::default();
    grants_login(&mut begun, FROM);
    knows(&mut begun, Ok(Some(credentials())));
    exceeds_login(&mut begun, TO, Duration::from_secs(7));
    has_begun_here(&mut begun, unavailable());
    assert_eq!(refused(login(begun).await), ErrorCode::Unavailable);
}
