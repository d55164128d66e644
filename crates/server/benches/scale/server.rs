//! The server as a process of its own.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde::Deserialize;

use crate::Result;

/// Killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

/// The line that says that it is ready.
#[derive(Deserialize)]
struct Ready {
    url: String,
}

impl Server {
    pub(crate) fn start(database_url: &str, folder: &Path) -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_taskwell"))
            .current_dir(folder)
            .env_clear()
            .env("DATABASE_URL", database_url)
            .env("PORT", "0")
            .env(
                "TASKWELL__AUTH__SECRET",
                "only for databases of the benchmark, 4711",
            )
            .env("TASKWELL__LIMITS__ENABLED", "false")
            .env("TASKWELL__AUTH__ACCESS_TTL", "1d")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("log"))?)
            .spawn()?;
        let output = child.stdout.take();
        let mut server = Self {
            child,
            url: String::new(),
        };
        let mut line = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut line)?;
        }
        server.url = serde_json::from_str::<Ready>(&line)?.url;
        Ok(server)
    }

    /// A figure of proc_pid_status(5), in MiB.
    pub(crate) fn memory(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes =
            line.and_then(|line| line.trim_matches([':', ' ', '\t', 'k', 'B']).parse::<f64>().ok());
        Ok(kibibytes.ok_or("Linux does not tell the memory of the server")? / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails for one that has stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
