use std::time::Duration;

use taskwell_application::{
    Error, ErrorCode,
    administration::{Administrator, AssertedAccount},
    ports::{Constraint, Credentials, HashingError, StoreError},
};
use taskwell_domain::{
    AccountChange, AuditAction, AuditEntry, AuditId, FaultCode, Issuer, Role, User, UserId,
};

use super::{ada, administrators, bob, by_ada, by_operator, email};
use crate::{
    identity::{Mocks, audit_id, new_password, new_password_hash, password_hash},
    tasks::{now, refused, unavailable},
};

fn finding(answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .users
        .expect_find()
        .withf(|id| *id == bob().id)
        .times(1)
        .return_once(|_| answer);
    mocks
}

fn finding_credentials(answer: Result<Option<Credentials>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .users
        .expect_find_credentials()
        .withf(|asked| *asked == email())
        .times(1)
        .return_once(|_| answer);
    mocks
}

/// Of Bob's account as it stands that much is changed, and the audit trail says this of it.
fn changing(
    from: User,
    difference: AccountChange,
    noted: Vec<AuditEntry>,
    answer: Result<User, StoreError>,
) -> Mocks {
    let mut mocks = finding(Ok(Some(from)));
    let mut ids = noted.iter().map(|entry| entry.id).collect::<Vec<_>>().into_iter();
    mocks
        .ids
        .expect_audit_id()
        .times(noted.len())
        .returning(move || ids.next().unwrap());
    mocks
        .users
        .expect_change()
        .withf(move |id, change, at, audit| {
            (id, change, *at) == (&bob().id, &difference, now()) && audit == noted
        })
        .times(1)
        .return_once(|_, _, _, _| answer);
    mocks
}

fn deleting(noted: AuditEntry, answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.makes_an_entry();
    mocks
        .users
        .expect_delete()
        .withf(move |id, audit| *id == bob().id && *audit == noted)
        .times(1)
        .return_once(|_, _| answer);
    mocks
}

/// All tokens of the account are revoked, those for programs included.
fn revoking(noted: AuditEntry, answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = finding(Ok(Some(bob())));
    mocks.makes_an_entry();
    mocks
        .users
        .expect_revoke_tokens()
        .withf(move |id, revocation, audit| {
            (id, revocation) == (&bob().id, &bob().revocation(true, now())) && *audit == noted
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

/// A password is set whatever stood there before, and no session is kept.
fn resetting(noted: AuditEntry, answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.hashes(new_password(), Ok(new_password_hash()));
    mocks.makes_an_entry();
    mocks
        .users
        .expect_set_password()
        .withf(move |id, verified, password, keep, at, audit| {
            (id, password, *at) == (&bob().id, &new_password_hash(), now())
                && verified.is_none()
                && keep.is_none()
                && *audit == noted
        })
        .times(1)
        .return_once(|_, _, _, _, _, _| answer);
    mocks
}

fn role(role: Role) -> AccountChange {
    AccountChange {
        role: Some(role),
        disabled: None,
    }
}

fn disable(disabled: bool) -> AccountChange {
    AccountChange {
        role: None,
        disabled: Some(disabled),
    }
}

async fn change(mocks: Mocks, by: &Administrator, change: AccountChange) -> Result<User, Error> {
    let nothing = AssertedAccount::default();
    let administration = mocks.administration();
    administration
        .change_account(by, &bob().id, change, &nothing)
        .await
}

async fn delete(mocks: Mocks, by: &Administrator) -> Result<(), Error> {
    mocks.administration().delete_account(by, &bob().id).await
}

async fn revoke(mocks: Mocks, by: &Administrator) -> Result<(), Error> {
    mocks.administration().revoke_tokens(by, &bob().id).await
}

async fn reset(mocks: Mocks, by: &Administrator) -> Result<(), Error> {
    mocks
        .administration()
        .reset_password(by, &bob().id, &new_password())
        .await
}

/// How the audit trail tells of the role that Bob gets.
fn promoted(entry: AuditEntry, detail: &str) -> AuditEntry {
    AuditEntry {
        detail: Some(detail.to_owned()),
        ..entry
    }
}

#[tokio::test]
async fn any_account_can_be_seen() {
    let found = finding(Ok(Some(bob()))).administration();
    assert_eq!(found.account(&ada(), &bob().id).await.unwrap(), bob());
    let credentials = Credentials {
        user: bob(),
        password: password_hash(),
    };
    let found = finding_credentials(Ok(Some(credentials))).administration();
    assert_eq!(found.account_of(&ada(), &email()).await.unwrap(), bob());
}

#[tokio::test]
async fn an_account_that_is_not_there_is_not_found_rather_than_the_caller_unknown() {
    let unknown = finding(Ok(None)).administration();
    assert_eq!(
        refused(unknown.account(&ada(), &bob().id).await),
        ErrorCode::NotFound
    );
    let unknown = finding_credentials(Ok(None)).administration();
    assert_eq!(
        refused(unknown.account_of(&ada(), &email()).await),
        ErrorCode::NotFound
    );
    let outcome = change(finding(Ok(None)), &ada(), role(Role::Admin)).await;
    assert_eq!(refused(outcome), ErrorCode::NotFound);

    let noted = by_ada(AuditAction::AccountDisabled);
    let gone_meanwhile = changing(bob(), disable(true), vec![noted], Err(StoreError::NotFound));
    assert_eq!(
        refused(change(gone_meanwhile, &ada(), disable(true)).await),
        ErrorCode::NotFound
    );
    let unknown = deleting(by_ada(AuditAction::AccountDeleted), Err(StoreError::NotFound));
    assert_eq!(refused(delete(unknown, &ada()).await), ErrorCode::NotFound);
    let unknown = revoking(by_ada(AuditAction::TokensRevoked), Err(StoreError::NotFound));
    assert_eq!(refused(revoke(unknown, &ada()).await), ErrorCode::NotFound);
    let unknown = resetting(by_ada(AuditAction::PasswordReset), Err(StoreError::Stale));
    assert_eq!(refused(reset(unknown, &ada()).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_role_is_given_and_taken_with_an_entry_that_says_which() {
    let admin = || User {
        role: Role::Admin,
        ..bob()
    };
    let noted = promoted(by_ada(AuditAction::RoleChanged), "user to admin");
    let giving = changing(bob(), role(Role::Admin), vec![noted], Ok(admin()));
    assert_eq!(change(giving, &ada(), role(Role::Admin)).await.unwrap(), admin());

    let noted = promoted(
        by_operator(AuditAction::RoleChanged),
        "admin to user, on the command line",
    );
    let taking = changing(admin(), role(Role::User), vec![noted], Ok(bob()));
    let outcome = change(taking, &Administrator::operator(), role(Role::User)).await;
    assert_eq!(outcome.unwrap(), bob());
}

#[tokio::test]
async fn an_account_is_shut_out_and_let_in_again() {
    let shut_out = || User {
        disabled_at: Some(now()),
        ..bob()
    };
    for (by, noted) in administrators(AuditAction::AccountDisabled) {
        let disabling = changing(bob(), disable(true), vec![noted], Ok(shut_out()));
        assert_eq!(change(disabling, &by, disable(true)).await.unwrap(), shut_out());
    }
    for (by, noted) in administrators(AuditAction::AccountEnabled) {
        let enabling = changing(shut_out(), disable(false), vec![noted], Ok(bob()));
        assert_eq!(change(enabling, &by, disable(false)).await.unwrap(), bob());
    }
}

#[tokio::test]
async fn each_difference_has_an_entry_of_its_own() {
    let both = AccountChange {
        role: Some(Role::Admin),
        disabled: Some(true),
    };
    let noted = vec![
        promoted(by_ada(AuditAction::RoleChanged), "user to admin"),
        AuditEntry {
            id: AuditId::parse("0199f0c1-dddd-7abc-8def-0123456789ac").unwrap(),
            ..by_ada(AuditAction::AccountDisabled)
        },
    ];
    assert_ne!(noted[1].id, audit_id());
    let mocks = changing(bob(), both.clone(), noted, Ok(bob()));
    change(mocks, &ada(), both).await.unwrap();
}

#[tokio::test]
async fn only_what_makes_a_difference_is_written() {
    let asked = AccountChange {
        role: Some(Role::User),
        disabled: Some(true),
    };
    let noted = by_ada(AuditAction::AccountDisabled);
    let mocks = changing(bob(), disable(true), vec![noted], Ok(bob()));
    change(mocks, &ada(), asked).await.unwrap();
}

#[tokio::test]
async fn a_change_of_nothing_writes_nothing() {
    let same = AccountChange {
        role: Some(Role::User),
        disabled: Some(false),
    };
    for nothing in [AccountChange::default(), role(Role::User), disable(false), same] {
        let outcome = change(finding(Ok(Some(bob()))), &ada(), nothing).await;
        assert_eq!(outcome.unwrap(), bob());
    }
}

/// What a client says that received the account.
fn received(user: &User) -> AssertedAccount {
    AssertedAccount {
        id: Some(user.id.clone()),
        email: Some(user.email.clone()),
        created_at: Some(user.created_at),
        issuer: Some(user.issuer.clone()),
        last_login_at: Some(user.last_login_at),
    }
}

#[tokio::test]
async fn what_cannot_be_set_may_be_sent_back_as_it_was_received() {
    let seen = User {
        last_login_at: Some(now()),
        ..bob()
    };
    let nameless = User { email: None, ..bob() };
    for user in [bob(), seen, nameless] {
        let noted = by_ada(AuditAction::AccountDisabled);
        let mocks = changing(user.clone(), disable(true), vec![noted], Ok(bob()));
        mocks
            .administration()
            .change_account(&ada(), &bob().id, disable(true), &received(&user))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn every_other_value_of_what_cannot_be_set_is_refused_by_name() {
    let elsewhere = Issuer::parse("better-auth").unwrap();
    let other = AssertedAccount {
        id: Some(UserId::parse("ada").unwrap()),
        email: Some(None),
        created_at: Some(now().after(Duration::from_millis(1))),
        issuer: Some(elsewhere),
        last_login_at: Some(Some(now())),
    };
    let mocks = finding(Ok(Some(bob())));
    let outcome = mocks
        .administration()
        .change_account(&ada(), &bob().id, disable(true), &other)
        .await;
    let Err(Error::Validation(faults)) = outcome else {
        panic!("{outcome:?}");
    };
    let told: Vec<_> = faults.iter().map(|at| (at.field, at.fault.code)).collect();
    let expected = ["id", "email", "created_at", "issuer", "last_login_at"];
    assert_eq!(told, expected.map(|field| (field, FaultCode::ReadOnly)));
}

#[tokio::test]
async fn an_account_is_deleted() {
    for (by, noted) in administrators(AuditAction::AccountDeleted) {
        delete(deleting(noted, Ok(())), &by).await.unwrap();
    }
}

#[tokio::test]
async fn every_token_of_an_account_is_revoked_those_of_programs_included() {
    for (by, noted) in administrators(AuditAction::TokensRevoked) {
        revoke(revoking(noted, Ok(())), &by).await.unwrap();
    }
}

#[tokio::test]
async fn a_password_is_set_whatever_it_was_and_every_session_ends() {
    for (by, noted) in administrators(AuditAction::PasswordReset) {
        reset(resetting(noted, Ok(())), &by).await.unwrap();
    }
}

#[tokio::test]
async fn no_password_is_set_that_could_not_be_hashed() {
    let mut mocks = Mocks::default();
    mocks.hashes(new_password(), Err(HashingError::Busy));
    assert_eq!(refused(reset(mocks, &ada()).await), ErrorCode::Unavailable);
}

#[tokio::test]
async fn the_last_admin_remains() {
    let last = || StoreError::Conflict(Constraint::LastAdmin);
    let noted = by_ada(AuditAction::AccountDisabled);
    let disabling = changing(bob(), disable(true), vec![noted], Err(last()));
    assert_eq!(
        refused(change(disabling, &ada(), disable(true)).await),
        ErrorCode::LastAdmin
    );
    let deleting = deleting(by_ada(AuditAction::AccountDeleted), Err(last()));
    assert_eq!(refused(delete(deleting, &ada()).await), ErrorCode::LastAdmin);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = finding(unavailable()).administration();
    let outcome = away.account(&ada(), &bob().id).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
    let away = finding_credentials(unavailable()).administration();
    let outcome = away.account_of(&ada(), &email()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);

    let noted = by_ada(AuditAction::AccountDisabled);
    let away = changing(bob(), disable(true), vec![noted], unavailable());
    for away in [finding(unavailable()), away] {
        let outcome = change(away, &ada(), disable(true)).await;
        assert_eq!(refused(outcome), ErrorCode::Unavailable);
    }
    let away = deleting(by_ada(AuditAction::AccountDeleted), unavailable());
    assert_eq!(refused(delete(away, &ada()).await), ErrorCode::Unavailable);
    let away = revoking(by_ada(AuditAction::TokensRevoked), unavailable());
    assert_eq!(refused(revoke(away, &ada()).await), ErrorCode::Unavailable);
    let away = resetting(by_ada(AuditAction::PasswordReset), unavailable());
    assert_eq!(refused(reset(away, &ada()).await), ErrorCode::Unavailable);
}
