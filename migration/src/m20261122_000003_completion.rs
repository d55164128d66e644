//! An index that leads to the few tasks that are open among many that are done, or the other way round.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BY_COMPLETION: &str = "tasks_user_id_completed_at_idx";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_completion = Index::create()
            .name(BY_COMPLETION)
            .table(Tasks::Table)
            .col(Tasks::UserId)
            .col(Tasks::CompletedAt)
            .and_where(Expr::col(Tasks::DeletedAt).is_null())
            .take();
        manager.create_index(by_completion).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Index::drop().name(BY_COMPLETION).table(Tasks::Table).to_owned();
        manager.drop_index(drop).await
    }
}

#[derive(DeriveIden)]
enum Tasks {
    Table,
    UserId,
    CompletedAt,
    DeletedAt,
}
