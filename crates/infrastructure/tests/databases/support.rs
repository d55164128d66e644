//! What the tests share.

use std::time::Duration;

use sqlx::{Connection, Executor};
use taskwell_application::ports::{
    IdGenerator, PasswordHash, Recording, SessionStore, StoreError, TaskStore, TokenHash, UserStore,
};
use taskwell_domain::{
    ActorKind, AuditAction, AuditEntry, ChangeActor, Client, NewTask, Origin, RequestId, Role, Session,
    SessionId, Task, TaskChange, TaskEdit, TaskId, Timestamp, Title, User, UserId,
};
use taskwell_infrastructure::{
    Database, DatabaseOptions, Seen, SqlSessionStore, SqlTaskStore, SqlUserStore, UuidV7Ids,
    testing::TestDatabase,
};
use uuid::Uuid;

/// Makes of each named function, which takes a `TestDatabase` with the schema, a test on SQLite and one on
/// PostgreSQL.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(&taskwell_infrastructure::testing::TestDatabase::sqlite().await).await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(&taskwell_infrastructure::testing::TestDatabase::postgres().await).await;
                }
            )+
        }
    };
}

pub(crate) fn now() -> Timestamp {
    "2026-11-21T09:30:00.250Z".parse().unwrap()
}

pub(crate) fn later(seconds: u64) -> Timestamp {
    now().after(Duration::from_secs(seconds))
}

pub(crate) fn user(id: &str) -> User {
    let email = format!("{id}@example.com").parse().unwrap();
    User::registered(UserId::parse(id).unwrap(), email, Role::User, now())
}

pub(crate) fn audit(action: AuditAction, subject: &UserId) -> AuditEntry {
    AuditEntry {
        id: UuidV7Ids.audit_id(),
        at: now(),
        actor_id: None,
        action,
        subject_id: Some(subject.clone()),
        address: None,
        detail: None,
    }
}

pub(crate) fn password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$…".to_owned())
}

/// The accounts of a server that has seen nothing yet.
pub(crate) fn users(database: &Database) -> SqlUserStore {
    SqlUserStore::new(database.clone(), Seen::default())
}

/// The sessions of a server that has seen nothing yet.
pub(crate) fn sessions(database: &Database) -> SqlSessionStore {
    SqlSessionStore::new(database.clone(), Seen::default())
}

pub(crate) async fn add_user(database: &Database, id: &str) -> UserId {
    add(database, user(id)).await
}

pub(crate) async fn add(database: &Database, user: User) -> UserId {
    let entry = audit(AuditAction::Registered, &user.id);
    let added = users(database).add(&user, &password_hash(), &entry).await;
    added.unwrap();
    user.id
}

/// The session of that number, for a minute.
pub(crate) fn session(user: &UserId, number: u64) -> Session {
    let id = SessionId::from(Uuid::from_u128(number.into()));
    Session::start(
        id,
        user.clone(),
        Client::default(),
        Duration::from_secs(60),
        now(),
    )
}

/// The hash of the token of that number.
pub(crate) fn token_hash(number: u64) -> TokenHash {
    let mut hash = [7; 32];
    hash[..8].copy_from_slice(&number.to_be_bytes());
    TokenHash(hash)
}

/// Begins the session, with that refresh token.
pub(crate) async fn start(
    database: &Database,
    session: &Session,
    token: TokenHash,
) -> Result<(), StoreError> {
    let entry = audit(AuditAction::LoggedIn, &session.user_id);
    sessions(database)
        .start(session, &token, &password_hash(), &entry)
        .await
}

/// The session of that number, begun, with the refresh token of the same.
pub(crate) async fn log_in(database: &Database, user: &UserId, number: u64) -> Session {
    let session = session(user, number);
    start(database, &session, token_hash(number)).await.unwrap();
    session
}

/// Keeps the session as it was renewed with the one refresh token, with the other as the next.
pub(crate) async fn renew(
    database: &Database,
    session: &Session,
    spent: TokenHash,
    fresh: TokenHash,
) -> Result<(), StoreError> {
    sessions(database).renew(session, &spent, &fresh).await
}

/// Past the stores.
pub(crate) async fn execute(test: &TestDatabase, sql: &'static str) {
    if test.url().starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(test.url()).await.unwrap();
        connection.execute(sql).await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(test.url()).await.unwrap();
        connection.execute(sql).await.unwrap();
    }
}

pub(crate) fn origin() -> Origin {
    Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "0192f0c1-2345-7abc-8def-0123456789ab".to_owned(),
        },
        request_id: RequestId::parse("request-1").unwrap(),
        batch: None,
        at: now(),
    }
}

/// These changes, as they are.
pub(crate) fn recording(changes: Vec<TaskChange>) -> Recording {
    Recording {
        changes,
        origin: origin(),
        expects: None,
        answer: None,
    }
}

/// Records one change that nothing stands against; the task as it stands then.
pub(crate) async fn recorded(store: &SqlTaskStore, owner: &UserId, change: TaskChange) -> Task {
    let recorded = store.record(owner, recording(vec![change])).await.unwrap();
    recorded[0].task.clone().unwrap()
}

/// The task of that number, to be created.
pub(crate) fn creation(owner: &UserId, number: u128, title: &str) -> TaskChange {
    let new = NewTask {
        id: TaskId::from(Uuid::from_u128(number)),
        title: Title::parse(title).unwrap(),
        fields: TaskEdit {
            description: Some("two\nlines".parse().unwrap()),
            ..TaskEdit::default()
        },
    };
    Task::create(&new, owner.clone(), now()).unwrap()
}

/// Another server on the same database.
pub(crate) async fn another_server(test: &TestDatabase) -> Database {
    let options = DatabaseOptions::new(test.url());
    Database::connect(&options).await.unwrap()
}
