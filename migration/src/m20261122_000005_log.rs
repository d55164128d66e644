//! The log of changes, whose entries PostgreSQL no longer holds against their owner one by one (ADR 33).

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const OWNED_BY_USER: &str = "changes_user_id_fkey";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// SQLite looks the owner up in passing, and cannot drop a constraint but by copying the whole log.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let drop = ForeignKey::drop()
            .name(OWNED_BY_USER)
            .table(Changes::Table)
            .to_owned();
        manager.drop_foreign_key(drop).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let create = ForeignKey::create()
            .name(OWNED_BY_USER)
            .from(Changes::Table, Changes::UserId)
            .to(Users::Table, Users::Id)
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned();
        manager.create_foreign_key(create).await
    }
}

#[derive(DeriveIden)]
enum Changes {
    Table,
    UserId,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}
