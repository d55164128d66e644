//! Many who change the same accounts, sessions and counts at once, on two servers.

use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};
use taskwell_application::ports::{
    AuditQuery, AuditTrail, Constraint, PasswordHash, SessionStore, SharedLimits, StoreError, UserQuery,
    UserStore,
};
use taskwell_domain::{
    AccountChange, AuditAction, AuditEntry, Issuer, Quota, Revocation, Role, Session, User, UserId,
};
use taskwell_infrastructure::{
    Database, SqlAuditTrail, SqlSharedLimits, SqlUserStore, testing::TestDatabase,
};
use tokio::task::JoinSet;

use crate::support::{
    add, add_user, another_server, audit, later, log_in, now, renew, sessions, token_hash, user, users,
};

const ROUNDS: u64 = 20;

on_both_databases! {
    of_admins_who_take_each_other_down_one_is_left,
    a_session_that_ends_while_it_is_renewed_stays_ended,
    of_many_takes_at_once_exactly_the_burst_is_granted,
    many_admissions_at_once_make_one_account,
    an_account_deleted_while_it_is_admitted_again_does_not_come_back,
    who_cleans_up_is_in_nobodys_way,
}

async fn two_servers(test: &TestDatabase) -> [Database; 2] {
    [test.database().clone(), another_server(test).await]
}

/// One of the ways in which an admin ceases to be one.
async fn take_down(users: SqlUserStore, id: UserId, way: usize) -> Result<(), StoreError> {
    let change = match way {
        0 => {
            let entry = audit(AuditAction::AccountDeleted, &id);
            return users.delete(&id, &entry).await;
        }
        1 => AccountChange {
            role: Some(Role::User),
            disabled: None,
        },
        _ => AccountChange {
            role: None,
            disabled: Some(true),
        },
    };
    let entry = audit(AuditAction::RoleChanged, &id);
    users.change(&id, &change, now(), &[entry]).await.map(drop)
}

async fn enabled_admins(users: &SqlUserStore) -> Vec<UserId> {
    let query = UserQuery {
        search: None,
        after: None,
        limit: 1_000,
    };
    let all = users.list(&query).await.unwrap().users;
    let admins = all.into_iter().filter(User::is_enabled_admin);
    admins.map(|user| user.id).collect()
}

async fn of_admins_who_take_each_other_down_one_is_left(test: &TestDatabase) {
    let servers = two_servers(test).await;
    let everybody = users(test.database());
    for round in 0..ROUNDS {
        // Whoever is left of the round before is there too.
        for number in 0..5 {
            let admin = User {
                role: Role::Admin,
                ..user(&format!("{round}-{number}"))
            };
            add(test.database(), admin).await;
        }
        let admins = enabled_admins(&everybody).await;
        let mut attacks = JoinSet::new();
        // Each by two, in either order.
        for (number, id) in admins.iter().chain(admins.iter().rev()).enumerate() {
            let users = users(&servers[number % 2]);
            attacks.spawn(take_down(users, id.clone(), number % 3));
        }
        for outcome in attacks.join_all().await {
            match outcome {
                Ok(()) | Err(StoreError::NotFound | StoreError::Conflict(Constraint::LastAdmin)) => {}
                // A deadlock would be here.
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(enabled_admins(&everybody).await.len(), 1);
    }
}

fn renewed(session: &Session, minute: u64) -> Session {
    Session {
        last_used_at: later(minute),
        expires_at: later(minute + 3_600),
        ..session.clone()
    }
}

async fn a_session_that_ends_while_it_is_renewed_stays_ended(test: &TestDatabase) {
    let servers = two_servers(test).await;
    for round in 1..=ROUNDS {
        let ada = add_user(test.database(), &format!("ada-{round}")).await;
        let session = log_in(test.database(), &ada, round).await;
        let mut work = JoinSet::new();
        for number in 0..6 {
            let (server, session) = (servers[number % 2].clone(), session.clone());
            work.spawn(async move {
                let fresh = token_hash(1_000 * round + number as u64);
                renew(&server, &renewed(&session, 1), token_hash(round), fresh).await
            });
        }
        let (server, session_id, id) = (servers[1].clone(), session.id, ada.clone());
        work.spawn(async move {
            // It alone, or with all others.
            if round % 2 == 0 {
                let entry = audit(AuditAction::TokensRevoked, &id);
                let revocation = Revocation {
                    at: now(),
                    valid_from: now(),
                    api_tokens: true,
                };
                users(&server).revoke_tokens(&id, &revocation, &entry).await
            } else {
                let ended = sessions(&server).end(&id, session_id, now(), None).await;
                ended.map(|ended| assert!(ended))
            }
        });
        for outcome in work.join_all().await {
            assert!(matches!(outcome, Ok(()) | Err(StoreError::Stale)), "{outcome:?}");
        }
        let found = sessions(test.database()).find(&ada, session.id).await;
        assert_eq!(found.unwrap().unwrap().session.ended_at, Some(now()));
        let late = renewed(&session, 2);
        let late = renew(test.database(), &late, token_hash(round), token_hash(0)).await;
        assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
    }
}

async fn of_many_takes_at_once_exactly_the_burst_is_granted(test: &TestDatabase) {
    let servers = two_servers(test).await;
    let quota = Quota::per(5, Duration::from_secs(60));
    for round in 0..ROUNDS {
        let mut takes = JoinSet::new();
        for number in 0..50 {
            let limits = SqlSharedLimits::new(servers[number % 2].clone());
            takes.spawn(async move { limits.take(&format!("login:{round}"), quota, now()).await });
        }
        let answers = takes.join_all().await;
        let granted = answers
            .into_iter()
            .filter(|answer| answer.as_ref().unwrap().is_granted());
        assert_eq!(granted.count(), 10);
    }
}

fn outsider(id: &str) -> User {
    let issuer = Issuer::parse("better-auth").unwrap();
    User::admitted(UserId::parse(id).unwrap(), issuer, None, now())
}

async fn entries_about(test: &TestDatabase, user: &UserId) -> Vec<AuditAction> {
    let query = AuditQuery {
        user_id: Some(user.clone()),
        before: None,
        limit: 100,
    };
    let trail = SqlAuditTrail::new(test.database().clone());
    let entries = trail.list(&query).await.unwrap().entries;
    entries.into_iter().map(|entry| entry.action).collect()
}

async fn many_admissions_at_once_make_one_account(test: &TestDatabase) {
    let servers = two_servers(test).await;
    for round in 0..ROUNDS {
        let id = format!("ada-{round}");
        let mut admissions = JoinSet::new();
        for number in 0..20 {
            let (users, id) = (users(&servers[number % 2]), id.clone());
            admissions.spawn(async move {
                let user = User {
                    created_at: later(number as u64),
                    ..outsider(&id)
                };
                let entry = audit(AuditAction::Registered, &user.id);
                users.admit(&user, Some(now()), &entry).await.unwrap().unwrap()
            });
        }
        let admitted = admissions.join_all().await;
        let stands = users(test.database()).find(&admitted[0].id).await.unwrap();
        assert!(
            admitted.iter().all(|user| Some(user) == stands.as_ref()),
            "{admitted:?}"
        );
        let entries = entries_about(test, &admitted[0].id).await;
        assert_eq!(entries, [AuditAction::Registered]);
    }
}

async fn an_account_deleted_while_it_is_admitted_again_does_not_come_back(test: &TestDatabase) {
    let servers = two_servers(test).await;
    for round in 0..ROUNDS {
        let user = outsider(&format!("ada-{round}"));
        let entry = audit(AuditAction::Registered, &user.id);
        users(test.database()).admit(&user, None, &entry).await.unwrap();
        let mut work = JoinSet::new();
        for number in 0..6 {
            let (users, user) = (users(&servers[number % 2]), user.clone());
            work.spawn(async move {
                if number == 3 {
                    let entry = AuditEntry {
                        at: later(1),
                        ..audit(AuditAction::AccountDeleted, &user.id)
                    };
                    users.delete(&user.id, &entry).await.unwrap();
                    return;
                }
                let entry = audit(AuditAction::Registered, &user.id);
                let admitted = users.admit(&user, Some(now()), &entry).await.unwrap();
                // By somebody who came before the deletion.
                assert!(admitted.is_none_or(|admitted| admitted == user));
            });
        }
        work.join_all().await;
        assert_eq!(users(test.database()).find(&user.id).await.unwrap(), None);
        let entries = entries_about(test, &user.id).await;
        assert_eq!(entries, [AuditAction::AccountDeleted, AuditAction::Registered]);
    }
}

/// Whoever changes several rows of one user meets several who clean up among all.
async fn who_cleans_up_is_in_nobodys_way(test: &TestDatabase) {
    let servers = two_servers(test).await;
    for round in 0..ROUNDS {
        let mut owners = Vec::new();
        for name in ["ada", "eve"] {
            owners.push(add_user(test.database(), &format!("{name}-{round}")).await);
        }
        let limits = SqlSharedLimits::new(test.database().clone());
        for number in 0..24 {
            let number = 100 * round + number;
            log_in(test.database(), &owners[(number % 2) as usize], number).await;
            let quota = Quota::per(1, Duration::from_secs(1));
            limits.take(&number.to_string(), quota, now()).await.unwrap();
        }
        let mut work = JoinSet::new();
        for server in servers.iter().chain(&servers) {
            let server = server.clone();
            work.spawn(async move {
                let then = later(100_000);
                sessions(&server).purge(then).await.unwrap();
                SqlSharedLimits::new(server.clone()).purge(then).await.unwrap();
                SqlAuditTrail::new(server).purge(then).await.unwrap();
            });
        }
        for owner in owners {
            let users = users(&servers[1]);
            work.spawn(async move {
                let entry = audit(AuditAction::PasswordReset, &owner);
                let hash = PasswordHash::from("another".to_owned());
                let set = users.set_password(&owner, None, &hash, None, now(), &entry);
                set.await.unwrap();
                let entry = audit(AuditAction::AccountDeleted, &owner);
                users.delete(&owner, &entry).await.unwrap();
            });
        }
        work.join_all().await;
        let trail = SqlAuditTrail::new(test.database().clone());
        trail.purge(later(100_000)).await.unwrap();
        assert_eq!(limits.purge(later(100_000)).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn what_somebody_is_writing_is_left_for_the_next_who_cleans_up() {
    let test = TestDatabase::postgres().await;
    let ada = add_user(test.database(), "ada").await;
    for number in 1..=3 {
        log_in(test.database(), &ada, number).await;
    }
    let limits = SqlSharedLimits::new(test.database().clone());
    let quota = Quota::per(1, Duration::from_secs(1));
    limits.take("login", quota, now()).await.unwrap();
    let sessions = sessions(test.database());
    let then = later(100_000);

    let mut other = PgConnection::connect(test.url()).await.unwrap();
    other
        .execute(
            "BEGIN;
             SELECT FROM sessions WHERE id = '00000000-0000-0000-0000-000000000002' FOR NO KEY UPDATE;
             SELECT FROM rate_limits FOR NO KEY UPDATE",
        )
        .await
        .unwrap();
    assert_eq!(sessions.purge(then).await.unwrap(), 2);
    assert_eq!(limits.purge(then).await.unwrap(), 0);

    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(sessions.purge(then).await.unwrap(), 1);
    assert_eq!(limits.purge(then).await.unwrap(), 1);
}
