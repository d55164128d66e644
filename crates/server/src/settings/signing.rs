//! What signs the tokens.

use std::path::{Path, PathBuf};

use taskwell_infrastructure::{DatabaseAddress, kept_secret};

use super::{
    error::SettingsError,
    in_force::InForce,
    issuers::{IssuerKeys, IssuerSettings},
    key_file::KeyFile,
    secret::Secret,
    table::{AUTH_SECRET, AUTH_SECRET_FILE, AUTH_SIGNING_KEY_FILE, DATABASE_URL},
};

/// Why a secret and a key cannot both be set.
const ONE_SIGNS: &str = ", since only one signs; to move to the other without logging anybody out, the old one \
                         becomes auth.previous_secret or auth.previous_signing_key_file";

/// What signs the tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    /// A secret, which also verifies.
    Secret(SecretSource),
    /// A private key, whose public part verifies.
    KeyFile(KeyFile),
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

impl Signing {
    /// The secret that signs, if it is given.
    pub(super) fn given_secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret(SecretSource::Given(secret)) => Some(secret),
            Self::Secret(_) | Self::KeyFile(_) => None,
        }
    }

    pub(super) fn read(in_force: &InForce, database: &DatabaseAddress) -> Result<Self, SettingsError> {
        in_force.not_both(&AUTH_SECRET, &AUTH_SIGNING_KEY_FILE, ONE_SIGNS)?;
        in_force.not_both(&AUTH_SECRET_FILE, &AUTH_SIGNING_KEY_FILE, ONE_SIGNS)?;
        if let Some(key) = KeyFile::read(in_force, &AUTH_SIGNING_KEY_FILE)? {
            return Ok(Self::KeyFile(key));
        }
        SecretSource::read(in_force, database).map(Self::Secret)
    }
}

impl SecretSource {
    fn read(in_force: &InForce, database: &DatabaseAddress) -> Result<Self, SettingsError> {
        if let Some(secret) = Secret::given_or_in_file(in_force, &AUTH_SECRET, &AUTH_SECRET_FILE)? {
            return Ok(Self::Given(secret));
        }
        Self::of(database).ok_or_else(|| {
            let need = format!(
                "with PostgreSQL ({} is from {}), or else {} or {}: {}; `openssl rand -base64 32` makes one",
                DATABASE_URL.key,
                in_force.origin(&DATABASE_URL),
                AUTH_SECRET_FILE.key,
                AUTH_SIGNING_KEY_FILE.key,
                AUTH_SECRET.allowed,
            );
            in_force.not_set(&AUTH_SECRET, &need)
        })
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
    /// the same rules as any other.
    ///
    /// # Errors
    /// The file can neither be read nor made, others may read it, or the secret in it is too weak or one of
    /// these issuers'.
    pub(crate) fn kept(file: &Path, issuers: &[IssuerSettings]) -> Result<Self, SettingsError> {
        let wrong = |fault: String| SettingsError::Kept {
            file: file.display().to_string(),
            fault,
        };
        let content = kept_secret(file).map_err(|error| wrong(error.to_string()))?;
        let kept = Self::new(content)
            .map_err(|weak| wrong(format!("{weak}; without the file a new one is made")))?;
        let has_it = |issuer: &&IssuerSettings| issuer.keys == IssuerKeys::Secret(kept.clone());
        match issuers.iter().find(has_it) {
            Some(issuer) => {
                let name = &issuer.name;
                Err(wrong(format!(
                    "the issuer {name:?} has it too, and could sign in our name"
                )))
            }
            None => Ok(kept),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::tests::{GOOD, KEY, from_file, from_variable, new_file};
    use super::*;

    /// What signs, if the file says this, which must be a secret.
    fn source(content: &str) -> SecretSource {
        match from_file(content).unwrap().auth.signing {
            Signing::Secret(source) => source,
            Signing::KeyFile(key) => panic!("{key:?}"),
        }
    }

    #[test]
    fn the_secret_is_kept_beside_the_database_file() {
        let url = "database.url = \"sqlite:///var/lib/taskwell/main.sqlite?mode=rwc\"";
        assert_eq!(
            source(url),
            SecretSource::KeptBeside("/var/lib/taskwell/main.secret".into()),
        );
    }

    #[test]
    fn a_kept_secret_is_held_to_the_same_rule() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/taskwell.secret");
        let made = Secret::kept(&file, &[]).unwrap();
        assert_eq!(Secret::kept(&file, &[]).unwrap(), made);

        fs::write(&file, "x\n").unwrap();
        assert_eq!(
            Secret::kept(&file, &[]).unwrap_err().to_string(),
            format!(
                "the secret in {}, where it is kept because neither auth.secret nor auth.secret_file is set, \
                 cannot be used: it has only 1 bytes; without the file a new one is made",
                file.display()
            ),
        );
        let below_a_file = file.join("secret");
        let error = Secret::kept(&below_a_file, &[]).unwrap_err().to_string();
        assert!(error.contains(&below_a_file.display().to_string()), "{error}");
        assert!(error.contains("Not a directory"), "{error}");
    }

    #[test]
    fn a_kept_secret_that_an_issuer_has_too_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taskwell.secret");
        Secret::kept(&file, &[]).unwrap();
        let with = |secret: &str| {
            let auth = from_variable("BETTER_AUTH_SECRET", secret).unwrap().auth;
            Secret::kept(&file, &auth.issuers)
        };
        let kept = fs::read_to_string(&file).unwrap();
        let error = with(&kept).unwrap_err().to_string();
        assert!(
            error.ends_with("the issuer \"better-auth\" has it too, and could sign in our name"),
            "{error}"
        );
        assert!(with(GOOD).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_kept_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taskwell.secret");
        Secret::kept(&file, &[]).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Secret::kept(&file, &[]).unwrap_err().to_string();
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
            source("database.url = \"sqlite::memory:\""),
            SecretSource::Ephemeral,
        );
    }

    #[test]
    fn postgres_needs_a_secret_and_the_line_says_how_to_make_one() {
        let error = from_variable("DATABASE_URL", "postgres://u:hunter2@h/d").unwrap_err();
        assert!(
            error.starts_with(
                "auth.secret is not set but must be with PostgreSQL (database.url is from the variable \
                 DATABASE_URL), or else auth.secret_file or auth.signing_key_file: at least 32 bytes"
            ),
            "{error}"
        );
        assert!(error.ends_with("`openssl rand -base64 32` makes one"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn postgres_takes_a_secret_of_either_place() {
        let (_file, path) = new_file(GOOD);
        for secret in [
            format!("auth.secret = \"{GOOD}\""),
            format!("auth.secret_file = \"{path}\""),
        ] {
            let text = format!("database.url = \"postgres://h/d\"\n{secret}");
            assert!(from_file(&text).is_ok(), "{secret}");
        }
    }

    #[test]
    fn with_a_key_no_secret_is_needed_nor_kept() {
        let (_file, path) = new_file(KEY);
        for url in ["sqlite://data/taskwell.db", "sqlite::memory:", "postgres://h/d"] {
            let text = format!("database.url = \"{url}\"\nauth.signing_key_file = \"{path}\"");
            let Signing::KeyFile(key) = from_file(&text).unwrap().auth.signing else {
                panic!("{url}");
            };
            assert_eq!(key.pem(), KEY);
        }
    }

    #[test]
    fn a_secret_and_a_key_cannot_both_sign_and_the_line_says_how_to_move() {
        for (name, value) in [("secret", GOOD), ("secret_file", "f")] {
            assert_eq!(
                from_file(&format!("[auth]\n{name} = \"{value}\"\nsigning_key_file = \"f\"")).unwrap_err(),
                format!(
                    "auth.{name} (from taskwell.toml) and auth.signing_key_file (from taskwell.toml) are both \
                     set but only one may be, since only one signs; to move to the other without logging \
                     anybody out, the old one becomes auth.previous_secret or auth.previous_signing_key_file"
                ),
            );
        }
    }
}
