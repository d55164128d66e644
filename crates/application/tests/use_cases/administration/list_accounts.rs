use taskwell_application::{
    ErrorCode,
    administration::{AccountCursor, AccountList, ListAccounts},
    ports::{StoreError, UserPage, UserPosition, UserQuery},
};
use taskwell_domain::{User, UserId};

use super::{ada, bob};
use crate::{
    identity::Mocks,
    tasks::{at, refused, unavailable},
};

fn carol() -> User {
    User {
        id: UserId::parse("carol").unwrap(),
        created_at: at("2026-11-19T08:00:00.000Z"),
        ..bob()
    }
}

/// The cursor of a search behind that account.
fn behind(user: &User, search: Option<&str>) -> AccountCursor {
    AccountCursor {
        search: search.map(str::to_owned),
        position: UserPosition {
            created_at: user.created_at,
            id: user.id.clone(),
        },
    }
}

fn asked(search: Option<&str>, cursor: Option<AccountCursor>) -> ListAccounts {
    ListAccounts {
        search: search.map(str::to_owned),
        cursor,
        limit: 2,
    }
}

/// Asked for that page, the storage gives this answer.
fn listing(query: UserQuery, answer: Result<UserPage, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .users
        .expect_list()
        .withf(move |asked| *asked == query)
        .times(1)
        .return_once(|_| answer);
    mocks
}

fn query(search: Option<&str>, after: Option<UserPosition>) -> UserQuery {
    UserQuery {
        search: search.map(str::to_owned),
        after,
        limit: 2,
    }
}

#[tokio::test]
async fn a_page_goes_on_behind_its_last_account_while_there_are_more() {
    for search in [None, Some("example")] {
        let page = UserPage {
            users: vec![bob(), carol()],
            more: true,
        };
        let expected = AccountList {
            users: page.users.clone(),
            next: Some(behind(&carol(), search)),
        };
        let administration = listing(query(search, None), Ok(page)).administration();
        let list = administration.list_accounts(&ada(), asked(search, None)).await;
        assert_eq!(list.unwrap(), expected);
    }
}

#[tokio::test]
async fn the_last_page_goes_on_nowhere() {
    for users in [vec![], vec![bob(), carol()]] {
        let page = UserPage { users, more: false };
        let administration = listing(query(None, None), Ok(page)).administration();
        let list = administration.list_accounts(&ada(), asked(None, None)).await;
        assert_eq!(list.unwrap().next, None);
    }
}

#[tokio::test]
async fn a_cursor_goes_on_in_its_own_search() {
    for search in [None, Some("example")] {
        let cursor = behind(&bob(), search);
        let page = UserPage {
            users: vec![carol()],
            more: false,
        };
        let query = query(search, Some(cursor.position.clone()));
        let administration = listing(query, Ok(page)).administration();
        let list = administration
            .list_accounts(&ada(), asked(search, Some(cursor)))
            .await;
        assert_eq!(list.unwrap().users, [carol()]);
    }
}

#[tokio::test]
async fn a_cursor_of_another_search_is_refused_without_asking_a_storage() {
    let mixed = [
        (Some("example"), None),
        (None, Some("example")),
        (Some("example"), Some("Example")),
    ];
    for (search, of) in mixed {
        let asked = asked(search, Some(behind(&bob(), of)));
        let outcome = Mocks::default()
            .administration()
            .list_accounts(&ada(), asked)
            .await;
        assert_eq!(refused(outcome), ErrorCode::InvalidCursor);
    }
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = listing(query(None, None), unavailable()).administration();
    let outcome = away.list_accounts(&ada(), asked(None, None)).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
