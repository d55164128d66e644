//! The section `auth`.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use taskwell_infrastructure::{DatabaseAddress, kept_secret};

use super::{
    error::SettingsError,
    in_force::InForce,
    secret::Secret,
    table::{self, AUTH_ACCESS_TTL, AUTH_REFRESH_TTL, AUTH_SECRET, AUTH_SECRET_FILE, DATABASE_URL},
    value,
};

/// Who may come in, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct AuthSettings {
    /// Where the secret is that signs the tokens.
    pub(crate) secret: SecretSource,
    /// How long an access token is valid.
    pub(crate) access_ttl: Duration,
    /// How long a refresh token is valid; at least as long as an access token.
    pub(crate) refresh_ttl: Duration,
    /// Whether anyone may make an account.
    pub(crate) registration: bool,
}

/// Where the secret is that signs the tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// Here.
    Given(Secret),
    /// In this file beside the database, to be made if it is not there.
    KeptBeside(PathBuf),
    /// Nowhere: to be made for this run, whose data goes with it.
    Ephemeral,
}

impl AuthSettings {
    pub(super) fn read(in_force: &InForce, database: &DatabaseAddress) -> Result<Self, SettingsError> {
        let access_ttl = in_force.read(&AUTH_ACCESS_TTL, value::lifetime)?;
        let refresh_ttl = in_force.read(&AUTH_REFRESH_TTL, value::lifetime)?;
        if access_ttl > refresh_ttl {
            let refresh = in_force.shown(&AUTH_REFRESH_TTL).unwrap_or_default();
            let origin = in_force.origin(&AUTH_REFRESH_TTL);
            let allowed = format!(
                "no longer than {}, which is {refresh:?} (from {origin})",
                AUTH_REFRESH_TTL.key
            );
            return Err(in_force.wrong(&AUTH_ACCESS_TTL, &allowed));
        }
        Ok(Self {
            secret: SecretSource::read(in_force, database)?,
            access_ttl,
            refresh_ttl,
            registration: in_force.read(&table::AUTH_REGISTRATION, value::flag)?,
        })
    }
}

impl SecretSource {
    fn read(in_force: &InForce, database: &DatabaseAddress) -> Result<Self, SettingsError> {
        let given = in_force.read_if_set(&AUTH_SECRET, |text| Some(text.to_owned()))?;
        let file = in_force.read_if_set(&AUTH_SECRET_FILE, value::path)?;
        match (given, file) {
            (Some(_), Some(_)) => Err(SettingsError::NotBoth {
                setting: AUTH_SECRET.key,
                origin: in_force.origin(&AUTH_SECRET),
                other: AUTH_SECRET_FILE.key,
                other_origin: in_force.origin(&AUTH_SECRET_FILE),
            }),
            (Some(text), None) => Secret::new(text)
                .map(Self::Given)
                .map_err(|weak| in_force.wrong(&AUTH_SECRET, &format!("{}: {weak}", AUTH_SECRET.allowed))),
            (None, Some(path)) => Self::in_file(&path).map_err(|fault| {
                in_force.wrong(
                    &AUTH_SECRET_FILE,
                    &format!("{}: {fault}", AUTH_SECRET_FILE.allowed),
                )
            }),
            (None, None) => Self::of(database).ok_or_else(|| SettingsError::NotSet {
                setting: AUTH_SECRET.key,
                need: format!(
                    "with PostgreSQL ({} is from {}), or else {}: {}; `openssl rand -base64 32` makes one",
                    DATABASE_URL.key,
                    in_force.origin(&DATABASE_URL),
                    AUTH_SECRET_FILE.key,
                    AUTH_SECRET.allowed,
                ),
            }),
        }
    }

    /// The secret in that file.
    fn in_file(path: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self::Given(Secret::new(fs::read(path)?)?))
    }

    /// Where the secret is if nobody says so. With PostgreSQL, whose clients may be several machines,
    /// there is no place that all of them know.
    fn of(database: &DatabaseAddress) -> Option<Self> {
        match database {
            DatabaseAddress::Postgres => None,
            DatabaseAddress::SqliteFile(path) => Some(Self::KeptBeside(path.with_extension("secret"))),
            DatabaseAddress::SqliteMemory => Some(Self::Ephemeral),
        }
    }
}

impl Secret {
    /// The secret in that file, which is made if it is not there. One that somebody else put there is held to
    /// the same rule as any other.
    ///
    /// # Errors
    /// The file can neither be read nor made, others may read it, or the secret in it is too weak.
    pub(crate) fn kept(file: &Path) -> Result<Self, SettingsError> {
        let wrong = |fault: String| SettingsError::Kept {
            file: file.display().to_string(),
            fault,
        };
        let content = kept_secret(file).map_err(|error| wrong(error.to_string()))?;
        Self::new(content).map_err(|weak| wrong(format!("{weak}; without the file a new one is made")))
    }
}

#[cfg(test)]
mod tests {
    use tempfile::NamedTempFile;

    use super::super::tests::{from_file, from_variable};
    use super::*;

    const GOOD: &str = "kV5yMHrQ8n3xTz1LbWc7Jd0sGf4uPa9e";

    #[test]
    fn with_nothing_set_a_secret_is_kept_and_anyone_may_register() {
        let auth = from_file("").unwrap().auth;
        assert_eq!(
            auth.secret,
            SecretSource::KeptBeside("data/taskwell.secret".into())
        );
        assert_eq!(auth.access_ttl, Duration::from_secs(15 * 60));
        assert_eq!(auth.refresh_ttl, Duration::from_secs(30 * 24 * 60 * 60));
        assert!(auth.registration);
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let auth = from_file(&format!(
            "[auth]\nsecret = \"{GOOD}\"\naccess_ttl = \"1h\"\nrefresh_ttl = \"1h\"\nregistration = false",
        ))
        .unwrap()
        .auth;
        assert_eq!(auth.secret, SecretSource::Given(Secret::new(GOOD).unwrap()));
        assert_eq!(auth.access_ttl, Duration::from_secs(60 * 60));
        assert_eq!(auth.refresh_ttl, Duration::from_secs(60 * 60));
        assert!(!auth.registration);
    }

    /// A setting that names a new file with that content.
    fn in_file(content: &str) -> (NamedTempFile, String) {
        let file = NamedTempFile::new().unwrap();
        fs::write(&file, content).unwrap();
        let setting = format!("auth.secret_file = \"{}\"", file.path().display());
        (file, setting)
    }

    #[test]
    fn the_secret_can_be_in_a_file_that_ends_in_a_line_break() {
        let (_file, setting) = in_file(&format!("{GOOD}\n"));
        let secret = from_file(&setting).unwrap().auth.secret;
        assert_eq!(secret, SecretSource::Given(Secret::new(GOOD).unwrap()));
    }

    #[test]
    fn a_file_that_is_missing_or_holds_a_weak_secret_is_refused_with_the_reason() {
        let (_file, setting) = in_file("hunter2");
        let error = from_file(&setting).unwrap_err();
        assert!(error.starts_with("auth.secret_file is "), "{error}");
        assert!(
            error.ends_with(&Secret::new("hunter2").unwrap_err().to_string()),
            "{error}"
        );
        let error = from_file("auth.secret_file = \"/nowhere/secret\"").unwrap_err();
        assert!(error.contains("No such file"), "{error}");
    }

    #[test]
    fn the_secret_cannot_be_in_two_places() {
        let error = from_file(&format!("[auth]\nsecret = \"{GOOD}\"\nsecret_file = \"f\"")).unwrap_err();
        assert_eq!(
            error,
            "auth.secret (from taskwell.toml) and auth.secret_file (from taskwell.toml) are both set but \
             only one may be",
        );
    }

    #[test]
    fn the_secret_is_kept_beside_the_database_file() {
        let url = "database.url = \"sqlite:///var/lib/taskwell/main.sqlite?mode=rwc\"";
        assert_eq!(
            from_file(url).unwrap().auth.secret,
            SecretSource::KeptBeside("/var/lib/taskwell/main.secret".into()),
        );
    }

    #[test]
    fn a_kept_secret_is_held_to_the_same_rule() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/taskwell.secret");
        let made = Secret::kept(&file).unwrap();
        assert_eq!(Secret::kept(&file).unwrap(), made);

        fs::write(&file, "x\n").unwrap();
        assert_eq!(
            Secret::kept(&file).unwrap_err().to_string(),
            format!(
                "the secret in {}, where it is kept because neither auth.secret nor auth.secret_file is set, \
                 cannot be used: it has only 1 bytes; without the file a new one is made",
                file.display()
            ),
        );
        let below_a_file = file.join("secret");
        let error = Secret::kept(&below_a_file).unwrap_err().to_string();
        assert!(error.contains(&below_a_file.display().to_string()), "{error}");
        assert!(error.contains("Not a directory"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_kept_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taskwell.secret");
        Secret::kept(&file).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Secret::kept(&file).unwrap_err().to_string();
        assert!(
            error.contains("others than its owner may read it (mode 0644)"),
            "{error}"
        );
        // What an operator names, he may share.
        let setting = format!("auth.secret_file = \"{}\"", file.display());
        assert!(from_file(&setting).is_ok());
    }

    #[test]
    fn a_database_in_memory_has_a_secret_for_the_run() {
        assert_eq!(
            from_file("database.url = \"sqlite::memory:\"")
                .unwrap()
                .auth
                .secret,
            SecretSource::Ephemeral,
        );
    }

    #[test]
    fn postgres_needs_a_secret_and_the_line_says_how_to_make_one() {
        let error = from_variable("DATABASE_URL", "postgres://u:hunter2@h/d").unwrap_err();
        assert!(
            error.starts_with(
                "auth.secret is not set but must be with PostgreSQL (database.url is from the variable \
                 DATABASE_URL), or else auth.secret_file: at least 32 bytes"
            ),
            "{error}"
        );
        assert!(error.ends_with("`openssl rand -base64 32` makes one"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn postgres_takes_a_secret_of_either_place() {
        let (_file, in_file) = in_file(GOOD);
        for secret in [format!("auth.secret = \"{GOOD}\""), in_file] {
            let text = format!("database.url = \"postgres://h/d\"\n{secret}");
            assert!(from_file(&text).is_ok(), "{secret}");
        }
    }

    #[test]
    fn a_weak_secret_is_refused_with_the_reason_but_never_shown() {
        let error = from_variable("TASKWELL__AUTH__SECRET", "hunter2").unwrap_err();
        assert_eq!(
            error,
            "auth.secret is \"***\" (from the variable TASKWELL__AUTH__SECRET) but must be at least 32 bytes, \
             at least 10 of them different, neither published nor a short text repeated: it has only 7 bytes",
        );
    }

    #[test]
    fn a_secret_that_looks_like_a_number_stays_as_it_was_written() {
        let text = "00718305964271830596427183059642";
        assert_eq!(
            from_variable("TASKWELL__AUTH__SECRET", text).unwrap().auth.secret,
            SecretSource::Given(Secret::new(text).unwrap()),
        );
    }

    #[test]
    fn access_cannot_outlive_the_session() {
        let error = from_file("[auth]\naccess_ttl = \"31d\"").unwrap_err();
        assert_eq!(
            error,
            "auth.access_ttl is \"31d\" (from taskwell.toml) but must be no longer than auth.refresh_ttl, \
             which is \"30d\" (from the default)",
        );
    }

    #[test]
    fn a_wrong_value_of_any_setting_of_the_section_is_refused() {
        for (name, text) in [
            ("SECRET_FILE", ""),
            ("ACCESS_TTL", "0s"),
            ("REFRESH_TTL", "0s"),
            ("REGISTRATION", "yes"),
        ] {
            let error = from_variable(&format!("TASKWELL__AUTH__{name}"), text).unwrap_err();
            let start = format!("auth.{} is {text:?} (from the variable ", name.to_lowercase());
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
