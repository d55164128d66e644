//! Accounts, sessions, tasks, and the log of what happened to tasks.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite as well changes its schema as a whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_users(manager).await?;
        create_sessions(manager).await?;
        create_tasks(manager).await?;
        create_changes(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Changes::Table).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Tasks::Table).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Sessions::Table).take())
            .await?;
        manager.drop_table(Table::drop().table(Users::Table).take()).await
    }
}

async fn create_users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Users::Table)
        .col(text(Users::Id))
        .col(text_null(Users::Email))
        // What makes the address unique.
        .col(text_null(Users::EmailKey))
        .col(text_null(Users::PasswordHash))
        .col(text(Users::Role))
        // The number of the last change in this user's log.
        .col(big_integer(Users::LastSeq).default(0))
        .col(timestamp_with_time_zone(Users::CreatedAt))
        .primary_key(Index::create().name("users_pkey").col(Users::Id))
        .take();
    manager.create_table(table).await?;
    let unique_email = Index::create()
        .name("users_email_key_key")
        .table(Users::Table)
        .col(Users::EmailKey)
        .unique()
        .take();
    manager.create_index(unique_email).await
}

async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Sessions::Table)
        .col(uuid(Sessions::Id))
        .col(text(Sessions::UserId))
        .col(blob(Sessions::RefreshHash))
        .col(timestamp_with_time_zone(Sessions::CreatedAt))
        .col(timestamp_with_time_zone(Sessions::ExpiresAt))
        .col(timestamp_with_time_zone_null(Sessions::EndedAt))
        .primary_key(
            Index::create()
                .name("sessions_pkey")
                .col(Sessions::Id)
                .col(Sessions::UserId),
        )
        .foreign_key(&mut owned_by_user(
            "sessions_user_id_fkey",
            Sessions::Table,
            Sessions::UserId,
        ))
        .take();
    manager.create_table(table).await?;
    let by_user = Index::create()
        .name("sessions_user_id_idx")
        .table(Sessions::Table)
        .col(Sessions::UserId)
        .take();
    manager.create_index(by_user).await
}

async fn create_tasks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Tasks::Table)
        .col(uuid(Tasks::Id))
        .col(text(Tasks::UserId))
        .col(text(Tasks::Title))
        .col(text(Tasks::Description))
        .col(timestamp_with_time_zone_null(Tasks::CompletedAt))
        .col(timestamp_with_time_zone_null(Tasks::DeletedAt))
        // The number of the task's last change in its owner's log.
        .col(big_integer(Tasks::Version))
        .col(timestamp_with_time_zone(Tasks::CreatedAt))
        .col(timestamp_with_time_zone(Tasks::UpdatedAt))
        // The id first: the key then also answers whether somebody else has a task of that id.
        .primary_key(
            Index::create()
                .name("tasks_pkey")
                .col(Tasks::Id)
                .col(Tasks::UserId),
        )
        .foreign_key(&mut owned_by_user(
            "tasks_user_id_fkey",
            Tasks::Table,
            Tasks::UserId,
        ))
        .take();
    manager.create_table(table).await?;
    let by_age = Index::create()
        .name("tasks_user_id_created_at_id_idx")
        .table(Tasks::Table)
        .col(Tasks::UserId)
        .col(Tasks::CreatedAt)
        .col(Tasks::Id)
        .take();
    manager.create_index(by_age).await
}

async fn create_changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Changes::Table)
        .col(text(Changes::UserId))
        .col(big_integer(Changes::Seq))
        .col(text(Changes::Kind))
        .col(uuid(Changes::TaskId))
        // The task as it stood afterwards, without what the other columns say of it.
        .col(json_binary(Changes::Task))
        .col(text(Changes::ActorKind))
        .col(text(Changes::ActorId))
        .col(text(Changes::RequestId))
        .col(timestamp_with_time_zone(Changes::At))
        .primary_key(
            Index::create()
                .name("changes_pkey")
                .col(Changes::UserId)
                .col(Changes::Seq),
        )
        .foreign_key(&mut owned_by_user(
            "changes_user_id_fkey",
            Changes::Table,
            Changes::UserId,
        ))
        .take();
    manager.create_table(table).await?;
    let by_task = Index::create()
        .name("changes_user_id_task_id_seq_idx")
        .table(Changes::Table)
        .col(Changes::UserId)
        .col(Changes::TaskId)
        .col(Changes::Seq)
        .take();
    manager.create_index(by_task).await
}

/// What belongs to a user goes when the user goes.
fn owned_by_user(name: &str, table: impl IntoTableRef, column: impl IntoIden) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(table, column)
        .to(Users::Table, Users::Id)
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Email,
    EmailKey,
    PasswordHash,
    Role,
    LastSeq,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
    UserId,
    RefreshHash,
    CreatedAt,
    ExpiresAt,
    EndedAt,
}

#[derive(DeriveIden)]
enum Tasks {
    Table,
    Id,
    UserId,
    Title,
    Description,
    CompletedAt,
    DeletedAt,
    Version,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Changes {
    Table,
    UserId,
    Seq,
    Kind,
    TaskId,
    Task,
    ActorKind,
    ActorId,
    RequestId,
    At,
}
