//! A server as a process of its own.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;

use crate::{Result, usage::Usage};

const UNTIL_READY: Duration = Duration::from_secs(30);
const UNTIL_GONE: Duration = Duration::from_secs(10);

/// A process that serves HTTP; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens, as `host:port`.
    authority: String,
    /// From its start until it said that it was ready.
    took: Duration,
}

impl Server {
    /// Starts it and waits until it says that it is ready, on the port that it then names.
    pub(crate) fn start(command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join("log");
        let begun = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()?;
        let ready = child.stdout.take().map(announcements);
        let mut server = Self {
            child,
            authority: String::new(),
            took: Duration::ZERO,
        };
        let url = ready.and_then(|ready| ready.recv_timeout(UNTIL_READY).ok());
        server.took = begun.elapsed();
        let url = url.ok_or_else(|| never_ready(&log))?;
        server.authority = url
            .strip_prefix("http://")
            .ok_or("a server is ready on something else than http")?
            .to_owned();
        Ok(server)
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn took(&self) -> Duration {
        self.took
    }

    pub(crate) fn usage(&self) -> Option<Usage> {
        Usage::of(self.child.id())
    }

    /// Ends it as an operator would.
    pub(crate) fn stop(mut self) -> Result<()> {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status()?;
        let asked = Instant::now();
        while killed.success() && asked.elapsed() < UNTIL_GONE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err("a server did not stop".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails for one that has stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The line that says that a server is ready.
#[derive(Deserialize)]
struct Ready {
    url: String,
}

/// What it announces. All that it prints is read, so that printing never holds it up.
fn announcements(stdout: ChildStdout) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(std::io::Result::ok) {
            if let Ok(Ready { url }) = serde_json::from_str(&line) {
                // Nobody listens any more once a first line has come.
                let _ = send.send(url);
            }
        }
    });
    receive
}

fn never_ready(log: &PathBuf) -> String {
    let log = fs::read_to_string(log).unwrap_or_default();
    format!("a server never became ready; it said:\n{log}")
}
