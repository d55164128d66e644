//! Everything that a task can have, the order of tasks, their search index, batches in the log, and answers
//! that are remembered.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

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
        extend_changes(manager).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => execute(manager, EXTEND_TASKS_ON_POSTGRES).await?,
            _ => execute(manager, REPLACE_TASKS_ON_SQLITE).await?,
        }
        create_task_indexes(manager).await?;
        create_answers(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Answers::Table).take())
            .await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => execute(manager, PUT_TASKS_BACK_ON_POSTGRES).await?,
            _ => execute(manager, PUT_TASKS_BACK_ON_SQLITE).await?,
        }
        put_changes_back(manager).await?;
        let forgotten = Table::alter()
            .table(Users::Table)
            .drop_column(Users::ForgottenSeq)
            .take();
        manager.alter_table(forgotten).await
    }
}

async fn execute(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await?;
    Ok(())
}

async fn extend_users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // The greatest number that this user's log has forgotten.
    let forgotten = big_integer(Users::ForgottenSeq).default(0).take();
    let add = Table::alter().table(Users::Table).add_column(forgotten).take();
    manager.alter_table(add).await
}

const CHANGES_BY_BATCH: &str = "changes_user_id_batch_seq_idx";
const CHANGES_BY_AGE: &str = "changes_at_user_id_seq_idx";

async fn extend_changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let batch = Table::alter()
        .table(Changes::Table)
        .add_column(uuid_null(Changes::Batch))
        .take();
    manager.alter_table(batch).await?;
    let by_batch = Index::create()
        .name(CHANGES_BY_BATCH)
        .table(Changes::Table)
        .col(Changes::UserId)
        .col(Changes::Batch)
        .col(Changes::Seq)
        .and_where(Expr::col(Changes::Batch).is_not_null())
        .take();
    manager.create_index(by_batch).await?;
    let by_age = Index::create()
        .name(CHANGES_BY_AGE)
        .table(Changes::Table)
        .col(Changes::At)
        .col(Changes::UserId)
        .col(Changes::Seq)
        .take();
    manager.create_index(by_age).await?;
    // An entry without a place stands for a task that went last with it, as at its creation. Where that is
    // forgotten, the task has the place of its version, which no other task can have either.
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            execute(
                manager,
                "UPDATE changes SET task = changes.task
                     || jsonb_build_object('position', lpad(to_hex(coalesce((
                         SELECT max(created.seq) FROM changes AS created WHERE created.kind = 'created'
                             AND created.user_id = changes.user_id AND created.task_id = changes.task_id
                     ), (
                         SELECT version FROM tasks
                         WHERE tasks.user_id = changes.user_id AND tasks.id = changes.task_id
                     ), changes.seq)), 16, '0') || '80')
                 WHERE changes.kind <> 'created'",
            )
            .await
        }
        _ => {
            execute(
                manager,
                "UPDATE changes
                 SET task = json_set(changes.task, '$.position', printf('%016x', coalesce((
                         SELECT max(created.seq) FROM changes AS created WHERE created.kind = 'created'
                             AND created.user_id = changes.user_id AND created.task_id = changes.task_id
                     ), (
                         SELECT version FROM tasks
                         WHERE tasks.user_id = changes.user_id AND tasks.id = changes.task_id
                     ), changes.seq)) || '80')
                 WHERE changes.kind <> 'created'",
            )
            .await
        }
    }
}

/// Kinds that were not known before become those that come closest. What a task was when it was purged is told
/// by the entry before; where that one is forgotten too, nothing is left to tell.
async fn put_changes_back(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    execute(
        manager,
        "UPDATE changes SET kind = 'updated' WHERE kind IN ('moved', 'restored');
         UPDATE changes SET kind = 'deleted', task = before.task FROM changes AS before
         WHERE changes.kind = 'purged' AND before.user_id = changes.user_id AND before.seq = (
             SELECT max(seq) FROM changes AS earlier
             WHERE earlier.user_id = changes.user_id AND earlier.task_id = changes.task_id
                 AND earlier.seq < changes.seq
         );
         DELETE FROM changes WHERE kind = 'purged';",
    )
    .await?;
    for index in [CHANGES_BY_AGE, CHANGES_BY_BATCH] {
        let drop = Index::drop().name(index).table(Changes::Table).to_owned();
        manager.drop_index(drop).await?;
    }
    let batch = Table::alter()
        .table(Changes::Table)
        .drop_column(Changes::Batch)
        .take();
    manager.alter_table(batch).await
}

/// Places and titles sort by code point. The words to be searched are exact already, owner and all, so nothing
/// may be read into them: no language, no locale. Until they are known they are null; SQL cannot say what they
/// are, and only nearly what titles are sorted by.
const EXTEND_TASKS_ON_POSTGRES: &str = "
ALTER TABLE tasks
    ADD COLUMN priority smallint NOT NULL DEFAULT 0,
    ADD COLUMN due_date text,
    ADD COLUMN due_time text,
    ADD COLUMN series jsonb,
    ADD COLUMN time_zone text,
    ADD COLUMN due_at timestamp with time zone,
    ADD COLUMN remind_at timestamp with time zone,
    ADD COLUMN tags jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN position text COLLATE \"C\",
    ADD COLUMN title_key text COLLATE \"C\",
    ADD COLUMN words text;
UPDATE tasks SET title_key = lower(title), position = (
    SELECT lpad(to_hex(coalesce(max(seq), tasks.version)), 16, '0') || '80' FROM changes
    WHERE changes.user_id = tasks.user_id AND task_id = tasks.id AND kind = 'created'
);
ALTER TABLE tasks
    ALTER COLUMN position SET NOT NULL,
    ALTER COLUMN title_key SET NOT NULL,
    ADD COLUMN search tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED;
DROP INDEX tasks_user_id_created_at_id_idx;
CREATE INDEX tasks_search_idx ON tasks USING gin (search);
";

/// The table is made anew: the search index needs a number for each task that stays, whatever `VACUUM` does, and
/// columns that must have a value none that is invented. To the tokenizer `ascii` all but ASCII is part of a
/// word, so that words end at spaces alone.
const REPLACE_TASKS_ON_SQLITE: &str = "
CREATE TABLE tasks_before AS SELECT * FROM tasks;
DROP TABLE tasks;
CREATE TABLE tasks (
    number integer PRIMARY KEY,
    id uuid_text NOT NULL,
    user_id text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    completed_at timestamp_with_timezone_text,
    deleted_at timestamp_with_timezone_text,
    version integer NOT NULL,
    created_at timestamp_with_timezone_text NOT NULL,
    updated_at timestamp_with_timezone_text NOT NULL,
    priority smallint NOT NULL DEFAULT 0,
    due_date text,
    due_time text,
    series jsonb_text,
    time_zone text,
    due_at timestamp_with_timezone_text,
    remind_at timestamp_with_timezone_text,
    tags jsonb_text NOT NULL DEFAULT '[]',
    position text NOT NULL,
    title_key text NOT NULL,
    words text,
    UNIQUE (id, user_id),
    CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE VIRTUAL TABLE tasks_search USING fts5(
    words, content = 'tasks', content_rowid = 'number', tokenize = 'ascii', detail = 'none', columnsize = 0
);
CREATE TRIGGER tasks_search_created AFTER INSERT ON tasks BEGIN
    INSERT INTO tasks_search (rowid, words) VALUES (new.number, new.words);
END;
CREATE TRIGGER tasks_search_changed AFTER UPDATE OF words ON tasks WHEN old.words IS NOT new.words BEGIN
    INSERT INTO tasks_search (tasks_search, rowid, words) VALUES ('delete', old.number, old.words);
    INSERT INTO tasks_search (rowid, words) VALUES (new.number, new.words);
END;
CREATE TRIGGER tasks_search_purged AFTER DELETE ON tasks BEGIN
    INSERT INTO tasks_search (tasks_search, rowid, words) VALUES ('delete', old.number, old.words);
END;
INSERT INTO tasks (id, user_id, title, description, completed_at, deleted_at, version, created_at, updated_at,
    position, title_key)
SELECT id, user_id, title, description, completed_at, deleted_at, version, created_at, updated_at, (
    SELECT printf('%016x', coalesce(max(seq), tasks_before.version)) || '80' FROM changes
    WHERE changes.user_id = tasks_before.user_id AND task_id = tasks_before.id AND kind = 'created'
), lower(title) FROM tasks_before;
DROP TABLE tasks_before;
";

const PUT_TASKS_BACK_ON_POSTGRES: &str = "
ALTER TABLE tasks
    DROP COLUMN search,
    DROP COLUMN words,
    DROP COLUMN title_key,
    DROP COLUMN position,
    DROP COLUMN tags,
    DROP COLUMN remind_at,
    DROP COLUMN due_at,
    DROP COLUMN time_zone,
    DROP COLUMN series,
    DROP COLUMN due_time,
    DROP COLUMN due_date,
    DROP COLUMN priority;
DROP INDEX tasks_user_id_created_at_id_idx;
DROP INDEX tasks_user_id_updated_at_id_idx;
DROP INDEX tasks_trash_idx;
DROP INDEX tasks_deleted_at_idx;
CREATE INDEX tasks_user_id_created_at_id_idx ON tasks (user_id, created_at, id);
";

const PUT_TASKS_BACK_ON_SQLITE: &str = "
CREATE TABLE tasks_after AS SELECT id, user_id, title, description, completed_at, deleted_at, version, created_at,
    updated_at FROM tasks;
DROP TABLE tasks;
DROP TABLE tasks_search;
CREATE TABLE tasks (
    id uuid_text NOT NULL,
    user_id text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    completed_at timestamp_with_timezone_text,
    deleted_at timestamp_with_timezone_text,
    version integer NOT NULL,
    created_at timestamp_with_timezone_text NOT NULL,
    updated_at timestamp_with_timezone_text NOT NULL,
    CONSTRAINT tasks_pkey PRIMARY KEY (id, user_id),
    CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO tasks SELECT * FROM tasks_after;
DROP TABLE tasks_after;
CREATE INDEX tasks_user_id_created_at_id_idx ON tasks (user_id, created_at, id);
";

/// One for each order of a listing, of what is not in the trash; those without a due time stand behind the others
/// in either direction, and have one of their own. Every place is taken once, in the trash too.
async fn create_task_indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let is_there = || Expr::col(Tasks::DeletedAt).is_null();
    let is_gone = || Expr::col(Tasks::DeletedAt).is_not_null();
    let places = index("tasks_user_id_position_key", [Tasks::UserId, Tasks::Position])
        .unique()
        .take();
    manager.create_index(places).await?;
    let orders = [
        ("tasks_user_id_created_at_id_idx", Tasks::CreatedAt, is_there()),
        ("tasks_user_id_updated_at_id_idx", Tasks::UpdatedAt, is_there()),
        ("tasks_user_id_priority_id_idx", Tasks::Priority, is_there()),
        ("tasks_user_id_title_key_id_idx", Tasks::TitleKey, is_there()),
        (
            "tasks_user_id_due_at_id_idx",
            Tasks::DueAt,
            is_there().and(Expr::col(Tasks::DueAt).is_not_null()),
        ),
        ("tasks_trash_idx", Tasks::CreatedAt, is_gone()),
    ];
    for (name, key, of) in orders {
        let order = index(name, [Tasks::UserId, key, Tasks::Id]).and_where(of).take();
        manager.create_index(order).await?;
    }
    let never_due = index("tasks_never_due_idx", [Tasks::UserId, Tasks::Id])
        .and_where(is_there().and(Expr::col(Tasks::DueAt).is_null()))
        .take();
    manager.create_index(never_due).await?;
    let expired = index("tasks_deleted_at_idx", [Tasks::DeletedAt])
        .and_where(is_gone())
        .take();
    manager.create_index(expired).await
}

fn index(name: &str, columns: impl IntoIterator<Item = Tasks>) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(Tasks::Table).take();
    for column in columns {
        index.col(column);
    }
    index
}

async fn create_answers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Answers::Table)
        .col(text(Answers::UserId))
        // What the client calls the request.
        .col(text(Answers::Key))
        .col(blob(Answers::Fingerprint))
        // The numbers of the changes that left the tasks as they were answered.
        .col(json_binary(Answers::Tasks))
        .col(text_null(Answers::Detail))
        .col(timestamp_with_time_zone(Answers::At))
        .primary_key(
            Index::create()
                .name("answers_pkey")
                .col(Answers::UserId)
                .col(Answers::Key),
        )
        .foreign_key(
            ForeignKey::create()
                .name("answers_user_id_fkey")
                .from(Answers::Table, Answers::UserId)
                .to(Users::Table, Users::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take();
    manager.create_table(table).await?;
    let by_age = Index::create()
        .name("answers_at_idx")
        .table(Answers::Table)
        .col(Answers::At)
        .take();
    manager.create_index(by_age).await
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    ForgottenSeq,
}

#[derive(DeriveIden)]
enum Changes {
    Table,
    UserId,
    Seq,
    At,
    Batch,
}

#[derive(DeriveIden)]
enum Tasks {
    Table,
    Id,
    UserId,
    Priority,
    DueAt,
    DeletedAt,
    CreatedAt,
    UpdatedAt,
    TitleKey,
    Position,
}

#[derive(DeriveIden)]
enum Answers {
    Table,
    UserId,
    Key,
    Fingerprint,
    Tasks,
    Detail,
    At,
}
