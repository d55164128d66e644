//! PgBouncer, in transaction mode.

use std::{
    fs,
    os::unix::fs::chown,
    process::{Child, Stdio},
    time::Duration,
};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::cluster::{as_server_user, free_port, server_user};

/// What an address has that leads to a database by way of a pooler: whoever is told it, is told of the pooler too.
pub(crate) const BY_A_POOLER: &str = "?application_name=by-a-pooler";

/// Ends when this is dropped.
pub(crate) struct PgBouncer {
    process: Child,
    url: String,
    _folder: TempDir,
}

impl PgBouncer {
    /// In front of the database of that address, with fewer connections to it than there are clients.
    pub(crate) async fn before(database_url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, configuration(port, database_url)).expect("a file can be written");
        if let Some((user, group)) = server_user() {
            chown(folder.path(), Some(user), Some(group)).expect("root can give a folder away");
        }
        // Where Debian has it, out of the `PATH` of those who are not root.
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let process = as_server_user("pgbouncer".as_ref())
            .env("PATH", path)
            .arg("--quiet")
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs PgBouncer: run ./test, which installs it, or install it yourself");
        let bouncer = Self {
            process,
            url: format!("postgres://anybody@127.0.0.1:{port}/tasks{BY_A_POOLER}"),
            _folder: folder,
        };
        bouncer.answers().await;
        bouncer
    }

    /// The address of the database by way of the pooler.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    async fn answers(&self) {
        let options: PgConnectOptions = self.url.parse().expect("it is an address");
        let options = options.extra_float_digits(None);
        let begun = Instant::now();
        while let Err(error) = PgConnection::connect_with(&options).await {
            assert!(begun.elapsed() < Duration::from_secs(10), "{error}");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// What has no line here is as PgBouncer comes.
fn configuration(port: u16, database_url: &str) -> String {
    let server: PgConnectOptions = database_url.parse().expect("it is an address");
    let (_, rest) = database_url.split_once("://").expect("an address has a scheme");
    let password = rest
        .split_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .map(|(_, password)| format!("password={password}"));
    format!(
        "[databases]\n\
         tasks = host={} port={} dbname={} user={} {}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         default_pool_size = 5\n",
        server.get_host(),
        server.get_port(),
        server.get_database().unwrap_or_default(),
        server.get_username(),
        password.unwrap_or_default()
    )
}
