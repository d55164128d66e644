//! A PostgreSQL server of a test's own with settings and files of the test, gone when the test ends.

use std::{
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Output,
};

use tempfile::TempDir;

use crate::cluster::{as_server_user, free_port, programs, server_user};

/// The one account of the cluster.
const USER: &str = "postgres";

/// A server that listens on localhost alone, with its data in a folder of its own.
pub(crate) struct ConfiguredCluster {
    programs: PathBuf,
    port: u16,
    folder: TempDir,
}

impl ConfiguredCluster {
    /// A cluster that is not running yet.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("taskwell-cluster-")
            .tempdir_in("/tmp");
        let folder = folder.expect("a folder can be made");
        let cluster = Self {
            programs: programs(),
            port: free_port(),
            folder,
        };
        cluster.hand_over(cluster.folder.path());
        let data = cluster.data().display().to_string();
        let user = format!("--username={USER}");
        cluster.run(
            "initdb",
            &[
                "--pgdata",
                &data,
                &user,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
        );
        cluster
    }

    /// Puts a file into the folder of the data, for the server alone to read.
    pub(crate) fn put(&self, name: &str, content: &str) {
        let path = self.data().join(name);
        fs::write(&path, content).expect("a file can be written");
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&path, private).expect("the rights of a file can be changed");
        self.hand_over(&path);
    }

    /// Starts it with these settings, and waits until it answers.
    pub(crate) fn start(&self, settings: &[&str]) {
        let (port, data) = (self.port, self.data().display().to_string());
        let log = self.folder.path().join("log").display().to_string();
        let socket = self.folder.path().display();
        let mut options = format!("-h localhost -p {port} -k {socket} -c fsync=off");
        for setting in settings {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        self.run(
            "pg_ctl",
            &["-D", &data, "-l", &log, "-o", &options, "-w", "-t", "60", "start"],
        );
    }

    /// Its address without parameters, by that name of this machine.
    pub(crate) fn url(&self, host: &str, database: &str) -> String {
        format!("postgres://{USER}@{host}:{}/{database}", self.port)
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    /// Runs a program of PostgreSQL to its end, which must be a good one; what it printed.
    #[track_caller]
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let output = self.try_run(program, arguments);
        assert!(
            output.status.success(),
            "{program}: {}\n{}",
            String::from_utf8_lossy(&output.stderr),
            fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
        );
        output.stdout
    }

    fn try_run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = as_server_user(&self.programs.join(program));
        // What a server inherits it keeps open, and nobody would see the end of the output.
        let out = self.folder.path().join(format!("{program}.out"));
        let err = self.folder.path().join(format!("{program}.err"));
        let open = |path: &Path| fs::File::create(path).expect("a file can be made");
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdout(open(&out))
            .stderr(open(&err));
        let status = command.status().expect("a program of PostgreSQL runs");
        let read = |path: &Path| fs::read(path).expect("a file can be read");
        Output {
            status,
            stdout: read(&out),
            stderr: read(&err),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn hand_over(&self, path: &Path) {
        if let Some((user, group)) = server_user() {
            chown(path, Some(user), Some(group)).expect("root can give a file away");
        }
    }
}

impl Drop for ConfiguredCluster {
    /// Best effort: a server that was not started cannot be stopped.
    fn drop(&mut self) {
        let data = self.data().display().to_string();
        let _stopped = self.try_run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]);
    }
}
