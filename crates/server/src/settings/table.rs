//! The one table of the settings. A setting that is not here does not exist: reading it, refusing
//! unknown ones, reporting and documenting all go through this table.

use super::layers::Flags;
use Fallback::{Chosen, Value};

/// What is known of a setting before anyone has set it.
pub(super) struct Setting {
    /// Section and name, as in `server.port`.
    pub(super) key: &'static str,
    /// What holds when nobody sets it.
    pub(super) fallback: Fallback,
    /// The values that it takes; completes the sentence "it must be …".
    pub(super) allowed: &'static str,
    /// The short variable that sets it too, such as `PORT`.
    pub(super) short: Option<&'static str>,
    /// The flag that sets it too.
    pub(super) flag: Option<Flag>,
    /// How much of its value people may see.
    pub(super) shown: Shown,
    /// Of a list of tables, the keys of each of them; of anything else, none.
    pub(super) columns: &'static [&'static Setting],
}

/// What holds when nobody sets a setting.
pub(super) enum Fallback {
    /// This value, written as in a variable.
    Value(&'static str),
    /// No value; in words, what happens then.
    Chosen(&'static str),
}

/// A flag of the command line that sets a setting.
pub(super) struct Flag {
    /// As it is typed, such as `--port`.
    pub(super) name: &'static str,
    /// What was given for it.
    pub(super) given: fn(&Flags) -> Option<&str>,
}

/// How much of a value may appear in errors and reports.
pub(super) enum Shown {
    /// All of it.
    Whole,
    /// A database URL without its password.
    WithoutPassword,
    /// A URL, unless it may hold a password.
    WebAddress,
    /// Nothing: it is a secret.
    Hidden,
}

impl Setting {
    const fn new(key: &'static str, fallback: Fallback, allowed: &'static str) -> Self {
        Self {
            key,
            fallback,
            allowed,
            short: None,
            flag: None,
            shown: Shown::Whole,
            columns: &[],
        }
    }

    const fn short(mut self, variable: &'static str) -> Self {
        self.short = Some(variable);
        self
    }

    const fn flag(mut self, name: &'static str, given: fn(&Flags) -> Option<&str>) -> Self {
        self.flag = Some(Flag { name, given });
        self
    }

    const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    const fn columns(mut self, columns: &'static [&'static Setting]) -> Self {
        self.columns = columns;
        self
    }
}

/// Names each setting for the code that reads it and lists them all, so that none can be read but not
/// listed.
macro_rules! settings {
    ($(#[$doc:meta])+ $all:ident: $($name:ident = $setting:expr;)+) => {
        $(pub(super) static $name: Setting = $setting;)+

        $(#[$doc])+
        pub(super) static $all: &[&Setting] = &[$(&$name),+];
    };
}

const TIMEOUT: &str = "a duration from 1ms to 1d such as 250ms, 10s, 15m or 2h";
const TTL: &str = "a duration from 1s to 3650d such as 90s, 15m, 2h or 30d";
const SECRET: &str =
    "at least 32 bytes, at least 10 of them different, neither published nor a short text repeated";
const KEY_FILE: &str = "the path of a file that holds an Ed25519 private key, as PKCS#8 in PEM";
const COUNT: &str = "a number from 1 to 1000000";
const CERT_FILE: &str =
    "the path of a file that holds the certificate, and after it those that lead to its authority, in PEM";
const TLS_KEY_FILE: &str = "the path of a file that holds the private key of the certificate, in PEM";

settings! {
    /// Every setting, in the order in which they are reported.
    ALL:
    SERVER_HOST = Setting::new("server.host", Value("127.0.0.1"), "an IP address or a host name")
        .short("HOST")
        .flag("--host", |flags| flags.host.as_deref());
    SERVER_PORT = Setting::new("server.port", Value("8080"), "a number from 0 (any free port) to 65535")
        .short("PORT")
        .flag("--port", |flags| flags.port.as_deref());
    SERVER_WORKERS = Setting::new("server.workers", Chosen("the number of cores"), "a number from 1 to 1024");
    SERVER_CORS_ORIGINS = Setting::new(
        "server.cors_origins",
        Value("http://localhost:3000"),
        "a list of origins such as https://app.example.com, with no path; `*` cannot be one, because \
         browsers may send credentials",
    );
    SERVER_TRUSTED_PROXIES = Setting::new(
        "server.trusted_proxies",
        Chosen("none"),
        "a list of networks such as 10.0.0.0/8, with no bit set after the prefix, or of addresses such as ::1",
    );
    SERVER_BODY_LIMIT = Setting::new(
        "server.body_limit",
        Value("64 KiB"),
        "a size from 1 to 16 MiB such as 64 KiB, 1 MiB or 65536",
    );
    SERVER_REQUEST_TIMEOUT = Setting::new("server.request_timeout", Value("10s"), TIMEOUT);
    SERVER_SHUTDOWN_GRACE = Setting::new(
        "server.shutdown_grace",
        Value("20s"),
        "a duration from 0s to 1d such as 250ms, 10s, 15m or 2h",
    );
    SERVER_TLS_CERT_FILE = Setting::new("server.tls.cert_file", Chosen("none"), CERT_FILE);
    SERVER_TLS_KEY_FILE = Setting::new("server.tls.key_file", Chosen("none"), TLS_KEY_FILE);
    DATABASE_URL = Setting::new(
        "database.url",
        Value("sqlite://data/taskwell.db"),
        "sqlite://FILE, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE",
    )
        .short("DATABASE_URL")
        .flag("--database-url", |flags| flags.database_url.as_deref())
        .shown(Shown::WithoutPassword);
    DATABASE_MAX_CONNECTIONS = Setting::new(
        "database.max_connections",
        Chosen("chosen for the database"),
        "a number from 1 to 10000",
    );
    DATABASE_ACQUIRE_TIMEOUT = Setting::new("database.acquire_timeout", Value("3s"), TIMEOUT);
    DATABASE_STATEMENT_TIMEOUT = Setting::new("database.statement_timeout", Value("5s"), TIMEOUT);
    DATABASE_POOLER = Setting::new("database.pooler", Value("false"), "true or false");
    AUTH_SECRET = Setting::new(
        "auth.secret",
        Chosen(
            "auth.secret_file or auth.signing_key_file, or with SQLite one that is made and kept beside its file",
        ),
        SECRET,
    )
        .shown(Shown::Hidden);
    AUTH_SECRET_FILE = Setting::new(
        "auth.secret_file",
        Chosen("none"),
        "the path of a file that holds what auth.secret could",
    );
    AUTH_SIGNING_KEY_FILE = Setting::new("auth.signing_key_file", Chosen("none"), KEY_FILE);
    AUTH_PREVIOUS_SECRET = Setting::new("auth.previous_secret", Chosen("none"), SECRET).shown(Shown::Hidden);
    AUTH_PREVIOUS_SECRET_FILE = Setting::new(
        "auth.previous_secret_file",
        Chosen("none"),
        "the path of a file that holds what auth.previous_secret could",
    );
    AUTH_PREVIOUS_SIGNING_KEY_FILE =
        Setting::new("auth.previous_signing_key_file", Chosen("none"), KEY_FILE);
    AUTH_ACCESS_TTL = Setting::new("auth.access_ttl", Value("15m"), TTL);
    AUTH_REFRESH_TTL = Setting::new("auth.refresh_ttl", Value("30d"), TTL);
    AUTH_REGISTRATION = Setting::new("auth.registration", Value("true"), "true or false");
    // Written wrong, it can be anything, so a secret too.
    AUTH_ISSUERS = Setting::new("auth.issuers", Chosen("none"), "a list of tables, each [[auth.issuers]]")
        .shown(Shown::Hidden)
        .columns(OF_AN_ISSUER);
    LIMITS_ENABLED = Setting::new("limits.enabled", Value("true"), "true or false");
    LIMITS_LOGIN_PER_MINUTE = Setting::new("limits.login_per_minute", Value("10"), COUNT);
    LIMITS_REGISTER_PER_HOUR = Setting::new("limits.register_per_hour", Value("20"), COUNT);
    LIMITS_REQUESTS_PER_SECOND = Setting::new("limits.requests_per_second", Value("50"), COUNT);
    LIMITS_STREAMS_PER_USER = Setting::new("limits.streams_per_user", Value("20"), COUNT);
    LIMITS_STREAMS = Setting::new("limits.streams", Value("10000"), COUNT);
    RETENTION_TRASH = Setting::new("retention.trash", Value("30d"), TTL);
    RETENTION_CHANGES = Setting::new("retention.changes", Value("90d"), "a duration from 1d to 3650d");
    LOG_FORMAT = Setting::new("log.format", Chosen("pretty on a terminal, else json"), "pretty or json");
    LOG_LEVEL = Setting::new(
        "log.level",
        Value("info"),
        "a level (off, error, warn, info, debug, trace), also per target as in `info,sqlx=warn`",
    );
    TELEMETRY_METRICS_HOST =
        Setting::new("telemetry.metrics_host", Value("127.0.0.1"), "an IP address or a host name");
    TELEMETRY_METRICS_PORT = Setting::new(
        "telemetry.metrics_port",
        Chosen("none"),
        "a number from 0 (any free port) to 65535",
    );
    TELEMETRY_OTLP_ENDPOINT = Setting::new(
        "telemetry.otlp_endpoint",
        Chosen("none"),
        "an http or https URL without user and password",
    )
        .shown(Shown::WebAddress);
}

settings! {
    /// The keys of a table of `auth.issuers`.
    OF_AN_ISSUER:
    ISSUER_NAME = Setting::new(
        "name",
        Chosen("none"),
        "1 to 64 characters of a-z, 0-9, `-`, `_` and `.`, and not taskwell",
    );
    ISSUER_ISSUER = Setting::new(
        "issuer",
        Chosen("none"),
        "a text or a list of texts, each exactly the `iss` of tokens, and none of them taskwell",
    );
    ISSUER_AUDIENCE = Setting::new(
        "audience",
        Chosen("none"),
        "a text or a list of texts, each exactly an `aud` of tokens",
    );
    ISSUER_JWKS_URL = Setting::new("jwks_url", Chosen("none"), "an http or https URL without user and password")
        .shown(Shown::WebAddress);
    ISSUER_SECRET = Setting::new("secret", Chosen("none"), SECRET).shown(Shown::Hidden);
    ISSUER_ROLES_CLAIM = Setting::new(
        "roles_claim",
        Chosen("none"),
        "the name of the claim that holds the roles",
    );
    ISSUER_ADMIN_ROLES = Setting::new(
        "admin_roles",
        Chosen("none"),
        "a text or a list of texts, each exactly a role",
    );
}

/// The setting of this key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    ALL.iter().copied().find(|setting| setting.key == key)
}

/// The list of tables that has this key, or in which it would stand.
pub(super) fn list_of_tables(key: &str) -> Option<&'static Setting> {
    let stands_in = |setting: &&Setting| key == setting.key || within(key, setting.key);
    let mut lists = ALL.iter().copied().filter(|setting| !setting.columns.is_empty());
    lists.find(stands_in)
}

/// Whether settings stand under this name.
pub(super) fn is_section(name: &str) -> bool {
    ALL.iter().any(|setting| within(setting.key, name))
}

/// The keys that somebody who wrote `key` can have meant: those of its section, or all.
pub(super) fn near(key: &str) -> Vec<&'static str> {
    let section = key.split('.').next().unwrap_or_default();
    let everywhere = !is_section(section);
    ALL.iter()
        .map(|setting| setting.key)
        .filter(|known| everywhere || within(known, section))
        .collect()
}

fn within(key: &str, section: &str) -> bool {
    key.strip_prefix(section)
        .is_some_and(|name| name.starts_with('.'))
}
