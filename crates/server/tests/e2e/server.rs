//! The binary, started and stopped as an operator would.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::client::Client;

/// Long and random enough to be taken.
pub(crate) const SECRET: &str = "wq3Vb0uJrXf5T1mZk8Yd2Hs7Lc4Pn6Ga9EoIiUyR";

/// `taskwell` in a folder of its own, with nothing of this environment but what a program needs to run.
pub(crate) fn taskwell(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskwell"));
    command
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(database_url: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let variables = [("DATABASE_URL", database_url), ("TASKWELL__AUTH__SECRET", SECRET)];
    taskwell(folder.path(), &variables)
        .args(arguments)
        .output()
        .expect("the binary runs")
}

/// A server under test; dropping it kills it.
pub(crate) struct Server {
    child: Child,
    url: String,
    _folder: TempDir,
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

    /// Starts without waiting.
    pub(crate) fn launch(database_url: &str, variables: &[(&str, &str)]) -> Starting {
        let secret = ("TASKWELL__AUTH__SECRET", SECRET);
        Self::launch_without_secret(database_url, &[variables, &[secret]].concat())
    }

    /// Starts without waiting, and with no secret but what `variables` hold.
    pub(crate) fn launch_without_secret(database_url: &str, variables: &[(&str, &str)]) -> Starting {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let given = [
            ("DATABASE_URL", database_url),
            ("PORT", "0"),
            ("TASKWELL__LOG__FORMAT", "json"),
            ("TASKWELL__LOG__LEVEL", "warn"),
        ];
        let child = taskwell(folder.path(), &given)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        Starting { child, folder }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its address without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Somebody who calls it.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// How much memory it holds, in MiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident_mib(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("a process has a status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
        kib.expect("a process has resident memory") / 1024
    }

    /// Sends a signal, such as `TERM`, by its process id.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the server has not ended within {within:?}"
            );
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Stops it as an operator does.
    pub(crate) async fn stop(mut self) {
        self.signal("TERM");
        let status = self.ended(Duration::from_secs(10)).await;
        assert!(status.success(), "{status}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that was started and has not said yet that it is ready.
pub(crate) struct Starting {
    child: Child,
    folder: TempDir,
}

impl Starting {
    /// Waits for the ready line.
    pub(crate) fn ready(mut self) -> Server {
        let stdout = self.child.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("standard output can be read");
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not ready: {line:?}"));
        assert_eq!(ready["event"], "ready", "{ready}");
        assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"), "{ready}");
        let url = ready["url"]
            .as_str()
            .expect("the ready line has a url")
            .to_owned();
        Server {
            child: self.child,
            url,
            _folder: self.folder,
        }
    }
}
