//! A PostgreSQL of one test's own, which may be killed.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// The variable that says in which folder the programs are.
const PROGRAMS: &str = "TEST_POSTGRES_PROGRAMS";

/// Where Debian keeps them, out of `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// How long a server may take to start, or to follow another one, on a machine with much to do.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// Makes one and starts it.
    pub(crate) async fn start() -> Self {
        let cluster = Self::without_data();
        let mut making = cluster.program("initdb");
        making
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
            ])
            .args(["--locale=C", "--pgdata"])
            .arg(cluster.data());
        cluster.made_by(making).await
    }

    /// Makes one that follows this one and starts it. From now on nobody hears of a commit here before it is there.
    pub(crate) async fn standby(&self) -> Self {
        let standby = Self::without_data();
        let mut copying = standby.program("pg_basebackup");
        copying
            .args([
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
                "--dbname",
            ])
            .arg(format!("{}?application_name=standby", self.url()))
            .arg("--pgdata")
            .arg(standby.data());
        let standby = standby.made_by(copying).await;
        let mut here = self.connected().await;
        for statement in [
            "ALTER SYSTEM SET synchronous_standby_names = 'standby'",
            "SELECT pg_reload_conf()",
        ] {
            here.execute(statement).await.expect("a superuser may do that");
        }
        let begun = Instant::now();
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        while sqlx::query_scalar::<_, i64>(follows)
            .fetch_one(&mut here)
            .await
            .expect("a superuser sees that")
            == 0
        {
            assert!(begun.elapsed() < STARTS_WITHIN, "the standby does not follow");
            sleep(Duration::from_millis(20)).await;
        }
        standby
    }

    /// Has a standby take writes from now on.
    pub(crate) async fn promote(&self) {
        let mut here = self.connected().await;
        let promoted = sqlx::query_scalar::<_, bool>("SELECT pg_promote()").fetch_one(&mut here);
        assert!(promoted.await.expect("a superuser may do that"));
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as a crash does: at once, with whatever is under way.
    pub(crate) fn crash(&mut self) {
        signal("QUIT", &[self.postmaster()]);
        self.ended();
    }

    /// Kills all its processes at the same time (`kill -9`).
    pub(crate) fn kill(&mut self) {
        signal("KILL", &self.processes());
        self.ended();
    }

    /// Stops all its processes where they are (`SIGSTOP`).
    pub(crate) fn pause(&self) {
        // The first one could still start others.
        signal("STOP", &[self.postmaster()]);
        signal("STOP", &self.processes());
    }

    /// Lets them go on.
    pub(crate) fn resume(&self) {
        signal("CONT", &self.processes());
    }

    /// Starts it again.
    pub(crate) async fn start_again(&mut self) {
        let begun = Instant::now();
        while !self.has_started().await {
            // What was killed may not be gone yet.
            assert!(begun.elapsed() < STARTS_WITHIN, "{}", self.said());
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn without_data() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        if let Some((user, group)) = server_user() {
            chown(folder.path(), Some(user), Some(group)).expect("root can give a folder away");
        }
        Self {
            folder,
            programs: programs(),
            port: free_port(),
            server: None,
        }
    }

    async fn made_by(mut self, mut program: Command) -> Self {
        let made = program.output().expect("the program runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        self.start_again().await;
        self
    }

    /// Whether it answers by now, and not that it cannot start.
    async fn has_started(&mut self) -> bool {
        let mut server = self.serve();
        let begun = Instant::now();
        while PgConnection::connect(&self.url()).await.is_err() {
            if server.try_wait().expect("a child can be waited for").is_some() {
                return false;
            }
            assert!(begun.elapsed() < STARTS_WITHIN, "{}", self.said());
            sleep(Duration::from_millis(20)).await;
        }
        self.server = Some(server);
        true
    }

    /// On loopback alone. What is lost when the machine dies does not matter here.
    fn serve(&self) -> Child {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"));
        let mut serving = self.program("postgres");
        serving
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-c", "fsync=off", "-D"])
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(log.expect("a file can be made"));
        serving.spawn().expect("postgres starts")
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    async fn connected(&self) -> PgConnection {
        PgConnection::connect(&self.url())
            .await
            .expect("the server answers")
    }

    fn program(&self, name: &str) -> Command {
        as_server_user(&self.programs.join(name))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn postmaster(&self) -> u32 {
        self.server.as_ref().expect("the server runs").id()
    }

    /// All its processes, that which starts the others first.
    fn processes(&self) -> Vec<u32> {
        let postmaster = self.postmaster();
        let others = Command::new("pgrep")
            .args(["-P", &postmaster.to_string()])
            .output();
        let others = String::from_utf8(others.expect("pgrep runs").stdout).expect("numbers are text");
        let others = others.lines().filter_map(|id| id.parse().ok());
        [postmaster].into_iter().chain(others).collect()
    }

    fn ended(&mut self) {
        let mut server = self.server.take().expect("the server runs");
        server.wait().expect("a child can be waited for");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.server.is_some() {
            // It may be paused.
            self.kill();
        }
    }
}

/// One of them may be gone by now.
fn signal(name: &str, processes: &[u32]) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .args(processes.iter().map(ToString::to_string))
        .stderr(Stdio::null())
        .status();
    let _one_may_be_gone = sent.expect("kill runs");
}

/// As another user if this is root, as whom PostgreSQL refuses to run.
pub(crate) fn as_server_user(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null());
    if let Some((user, group)) = server_user() {
        command.uid(user).gid(group);
    }
    command
}

pub(crate) fn server_user() -> Option<(u32, u32)> {
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

pub(crate) fn programs() -> PathBuf {
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
        ["initdb", "pg_basebackup", "postgres"]
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

/// One that nobody uses, of those that Linux does not hand out by itself: the servers ask for it while nobody listens
/// there.
pub(crate) fn free_port() -> u16 {
    let mut random = [0; 2];
    loop {
        aws_lc_rs::rand::fill(&mut random).expect("the system gives random bytes");
        let port = 20_000 + u16::from_ne_bytes(random) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
