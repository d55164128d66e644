use std::{
    error::Error,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

/// Where the address of a database leads to. It has passed the driver, so that what is wrong with an
/// address is known before anything is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseAddress {
    /// To a PostgreSQL server.
    Postgres,
    /// To an SQLite database in this file.
    SqliteFile(PathBuf),
    /// To an SQLite database that goes with the process.
    SqliteMemory,
}

/// Why an address leads to no database. The text begins with what is wrong, and has no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is of another kind.
    #[error("it begins with neither sqlite: nor postgres://")]
    Kind,
    /// It ends where the file or the server should be named.
    #[error("it names no database")]
    Empty,
    /// SQLite would take what stands for the file as a URI, with parameters of its own.
    #[error("its file begins with file:, which SQLite does not take as a name")]
    Uri,
    /// A parameter that does not exist, or is written in a way that nobody would read.
    #[error("it has a parameter other than {0}")]
    Parameter(&'static str),
    /// What the driver says.
    #[error("{0}")]
    Driver(String),
}

impl DatabaseAddress {
    /// Reads an address: `sqlite://FILE`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST/DATABASE`, with
    /// the parameters that its driver knows.
    ///
    /// # Errors
    /// As the variants of [`AddressError`] say.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let (database, parameters) = url.split_once('?').unwrap_or((url, ""));
        if database.starts_with("sqlite:") {
            return sqlite(url, database, parameters);
        }
        match database.split_once("://") {
            Some(("postgres" | "postgresql", _)) => postgres(url, parameters),
            _ => Err(AddressError::Kind),
        }
    }
}

/// The driver reads the address but does not tell whether it found a database in memory.
fn sqlite(url: &str, database: &str, parameters: &str) -> Result<DatabaseAddress, AddressError> {
    const KNOWN: &str = "mode, cache, immutable, vfs";
    let options = SqliteConnectOptions::from_str(url).map_err(|error| driver(&error))?;
    if parameters.contains(['%', '+']) {
        return Err(AddressError::Parameter(KNOWN));
    }
    let name = database
        .trim_start_matches("sqlite://")
        .trim_start_matches("sqlite:");
    if name == ":memory:" || parameters.split('&').any(|parameter| parameter == "mode=memory") {
        return Ok(DatabaseAddress::SqliteMemory);
    }
    let file = options.get_filename();
    if file == Path::new("") {
        Err(AddressError::Empty)
    } else if file.to_string_lossy().starts_with("file:") {
        Err(AddressError::Uri)
    } else {
        Ok(DatabaseAddress::SqliteFile(file.to_owned()))
    }
}

fn postgres(url: &str, parameters: &str) -> Result<DatabaseAddress, AddressError> {
    if url.ends_with("://") {
        return Err(AddressError::Empty);
    }
    // The driver leaves out what it does not know, and writes it to the log, which could be a password.
    let mut names = parameters
        .split('&')
        .map(|parameter| parameter.split('=').next().unwrap_or_default());
    if !names.all(is_postgres_parameter) {
        return Err(AddressError::Parameter(
            "sslmode, sslrootcert, sslcert, sslkey, host, hostaddr, port, dbname, user, password, \
             application_name, options, statement-cache-capacity",
        ));
    }
    match PgConnectOptions::from_str(url) {
        Ok(_) => Ok(DatabaseAddress::Postgres),
        // The driver may repeat a value, in which the end of a password stands that was not escaped.
        Err(_) if parameters.contains('@') => Err(AddressError::Driver(
            "it has a parameter of a wrong value".to_owned(),
        )),
        Err(error) => Err(driver(&error)),
    }
}

/// Whether the address asks for statements that stay prepared from one use to the next.
pub(super) fn keeps_statements(url: &str) -> bool {
    let (_, parameters) = url.split_once('?').unwrap_or((url, ""));
    let capacity = parameters
        .split('&')
        .find_map(|parameter| parameter.strip_prefix("statement-cache-capacity="));
    capacity.is_some_and(|capacity| capacity != "0")
}

fn is_postgres_parameter(name: &str) -> bool {
    const KNOWN: [&str; 20] = [
        "",
        "sslmode",
        "ssl-mode",
        "sslrootcert",
        "ssl-root-cert",
        "ssl-ca",
        "sslcert",
        "ssl-cert",
        "sslkey",
        "ssl-key",
        "statement-cache-capacity",
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "application_name",
        "options",
        // Stands in the addresses that hosts of PostgreSQL hand out. The driver does without it.
        "channel_binding",
    ];
    KNOWN.contains(&name) || name.starts_with("options[") || name.starts_with("options%5B")
}

/// What is at the bottom of it; above that it only says that it is about the configuration.
fn driver(error: &sqlx::Error) -> AddressError {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    AddressError::Driver(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_says_so_keeps_statements() {
        for (url, keeps) in [
            ("postgres://h/d", false),
            ("postgres://h/d?statement-cache-capacity=0", false),
            (
                "postgres://h/d?sslmode=require&statement-cache-capacity=100",
                true,
            ),
        ] {
            assert_eq!(keeps_statements(url), keeps, "{url}");
        }
    }

    fn fault(url: &str) -> String {
        DatabaseAddress::parse(url).expect_err(url).to_string()
    }

    #[test]
    fn an_address_tells_the_kind_of_database_and_its_file() {
        for (url, file) in [
            ("sqlite://data/taskwell.db", "data/taskwell.db"),
            ("sqlite:data/taskwell.db", "data/taskwell.db"),
            ("sqlite:///var/lib/t.db?mode=rwc&cache=private", "/var/lib/t.db"),
            ("sqlite://my%20data/t.db", "my data/t.db"),
            ("sqlite://what%3F.db", "what?.db"),
        ] {
            let address = DatabaseAddress::parse(url).unwrap();
            assert_eq!(address, DatabaseAddress::SqliteFile(file.into()), "{url}");
        }
        for url in [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite://?mode=memory",
            "sqlite://t.db?cache=shared&mode=memory",
        ] {
            let address = DatabaseAddress::parse(url).unwrap();
            assert_eq!(address, DatabaseAddress::SqliteMemory, "{url}");
        }
        for url in [
            "postgres://u:p@h/d",
            "postgresql://h",
            "postgres:///d?host=/run",
            "postgres://h/d?",
            "postgres://h/d?sslmode=require&channel_binding=require",
            "postgres://h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=a%20b",
            "postgres://h/d?options[search_path]=x&options%5Block_timeout%5D=1s",
        ] {
            let address = DatabaseAddress::parse(url).unwrap();
            assert_eq!(address, DatabaseAddress::Postgres, "{url}");
        }
    }

    #[test]
    fn an_address_of_another_kind_or_of_nothing_is_refused() {
        for url in [
            "",
            "taskwell.db",
            "mysql://h/d",
            "SQLITE://t.db",
            "postgres:u@h",
            "x?postgres://h",
        ] {
            assert_eq!(DatabaseAddress::parse(url), Err(AddressError::Kind), "{url:?}");
        }
        for url in ["sqlite:", "sqlite://", "sqlite://?mode=rwc", "postgres://"] {
            assert_eq!(DatabaseAddress::parse(url), Err(AddressError::Empty), "{url:?}");
        }
    }

    #[test]
    fn a_file_that_sqlite_would_read_as_a_uri_is_refused() {
        for url in ["sqlite:file::memory:", "sqlite://file:t.db%3Fmode=memory"] {
            assert_eq!(DatabaseAddress::parse(url), Err(AddressError::Uri), "{url}");
        }
        assert!(DatabaseAddress::parse("sqlite:./file:t.db").is_ok());
    }

    #[test]
    fn a_wrong_part_is_told_before_anything_is_connected() {
        assert_eq!(fault("postgres://h:99999/d"), "invalid port number");
        assert_eq!(
            fault("postgres://h/d?sslmode=foo"),
            "unknown value \"foo\" for `ssl_mode`"
        );
        assert_eq!(
            fault("sqlite://x.db?mode=foo"),
            "unknown value \"foo\" for `mode`"
        );
        assert!(fault("sqlite://x.db?foo=1").contains("foo"));
        assert!(!fault("postgres://h/d?port=foo").is_empty());
    }

    #[test]
    fn a_parameter_that_the_driver_would_leave_out_is_refused() {
        for url in [
            "postgres://h/d?foo=1",
            "postgres://h/d?sslmod=require",
            "postgres://h/d?sslmode=require&foo",
            "postgres://h/d?ssl%6Dode=require",
        ] {
            assert!(
                fault(url).starts_with("it has a parameter other than sslmode, "),
                "{url}"
            );
        }
    }

    #[test]
    fn a_database_in_memory_cannot_hide_behind_escapes() {
        for url in ["sqlite://x?m%6Fde=memory", "sqlite://x?mode=m%65mory"] {
            assert_eq!(
                fault(url),
                "it has a parameter other than mode, cache, immutable, vfs"
            );
        }
    }

    #[test]
    fn no_fault_tells_the_password() {
        for url in [
            "mysql://u:hunter2@h/d",
            "postgres://u:hunter2@h:99999/d",
            "postgres://u:hunter2@h/d?foo=1",
            "postgres://u:hunter2@h/d?sslmode=foo",
            "postgres://u:hunter2/d",
            "postgres://u:x?hunter2@h/d",
            "postgres://u?sslmode=hunter2@h/d",
            "postgres://h/d?passwort=hunter2",
            "postgres://h/d?password=hunter2&port=x",
        ] {
            let fault = fault(url);
            assert!(!fault.contains("hunter2"), "{url}: {fault}");
        }
    }
}
