//! What the tests share.

use taskwell_application::ports::{PasswordHash, UserStore};
use taskwell_domain::{
    ActorKind, ChangeActor, NewTask, Origin, RequestId, Role, Task, TaskChange, TaskId, Timestamp, Title,
    User, UserId,
};
use taskwell_infrastructure::{Database, SqlUserStore};
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

pub(crate) fn user(id: &str) -> User {
    User {
        id: UserId::parse(id).unwrap(),
        email: Some(format!("{id}@example.com").parse().unwrap()),
        role: Role::User,
        created_at: now(),
    }
}

pub(crate) fn password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$…".to_owned())
}

pub(crate) async fn add_user(database: &Database, id: &str) -> UserId {
    let user = user(id);
    SqlUserStore::new(database.clone())
        .add(&user, &password_hash())
        .await
        .unwrap();
    user.id
}

pub(crate) fn origin() -> Origin {
    Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "0192f0c1-2345-7abc-8def-0123456789ab".to_owned(),
        },
        request_id: RequestId::parse("request-1").unwrap(),
        at: now(),
    }
}

/// The task of that number, to be created.
pub(crate) fn creation(owner: &UserId, number: u128, title: &str) -> TaskChange {
    let new = NewTask {
        id: TaskId::from(Uuid::from_u128(number)),
        title: Title::parse(title).unwrap(),
        description: "two\nlines".parse().unwrap(),
        completed: false,
    };
    Task::create(new, owner.clone(), now())
}
