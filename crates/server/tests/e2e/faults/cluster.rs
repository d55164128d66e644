//! PostgreSQL servers of a test's own, to be killed, stopped and replaced.

use std::{
    env,
    ffi::OsStr,
    fs,
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Where the server programs are, if not where Debian puts them.
const PROGRAMS: &str = "TASKWELL_POSTGRES_PROGRAMS";

/// How long a server may take to start, recovery from a crash included, on a machine with much to do.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A PostgreSQL server, which ends with its data when this is dropped.
pub(crate) struct Cluster {
    process: Option<Child>,
    port: u16,
    folder: TempDir,
}

impl Cluster {
    /// An empty one, started.
    pub(crate) async fn start() -> Self {
        let cluster = Self::without_data();
        let data = cluster.data();
        let arguments = [
            OsStr::new("--pgdata"),
            data.as_os_str(),
            OsStr::new("--username=taskwell"),
            OsStr::new("--auth=trust"),
            OsStr::new("--encoding=UTF8"),
            OsStr::new("--locale=C.UTF-8"),
            OsStr::new("--no-sync"),
        ];
        succeeded(&program("initdb").args(arguments).output().expect("initdb runs"));
        cluster
            .configured("fsync = off\nmax_wal_senders = 4\n")
            .started()
            .await
    }

    /// One that follows this one, started: what is committed here is there from then on before the client hears of it.
    pub(crate) async fn standby(&self) -> Self {
        let standby = Self::without_data();
        let data = standby.data();
        let source = format!("{} application_name=standby", self.connection());
        let arguments = [
            OsStr::new("--pgdata"),
            data.as_os_str(),
            OsStr::new("--dbname"),
            OsStr::new(&source),
            OsStr::new("--write-recovery-conf"),
            OsStr::new("--wal-method=stream"),
            OsStr::new("--checkpoint=fast"),
            OsStr::new("--no-sync"),
        ];
        let copied = program("pg_basebackup").args(arguments).output();
        succeeded(&copied.expect("pg_basebackup runs"));
        let standby = standby.started().await;
        let mut here = PgConnection::connect(&self.url()).await.expect("it answers");
        for statement in [
            "ALTER SYSTEM SET synchronous_standby_names = 'standby'",
            "SELECT pg_reload_conf()",
        ] {
            here.execute(statement).await.expect("the role is a superuser");
        }
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        let begun = Instant::now();
        while sqlx::query_scalar::<_, i64>(follows)
            .fetch_one(&mut here)
            .await
            .expect("it answers")
            == 0
        {
            assert!(begun.elapsed() < STARTS_WITHIN, "the standby does not follow");
            sleep(Duration::from_millis(20)).await;
        }
        standby
    }

    /// Makes it take writes, where it followed another one.
    pub(crate) async fn promote(&self) {
        let mut connection = PgConnection::connect(&self.url()).await.expect("it answers");
        let promoted = sqlx::query_scalar::<_, bool>("SELECT pg_promote()").fetch_one(&mut connection);
        assert!(promoted.await.expect("the role is a superuser"));
    }

    /// The address of a database in it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://taskwell@127.0.0.1:{}/postgres", self.port)
    }

    /// Kills all its processes at once (`kill -9`).
    pub(crate) fn kill(&mut self) {
        let processes = self.processes();
        signal("KILL", &processes);
        let mut process = self.process.take().expect("the server runs");
        process.wait().expect("a child can be waited for");
    }

    /// Stops all its processes where they are (`SIGSTOP`).
    pub(crate) fn pause(&self) {
        // Its processes may become more until the first one stops.
        signal("STOP", &[self.postmaster()]);
        signal("STOP", &self.processes());
    }

    /// Lets them go on.
    pub(crate) fn resume(&self) {
        signal("CONT", &self.processes());
    }

    /// Starts it again, where it was.
    pub(crate) async fn restart(&mut self) {
        self.run().await;
    }

    fn without_data() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("taskwell-postgres.")
            // The path of a socket is short, and the user that runs PostgreSQL may not be let in elsewhere.
            .tempdir_in("/tmp")
            .expect("a temporary folder can be made");
        let (data, own) = (folder.path().join("data"), folder.path());
        fs::create_dir(&data).expect("a folder can be made");
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).expect("it is ours");
        if let Some((user, group)) = server_user() {
            chown(&data, Some(user), Some(group)).expect("root may do that");
            chown(own, Some(user), Some(group)).expect("root may do that");
        }
        Self {
            process: None,
            port: free_port(),
            folder,
        }
    }

    fn configured(self, settings: &str) -> Self {
        let file = self.data().join("postgresql.auto.conf");
        fs::write(file, settings).expect("a file can be written");
        self
    }

    async fn started(mut self) -> Self {
        self.run().await;
        self
    }

    /// Tries again while what was killed has not gone for good.
    async fn run(&mut self) {
        let begun = Instant::now();
        while !self.try_run().await {
            assert!(
                begun.elapsed() < STARTS_WITHIN,
                "PostgreSQL has not started: {}",
                self.log()
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn try_run(&mut self) -> bool {
        let log = fs::File::create(self.log_file()).expect("a file can be made");
        let process = program("postgres")
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres runs");
        let process = self.process.insert(process);
        let begun = Instant::now();
        loop {
            if process.try_wait().expect("a child can be waited for").is_some() {
                return false;
            }
            let url = format!("postgres://taskwell@127.0.0.1:{}/postgres", self.port);
            if PgConnection::connect(&url).await.is_ok() {
                return true;
            }
            assert!(
                begun.elapsed() < STARTS_WITHIN,
                "PostgreSQL takes too long to start"
            );
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn connection(&self) -> String {
        format!("host=127.0.0.1 port={} user=taskwell", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn postmaster(&self) -> u32 {
        self.process.as_ref().expect("the server runs").id()
    }

    /// All its processes, the one that starts the others first.
    fn processes(&self) -> Vec<u32> {
        let postmaster = self.postmaster();
        let children = Command::new("pgrep")
            .args(["-P", &postmaster.to_string()])
            .output()
            .expect("pgrep runs");
        let children = String::from_utf8_lossy(&children.stdout)
            .lines()
            .map(|id| id.parse().expect("a process id is a number"))
            .collect::<Vec<u32>>();
        [vec![postmaster], children].concat()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.kill();
        }
    }
}

/// A port that nobody uses, of those that the system does not hand out by itself.
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

/// One of the server programs, run by a user whom it takes: PostgreSQL refuses to run as root.
fn program(name: &str) -> Command {
    let mut command = Command::new(programs().join(name));
    command.current_dir("/");
    if let Some((user, group)) = server_user() {
        command.uid(user).gid(group);
    }
    command
}

/// Where they are, of several versions the newest.
fn programs() -> PathBuf {
    if let Some(given) = env::var_os(PROGRAMS) {
        return given.into();
    }
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let number = |folder: &Path| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions
        .map(|version| version.path())
        .max_by_key(|path| number(path));
    newest.map(|path| path.join("bin")).unwrap_or_else(|| {
        panic!(
            "this test kills a PostgreSQL server of its own and needs the programs for one: run ./test, which finds \
             or installs them, or set {PROGRAMS} to the folder of `initdb` and `postgres`"
        )
    })
}

/// The user and the group that stand in for root.
fn server_user() -> Option<(u32, u32)> {
    (id("-u", None) == Some(0)).then(|| {
        let of = |name| Some((id("-u", Some(name))?, id("-g", Some(name))?));
        of("postgres")
            .or_else(|| of("nobody"))
            .expect("there is a user without rights")
    })
}

fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let told = Command::new("id").arg(what).args(user).output().expect("id runs");
    String::from_utf8_lossy(&told.stdout).trim().parse().ok()
}

fn signal(name: &str, processes: &[u32]) {
    let processes = processes.iter().map(ToString::to_string);
    // One of them may be gone by now.
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .args(processes)
        .stderr(Stdio::null())
        .status()
        .expect("kill runs");
}

#[track_caller]
fn succeeded(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
