//! The section `database`.

use std::{fmt, time::Duration};

use taskwell_infrastructure::{AddressError, DatabaseAddress};

use super::{
    error::SettingsError,
    in_force::InForce,
    table::{self, DATABASE_URL},
    value,
};

/// Where the data is.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseSettings {
    /// The database.
    pub(crate) url: DatabaseUrl,
    /// How many connections there may be; without a number, what suits the database.
    pub(crate) max_connections: Option<u32>,
    /// How long to wait for a free connection.
    pub(crate) acquire_timeout: Duration,
    /// How long one statement may take.
    pub(crate) statement_timeout: Duration,
    /// Whether a pooler in transaction mode stands before PostgreSQL.
    pub(crate) pooler: bool,
}

impl DatabaseSettings {
    pub(super) fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        Ok(Self {
            url: DatabaseUrl::read(in_force)?,
            max_connections: in_force.read_if_set(&table::DATABASE_MAX_CONNECTIONS, |text| {
                value::number(text, 1..=10_000)
            })?,
            acquire_timeout: in_force.read(&table::DATABASE_ACQUIRE_TIMEOUT, value::timeout)?,
            statement_timeout: in_force.read(&table::DATABASE_STATEMENT_TIMEOUT, value::timeout)?,
            pooler: in_force.read(&table::DATABASE_POOLER, value::flag)?,
        })
    }
}

/// The address of a database. Printed, it has no password.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    text: String,
    address: DatabaseAddress,
}

impl DatabaseUrl {
    fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        let text = in_force.read(&DATABASE_URL, |text| Some(text.to_owned()))?;
        Self::parse(text).map_err(|fault| {
            let allowed = DATABASE_URL.allowed;
            in_force.wrong(&DATABASE_URL, &format!("{allowed}: {fault}"))
        })
    }

    fn parse(text: String) -> Result<Self, AddressError> {
        let address = DatabaseAddress::parse(&text)?;
        Ok(Self { text, address })
    }

    /// The whole address, with the password.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it leads to.
    pub(crate) fn address(&self) -> &DatabaseAddress {
        &self.address
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.text))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

fn after_postgres(url: &str) -> Option<&str> {
    url.strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"))
}

/// The address as people may see it. Where it is not clear what is password and what is not, because a
/// character was not escaped or the form is unknown, rather too much is hidden.
pub(super) fn without_password(url: &str) -> String {
    let plain = url.starts_with("sqlite:") || !url.contains([':', '@', '=']);
    if plain {
        return url.to_owned();
    }
    match (url.split_once("://"), after_postgres(url)) {
        (Some((scheme, _)), Some(rest)) => format!("{scheme}://{}", hide_in(rest)),
        (Some((scheme, _)), None) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("{scheme}://***")
        }
        _ => "***".to_owned(),
    }
}

fn hide_in(rest: &str) -> String {
    let (base, query) = match rest.split_once('?') {
        Some((_, query)) if query.contains('@') => return "***".to_owned(),
        Some((base, query)) => (base, Some(query)),
        None => (rest, None),
    };
    let base = match base.rsplit_once('@') {
        Some((credentials, host)) => match credentials.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => base.to_owned(),
        },
        None if names_a_port(base) => base.to_owned(),
        None => "***".to_owned(),
    };
    match query {
        Some(query) => {
            let parameters: Vec<_> = query.split('&').map(hide_parameter).collect();
            format!("{base}?{}", parameters.join("&"))
        }
        None => base,
    }
}

/// Whether after the colon of `host:5432/database`, if it has one, stands a port and not the password of
/// somebody who left out the host.
fn names_a_port(base: &str) -> bool {
    let authority = base.split('/').next().unwrap_or_default();
    authority
        .rsplit_once(':')
        .is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Drivers take the password as a parameter too, and a private key instead of its path.
fn hide_parameter(parameter: &str) -> String {
    let name = parameter.split('=').next().unwrap_or_default();
    let lower = name.to_lowercase();
    // An escaped name could be any.
    if ["password", "key", "%"].iter().any(|part| lower.contains(part)) {
        format!("{name}=***")
    } else {
        parameter.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_variable};
    use super::*;

    #[test]
    fn with_nothing_set_the_data_is_in_a_file() {
        let database = from_file("").unwrap().database;
        assert_eq!(database.url.as_str(), "sqlite://data/taskwell.db");
        assert_eq!(database.max_connections, None);
        assert_eq!(database.acquire_timeout, Duration::from_secs(3));
        assert_eq!(database.statement_timeout, Duration::from_secs(5));
        assert!(!database.pooler);
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let database = from_file(
            r#"
            [database]
            url = "sqlite::memory:"
            max_connections = 1
            acquire_timeout = "1s"
            statement_timeout = "2s"
            pooler = true
            "#,
        )
        .unwrap()
        .database;
        assert_eq!(database.url.address(), &DatabaseAddress::SqliteMemory);
        assert_eq!(database.max_connections, Some(1));
        assert_eq!(database.acquire_timeout, Duration::from_secs(1));
        assert!(database.pooler);
        assert_eq!(database.statement_timeout, Duration::from_secs(2));
    }

    #[test]
    fn a_wrong_value_of_any_setting_of_the_section_is_refused() {
        for (name, text) in [
            ("URL", "taskwell.db"),
            ("MAX_CONNECTIONS", "0"),
            ("MAX_CONNECTIONS", "10001"),
            ("ACQUIRE_TIMEOUT", "0s"),
            ("STATEMENT_TIMEOUT", "0ms"),
            ("POOLER", "pgbouncer"),
        ] {
            let error = from_variable(&format!("TASKWELL__DATABASE__{name}"), text).unwrap_err();
            let start = format!("database.{} is {text:?} (from the variable ", name.to_lowercase());
            assert!(error.starts_with(&start), "{error}");
        }
    }

    #[test]
    fn only_the_password_is_hidden() {
        for (url, shown) in [
            (
                "postgres://u:hunter2@h:5432/d?sslmode=require",
                "postgres://u:***@h:5432/d?sslmode=require",
            ),
            ("postgresql://u:hunter2@h/d", "postgresql://u:***@h/d"),
            ("postgres://:hunter2@h/d", "postgres://:***@h/d"),
            ("postgres://u@h:5432/d", "postgres://u@h:5432/d"),
            ("postgres://h:5432/d", "postgres://h:5432/d"),
            (
                "postgres://h/d?user=u&password=hunter2&sslmode=require",
                "postgres://h/d?user=u&password=***&sslmode=require",
            ),
            (
                "sqlite://data/taskwell.db?mode=rwc",
                "sqlite://data/taskwell.db?mode=rwc",
            ),
            ("sqlite::memory:", "sqlite::memory:"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn a_password_in_an_unclear_place_is_hidden_with_what_surrounds_it() {
        for url in [
            "postgres://u:p@hunter2@h/d",
            "postgres://u:hunter2/hunter2@h/d",
            "postgres://u:hunter2?hunter2@h/d",
            "postgres://u:hunter2#hunter2@h/d",
            "postgres://u:hunter2:hunter2@h/d",
            "postgres://h:5432/d?password=a@hunter2",
            "postgres://h/d?PassWord=hunter2",
            "postgres://h/d?p%61ssword=hunter2",
            "postgres://h/d?sslkey=hunter2",
            "postgres://u:hunter2/d",
            "postgres:u:hunter2@h/d",
            "mysql://u:hunter2@h/d",
            "u:hunter2@h://d",
            "host=h user=u password=hunter2",
        ] {
            let shown = without_password(url);
            assert!(!shown.contains("hunter2"), "{url} is shown as {shown}");
        }
    }

    #[test]
    fn no_text_of_the_settings_has_the_password() {
        let url = "postgres://u:hunter2@h/d";
        let secret = "auth.secret = \"kV5yMHrQ8n3xTz1LbWc7Jd0sGf4uPa9e\"";
        let settings = from_file(&format!("database.url = \"{url}\"\n{secret}")).unwrap();
        assert_eq!(settings.database.url.as_str(), url);
        assert_eq!(settings.database.url.to_string(), "postgres://u:***@h/d");
        let debug = format!("{settings:?}");
        assert!(!debug.contains("hunter2"), "{debug}");
    }

    #[test]
    fn the_line_about_a_wrong_address_says_what_is_wrong_and_has_no_password() {
        for (url, shown, fault) in [
            (
                "mysql://u:hunter2@h/d",
                "mysql://***",
                "it begins with neither sqlite: nor postgres://",
            ),
            (
                "postgres://u:hunter2@h:99999/d",
                "postgres://u:***@h:99999/d",
                "invalid port number",
            ),
            (
                "postgres://u:hunter2@h/d?sslmode=foo",
                "postgres://u:***@h/d?sslmode=foo",
                "unknown value \"foo\" for `ssl_mode`",
            ),
            (
                "sqlite://x.db?mode=foo",
                "sqlite://x.db?mode=foo",
                "unknown value \"foo\" for `mode`",
            ),
        ] {
            assert_eq!(
                from_variable("DATABASE_URL", url).unwrap_err(),
                format!(
                    "database.url is \"{shown}\" (from the variable DATABASE_URL) but must be sqlite://FILE, \
                     sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE: {fault}"
                ),
            );
        }
        let error = from_variable("DATABASE_URL", "postgres://u:hunter2@h/d?foo=1").unwrap_err();
        assert!(
            error.contains("it has a parameter other than sslmode, "),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }
}
