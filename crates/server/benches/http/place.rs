//! A fresh database, gone afterwards.

use std::{path::Path, process, str::FromStr};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
    postgres::PgConnectOptions,
};
use tempfile::TempDir;

use crate::{Result, arguments::Backend};

/// A database of its own, and a folder for what else the servers write.
pub(crate) struct Place {
    folder: TempDir,
    url: String,
    made_on: Option<MadeOn>,
}

/// A server and the database that was made there.
struct MadeOn {
    server: String,
    name: String,
}

impl Place {
    /// In the build folder rather than the system's temporary one, which may be in memory: writes would
    /// cost nothing there.
    pub(crate) async fn make(backend: &Backend) -> Result<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let (url, made_on) = match backend {
            Backend::Sqlite => {
                let file = folder.path().join("taskwell.db");
                (format!("sqlite://{}", file.display()), None)
            }
            Backend::Postgres(server) => {
                let name = format!("taskwell_bench_{}", process::id());
                execute(server, format!("CREATE DATABASE {name}")).await?;
                let url = PgConnectOptions::from_str(server)?.database(&name).to_url_lossy();
                let server = server.clone();
                (url.to_string(), Some(MadeOn { server, name }))
            }
        };
        Ok(Self { folder, url, made_on })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether several servers may use it at once.
    pub(crate) fn is_shared(&self) -> bool {
        self.made_on.is_some()
    }

    /// As many as Taskwell takes by itself on two cores or more: on SQLite four that read.
    pub(crate) fn max_connections(&self) -> usize {
        match self.made_on {
            None => 4,
            Some(_) => 16,
        }
    }

    /// Tells the planner of PostgreSQL what there is, as it finds out by itself a minute later.
    pub(crate) async fn analyse(&self) -> Result<()> {
        match self.made_on {
            None => Ok(()),
            Some(_) => execute(&self.url, "VACUUM ANALYZE".to_owned()).await,
        }
    }

    /// Name and version of the database, and what it does to keep what it has acknowledged.
    pub(crate) async fn describe(&self) -> Result<String> {
        if self.made_on.is_some() {
            let mut connection = PgConnection::connect(&self.url).await?;
            let mut show = async |setting: &str| {
                let sql = AssertSqlSafe(format!("SHOW {setting}"));
                sqlx::query_scalar::<_, String>(sql)
                    .fetch_one(&mut connection)
                    .await
            };
            return Ok(format!(
                "PostgreSQL {} (fsync {}, synchronous_commit {}, full_page_writes {})",
                show("server_version").await?,
                show("fsync").await?,
                show("synchronous_commit").await?,
                show("full_page_writes").await?,
            ));
        }
        let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&mut connection)
            .await?;
        Ok(format!("SQLite {version} (WAL, synchronous FULL)"))
    }

    /// The folder goes by itself.
    pub(crate) async fn remove(&self) -> Result<()> {
        match &self.made_on {
            None => Ok(()),
            Some(MadeOn { server, name }) => {
                execute(server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
            }
        }
    }
}

async fn execute(server: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(connection.close().await?)
}
