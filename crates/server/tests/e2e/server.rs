//! The binary, started and stopped as an operator would.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::{client::Client, pgbouncer::BY_A_POOLER};

/// Long and random enough to be taken.
pub(crate) const SECRET: &str = "wq3Vb0uJrXf5T1mZk8Yd2Hs7Lc4Pn6Ga9EoIiUyR";

/// Another one: of another issuer, or of another time.
pub(crate) const OTHER_SECRET: &str = "kV5yMHrQ8n3xTz1LbWc7Jd0sGf4uPa9e";

/// Limits are off unless a test is about them: tests come from one address and fast.
const WITHOUT_LIMITS: (&str, &str) = ("TASKWELL__LIMITS__ENABLED", "false");

/// Where a server's standard error goes, in its folder.
const LOG: &str = "stderr.log";

/// `taskwell` in a folder of its own, with nothing of this environment but what a program needs to run.
pub(crate) fn taskwell(folder: &Path, variables: &[(&str, &str)]) -> Command {
    confined(Command::new(env!("CARGO_BIN_EXE_taskwell")), folder, variables)
}

fn confined(mut command: Command, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let is_by_a_pooler = variables.iter().any(|(_, value)| value.ends_with(BY_A_POOLER));
    let pooler = is_by_a_pooler.then_some(("TASKWELL__DATABASE__POOLER", "true"));
    command
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied().chain(pooler))
        .stdin(Stdio::null());
    command
}

/// A folder for a server to start in, with settings in its `taskwell.toml`.
pub(crate) fn folder_with_settings(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(folder.path().join("taskwell.toml"), settings).expect("a file can be written");
    folder
}

/// A server under test; dropping it kills it.
pub(crate) struct Server {
    process: Process,
    stdout: BufReader<ChildStdout>,
    url: String,
    metrics_url: Option<String>,
    folder: TempDir,
}

impl Server {
    /// Starts on that database and waits until it says that it is ready.
    pub(crate) fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[])
    }

    /// The same, with more settings.
    pub(crate) fn start_with(database_url: &str, variables: &[(&str, &str)]) -> Self {
        Self::launch(database_url, variables).ready()
    }

    /// The same, with settings in a file.
    pub(crate) fn start_configured(database_url: &str, settings: &str) -> Self {
        let secret = ("TASKWELL__AUTH__SECRET", SECRET);
        Self::launch_in(folder_with_settings(settings), database_url, &[secret]).ready()
    }

    /// The same, with a signal that does not end it, such as `XFSZ`.
    pub(crate) fn start_ignoring(database_url: &str, signal: &str) -> Self {
        let ignoring = format!(r#"trap "" {signal} && exec "$0""#);
        let mut command = Command::new("sh");
        command.args(["-c", &ignoring, env!("CARGO_BIN_EXE_taskwell")]);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let secret = ("TASKWELL__AUTH__SECRET", SECRET);
        Self::launch_as(command, folder, database_url, &[secret]).ready()
    }

    /// Starts without waiting.
    pub(crate) fn launch(database_url: &str, variables: &[(&str, &str)]) -> Starting {
        let secret = ("TASKWELL__AUTH__SECRET", SECRET);
        Self::launch_without_secret(database_url, &[variables, &[secret]].concat())
    }

    /// Starts without waiting, and with no secret but what `variables` hold.
    pub(crate) fn launch_without_secret(database_url: &str, variables: &[(&str, &str)]) -> Starting {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::launch_in(folder, database_url, variables)
    }

    /// The same in that folder, and with the settings that stand in it.
    pub(crate) fn launch_in(folder: TempDir, database_url: &str, variables: &[(&str, &str)]) -> Starting {
        let command = Command::new(env!("CARGO_BIN_EXE_taskwell"));
        Self::launch_as(command, folder, database_url, variables)
    }

    /// Starts where the system gives a process no more file descriptors than that, and waits until it is ready.
    pub(crate) fn start_with_descriptors(database_url: &str, descriptors: u32) -> Self {
        let mut command = Command::new("/bin/sh");
        let limited = format!("ulimit -n {descriptors} && exec \"$0\"");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_taskwell")]);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let secret = ("TASKWELL__AUTH__SECRET", SECRET);
        Self::launch_as(command, folder, database_url, &[secret]).ready()
    }

    fn launch_as(
        command: Command,
        folder: TempDir,
        database_url: &str,
        variables: &[(&str, &str)],
    ) -> Starting {
        let given = [
            ("DATABASE_URL", database_url),
            ("PORT", "0"),
            ("TASKWELL__LOG__FORMAT", "json"),
            ("TASKWELL__LOG__LEVEL", "warn"),
            WITHOUT_LIMITS,
        ];
        let log = File::create(folder.path().join(LOG)).expect("a file can be made");
        let child = confined(command, folder.path(), &given)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        Starting {
            process: Process(child),
            folder,
        }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its address without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.url.split_once("://").expect("an address has a scheme").1
    }

    /// The port of it.
    pub(crate) fn port(&self) -> u16 {
        let port = self.address().rsplit(':').next();
        port.and_then(|port| port.parse().ok())
            .expect("an address has a port")
    }

    /// What it has said so far on standard error.
    pub(crate) fn said(&self) -> String {
        log(&self.folder)
    }

    /// Where its metrics are, if it has any.
    pub(crate) fn metrics_url(&self) -> Option<&str> {
        self.metrics_url.as_deref()
    }

    /// Somebody who calls it.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// How much memory it holds, in MiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident_mib(&self) -> usize {
        self.memory("VmRSS:")
    }

    /// How much memory it has ever held, in MiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_mib(&self) -> usize {
        self.memory("VmHWM:")
    }

    /// How many files and connections it has open.
    #[cfg(target_os = "linux")]
    pub(crate) fn descriptors(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.process.0.id()));
        open.expect("a process has descriptors").count()
    }

    #[cfg(target_os = "linux")]
    fn memory(&self, name: &str) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.0.id()));
        let status = status.expect("a process has a status");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
        kib.expect("a process has resident memory") / 1024
    }

    /// The number of its process.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.0.id()
    }

    /// Sends a signal, such as `TERM`, by its process id.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.process_id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.process.0.try_wait().expect("a child can be waited for") {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the server has not ended within {within:?}"
            );
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Kills it (`kill -9`), and waits until it is gone.
    pub(crate) async fn kill(&mut self) {
        self.signal("KILL");
        let status = self.ended(Duration::from_secs(10)).await;
        assert!(!status.success(), "{status}");
    }

    /// Stops it as an operator does; whatever it has said, but for the ready line.
    pub(crate) async fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.ended(Duration::from_secs(10)).await;
        assert!(status.success(), "{status}");
        let mut said = log(&self.folder);
        self.stdout
            .read_to_string(&mut said)
            .expect("standard output is text");
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        tell_if_failed(&self.folder);
    }
}

/// A server that was started and has not said yet that it is ready.
pub(crate) struct Starting {
    process: Process,
    folder: TempDir,
}

impl Starting {
    /// Waits for the ready line.
    pub(crate) fn ready(mut self) -> Server {
        let stdout = self.process.0.stdout.take().expect("standard output is piped");
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line).expect("standard output can be read");
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("not ready: {line:?}, {}", log(&self.folder)));
        assert_eq!(ready["event"], "ready", "{ready}");
        assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"), "{ready}");
        let url = ready["url"]
            .as_str()
            .expect("the ready line has a url")
            .to_owned();
        Server {
            process: self.process,
            stdout,
            url,
            metrics_url: ready["metrics_url"].as_str().map(str::to_owned),
            folder: self.folder,
        }
    }
}

/// A process that does not outlive the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a server in that folder has said on standard error.
fn log(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join(LOG)).expect("the log can be read")
}

/// What the server had to say belongs to the failure of a test.
#[expect(clippy::print_stderr, reason = "it is shown with the test that failed")]
fn tell_if_failed(folder: &TempDir) {
    if thread::panicking() {
        eprintln!("the server said: {}", log(folder));
    }
}
