use taskwell_application::{
    ErrorCode,
    administration::{AuditList, ListAudit},
    ports::{AuditPage, AuditQuery, StoreError},
};
use taskwell_domain::{AuditAction, AuditEntry, AuditId};

use super::{ada, bob, by_ada};
use crate::{
    identity::Mocks,
    tasks::{refused, unavailable},
};

/// Something that happened before the other entries.
fn older() -> AuditEntry {
    AuditEntry {
        id: AuditId::parse("0199f0c1-cccc-7abc-8def-0123456789ab").unwrap(),
        ..by_ada(AuditAction::LoginFailed)
    }
}

fn asked() -> ListAudit {
    ListAudit {
        user_id: Some(bob().id),
        before: Some(AuditId::parse("0199f0c1-ffff-7abc-8def-0123456789ab").unwrap()),
        limit: 2,
    }
}

/// Asked for that page, the storage gives this answer.
fn listing(asked: ListAudit, answer: Result<AuditPage, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    let query = AuditQuery {
        user_id: asked.user_id,
        before: asked.before,
        limit: asked.limit,
    };
    mocks
        .audit
        .expect_list()
        .withf(move |asked| *asked == query)
        .times(1)
        .return_once(|_| answer);
    mocks
}

#[tokio::test]
async fn a_page_goes_on_behind_its_last_entry_while_there_are_more() {
    let everything = ListAudit {
        user_id: None,
        before: None,
        limit: 2,
    };
    for asked in [asked(), everything] {
        let page = AuditPage {
            entries: vec![by_ada(AuditAction::AccountDisabled), older()],
            more: true,
        };
        let expected = AuditList {
            entries: page.entries.clone(),
            next: Some(older().id),
        };
        let administration = listing(asked.clone(), Ok(page)).administration();
        let list = administration.list_audit(&ada(), asked).await;
        assert_eq!(list.unwrap(), expected);
    }
}

#[tokio::test]
async fn the_last_page_goes_on_nowhere() {
    for entries in [vec![], vec![older()]] {
        let page = AuditPage { entries, more: false };
        let administration = listing(asked(), Ok(page)).administration();
        let list = administration.list_audit(&ada(), asked()).await;
        assert_eq!(list.unwrap().next, None);
    }
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = listing(asked(), unavailable()).administration();
    let outcome = away.list_audit(&ada(), asked()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
