//! The short variables of a Better Auth: what its own environment calls its address and its secret says all
//! that an issuer needs.

use config::{Map, Value, ValueKind};

use super::{
    error::SettingsError,
    layers::variable,
    table::{
        AUTH_ISSUERS, ISSUER_AUDIENCE, ISSUER_ISSUER, ISSUER_JWKS_URL, ISSUER_NAME, ISSUER_SECRET, Setting,
    },
    web_address,
};

/// Its address.
const URL: &str = "BETTER_AUTH_URL";
/// The secret that it signs with, if it does so by one.
const SECRET: &str = "BETTER_AUTH_SECRET";
/// What its issuers are called.
const NAME: &str = "better-auth";
/// Where its keys are, below its origin.
const JWKS: &str = "/api/auth/jwks";

/// The issuers that these variables stand for, as tables like those of the file.
pub(super) fn issuers(env: &[(String, String)]) -> Result<Vec<Value>, SettingsError> {
    let mut issuers = Vec::new();
    if let Some(text) = find(env, URL) {
        let origin = origin(text)?;
        let jwks_url = format!("{origin}{JWKS}");
        issuers.push(issuer(
            URL,
            &[
                (&ISSUER_ISSUER, &origin),
                (&ISSUER_AUDIENCE, &origin),
                (&ISSUER_JWKS_URL, &jwks_url),
            ],
        ));
    }
    if let Some(secret) = find(env, SECRET) {
        issuers.push(issuer(SECRET, &[(&ISSUER_SECRET, secret)]));
    }
    Ok(issuers)
}

/// An empty one counts as not set, as of the other short variables.
fn find<'a>(env: &'a [(String, String)], name: &str) -> Option<&'a str> {
    env.iter()
        .find(|(other, text)| other == name && !text.is_empty())
        .map(|(_, text)| text.as_str())
}

/// The origin of its address. Whatever follows the origin is no part of what its tokens name.
fn origin(text: &str) -> Result<String, SettingsError> {
    match web_address::any(text) {
        Some(url) => Ok(url.origin().ascii_serialization()),
        None => Err(SettingsError::wrong(
            AUTH_ISSUERS.key,
            web_address::shown(text),
            &variable(URL),
            "the http or https URL of a Better Auth, such as https://app.example.com",
        )),
    }
}

/// The table that has these values and the name, all from that variable.
fn issuer(from: &str, values: &[(&Setting, &str)]) -> Value {
    let with_origin = |kind| Value::new(Some(&variable(from)), kind);
    let text = |&(setting, text): &(&Setting, &str)| {
        let value = with_origin(ValueKind::String(text.to_owned()));
        (setting.key.to_owned(), value)
    };
    let name = (&ISSUER_NAME, NAME);
    let table: Map<_, _> = values.iter().chain([&name]).map(text).collect();
    with_origin(ValueKind::Table(table))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GOOD, from_sources, from_variable, in_file, sources};
    use super::super::{IssuerKeys, IssuerSettings, Secret, Sources};
    use super::*;

    fn by_url(origin: &str) -> IssuerSettings {
        IssuerSettings {
            name: "better-auth".to_owned(),
            issuers: vec![origin.to_owned()],
            audiences: vec![origin.to_owned()],
            keys: IssuerKeys::Jwks(format!("{origin}/api/auth/jwks").parse().unwrap()),
            roles: None,
        }
    }

    fn by_secret() -> IssuerSettings {
        IssuerSettings {
            name: "better-auth".to_owned(),
            issuers: Vec::new(),
            audiences: Vec::new(),
            keys: IssuerKeys::Secret(Secret::new(GOOD).unwrap()),
            roles: None,
        }
    }

    #[test]
    fn the_address_stands_for_an_issuer_by_its_origin() {
        for (text, origin) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://APP.Example.com:443/", "https://app.example.com"),
            ("http://localhost:3000/api/auth", "http://localhost:3000"),
            ("http://localhost:80/?a=b#c", "http://localhost"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("https://u:hunter2@app.example.com", "https://app.example.com"),
        ] {
            let issuers = from_variable(URL, text).unwrap().auth.issuers;
            assert_eq!(issuers, [by_url(origin)], "{text}");
        }
    }

    #[test]
    fn the_secret_stands_for_an_issuer_without_issuer_and_audience() {
        let issuers = from_variable(SECRET, GOOD).unwrap().auth.issuers;
        assert_eq!(issuers, [by_secret()]);
    }

    #[test]
    fn both_may_be_set_and_stand_after_those_of_the_file() {
        let (_dir, file) = in_file(
            r#"
            [[auth.issuers]]
            name = "other"
            issuer = "https://other.example"
            audience = "tasks"
            jwks_url = "https://other.example/jwks"
            "#,
        );
        let issuers = from_sources(&Sources {
            dir: file.dir,
            ..sources(&[(SECRET, GOOD), (URL, "https://app.example.com")])
        })
        .unwrap()
        .auth
        .issuers;
        assert_eq!(issuers[0].name, "other");
        assert_eq!(issuers[1..], [by_url("https://app.example.com"), by_secret()]);
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let settings = from_sources(&sources(&[(SECRET, ""), (URL, "")])).unwrap();
        assert!(settings.auth.issuers.is_empty());
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        assert_eq!(
            from_variable(URL, "app.example.com").unwrap_err(),
            "auth.issuers is \"app.example.com\" (from the variable BETTER_AUTH_URL) but must be the http or \
             https URL of a Better Auth, such as https://app.example.com",
        );
        let error = from_variable(URL, "ftp://u:hunter2@h").unwrap_err();
        assert!(error.starts_with("auth.issuers is \"***\" (from "), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_weak_or_published_secret_is_refused_but_never_shown() {
        for (text, fault) in [
            ("hunter2", "it has only 7 bytes"),
            (
                "better-auth-secret-12345678901234567890",
                "it is a published example",
            ),
        ] {
            assert_eq!(
                from_variable(SECRET, text).unwrap_err(),
                format!(
                    "auth.issuers[0].secret is \"***\" (from the variable BETTER_AUTH_SECRET) but must be at \
                     least 32 bytes, at least 10 of them different, neither published nor a short text \
                     repeated: {fault}"
                ),
            );
        }
    }

    #[test]
    fn what_the_file_has_already_is_refused() {
        let (_dir, file) = in_file(&format!(
            r#"
            [[auth.issuers]]
            name = "a"
            issuer = "https://app.example.com"
            audience = "tasks"
            jwks_url = "https://app.example.com/jwks"
            [[auth.issuers]]
            name = "b"
            secret = "{GOOD}"
            "#,
        ));
        let refused = |name, text| {
            from_sources(&Sources {
                dir: file.dir.clone(),
                ..sources(&[(name, text)])
            })
            .unwrap_err()
        };
        assert_eq!(
            refused(URL, "https://app.example.com"),
            "auth.issuers[2].issuer is \"https://app.example.com\" (from the variable BETTER_AUTH_URL) but must be \
             another than auth.issuers[0].issuer (from taskwell.toml), which has \"https://app.example.com\" too",
        );
        assert_eq!(
            refused(SECRET, GOOD),
            "auth.issuers[2].issuer is not set but must be since auth.issuers[1].issuer is not set either \
             (auth.issuers[1] is from taskwell.toml) and only one may leave it out (auth.issuers[2] is from the \
             variable BETTER_AUTH_SECRET)",
        );
    }
}
