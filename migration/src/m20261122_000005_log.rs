//! The log of changes, which PostgreSQL no longer holds against its owner entry by entry (ADR 33).

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// In this order, as those who write have it.
const ALONE: &str = "LOCK TABLE users, changes IN ACCESS EXCLUSIVE MODE;";

const OWNERS_TAKE_IT_ALONG: &str = "\
ALTER TABLE changes DROP CONSTRAINT changes_user_id_fkey;
CREATE FUNCTION take_log_along() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM changes WHERE user_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_take_log_along AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION take_log_along();";

const BY_FOREIGN_KEY: &str = "\
DROP TRIGGER users_take_log_along ON users;
DROP FUNCTION take_log_along();
ALTER TABLE changes ADD CONSTRAINT changes_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// SQLite looks the owner up in passing, and cannot drop a constraint but by copying the whole log.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, OWNERS_TAKE_IT_ALONG).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, BY_FOREIGN_KEY).await
    }
}

async fn on_postgres(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let connection = manager.get_connection();
        connection.execute_unprepared(ALONE).await?;
        connection.execute_unprepared(statements).await?;
    }
    Ok(())
}
