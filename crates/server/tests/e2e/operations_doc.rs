//! `docs/operations.md` keeps its word.

use std::{
    env, fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

use crate::{authority::Authority, configured_cluster::ConfiguredCluster};

/// The lines of an operator's way, of the chapters for PostgreSQL or of the others.
fn lines(for_postgres: bool) -> String {
    let document = include_str!("../../../../docs/operations.md");
    let (way, _reference) = document
        .split_once("\n## Commands\n")
        .expect("the reference begins there");
    let chapters = way.split("\n## ").flat_map(|chapter| chapter.split("\n### "));
    let wanted = chapters.filter(|chapter| chapter.starts_with("PostgreSQL\n") == for_postgres);
    let blocks = wanted.flat_map(|chapter| chapter.split("```sh\n").skip(1));
    let lines: Vec<_> = blocks.filter_map(|block| block.split("```").next()).collect();
    assert!(lines.len() > 1, "the way has lines to run");
    lines.concat()
}

/// Ends what is left running, and lines that wait for what never comes.
const PRELUDE: &str = "
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
sleep() { [ $SECONDS -lt 100 ] || exit 1; command sleep \"$@\"; }
";

/// Runs lines as they stand, `taskwell` being the program under test.
fn run(lines: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    let of_program = Path::new(env!("CARGO_BIN_EXE_taskwell"))
        .parent()
        .expect("it is in a folder");
    let path = env::join_paths(
        [of_program.to_owned()]
            .into_iter()
            .chain(env::split_paths(&env::var_os("PATH").unwrap())),
    );
    let script = format!("{PRELUDE}{lines}");
    Command::new("bash")
        .args(["-euxo", "pipefail", "-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path.unwrap())
        .envs(variables.iter().copied())
        .output()
        .expect("bash is installed")
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{told}\n(the lines need curl and openssl, and the programs of PostgreSQL)"
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn its_way_to_https_a_backup_and_an_upgrade_can_be_gone_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    // Only the port is another one, since tests run side by side.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let lines = lines(false).replace("8080", &port.to_string());
    let said = succeeded(&run(&lines, folder.path(), &[]));
    assert!(said.contains("certificate     tls.crt can be shown"), "{said}");
    let ready: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("\"event\":\"ready\""))
        .collect();
    assert_eq!(ready.len(), 4, "{said}");
    assert!(ready[0].contains("http://") && ready[1..].iter().all(|line| line.contains("https://")));
    for made in [
        "data/taskwell.db",
        "backup.db",
        "elsewhere/taskwell.db",
        "before-the-upgrade.db",
    ] {
        assert!(folder.path().join(made).is_file(), "{made}");
    }
}

#[test]
fn its_way_to_postgresql_by_tls_and_a_dump_can_be_gone_as_it_stands() {
    let authority = Authority::new();
    let cluster = ConfiguredCluster::new();
    let issued = authority.issue("localhost");
    cluster.put("server.crt", &issued.certificate);
    cluster.put("server.key", &issued.key);
    cluster.start(&["ssl=on"]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ca.pem"), authority.certificate()).unwrap();
    let admin = cluster.url("localhost", "postgres");
    let (_, host) = admin.split_once('@').unwrap();
    let (host, _) = host.split_once('/').unwrap();
    let lines = format!("PATH=$PATH:{}\n{}", cluster.programs().display(), lines(true));
    let said = succeeded(&run(
        &lines,
        folder.path(),
        &[("ADMIN", &admin), ("DATABASE_HOST", host)],
    ));
    assert_eq!(
        said.matches("migrations      the database has all of them")
            .count(),
        2,
        "{said}"
    );
    assert!(said.contains("/restored?sslmode=verify-full"), "{said}");
}
