//! Reminders, and the jobs that several servers share.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const DUE_REMINDERS: &str = "tasks_due_reminders_idx";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite as well changes its schema as a whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reminded = timestamp_with_time_zone_null(Tasks::RemindedAt).take();
        let add = Table::alter().table(Tasks::Table).add_column(reminded).take();
        manager.alter_table(add).await?;
        // Nobody is reminded of what was over before there were reminders. On SQLite times are text, of which the
        // beginning is enough to compare.
        let over = match manager.get_database_backend() {
            DbBackend::Postgres => "remind_at <= current_timestamp",
            _ => "remind_at <= strftime('%Y-%m-%dT%H:%M:%S', 'now')",
        };
        let let_pass = format!("UPDATE tasks SET reminded_at = remind_at WHERE {over}");
        manager.get_connection().execute_unprepared(&let_pass).await?;
        let due = Index::create()
            .name(DUE_REMINDERS)
            .table(Tasks::Table)
            .col(Tasks::RemindAt)
            .and_where(Expr::col(Tasks::RemindAt).is_not_null())
            .and_where(Expr::col(Tasks::RemindedAt).is_null())
            .and_where(Expr::col(Tasks::CompletedAt).is_null())
            .and_where(Expr::col(Tasks::DeletedAt).is_null())
            .take();
        manager.create_index(due).await?;
        let jobs = Table::create()
            .table(Jobs::Table)
            .col(text(Jobs::Name).primary_key())
            .col(text(Jobs::Run))
            .col(timestamp_with_time_zone(Jobs::BeganAt))
            .col(timestamp_with_time_zone(Jobs::LeasedUntil))
            .col(timestamp_with_time_zone_null(Jobs::EndedAt))
            .col(big_integer_null(Jobs::Done))
            .col(text_null(Jobs::Failure))
            .take();
        manager.create_table(jobs).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Jobs::Table).take())
            .await?;
        let due = Index::drop().name(DUE_REMINDERS).table(Tasks::Table).to_owned();
        manager.drop_index(due).await?;
        let reminded = Table::alter()
            .table(Tasks::Table)
            .drop_column(Tasks::RemindedAt)
            .take();
        manager.alter_table(reminded).await?;
        // A kind that was not known before becomes the one that comes closest.
        manager
            .get_connection()
            .execute_unprepared("UPDATE changes SET kind = 'updated' WHERE kind = 'reminded'")
            .await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Tasks {
    Table,
    RemindAt,
    RemindedAt,
    CompletedAt,
    DeletedAt,
}

#[derive(DeriveIden)]
enum Jobs {
    Table,
    Name,
    Run,
    BeganAt,
    LeasedUntil,
    EndedAt,
    Done,
    Failure,
}
