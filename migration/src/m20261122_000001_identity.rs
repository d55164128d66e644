//! Accounts from elsewhere and accounts that are shut out, refresh tokens that rotate, tokens for programs, the
//! audit trail, and counts of tries.

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
        extend_users(manager).await?;
        replace_sessions(manager).await?;
        create_api_tokens(manager).await?;
        create_audit(manager).await?;
        create_rate_limits(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, RateLimits::Table).await?;
        drop_table(manager, Audit::Table).await?;
        drop_table(manager, ApiTokens::Table).await?;
        put_sessions_back(manager).await?;
        put_users_back(manager).await
    }
}

async fn drop_table(manager: &SchemaManager<'_>, table: impl IntoTableRef) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(table).take()).await
}

async fn execute(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await?;
    Ok(())
}

const USERS_EMAIL_KEY: &str = "users_email_key_key";
const USERS_BY_AGE: &str = "users_created_at_id_idx";
const USERS_ADMINS: &str = "users_admins_idx";

async fn extend_users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        text(Users::Issuer).default("taskwell").take(),
        timestamp_with_time_zone_null(Users::LastLoginAt),
        timestamp_with_time_zone_null(Users::DisabledAt),
        timestamp_with_time_zone_null(Users::TokensValidFrom),
    ];
    // SQLite takes one at a time.
    for column in columns {
        let add = Table::alter().table(Users::Table).add_column(column).take();
        manager.alter_table(add).await?;
    }
    drop_users_index(manager, USERS_EMAIL_KEY).await?;
    let unique_email = Index::create()
        .name(USERS_EMAIL_KEY)
        .table(Users::Table)
        .col(Users::EmailKey)
        .unique()
        // Addresses that others tell prove nothing and may be anybody's.
        .and_where(Expr::col(Users::Issuer).eq("taskwell"))
        .take();
    manager.create_index(unique_email).await?;
    let by_age = Index::create()
        .name(USERS_BY_AGE)
        .table(Users::Table)
        .col(Users::CreatedAt)
        .col(Users::Id)
        .take();
    manager.create_index(by_age).await?;
    let admins = Index::create()
        .name(USERS_ADMINS)
        .table(Users::Table)
        .col(Users::Id)
        .and_where(Expr::col(Users::Role).eq("admin"))
        .take();
    manager.create_index(admins).await
}

/// Accounts from elsewhere stay, for the sake of their tasks, but nobody can get at them. Of several with one
/// address none can have it. That somebody was shut out is forgotten.
async fn put_users_back(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for index in [USERS_ADMINS, USERS_BY_AGE, USERS_EMAIL_KEY] {
        drop_users_index(manager, index).await?;
    }
    execute(
        manager,
        "UPDATE users SET email_key = NULL WHERE issuer <> 'taskwell'",
    )
    .await?;
    let unique_email = Index::create()
        .name(USERS_EMAIL_KEY)
        .table(Users::Table)
        .col(Users::EmailKey)
        .unique()
        .take();
    manager.create_index(unique_email).await?;
    let columns = [
        Users::TokensValidFrom,
        Users::DisabledAt,
        Users::LastLoginAt,
        Users::Issuer,
    ];
    for column in columns {
        let drop = Table::alter().table(Users::Table).drop_column(column).take();
        manager.alter_table(drop).await?;
    }
    Ok(())
}

async fn drop_users_index(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    manager
        .drop_index(Index::drop().name(name).table(Users::Table).to_owned())
        .await
}

/// SQLite can neither add a column that must have a value without inventing one, nor take a default away again.
/// So the table is made anew on both, by way of a copy.
async fn replace_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    execute(manager, "CREATE TABLE sessions_before AS SELECT * FROM sessions").await?;
    drop_table(manager, Sessions::Table).await?;
    create_sessions(manager).await?;
    create_refresh_tokens(manager).await?;
    execute(
        manager,
        "INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ended_at)
         SELECT id, user_id, created_at, created_at, expires_at, ended_at FROM sessions_before",
    )
    .await?;
    execute(
        manager,
        "INSERT INTO refresh_tokens (hash, user_id, session_id, created_at)
         SELECT refresh_hash, user_id, id, created_at FROM sessions_before",
    )
    .await?;
    execute(manager, "DROP TABLE sessions_before").await
}

/// Of the refresh tokens of a session one that works is kept, if there is one. A session has at least one.
async fn put_sessions_back(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    execute(
        manager,
        "CREATE TABLE sessions_after AS SELECT id, user_id, created_at, expires_at, ended_at, (
             SELECT hash FROM refresh_tokens
             WHERE session_id = sessions.id AND refresh_tokens.user_id = sessions.user_id
             ORDER BY spent_at IS NULL DESC, refresh_tokens.created_at DESC, hash LIMIT 1
         ) AS refresh_hash FROM sessions",
    )
    .await?;
    drop_table(manager, RefreshTokens::Table).await?;
    drop_table(manager, Sessions::Table).await?;
    create_sessions_of_one_token(manager).await?;
    execute(
        manager,
        "INSERT INTO sessions (id, user_id, refresh_hash, created_at, expires_at, ended_at)
         SELECT id, user_id, refresh_hash, created_at, expires_at, ended_at FROM sessions_after
         WHERE refresh_hash IS NOT NULL",
    )
    .await?;
    execute(manager, "DROP TABLE sessions_after").await
}

async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Sessions::Table)
        .col(uuid(Sessions::Id))
        .col(text(Sessions::UserId))
        .col(timestamp_with_time_zone(Sessions::CreatedAt))
        .col(timestamp_with_time_zone(Sessions::LastUsedAt))
        .col(timestamp_with_time_zone(Sessions::ExpiresAt))
        .col(timestamp_with_time_zone_null(Sessions::EndedAt))
        // Who last renewed it.
        .col(text_null(Sessions::UserAgent))
        .col(text_null(Sessions::Ip))
        // The network that it was begun from.
        .col(text_null(Sessions::BegunFrom))
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
    let by_age = Index::create()
        .name("sessions_user_id_created_at_id_idx")
        .table(Sessions::Table)
        .col(Sessions::UserId)
        .col(Sessions::CreatedAt)
        .col(Sessions::Id)
        .take();
    manager.create_index(by_age).await?;
    let expired = Index::create()
        .name("sessions_expires_at_idx")
        .table(Sessions::Table)
        .col(Sessions::ExpiresAt)
        .take();
    manager.create_index(expired).await?;
    let ended = Index::create()
        .name("sessions_ended_at_idx")
        .table(Sessions::Table)
        .col(Sessions::EndedAt)
        .and_where(Expr::col(Sessions::EndedAt).is_not_null())
        .take();
    manager.create_index(ended).await
}

/// As the migration before made them.
async fn create_sessions_of_one_token(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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

async fn create_refresh_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(RefreshTokens::Table)
        .col(blob(RefreshTokens::Hash))
        .col(text(RefreshTokens::UserId))
        .col(uuid(RefreshTokens::SessionId))
        .col(timestamp_with_time_zone(RefreshTokens::CreatedAt))
        .col(timestamp_with_time_zone_null(RefreshTokens::SpentAt))
        // The hash first: whoever shows a token does not say whose it is.
        .primary_key(
            Index::create()
                .name("refresh_tokens_pkey")
                .col(RefreshTokens::Hash)
                .col(RefreshTokens::UserId),
        )
        .foreign_key(
            ForeignKey::create()
                .name("refresh_tokens_session_id_user_id_fkey")
                .from(
                    RefreshTokens::Table,
                    (RefreshTokens::SessionId, RefreshTokens::UserId),
                )
                .to(Sessions::Table, (Sessions::Id, Sessions::UserId))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take();
    manager.create_table(table).await?;
    let by_session = Index::create()
        .name("refresh_tokens_session_id_user_id_idx")
        .table(RefreshTokens::Table)
        .col(RefreshTokens::SessionId)
        .col(RefreshTokens::UserId)
        .take();
    manager.create_index(by_session).await?;
    let by_age = Index::create()
        .name("refresh_tokens_created_at_idx")
        .table(RefreshTokens::Table)
        .col(RefreshTokens::CreatedAt)
        .take();
    manager.create_index(by_age).await
}

async fn create_api_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(ApiTokens::Table)
        .col(uuid(ApiTokens::Id))
        .col(text(ApiTokens::UserId))
        .col(blob(ApiTokens::Hash))
        .col(text(ApiTokens::Name))
        // Their words, with a space between.
        .col(text(ApiTokens::Scopes))
        .col(timestamp_with_time_zone(ApiTokens::CreatedAt))
        .col(timestamp_with_time_zone_null(ApiTokens::LastUsedAt))
        .col(timestamp_with_time_zone_null(ApiTokens::ExpiresAt))
        .primary_key(
            Index::create()
                .name("api_tokens_pkey")
                .col(ApiTokens::Id)
                .col(ApiTokens::UserId),
        )
        .foreign_key(&mut owned_by_user(
            "api_tokens_user_id_fkey",
            ApiTokens::Table,
            ApiTokens::UserId,
        ))
        .take();
    manager.create_table(table).await?;
    // The hash first: whoever shows a token does not say whose it is.
    let by_hash = Index::create()
        .name("api_tokens_hash_user_id_key")
        .table(ApiTokens::Table)
        .col(ApiTokens::Hash)
        .col(ApiTokens::UserId)
        .unique()
        .take();
    manager.create_index(by_hash).await?;
    let expired = Index::create()
        .name("api_tokens_expires_at_idx")
        .table(ApiTokens::Table)
        .col(ApiTokens::ExpiresAt)
        .and_where(Expr::col(ApiTokens::ExpiresAt).is_not_null())
        .take();
    manager.create_index(expired).await?;
    let by_age = Index::create()
        .name("api_tokens_user_id_created_at_id_idx")
        .table(ApiTokens::Table)
        .col(ApiTokens::UserId)
        .col(ApiTokens::CreatedAt)
        .col(ApiTokens::Id)
        .take();
    manager.create_index(by_age).await
}

async fn create_audit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Audit::Table)
        .col(uuid(Audit::Id))
        .col(timestamp_with_time_zone(Audit::At))
        // Whoever they name may be gone.
        .col(text_null(Audit::ActorId))
        .col(text(Audit::Action))
        .col(text_null(Audit::SubjectId))
        .col(text_null(Audit::Ip))
        .col(text_null(Audit::Detail))
        .primary_key(Index::create().name("audit_pkey").col(Audit::Id))
        .take();
    manager.create_table(table).await?;
    let by_subject = Index::create()
        .name("audit_subject_id_id_idx")
        .table(Audit::Table)
        .col(Audit::SubjectId)
        .col(Audit::Id)
        .take();
    manager.create_index(by_subject).await?;
    let by_actor = Index::create()
        .name("audit_actor_id_id_idx")
        .table(Audit::Table)
        .col(Audit::ActorId)
        .col(Audit::Id)
        .take();
    manager.create_index(by_actor).await?;
    let by_age = Index::create()
        .name("audit_at_idx")
        .table(Audit::Table)
        .col(Audit::At)
        .take();
    manager.create_index(by_age).await
}

async fn create_rate_limits(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(RateLimits::Table)
        .col(text(RateLimits::Key))
        // When all that was allowed at first is allowed again, in microseconds since 1970: the "theoretical
        // arrival time" of the generic cell rate algorithm (ITU-T I.371).
        .col(big_integer(RateLimits::Tat))
        .primary_key(Index::create().name("rate_limits_pkey").col(RateLimits::Key))
        .take();
    manager.create_table(table).await
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
    EmailKey,
    Role,
    CreatedAt,
    Issuer,
    LastLoginAt,
    DisabledAt,
    TokensValidFrom,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
    UserId,
    RefreshHash,
    CreatedAt,
    LastUsedAt,
    ExpiresAt,
    EndedAt,
    UserAgent,
    Ip,
    BegunFrom,
}

#[derive(DeriveIden)]
enum RefreshTokens {
    Table,
    Hash,
    UserId,
    SessionId,
    CreatedAt,
    SpentAt,
}

#[derive(DeriveIden)]
enum ApiTokens {
    Table,
    Id,
    UserId,
    Hash,
    Name,
    Scopes,
    CreatedAt,
    LastUsedAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Audit {
    Table,
    Id,
    At,
    ActorId,
    Action,
    SubjectId,
    Ip,
    Detail,
}

#[derive(DeriveIden)]
enum RateLimits {
    Table,
    Key,
    Tat,
}
