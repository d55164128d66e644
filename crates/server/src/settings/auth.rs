//! The section `auth`.

use std::time::Duration;

use taskwell_infrastructure::DatabaseAddress;

use super::{
    error::SettingsError,
    in_force::InForce,
    issuers::{self, IssuerSettings},
    key_file::KeyFile,
    secret::Secret,
    signing::Signing,
    table::{self, AUTH_ACCESS_TTL, AUTH_REFRESH_TTL},
    value,
};

/// Who may come in, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct AuthSettings {
    /// What signs the tokens.
    pub(crate) signing: Signing,
    /// A secret that signs no longer; what it signed is still valid.
    pub(crate) previous_secret: Option<Secret>,
    /// A key that signs no longer; what it signed is still valid.
    pub(crate) previous_key: Option<KeyFile>,
    /// How long an access token is valid.
    pub(crate) access_ttl: Duration,
    /// How long a refresh token is valid; at least as long as an access token.
    pub(crate) refresh_ttl: Duration,
    /// Whether anyone may make an account.
    pub(crate) registration: bool,
    /// Who else issues tokens that are taken.
    pub(crate) issuers: Vec<IssuerSettings>,
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
        let signing = Signing::read(in_force, database)?;
        let previous_secret = Secret::given_or_in_file(
            in_force,
            &table::AUTH_PREVIOUS_SECRET,
            &table::AUTH_PREVIOUS_SECRET_FILE,
        )?;
        let ours: Vec<_> = signing
            .given_secret()
            .into_iter()
            .chain(&previous_secret)
            .collect();
        Ok(Self {
            issuers: issuers::read(in_force, &ours)?,
            previous_key: KeyFile::read(in_force, &table::AUTH_PREVIOUS_SIGNING_KEY_FILE)?,
            access_ttl,
            refresh_ttl,
            registration: in_force.read(&table::AUTH_REGISTRATION, value::flag)?,
            signing,
            previous_secret,
        })
    }

    /// The issuers that have an address, at which a client can ask for a token.
    pub(crate) fn authorization_servers(&self) -> Vec<String> {
        let names = self.issuers.iter().flat_map(|issuer| &issuer.issuers);
        let addresses = names.filter(|name| name.starts_with("https://") || name.starts_with("http://"));
        addresses.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::SecretSource;
    use super::super::tests::{GOOD, KEY, from_file, from_variable, new_file};
    use super::*;

    /// Another one than `GOOD`.
    const OLD: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ";

    #[test]
    fn with_nothing_set_a_secret_is_kept_and_anyone_may_register() {
        let auth = from_file("").unwrap().auth;
        assert_eq!(
            auth.signing,
            Signing::Secret(SecretSource::KeptBeside("data/taskwell.secret".into()))
        );
        assert_eq!(auth.previous_secret, None);
        assert_eq!(auth.previous_key, None);
        assert_eq!(auth.access_ttl, Duration::from_secs(15 * 60));
        assert_eq!(auth.refresh_ttl, Duration::from_secs(30 * 24 * 60 * 60));
        assert!(auth.registration);
        assert!(auth.issuers.is_empty());
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let (_file, path) = new_file(KEY);
        let auth = from_file(&format!(
            r#"
            [auth]
            secret = "{GOOD}"
            previous_secret = "{OLD}"
            previous_signing_key_file = "{path}"
            access_ttl = "1h"
            refresh_ttl = "1h"
            registration = false
            "#,
        ))
        .unwrap()
        .auth;
        let given = SecretSource::Given(Secret::new(GOOD).unwrap());
        assert_eq!(auth.signing, Signing::Secret(given));
        assert_eq!(auth.previous_secret, Some(Secret::new(OLD).unwrap()));
        assert_eq!(auth.previous_key.unwrap().pem(), KEY);
        assert_eq!(auth.access_ttl, Duration::from_secs(60 * 60));
        assert_eq!(auth.refresh_ttl, Duration::from_secs(60 * 60));
        assert!(!auth.registration);
    }

    #[test]
    fn only_an_issuer_with_an_address_can_be_asked_for_a_token() {
        let auth = from_file(
            r#"
            [[auth.issuers]]
            name = "idp"
            issuer = ["https://idp.example", "idp"]
            audience = "tasks"
            jwks_url = "https://idp.example/jwks"
            [[auth.issuers]]
            name = "intranet"
            issuer = "http://login.intranet"
            audience = "tasks"
            jwks_url = "http://login.intranet/jwks"
            "#,
        );
        let servers = auth.unwrap().auth.authorization_servers();
        assert_eq!(servers, ["https://idp.example", "http://login.intranet"]);
        assert!(from_file("").unwrap().auth.authorization_servers().is_empty());
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
            ("SIGNING_KEY_FILE", ""),
            ("PREVIOUS_SECRET_FILE", ""),
            ("PREVIOUS_SIGNING_KEY_FILE", ""),
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
