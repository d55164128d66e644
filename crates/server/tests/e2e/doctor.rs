//! What `taskwell doctor` finds.

use std::{fs, os::unix::fs::PermissionsExt, process::Output, time::Duration};

use jsonwebtoken::Algorithm;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    collector::Collector,
    command::{failure, run, stdout},
    database::{Sql, TestDatabase},
    issuer::Issuer,
    keys::Key,
    on_both_databases,
    server::{SECRET, Server, folder_with_settings, taskwell},
};

const DOCTOR: &[&str] = &["doctor", "--json"];

/// What it found, whether or not something is wrong.
#[track_caller]
fn findings(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// The only thing that is wrong, told with what to do about it.
#[track_caller]
fn the_fault(output: &Output) -> Value {
    assert_eq!(failure(output, 1), "taskwell: one thing is wrong");
    let findings = findings(output);
    assert_eq!(findings["ok"], false);
    let checks = findings["checks"].as_array().unwrap().iter();
    let faults: Vec<&Value> = checks.filter(|check| check["ok"] == false).collect();
    let [fault] = faults[..] else {
        panic!("{findings:#}");
    };
    assert!(!fault["advice"].as_str().unwrap().is_empty(), "{fault}");
    fault.clone()
}

fn detail(check: &Value) -> &str {
    check["detail"].as_str().unwrap()
}

/// What is found once every job was done, and begun later than it was `before`.
async fn once_all_was_done(database: &TestDatabase, before: &Value) -> Value {
    let begun = Instant::now();
    loop {
        let output = run(database.url(), DOCTOR);
        stdout(&output);
        let found = findings(&output);
        let jobs = found["jobs"].as_array().unwrap().iter().enumerate();
        let mut is_done = jobs.map(|(index, job)| {
            let was_begun = before["jobs"][index]["began_at"].as_str().unwrap_or_default();
            // They are written in the same way, in UTC.
            job["state"] == "done" && job["began_at"].as_str().unwrap() > was_begun
        });
        if is_done.all(|is_done| is_done) {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{found:#}");
        sleep(Duration::from_millis(50)).await;
    }
}

on_both_databases! {
    async fn where_all_is_well_nothing_is_wrong_and_every_job_was_done(database: TestDatabase) {
        let server = Server::start(database.url());
        let found = once_all_was_done(&database, &Value::Null).await;
        assert_eq!(found["ok"], true);
        let names = |of: &Value| {
            let all = of.as_array().unwrap().iter();
            all.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&found["checks"]), ["settings", "signing key", "database", "migrations", "clock"]);
        assert_eq!(names(&found["jobs"]), ["reminders", "trash", "changes", "idempotency_keys", "sessions"]);
        assert_eq!(found["jobs"][0]["done"], 0, "{found:#}");
        server.stop().await;
        // The next server does all of them when it starts.
        let server = Server::start(database.url());
        let again = once_all_was_done(&database, &found).await;
        server.stop().await;
        let text = run(database.url(), &["doctor"]);
        for job in again["jobs"].as_array().unwrap() {
            let [name, began_at] = ["name", "began_at"].map(|field| job[field].as_str().unwrap());
            let line = format!("job    {name:<16}  began {began_at}, did ");
            assert!(stdout(&text).contains(&line), "{line}: {}", stdout(&text));
        }

        // Another job failed, and one was never heard of again.
        let mut sql = Sql::on(&database).await;
        for change in [
            "UPDATE jobs SET done = NULL, failure = 'the disk is full' WHERE name = 'trash'",
            "UPDATE jobs SET ended_at = NULL, leased_until = '2020-01-01T00:00:00+00:00' WHERE name = 'sessions'",
            "DELETE FROM jobs WHERE name = 'changes'",
        ] {
            assert_eq!(sql.execute(change).await, 1, "{change}");
        }
        let output = run(database.url(), DOCTOR);
        stdout(&output);
        let jobs = &findings(&output)["jobs"];
        let told = [1, 2, 4].map(|job: usize| jobs[job]["state"].as_str().unwrap());
        assert_eq!(told, ["failed", "never_ran", "lost"]);
        assert_eq!(jobs[1]["failure"], "the disk is full");
        let text = run(database.url(), &["doctor"]);
        for line in ["failed: the disk is full", "was not heard of again", "never ran"] {
            assert!(stdout(&text).contains(line), "{}", stdout(&text));
        }
    }

    async fn a_pending_migration_is_a_fault(database: TestDatabase) {
        stdout(&run(database.url(), &["migrate", "up"]));
        stdout(&run(database.url(), DOCTOR));
        stdout(&run(database.url(), &["migrate", "down"]));
        let fault = the_fault(&run(database.url(), DOCTOR));
        assert_eq!(fault["name"], "migrations");
        assert!(detail(&fault).contains("m20261122_"), "{fault}");
        assert!(fault["advice"].as_str().unwrap().contains("taskwell migrate up"), "{fault}");
        let text = run(database.url(), &["doctor"]);
        assert!(String::from_utf8_lossy(&text.stdout).contains("FAULT  migrations"), "{text:?}");
    }
}

#[test]
fn a_wrong_setting_is_a_fault_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let output = taskwell(folder.path(), &[("PORT", "http")]).args(DOCTOR).output();
    let fault = the_fault(&output.unwrap());
    assert_eq!(fault["name"], "settings");
    assert!(detail(&fault).contains("server.port"), "{fault}");
}

#[test]
fn on_a_fresh_machine_there_is_no_database_yet_and_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = taskwell(folder.path(), &[]).args(DOCTOR).output();
    let fault = the_fault(&output.unwrap());
    assert_eq!(fault["name"], "database");
    assert!(detail(&fault).contains("taskwell.db"), "{fault}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_database_that_is_away_is_a_fault() {
    let fault = the_fault(&run("postgres://taskwell@127.0.0.1:1/tasks", DOCTOR));
    assert_eq!(fault["name"], "database");
    assert!(detail(&fault).contains("the database is away"), "{fault}");
}

#[test]
fn a_secret_that_others_can_read_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let output = |arguments: &[&str]| taskwell(folder.path(), &[]).args(arguments).output().unwrap();
    stdout(&output(&["migrate", "up"]));
    let secret = folder.path().join("data/taskwell.secret");
    fs::write(&secret, SECRET).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let fault = the_fault(&output(DOCTOR));
    assert_eq!(fault["name"], "signing key");
    assert!(detail(&fault).contains("chmod 600"), "{fault}");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    stdout(&output(DOCTOR));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_does_not_give_its_keys_is_a_fault() {
    let database = TestDatabase::sqlite().await;
    let issuer = Issuer::new("auth", Key::new(Algorithm::EdDSA, "one")).await;
    let folder = folder_with_settings(&issuer.settings(""));
    let variables = [
        ("DATABASE_URL", database.url()),
        ("TASKWELL__AUTH__SECRET", SECRET),
    ];
    let doctor = || taskwell(folder.path(), &variables).args(DOCTOR).output().unwrap();
    let output = doctor();
    stdout(&output);
    assert_eq!(findings(&output)["checks"][2]["detail"], "auth gives its keys");
    issuer.publish(&[]);
    let fault = the_fault(&doctor());
    assert_eq!(fault["name"], "key set");
    assert!(
        detail(&fault).starts_with("auth does not give its keys"),
        "{fault}"
    );
    drop(issuer);
    assert!(detail(&the_fault(&doctor())).contains("cannot be reached"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_cannot_be_reached_is_a_fault() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::new().await;
    let doctor = |endpoint: &str| {
        let variables = [
            ("DATABASE_URL", database.url()),
            ("TASKWELL__AUTH__SECRET", SECRET),
            (collector.setting().0, endpoint),
        ];
        taskwell(folder.path(), &variables).args(DOCTOR).output().unwrap()
    };
    let output = doctor(collector.setting().1);
    stdout(&output);
    assert!(detail(&findings(&output)["checks"][2]).ends_with(" answers"));
    assert!(collector.received().is_empty());
    let fault = the_fault(&doctor("http://127.0.0.1:1"));
    assert_eq!(fault["name"], "collector");
    let server = Server::start(database.url());
    let fault = the_fault(&doctor(server.url()));
    assert!(detail(&fault).contains("takes no OTLP over HTTP"), "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_wrong_is_a_fault() {
    let database = TestDatabase::postgres().await;
    let mut sql = Sql::on(&database).await;
    let set_clock = |ahead: &str| {
        format!(
            "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
             AS $$ SELECT pg_catalog.clock_timestamp() + interval '{ahead}' $$"
        )
    };
    // In place of the clock that it has.
    sql.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
         END $$",
    )
    .await;
    for ahead in ["1 minute", "-1 minute"] {
        sql.execute(&set_clock(ahead)).await;
        let fault = the_fault(&run(database.url(), DOCTOR));
        assert_eq!(fault["name"], "clock", "{ahead}");
    }
    sql.execute(&set_clock("1 second")).await;
    stdout(&run(database.url(), DOCTOR));
}
