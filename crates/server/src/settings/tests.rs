//! What holds for all settings, and how the tests of the sections read theirs.

use std::path::PathBuf;

use clap::CommandFactory;
use tempfile::{NamedTempFile, TempDir};

use super::{Flags, Report, Settings, SettingsError, Sources, table};

/// A secret that is strong enough.
pub(super) const GOOD: &str = "kV5yMHrQ8n3xTz1LbWc7Jd0sGf4uPa9e";

/// A private key.
pub(super) const KEY: &str = include_str!("../../../infrastructure/test_keys/ed25519_1.pem");

/// Sources with this environment alone, in a folder without a file.
pub(super) fn sources(env: &[(&str, &str)]) -> Sources {
    Sources {
        config_file: None,
        dir: PathBuf::from("/nonexistent"),
        env: env
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()))
            .collect(),
        flags: Flags::default(),
    }
}

/// The settings of a `taskwell.toml` with this content, or the one line.
pub(super) fn from_file(content: &str) -> Result<Settings, String> {
    let (_dir, sources) = in_file(content);
    from_sources(&sources)
}

/// Sources with a `taskwell.toml` of this content alone, and the folder that it is in.
pub(super) fn in_file(content: &str) -> (TempDir, Sources) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("taskwell.toml"), content).unwrap();
    let sources = Sources {
        dir: dir.path().to_owned(),
        ..sources(&[])
    };
    (dir, sources)
}

/// A file with that content, for a setting to name, and its path.
pub(super) fn new_file(content: impl AsRef<[u8]>) -> (NamedTempFile, String) {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(&file, content).unwrap();
    let path = file.path().display().to_string();
    (file, path)
}

/// The settings with this one variable, or the one line.
pub(super) fn from_variable(name: &str, text: &str) -> Result<Settings, String> {
    from_sources(&sources(&[(name, text)]))
}

/// The report on settings that are right.
#[track_caller]
pub(super) fn report(sources: &Sources) -> Report {
    Settings::load(sources).unwrap().report
}

/// The one line about settings that are wrong.
#[track_caller]
pub(super) fn refused(sources: &Sources) -> String {
    from_sources(sources).unwrap_err()
}

/// The settings of these sources, or the one line.
pub(super) fn from_sources(sources: &Sources) -> Result<Settings, String> {
    Settings::load(sources)
        .map(|loaded| loaded.settings)
        .map_err(|error: SettingsError| error.to_string())
}

#[test]
fn of_two_layers_the_later_wins() {
    let dir = tempfile::tempdir().unwrap();
    let mut sources = Sources {
        dir: dir.path().to_owned(),
        ..sources(&[])
    };
    let mut expect = |change: &dyn Fn(&mut Sources), port: u16, origin: &str| {
        change(&mut sources);
        assert_eq!(Settings::load(&sources).unwrap().settings.server.port, port);
        let report = report(&sources).to_string();
        let line = report
            .lines()
            .find(|line| line.starts_with("server.port"))
            .unwrap();
        assert!(line.ends_with(&format!("  {origin}")), "{line}");
    };
    let set = |name: &'static str, text: &'static str| {
        move |sources: &mut Sources| sources.env.insert(0, (name.to_owned(), text.to_owned()))
    };

    expect(&|_| {}, 8080, "the default");
    expect(
        &|_| std::fs::write(dir.path().join("taskwell.toml"), "server.port = 1").unwrap(),
        1,
        "taskwell.toml",
    );
    expect(&set("PORT", "2"), 2, "the variable PORT");
    expect(
        &set("TASKWELL__SERVER__PORT", "3"),
        3,
        "the variable TASKWELL__SERVER__PORT",
    );
    expect(
        &|sources| sources.flags.port = Some("4".to_owned()),
        4,
        "the flag --port",
    );
}

#[test]
fn a_layer_leaves_alone_what_it_does_not_set() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("taskwell.toml"), "server.host = \"::1\"").unwrap();
    let settings = from_sources(&Sources {
        dir: dir.path().to_owned(),
        ..sources(&[("TASKWELL__SERVER__PORT", "3")])
    })
    .unwrap();
    assert_eq!((settings.server.host.as_str(), settings.server.port), ("::1", 3));
    assert_eq!(settings.server.body_limit, 64 * 1024);
}

#[test]
fn the_short_variables_set_host_port_and_database() {
    let settings = from_sources(&sources(&[
        ("HOST", "0.0.0.0"),
        ("PORT", "9000"),
        ("DATABASE_URL", "sqlite::memory:"),
    ]))
    .unwrap();
    assert_eq!(settings.server.host, "0.0.0.0");
    assert_eq!(settings.server.port, 9000);
    assert_eq!(settings.database.url.as_str(), "sqlite::memory:");
}

#[test]
fn the_flags_set_host_port_and_database() {
    let settings = from_sources(&Sources {
        flags: Flags {
            host: Some("0.0.0.0".to_owned()),
            port: Some("9000".to_owned()),
            database_url: Some("sqlite::memory:".to_owned()),
        },
        ..sources(&[])
    })
    .unwrap();
    assert_eq!(settings.server.host, "0.0.0.0");
    assert_eq!(settings.server.port, 9000);
    assert_eq!(settings.database.url.as_str(), "sqlite::memory:");
}

#[test]
fn the_flags_of_the_table_are_those_of_the_command_line() {
    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        _flags: Flags,
    }
    let command = Command::command();
    let typed: Vec<_> = command
        .get_arguments()
        .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .collect();
    let listed: Vec<_> = table::ALL
        .iter()
        .filter_map(|setting| setting.flag.as_ref().map(|flag| flag.name))
        .collect();
    assert_eq!(typed, listed);
}

#[test]
fn an_empty_short_variable_counts_as_not_set() {
    let settings = from_sources(&sources(&[("HOST", ""), ("PORT", ""), ("DATABASE_URL", "")])).unwrap();
    assert_eq!(settings.server.port, 8080);
}

#[test]
fn an_empty_long_variable_is_a_wrong_value() {
    let error = from_variable("TASKWELL__SERVER__PORT", "").unwrap_err();
    assert!(
        error.starts_with("server.port is \"\" (from the variable "),
        "{error}"
    );
}

#[test]
fn an_unknown_variable_under_the_prefix_is_refused_without_its_value() {
    assert_eq!(
        from_variable("TASKWELL__LOG__LEVLE", "hunter2").unwrap_err(),
        "log.levle (from the variable TASKWELL__LOG__LEVLE) is not a setting; there are: log.format, log.level",
    );
}

#[test]
fn a_list_of_tables_cannot_be_in_a_variable() {
    for name in ["ISSUERS", "ISSUERS__0__SECRET"] {
        let name = format!("TASKWELL__AUTH__{name}");
        for text in ["hunter2", ""] {
            assert_eq!(
                from_variable(&name, text).unwrap_err(),
                format!(
                    "auth.issuers cannot be set by the variable {name}: it is a list of tables, which belongs \
                     in the settings file as [[auth.issuers]]"
                ),
            );
        }
    }
}

#[test]
fn variables_of_others_are_not_looked_at() {
    for name in [
        "TASKWELL_TOKEN",
        "TASKWELL",
        "SERVER__PORT",
        "port",
        "MY_TASKWELL__X",
    ] {
        assert!(from_variable(name, "x").is_ok(), "{name}");
    }
}

#[test]
fn a_wrong_value_is_told_with_setting_value_origin_and_what_is_allowed() {
    assert_eq!(
        from_variable("PORT", "http").unwrap_err(),
        "server.port is \"http\" (from the variable PORT) but must be a number from 0 (any free port) to 65535",
    );
    assert_eq!(
        from_file("server.port = 70000").unwrap_err(),
        "server.port is \"70000\" (from taskwell.toml) but must be a number from 0 (any free port) to 65535",
    );
    assert_eq!(
        refused(&Sources {
            flags: Flags {
                port: Some("-1".to_owned()),
                ..Flags::default()
            },
            ..sources(&[])
        }),
        "server.port is \"-1\" (from the flag --port) but must be a number from 0 (any free port) to 65535",
    );
}

#[test]
fn a_wrong_value_of_several_lines_is_told_in_one() {
    let error = from_variable("HOST", "a\nb").unwrap_err();
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn a_value_of_another_type_is_not_bent_into_the_right_one() {
    for line in [
        "server.port = true",
        "server.port = 80.4",
        "server.port = [8080]",
        "auth.registration = 1",
        "server.cors_origins = [true]",
        "server.request_timeout = 10",
        "server.body_limit = 2.5",
    ] {
        assert!(from_file(line).is_err(), "{line}");
    }
    assert!(from_variable("PORT", "on").is_err());
}

#[test]
fn every_setting_of_the_table_is_read() {
    for setting in table::ALL {
        // No setting takes an array of an array.
        let error = from_file(&format!("{} = [[0]]", setting.key)).expect_err(setting.key);
        assert!(error.starts_with(&format!("{} is ", setting.key)), "{error}");
        assert!(error.contains(" (from taskwell.toml) but must be "), "{error}");
    }
}
