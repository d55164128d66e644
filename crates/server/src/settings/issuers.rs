//! The list `auth.issuers`: who else issues tokens that are taken.

use url::Url;

use super::{
    error::SettingsError,
    in_force::InForce,
    secret::Secret,
    table::{
        AUTH_ISSUERS, ISSUER_ADMIN_ROLES, ISSUER_AUDIENCE, ISSUER_ISSUER, ISSUER_JWKS_URL, ISSUER_NAME,
        ISSUER_ROLES_CLAIM, ISSUER_SECRET, Setting,
    },
    value, web_address,
};

/// An issuer of tokens, or one of the ways in which it signs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssuerSettings {
    /// What it is called here. Those of one name share their accounts.
    pub(crate) name: String,
    /// The `iss` of its tokens. No other has one of them; of all, only one has none, and it has a secret.
    pub(crate) issuers: Vec<String>,
    /// The `aud` of its tokens; there can be none only with a secret.
    pub(crate) audiences: Vec<String>,
    /// What verifies its tokens.
    pub(crate) keys: IssuerKeys,
    /// Which of its users are administrators, if it decides that.
    pub(crate) roles: Option<RoleSettings>,
}

/// What verifies the tokens of an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IssuerKeys {
    /// Its public keys, as a JWK set (RFC 7517) at this address.
    Jwks(Url),
    /// A secret that it has too.
    Secret(Secret),
}

/// Which roles of an issuer make an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleSettings {
    /// The claim that holds the roles.
    pub(crate) claim: String,
    /// The roles; at least one.
    pub(crate) admin: Vec<String>,
}

/// The issuers, in the order in which they are given; none may have one of `ours`.
pub(super) fn read(in_force: &InForce, ours: &[&Secret]) -> Result<Vec<IssuerSettings>, SettingsError> {
    let tables = in_force
        .tables(&AUTH_ISSUERS)
        .ok_or_else(|| in_force.wrong(&AUTH_ISSUERS, AUTH_ISSUERS.allowed))?;
    let issuers = tables
        .iter()
        .map(IssuerSettings::read)
        .collect::<Result<Vec<_>, _>>()?;
    let all: Vec<_> = tables.iter().zip(&issuers).collect();
    for (index, one) in all.iter().enumerate() {
        check_not_ours(*one, ours)?;
        for earlier in &all[..index] {
            check_distinct(*one, *earlier)?;
        }
    }
    Ok(issuers)
}

/// That it cannot sign in our name.
fn check_not_ours(
    (table, issuer): (&InForce, &IssuerSettings),
    ours: &[&Secret],
) -> Result<(), SettingsError> {
    match &issuer.keys {
        IssuerKeys::Secret(secret) if ours.contains(&secret) => Err(table.wrong(
            &ISSUER_SECRET,
            "another secret than those of this server, in whose name it could sign otherwise",
        )),
        _ => Ok(()),
    }
}

/// That no token can be of both.
fn check_distinct(
    (table, issuer): (&InForce, &IssuerSettings),
    (earlier_table, earlier): (&InForce, &IssuerSettings),
) -> Result<(), SettingsError> {
    let other = earlier_table.name(&ISSUER_ISSUER);
    if issuer.issuers.is_empty() && earlier.issuers.is_empty() {
        let place = earlier_table.place();
        let need = format!("since {other} is not set either ({place}) and only one may leave it out");
        return Err(table.not_set(&ISSUER_ISSUER, &need));
    }
    match issuer.issuers.iter().find(|iss| earlier.issuers.contains(iss)) {
        Some(iss) => {
            let origin = earlier_table.origin(&ISSUER_ISSUER);
            let allowed = format!("another than {other} (from {origin}), which has {iss:?} too");
            Err(table.wrong(&ISSUER_ISSUER, &allowed))
        }
        None => Ok(()),
    }
}

impl IssuerSettings {
    fn read(table: &InForce) -> Result<Self, SettingsError> {
        let issuer = Self {
            name: table.read(&ISSUER_NAME, value::issuer_name)?,
            issuers: table.read_texts(&ISSUER_ISSUER)?,
            audiences: table.read_texts(&ISSUER_AUDIENCE)?,
            keys: IssuerKeys::read(table)?,
            roles: RoleSettings::read(table)?,
        };
        if issuer.issuers.iter().any(|iss| iss == value::OURS) {
            return Err(table.wrong(&ISSUER_ISSUER, ISSUER_ISSUER.allowed));
        }
        // One set of public keys may serve several issuers and audiences; a secret is for this server.
        if matches!(issuer.keys, IssuerKeys::Jwks(_)) {
            for setting in [&ISSUER_ISSUER, &ISSUER_AUDIENCE] {
                if !table.is_set(setting) {
                    let need = format!("with {}: {}", ISSUER_JWKS_URL.key, setting.allowed);
                    return Err(table.not_set(setting, &need));
                }
            }
        }
        Ok(issuer)
    }
}

impl IssuerKeys {
    fn read(table: &InForce) -> Result<Self, SettingsError> {
        table.not_both(&ISSUER_JWKS_URL, &ISSUER_SECRET, "")?;
        if let Some(url) = table.read_if_set(&ISSUER_JWKS_URL, web_address::public)? {
            return Ok(Self::Jwks(url));
        }
        if let Some(secret) = Secret::given(table, &ISSUER_SECRET)? {
            return Ok(Self::Secret(secret));
        }
        let need = format!("unless {} is: {}", ISSUER_SECRET.key, ISSUER_JWKS_URL.allowed);
        Err(table.not_set(&ISSUER_JWKS_URL, &need))
    }
}

impl RoleSettings {
    fn read(table: &InForce) -> Result<Option<Self>, SettingsError> {
        let claim = table.read_if_set(&ISSUER_ROLES_CLAIM, value::text)?;
        let admin = table.read_texts(&ISSUER_ADMIN_ROLES)?;
        let lacks = |setting: &Setting, other: &Setting| {
            table.not_set(setting, &format!("with {}: {}", other.key, setting.allowed))
        };
        match (claim, admin.is_empty()) {
            (Some(claim), false) => Ok(Some(Self { claim, admin })),
            (None, true) => Ok(None),
            (Some(_), true) => Err(lacks(&ISSUER_ADMIN_ROLES, &ISSUER_ROLES_CLAIM)),
            (None, false) => Err(lacks(&ISSUER_ROLES_CLAIM, &ISSUER_ADMIN_ROLES)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::super::table::OF_AN_ISSUER;
    use super::super::tests::{GOOD, from_file, in_file, new_file};
    use super::*;

    /// A table in which nothing is wrong, with these lines more.
    fn by_keys(more: &str) -> String {
        format!(
            "[[auth.issuers]]\nname = \"idp\"\nissuer = \"https://idp.example\"\naudience = \"tasks\"\n\
             jwks_url = \"https://idp.example/jwks\"\n{more}\n"
        )
    }

    /// Another one.
    fn by_secret(more: &str) -> String {
        format!("[[auth.issuers]]\nname = \"s\"\nsecret = \"{GOOD}\"\n{more}\n")
    }

    fn read(content: &str) -> Vec<IssuerSettings> {
        from_file(content).unwrap().auth.issuers
    }

    #[track_caller]
    fn refused(content: &str) -> String {
        let error = from_file(content).unwrap_err();
        assert!(!error.contains("hunter2") && !error.contains(GOOD), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    }

    #[test]
    fn an_issuer_is_known_by_its_keys_or_by_a_secret() {
        let expected = [
            IssuerSettings {
                name: "idp".to_owned(),
                issuers: vec!["https://idp.example".to_owned()],
                audiences: vec!["tasks".to_owned()],
                keys: IssuerKeys::Jwks("https://idp.example/jwks".parse().unwrap()),
                roles: None,
            },
            IssuerSettings {
                name: "s".to_owned(),
                issuers: Vec::new(),
                audiences: Vec::new(),
                keys: IssuerKeys::Secret(Secret::new(GOOD).unwrap()),
                roles: None,
            },
        ];
        assert_eq!(read(&(by_keys("") + &by_secret(""))), expected);
    }

    #[test]
    fn every_key_of_a_table_can_be_set() {
        let issuers = read(&by_secret(
            r#"
            issuer = ["https://a.example", "https://a.example/,b"]
            audience = ["tasks", "more tasks"]
            roles_claim = "https://a.example/roles"
            admin_roles = ["admin", "owner"]
            "#,
        ));
        assert_eq!(issuers[0].issuers, ["https://a.example", "https://a.example/,b"]);
        assert_eq!(issuers[0].audiences, ["tasks", "more tasks"]);
        let roles = RoleSettings {
            claim: "https://a.example/roles".to_owned(),
            admin: vec!["admin".to_owned(), "owner".to_owned()],
        };
        assert_eq!(issuers[0].roles, Some(roles));
    }

    #[test]
    fn two_may_share_a_name() {
        let other = by_secret("").replace("\"s\"", "\"idp\"");
        assert_eq!(read(&(by_keys("") + &other)).len(), 2);
    }

    #[test]
    fn an_empty_list_is_none_and_not_shown_as_a_secret() {
        let (_dir, sources) = in_file("auth.issuers = []");
        let loaded = Settings::load(&sources).unwrap();
        assert!(loaded.settings.auth.issuers.is_empty());
        assert!(!loaded.report.to_string().contains("***"));
    }

    #[test]
    fn what_is_no_list_of_tables_is_refused_and_not_shown() {
        for value in [
            "\"hunter2\"",
            "[\"hunter2\"]",
            "[{ name = \"a\" }, \"hunter2\"]",
            "true",
        ] {
            assert_eq!(
                refused(&format!("auth.issuers = {value}")),
                "auth.issuers is \"***\" (from taskwell.toml) but must be a list of tables, each \
                 [[auth.issuers]]",
            );
        }
        assert_eq!(
            refused("[auth.issuers]\nsecret = \"hunter2\""),
            "auth.issuers is \"a table\" (from taskwell.toml) but must be a list of tables, each [[auth.issuers]]",
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones_and_without_its_value() {
        assert_eq!(
            refused(&by_keys("foo = \"hunter2\"")),
            "auth.issuers[0].foo (from taskwell.toml) is not a setting; there are: name, issuer, audience, \
             jwks_url, secret, roles_claim, admin_roles",
        );
    }

    #[test]
    fn every_key_of_a_table_is_read() {
        for column in OF_AN_ISSUER {
            let name = column.key;
            for (value, shown) in [
                ("[[\"hunter2\"]]", "a list"),
                ("[{ a = \"hunter2\" }]", "a table"),
                ("{ a = \"hunter2\" }", "a table"),
            ] {
                let table = if name == "secret" {
                    by_secret("")
                } else {
                    by_keys("")
                };
                let lines = table
                    .lines()
                    .filter(|line| !line.starts_with(&format!("{name} = ")));
                let table: Vec<_> = lines.collect();
                let error = refused(&format!("{}\n{name} = {value}", table.join("\n")));
                // A hidden one is not even told to be a list.
                let shown = if error.contains("***") { "***" } else { shown };
                let start = format!("auth.issuers[0].{name} is {shown:?} (from ");
                assert!(error.starts_with(&start), "{error}");
                let end = format!(" (from taskwell.toml) but must be {}", column.allowed);
                assert!(error.ends_with(&end), "{error}");
            }
        }
    }

    #[test]
    fn a_wrong_value_of_any_key_is_refused() {
        for (line, shown) in [
            ("name = \"taskwell\"", "taskwell"),
            ("name = \"Idp\"", "Idp"),
            ("name = \"\"", ""),
            ("issuer = \"taskwell\"", "taskwell"),
            ("issuer = [\"a\", \"taskwell\"]", "a,taskwell"),
            ("issuer = []", ""),
            ("issuer = \"\"", ""),
            ("issuer = 5", "5"),
            ("audience = [\"a\", \"\"]", "a,"),
            ("audience = []", ""),
            ("jwks_url = \"idp.example/jwks\"", "idp.example/jwks"),
            ("jwks_url = \"file:///jwks\"", "file:///jwks"),
            ("jwks_url = \"https://u:hunter2@idp.example/jwks\"", "***"),
            ("roles_claim = \"\"", ""),
            ("admin_roles = []", ""),
        ] {
            let (name, _) = line.split_once(" = ").unwrap();
            let table = by_keys("");
            let lines = table
                .lines()
                .filter(|line| !line.starts_with(&format!("{name} = ")));
            let table: Vec<_> = lines.collect();
            let error = refused(&format!("{}\n{}\n{line}", by_secret(""), table.join("\n")));
            let start = format!("auth.issuers[1].{name} is {shown:?} (from taskwell.toml) but must be ");
            assert!(error.starts_with(&start), "{error}");
        }
    }

    #[test]
    fn a_weak_secret_is_refused_with_the_reason_but_never_shown() {
        for (secret, fault) in [
            ("hunter2", "it has only 7 bytes"),
            (
                "better-auth-secret-12345678901234567890",
                "it is a published example",
            ),
        ] {
            assert_eq!(
                refused(&by_secret("").replace(GOOD, secret)),
                format!(
                    "auth.issuers[0].secret is \"***\" (from taskwell.toml) but must be at least 32 bytes, at \
                     least 10 of them different, neither published nor a short text repeated: {fault}"
                ),
            );
        }
    }

    #[test]
    fn a_secret_of_our_own_is_refused_but_never_shown() {
        let (_file, path) = new_file(GOOD);
        for (setting, value) in [
            ("secret", GOOD),
            ("secret_file", &path),
            ("previous_secret", GOOD),
            ("previous_secret_file", &path),
        ] {
            assert_eq!(
                refused(&format!(
                    "auth.{setting} = \"{value}\"\n{}{}",
                    by_keys(""),
                    by_secret("")
                )),
                "auth.issuers[1].secret is \"***\" (from taskwell.toml) but must be another secret than those of this \
                 server, in whose name it could sign otherwise",
            );
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let settings = from_file(&by_secret("")).unwrap();
        let debug = format!("{settings:?}");
        assert!(!debug.contains(GOOD), "{debug}");
    }

    #[test]
    fn what_is_missing_is_told_with_what_needs_it_and_where_the_table_is_from() {
        let text = "a text or a list of texts, each exactly";
        let end = "(auth.issuers[0] is from taskwell.toml)";
        for (content, expected) in [
            (
                "[[auth.issuers]]".to_owned(),
                "name is not set but must be 1 to 64 characters of a-z, 0-9, `-`, `_` and `.`, and not taskwell"
                    .to_owned(),
            ),
            (
                "[[auth.issuers]]\nname = \"a\"".to_owned(),
                "jwks_url is not set but must be unless secret is: an http or https URL without user and password"
                    .to_owned(),
            ),
            (
                by_keys("").replace("issuer = \"https://idp.example\"", ""),
                format!("issuer is not set but must be with jwks_url: {text} the `iss` of tokens, and none of them taskwell"),
            ),
            (
                by_keys("").replace("audience = \"tasks\"", ""),
                format!("audience is not set but must be with jwks_url: {text} an `aud` of tokens"),
            ),
            (
                by_keys("roles_claim = \"roles\""),
                format!("admin_roles is not set but must be with roles_claim: {text} a role"),
            ),
            (
                by_keys("admin_roles = \"admin\""),
                "roles_claim is not set but must be with admin_roles: the name of the claim that holds the roles"
                    .to_owned(),
            ),
        ] {
            assert_eq!(refused(&content), format!("auth.issuers[0].{expected} {end}"));
        }
    }

    #[test]
    fn keys_and_a_secret_cannot_both_verify() {
        assert_eq!(
            refused(&by_keys(&format!("secret = \"{GOOD}\""))),
            "auth.issuers[0].jwks_url (from taskwell.toml) and auth.issuers[0].secret (from taskwell.toml) are both \
             set but only one may be",
        );
    }

    #[test]
    fn no_token_can_be_of_two_issuers() {
        let also = by_secret("issuer = [\"b\", \"https://idp.example\"]");
        assert_eq!(
            refused(&(by_keys("") + &also)),
            "auth.issuers[1].issuer is \"b,https://idp.example\" (from taskwell.toml) but must be another than \
             auth.issuers[0].issuer (from taskwell.toml), which has \"https://idp.example\" too",
        );
        assert_eq!(
            refused(&(by_secret("") + &by_keys("") + &by_secret(""))),
            "auth.issuers[2].issuer is not set but must be since auth.issuers[0].issuer is not set either \
             (auth.issuers[0] is from taskwell.toml) and only one may leave it out (auth.issuers[2] is from \
             taskwell.toml)",
        );
    }
}
