//! A PostgreSQL of one test's own, which may be killed.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// The variable that says in which folder the programs are.
const PROGRAMS: &str = "TEST_POSTGRES_PROGRAMS";

/// Where Debian keeps them, out of `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Makes one and starts it.
    pub(crate) async fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        if let Some((user, group)) = server_user() {
            chown(folder.path(), Some(user), Some(group)).expect("root can give a folder away");
        }
        let data = folder.path().join("data");
        let mut making = as_server_user(&programs.join("initdb"));
        making
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
            ])
            .args(["--locale=C", "--pgdata"])
            .arg(&data);
        let made = making.output().expect("initdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = free_port();
        let server = serve(&programs, folder.path(), port);
        let cluster = Self {
            folder,
            programs,
            port,
            server,
        };
        cluster.answers().await;
        cluster
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as a crash does: at once, with whatever is under way.
    pub(crate) fn crash(&mut self) {
        let id = self.server.id().to_string();
        let sent = Command::new("kill").args(["-QUIT", &id]).status();
        assert!(sent.expect("kill runs").success());
        self.server.wait().expect("a child can be waited for");
    }

    /// Starts it again.
    pub(crate) async fn start_again(&mut self) {
        self.server = serve(&self.programs, self.folder.path(), self.port);
        self.answers().await;
    }

    async fn answers(&self) {
        let begun = Instant::now();
        while PgConnection::connect(&self.url()).await.is_err() {
            let said = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", said());
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if matches!(self.server.try_wait(), Ok(None)) {
            self.crash();
        }
    }
}

/// On loopback alone. What is lost when the machine dies does not matter here.
fn serve(programs: &Path, folder: &Path, port: u16) -> Child {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"));
    let mut serving = as_server_user(&programs.join("postgres"));
    serving
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "-c",
            "fsync=off",
            "-D",
        ])
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(log.expect("a file can be made"));
    serving.spawn().expect("postgres starts")
}

/// As another user if this is root, as whom PostgreSQL refuses to run.
fn as_server_user(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null());
    if let Some((user, group)) = server_user() {
        command.uid(user).gid(group);
    }
    command
}

fn server_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let told = Command::new("id")
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .ok()?;
        String::from_utf8(told.stdout).ok()?.trim().parse().ok()
    };
    let of = |name| Some((id(&["-u", name])?, id(&["-g", name])?));
    (id(&["-u"]) == Some(0)).then(|| {
        of("postgres")
            .or_else(|| of("nobody"))
            .expect("somebody is there")
    })
}

fn programs() -> PathBuf {
    let given = env::var_os(PROGRAMS).map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let mut of_debian: Vec<PathBuf> = fs::read_dir(DEBIAN)
        .map(|versions| {
            versions
                .flatten()
                .map(|version| version.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    of_debian.sort();
    let folders = given.into_iter().chain(env::split_paths(&path)).chain(of_debian);
    let has_all = |folder: &PathBuf| {
        ["initdb", "postgres"]
            .iter()
            .all(|name| folder.join(name).exists())
    };
    folders.into_iter().find(has_all).unwrap_or_else(|| {
        panic!(
            "this test kills a PostgreSQL server of its own: run ./test, which finds or installs one, or set \
             {PROGRAMS} to the folder of `initdb` and `postgres`"
        )
    })
}

/// Below those that Linux hands out: the servers ask for it while nobody listens there, and one of those they could get
/// from themselves.
fn free_port() -> u16 {
    let begin = u16::try_from(20_000 + std::process::id() % 10_000).expect("it is a port");
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (begin..begin + 2_000).find(is_free).expect("a port is free")
}
