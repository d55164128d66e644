//! Revoking tokens.

use taskwell_domain::{AuditAction, Session, User};

use crate::{
    fixture::Storage,
    given::{assert_stale, later, outsider, revocation, session, session_id, user_id, valid_from},
};

pub(crate) async fn revoked_tokens_work_no_more(storage: Storage) {
    let outsider = storage.admit(&outsider("eve", None)).await.unwrap().id;
    for (number, (name, api_tokens)) in (1..).zip([("ada", false), ("bob", true), ("eve", true)]) {
        let id = user_id(name);
        if id != outsider {
            storage.account(name).await;
            storage.login(&id, 10 * number).await;
            storage.login(&id, 10 * number + 1).await;
            assert!(storage.end(&id, session_id(10 * number), later(1)).await);
        }
        storage.add_api_token(&id, 10 * number).await;
        let before = storage.user(&id).await.unwrap();
        let mut expected = storage.trail().await;
        let entry = storage.entry(AuditAction::TokensRevoked, &id);
        let revoked = storage
            .users
            .revoke_tokens(&id, &revocation(api_tokens, later(5)), &entry)
            .await;
        revoked.unwrap();

        expected.insert(0, entry);
        assert_eq!(storage.trail().await, expected);
        let after = User {
            tokens_valid_from: Some(valid_from(later(5))),
            ..before
        };
        assert_eq!(storage.user(&id).await, Some(after));
        assert_eq!(storage.sessions.list(&id, later(5)).await.unwrap(), []);
        if id != outsider {
            for (n, minute) in [(10 * number, 1), (10 * number + 1, 5)] {
                let session = storage.session(&id, session_id(n)).await.unwrap();
                assert_eq!(session.ended_at, Some(later(minute)));
            }
        }
        let left = storage.api_tokens.list(&id).await.unwrap().len();
        assert_eq!(left, usize::from(!api_tokens), "{name}");
    }
}

/// Somebody may have begun to renew it just before it expired.
pub(crate) async fn a_session_that_expired_before_a_revocation_is_not_renewed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = Session {
        expires_at: later(1),
        ..session(&ada, 1)
    };
    storage.start(&session, 1).await.unwrap();
    let entry = storage.entry(AuditAction::TokensRevoked, &ada);
    let revocation = revocation(false, later(5));
    let revoked = storage.users.revoke_tokens(&ada, &revocation, &entry);
    revoked.await.unwrap();
    let renewed = Session {
        expires_at: later(10),
        ..session
    };
    assert_stale(&storage.renew(&renewed, 1, 2).await);
}

pub(crate) async fn what_others_have_is_not_revoked(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let session = storage.login(&bob, 1).await;
    let token = storage.add_api_token(&bob, 1).await;
    let user = storage.user(&bob).await;
    let entry = storage.entry(AuditAction::TokensRevoked, &ada);
    let revocation = revocation(true, later(1));
    let revoked = storage.users.revoke_tokens(&ada, &revocation, &entry);
    revoked.await.unwrap();

    assert_eq!(storage.user(&bob).await, user);
    assert_eq!(storage.session(&bob, session.id).await, Some(session));
    assert_eq!(storage.api_tokens.list(&bob).await.unwrap(), [token]);
}
