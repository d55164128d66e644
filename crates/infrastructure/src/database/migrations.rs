use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sqlx::pool::PoolOptions;
use taskwell_application::ports::StoreError;
use taskwell_migration::{MigrationStatus, Migrator, MigratorTrait};

use super::{Database, driver::DriverOptions, store_error};
use crate::stores::reindex;

/// Whoever migrates holds this advisory lock on PostgreSQL: the word `taskwell` in ASCII.
const LOCK: i64 = 0x7461_736b_7765_6c6c;

/// A migration and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its name, which begins with its date.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// The schema. What changes it happens as a whole or not at all, and of several that want to change it at
/// once one does and the others find it done.
impl Database {
    /// Brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], or [`StoreError::Internal`] also where the database has migrations that
    /// this program does not know.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let connection = self.of_sea_orm();
        let migrated = self.migrate_up(&connection).await;
        close(connection).await;
        migrated
    }

    async fn migrate_up(&self, connection: &DatabaseConnection) -> Result<(), StoreError> {
        let transaction = self.begin_migration(connection).await.map_err(store_error)?;
        let pending = Migrator::get_pending_migrations(&transaction)
            .await
            .map_err(store_error)?;
        if pending.is_empty() {
            return Ok(());
        }
        Migrator::up(&transaction, None).await.map_err(store_error)?;
        reindex(&transaction).await?;
        transaction.commit().await.map_err(store_error)
    }

    /// Undoes the last `steps` migrations, or all of them, along with the data that they made room for.
    ///
    /// # Errors
    /// As for [`Database::migrate`].
    pub async fn migrate_down(&self, steps: Option<u32>) -> Result<(), StoreError> {
        let connection = self.of_sea_orm();
        let migrated = async {
            let transaction = self.begin_migration(&connection).await?;
            Migrator::down(&transaction, steps).await?;
            transaction.commit().await
        }
        .await;
        close(connection).await;
        migrated.map_err(store_error)
    }

    /// All migrations, oldest first. This only reads, in an empty database too.
    ///
    /// # Errors
    /// As for [`Database::migrate`].
    pub async fn migrations(&self) -> Result<Vec<Migration>, StoreError> {
        let migrations = Migrator::get_migration_with_status_read_only(&self.read)
            .await
            .map_err(store_error)?;
        Ok(migrations
            .iter()
            .map(|migration| Migration {
                name: migration.name().to_owned(),
                applied: migration.status() == MigrationStatus::Applied,
            })
            .collect())
    }

    /// The names of the migrations that the database does not have yet.
    ///
    /// # Errors
    /// As for [`Database::migrate`].
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        let migrations = self.migrations().await?;
        Ok(migrations
            .into_iter()
            .filter(|migration| !migration.applied)
            .map(|migration| migration.name)
            .collect())
    }

    /// A transaction that nobody else migrates beside. SQLite lets only one write anyway. The lock belongs
    /// to the transaction, not to the session, so that it works through a pooler too.
    async fn begin_migration(&self, connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        // A database in memory is there as long as somebody is connected to it.
        self.write.ping().await?;
        let transaction = connection.begin_with_options(immediate).await?;
        if let Some(session) = self.write.session() {
            transaction.execute_unprepared(session).await?;
        }
        if self.is_postgres() {
            // To wait for another server, or to change a large table, may take longer than a request may.
            transaction
                .execute_unprepared("SET LOCAL statement_timeout = 0")
                .await?;
            let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
            transaction.execute_unprepared(&lock).await?;
        }
        Ok(transaction)
    }

    /// One connection, not open yet, of the kind that SeaORM's migrations take.
    fn of_sea_orm(&self) -> DatabaseConnection {
        let pool = self.write.pool();
        let timeout = pool.acquire_timeout();
        match pool.options() {
            DriverOptions::Postgres(server) => SqlxPostgresConnector::from_sqlx_postgres_pool(
                PoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(timeout)
                    .connect_lazy_with(server.clone()),
            ),
            DriverOptions::Sqlite(file) => SqlxSqliteConnector::from_sqlx_sqlite_pool(
                PoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(timeout)
                    .connect_lazy_with(file.clone()),
            ),
        }
    }
}

/// What matters is done by then.
async fn close(connection: DatabaseConnection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "the connection for migrations was not closed");
    }
}
