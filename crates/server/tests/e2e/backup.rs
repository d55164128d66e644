//! Copies of a SQLite database, made under load and put back elsewhere.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::{
    client::Client,
    command::{failure, run, stdout},
    exports::{Exports, somebody_with_tasks},
    server::{Server, taskwell},
};

/// Far longer than a copy takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A machine without a database. Unlike the databases of other tests it has nobody else who holds it open.
struct Host {
    folder: TempDir,
    file: PathBuf,
    url: String,
}

impl Host {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/taskwell.db");
        Self {
            url: format!("sqlite://{}", file.display()),
            folder,
            file,
        }
    }

    /// One whose database has the schema.
    fn with_database() -> Self {
        let host = Self::new();
        stdout(&host.run(&["migrate", "up"]));
        host
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let variables = [("DATABASE_URL", self.url.as_str())];
        taskwell(self.folder.path(), &variables)
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Starts a server, whose secret is kept beside the database.
    fn serve(&self) -> Server {
        Server::launch_without_secret(&self.url, &[]).ready()
    }

    /// The folder of the database.
    fn data(&self) -> &Path {
        self.file.parent().unwrap()
    }

    fn file_name(&self) -> String {
        self.file.display().to_string()
    }

    /// That the database is there as a whole.
    #[track_caller]
    fn is_sound(&self) {
        let status = self.run(&["migrate", "status"]);
        assert!(!stdout(&status).contains("pending"));
    }
}

async fn execute(file: &Path, sql: &str) {
    let url = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Makes a database large, so that a copy takes a while.
async fn fill(file: &Path) {
    execute(
        file,
        "CREATE TABLE filling (bytes blob);
         WITH RECURSIVE rows (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < 200)
         INSERT INTO filling SELECT randomblob(1000000) FROM rows",
    )
    .await;
}

fn copy_in(folder: &TempDir) -> (PathBuf, String) {
    let copy = folder.path().join("copy.db");
    let name = copy.display().to_string();
    (copy, name)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_on_an_empty_host_gives_equal_exports_and_keeps_sessions() {
    let host = Host::new();
    let folder = tempfile::tempdir().unwrap();
    let (copy, copy_name) = copy_in(&folder);
    let server = host.serve();
    let ada = somebody_with_tasks(server.client(), "ada@example.com").await;
    let exports = Exports::of(&ada).await;
    stdout(&host.run(&["backup", &copy_name]));
    assert_eq!(mode(&copy), 0o600);
    assert_eq!(names(folder.path()), ["copy.db"]);
    // Not in it any more.
    ada.task("Too late").await;

    let other = Host::new();
    stdout(&other.run(&["restore", &copy_name]));
    assert_eq!(mode(&other.file), 0o600);
    assert_eq!(names(other.data()), ["taskwell.db"]);
    let server = other.serve();
    let there = ada.at(server.url());
    // The secret is not in the copy, and this host has made its own.
    there
        .get("/api/me/tasks")
        .await
        .fails_with(401, "unauthenticated");
    let there = there.refreshed().await;
    assert!(Exports::of(&there).await == exports);
    there.logged_in("ada@example.com").await.task("New").await;
}

/// What was acknowledged so far.
type Ledger = Arc<Mutex<Vec<String>>>;

/// Writes one task after the other until it is aborted.
async fn write(client: Client, ledger: Ledger) {
    loop {
        let task = client.task("In the ledger").await;
        ledger.lock().unwrap().push(task);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_has_what_was_acknowledged_before_it_began_and_holds_no_writer_up() {
    const WRITERS: usize = 4;
    let host = Host::with_database();
    fill(&host.file).await;
    let folder = tempfile::tempdir().unwrap();
    let server = host.serve();
    let ada = server.client().signed_up("ada@example.com").await;
    let ledger = Ledger::default();
    let acknowledged = || ledger.lock().unwrap().clone();
    let writers = [(); WRITERS].map(|()| tokio::spawn(write(ada.clone(), ledger.clone())));
    while acknowledged().len() < 50 {
        sleep(Duration::from_millis(10)).await;
    }

    let mut copies = Vec::new();
    for number in 0..2 {
        let copy = folder.path().join(format!("{number}.db")).display().to_string();
        let before = acknowledged();
        stdout(&tokio::task::block_in_place(|| host.run(&["backup", &copy])));
        // Of writers that are held up until the end, each has one write acknowledged at most.
        let meanwhile = acknowledged().len() - before.len();
        assert!(meanwhile > 2 * WRITERS, "only {meanwhile} writes within a backup");
        copies.push((copy, before));
    }
    for writer in writers {
        writer.abort();
        assert!(writer.await.unwrap_err().is_cancelled());
    }
    server.stop().await;

    for (copy, acknowledged) in copies {
        let other = Host::new();
        stdout(&other.run(&["restore", &copy]));
        let server = other.serve();
        let ada = server.client().logged_in("ada@example.com").await;
        for task in acknowledged {
            assert_eq!(ada.get(&task).await.is(200)["title"], "In the ledger");
        }
    }
}

/// Runs a command and kills it in the middle of what it writes into that folder.
async fn killed_in_the_middle(host: &Host, arguments: &[&str], folder: &Path) {
    let parts = || {
        names(folder)
            .into_iter()
            .filter(|name| name.ends_with(".part"))
            .collect::<Vec<_>>()
    };
    fs::create_dir_all(folder).unwrap();
    let before = parts();
    let mut child = taskwell(host.folder.path(), &[("DATABASE_URL", &host.url)])
        .args(arguments)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let is_under_way = || {
        let mut new = parts().into_iter().filter(|part| !before.contains(part));
        new.any(|part| fs::metadata(folder.join(part)).is_ok_and(|file| file.len() > 1_000_000))
    };
    while !is_under_way() {
        assert!(begun.elapsed() < PATIENCE, "nothing was written");
        sleep(Duration::from_millis(1)).await;
    }
    // By SIGKILL.
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_leaves_nothing_under_the_final_name() {
    let (host, other) = (Host::with_database(), Host::new());
    fill(&host.file).await;
    let folder = tempfile::tempdir().unwrap();
    let (copy, copy_name) = copy_in(&folder);
    killed_in_the_middle(&host, &["backup", &copy_name], folder.path()).await;
    assert!(!copy.exists(), "{:?}", names(folder.path()));
    stdout(&host.run(&["backup", &copy_name]));
    killed_in_the_middle(&other, &["restore", &copy_name], other.data()).await;
    assert!(!other.file.exists(), "{:?}", names(other.data()));
    stdout(&other.run(&["restore", &copy_name]));

    // Nor does it harm what was there.
    let before = fs::read(&copy).unwrap();
    killed_in_the_middle(&host, &["backup", "--force", &copy_name], folder.path()).await;
    assert!(fs::read(&copy).unwrap() == before);
    killed_in_the_middle(&other, &["restore", "--force", &copy_name], other.data()).await;
    other.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_replaced_without_being_told_nor_while_it_is_used() {
    let host = Host::new();
    let folder = tempfile::tempdir().unwrap();
    let (copy, copy_name) = copy_in(&folder);
    let server = host.serve();
    let ada = server.client().signed_up("ada@example.com").await;
    ada.task("Before").await;
    fs::write(&copy, "mine").unwrap();
    let line = failure(&host.run(&["backup", &copy_name]), 1);
    assert!(line.contains("--force") && line.contains(&copy_name), "{line}");
    assert_eq!(fs::read(&copy).unwrap(), b"mine");
    for _ in 0..2 {
        stdout(&host.run(&["backup", "--force", &copy_name]));
        assert_eq!(mode(&copy), 0o600);
    }

    let after = ada.task("After").await;
    let file = host.file_name();
    for (arguments, needed) in [
        (["restore", copy_name.as_str()].as_slice(), "--force"),
        (&["restore", "--force", &copy_name], "while a server runs"),
        (&["backup", "--force", &file], "in use"),
    ] {
        let line = failure(&host.run(arguments), 1);
        assert!(line.contains(needed) && line.contains(&file), "{line}");
        assert_eq!(ada.get(&after).await.is(200)["title"], "After");
    }
    server.stop().await;
    failure(&host.run(&["backup", "--force", &file]), 1);
    host.is_sound();

    stdout(&host.run(&["restore", "--force", &copy_name]));
    let server = host.serve();
    // The secret is still the same.
    let ada = ada.at(server.url());
    ada.get(&after).await.fails_with(404, "not_found");
    assert_eq!(ada.get("/api/me/tasks").await.is(200)[0]["title"], "Before");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_that_is_gone_has_left_is_no_part_of_the_new_one() {
    let (host, other) = (Host::new(), Host::new());
    let folder = tempfile::tempdir().unwrap();
    let (_, copy_name) = copy_in(&folder);
    let server = host.serve();
    let ada = server.client().signed_up("ada@example.com").await;
    stdout(&host.run(&["backup", &copy_name]));
    ada.task("After").await;

    // As if the server had been killed.
    fs::create_dir(other.data()).unwrap();
    let wal = other.file.with_extension("db-wal");
    fs::copy(host.file.with_extension("db-wal"), &wal).unwrap();
    let line = failure(&other.run(&["restore", &copy_name]), 1);
    assert!(line.contains(&wal.display().to_string()), "{line}");
    stdout(&other.run(&["restore", "--force", &copy_name]));
    assert_eq!(names(other.data()), ["taskwell.db"]);
    let server = other.serve();
    let ada = server.client().logged_in("ada@example.com").await;
    assert_eq!(ada.get("/api/me/tasks").await.is(200), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_no_good_is_refused_and_nothing_has_changed() {
    let (host, other) = (Host::with_database(), Host::new());
    let folder = tempfile::tempdir().unwrap();
    let (copy, copy_name) = copy_in(&folder);
    stdout(&host.run(&["backup", &copy_name]));
    let good = fs::read(&copy).unwrap();
    let refused = |said: &str| {
        let line = failure(&other.run(&["restore", &copy_name]), 1);
        assert!(line.contains(said) && line.contains(&copy_name), "{said}: {line}");
        assert!(!other.file.exists());
    };
    for other_kind in [
        "",
        &"Not a database, and longer than the head of one. ".repeat(20),
    ] {
        fs::write(&copy, other_kind).unwrap();
        refused("is not a database of Taskwell");
    }
    let mut damaged = good.clone();
    damaged[8192..].iter_mut().for_each(|byte| *byte ^= 0x55);
    for damaged in [damaged, good[..good.len() / 2].to_owned()] {
        fs::write(&copy, damaged).unwrap();
        refused("is damaged");
    }
    fs::write(&copy, &good).unwrap();
    execute(
        &copy,
        "INSERT INTO seaql_migrations VALUES ('m29991231_000001_telepathy', 0)",
    )
    .await;
    refused("m29991231_000001_telepathy");
    fs::remove_file(&copy).unwrap();
    refused("cannot be read");

    fs::write(&copy, &good[..good.len() / 2]).unwrap();
    failure(&host.run(&["restore", "--force", &copy_name]), 1);
    host.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_can_be_replaced() {
    let host = Host::with_database();
    let folder = tempfile::tempdir().unwrap();
    let (_, copy_name) = copy_in(&folder);
    stdout(&host.run(&["backup", &copy_name]));
    fs::write(
        &host.file,
        "Not a database, and longer than the head of one. ".repeat(20),
    )
    .unwrap();
    fs::write(host.file.with_extension("db-wal"), "nor a log").unwrap();
    stdout(&host.run(&["restore", "--force", &copy_name]));
    host.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_an_older_version_is_brought_up_to_date_by_the_next_start() {
    let (host, other) = (Host::with_database(), Host::new());
    let folder = tempfile::tempdir().unwrap();
    let (_, copy_name) = copy_in(&folder);
    stdout(&host.run(&["migrate", "down"]));
    stdout(&host.run(&["backup", &copy_name]));
    stdout(&other.run(&["restore", &copy_name]));
    assert!(stdout(&other.run(&["migrate", "status"])).contains("pending"));
    other.serve().stop().await;
    other.is_sound();
}

#[test]
fn with_no_file_of_a_database_the_line_says_what_to_do_instead() {
    let folder = tempfile::tempdir().unwrap();
    for (command, instead) in [("backup", "pg_dump"), ("restore", "pg_restore")] {
        let line = failure(
            &run("postgres://taskwell@localhost/taskwell", &[command, "copy.db"]),
            2,
        );
        assert!(line.contains("database.url") && line.contains(instead), "{line}");
        let line = failure(&run("sqlite::memory:", &[command, "copy.db"]), 2);
        assert!(line.contains("database.url"), "{line}");
    }
    let url = format!("sqlite://{}/none.db", folder.path().display());
    let line = failure(&run(&url, &["backup", "copy.db"]), 1);
    assert!(line.contains("none.db cannot be read"), "{line}");
    assert!(names(folder.path()).is_empty());
}
