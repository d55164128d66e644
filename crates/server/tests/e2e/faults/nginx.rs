//! nginx in front of servers, as `docs/scaling.md` sets it up.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::cluster::free_port;

/// Ends when this is dropped.
pub(crate) struct Nginx {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Nginx {
    /// In front of the servers at those ports.
    pub(crate) async fn before(servers: [u16; 2]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        fs::write(folder.path().join("nginx.conf"), configuration(port, servers))
            .expect("a file can be written");
        // Where Debian has it, out of the `PATH` of those who are not root.
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let process = Command::new("nginx")
            .env("PATH", path)
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs nginx: run ./test, which installs it, or install it yourself");
        let nginx = Self {
            process,
            port,
            folder,
        };
        nginx.answers().await;
        nginx
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it had to complain of.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    async fn answers(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{}", self.said());
            sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its own children end with it, which they would not if it was killed.
        let _gone = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ended = self.process.wait();
    }
}

/// What stands in `docs/scaling.md`, between what a process of one's own needs.
fn configuration(port: u16, [one, two]: [u16; 2]) -> String {
    let documented = include_str!("../../../../../docs/scaling.md");
    let begin = documented
        .find("upstream taskwell {")
        .expect("the page has a set-up for nginx");
    let end = documented[begin..].find("```").expect("the block ends");
    let site = documented[begin..begin + end]
        .replace("10.0.0.1:8080", &format!("127.0.0.1:{one}"))
        .replace("10.0.0.2:8080", &format!("127.0.0.1:{two}"))
        .replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    format!(
        "daemon off; pid nginx.pid; worker_processes 1;\n\
         events {{}}\n\
         http {{\n\
         access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
         uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n{site}}}\n"
    )
}
