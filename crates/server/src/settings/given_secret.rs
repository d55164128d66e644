//! A secret as settings give it.

use std::{error::Error, fs, path::Path};

use super::{error::SettingsError, in_force::InForce, secret::Secret, table::Setting, value};

impl Secret {
    /// The secret that is the value of this setting.
    pub(super) fn given(in_force: &InForce, setting: &Setting) -> Result<Option<Self>, SettingsError> {
        let Some(text) = in_force.read_if_set(setting, |text| Some(text.to_owned()))? else {
            return Ok(None);
        };
        let secret = Self::new(text)
            .map_err(|weak| in_force.wrong(setting, &format!("{}: {weak}", setting.allowed)))?;
        Ok(Some(secret))
    }

    /// The secret that is the value of `here`, or in the file that `file` names. Only one may be set.
    pub(super) fn given_or_in_file(
        in_force: &InForce,
        here: &Setting,
        file: &Setting,
    ) -> Result<Option<Self>, SettingsError> {
        in_force.not_both(here, file, "")?;
        let Some(path) = in_force.read_if_set(file, value::path)? else {
            return Self::given(in_force, here);
        };
        let secret = Self::in_file(&path)
            .map_err(|fault| in_force.wrong(file, &format!("{}: {fault}", file.allowed)))?;
        Ok(Some(secret))
    }

    fn in_file(path: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self::new(fs::read(path)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GOOD, from_file, from_variable, new_file};
    use super::super::{SecretSource, Signing};
    use super::*;

    /// The settings that give a secret.
    const EITHER: [&str; 2] = ["auth.secret", "auth.previous_secret"];

    /// The secret that this setting gives, if the file says that.
    fn read(setting: &str, content: &str) -> Secret {
        let auth = from_file(content).unwrap().auth;
        match auth.signing {
            Signing::Secret(SecretSource::Given(secret)) if setting == "auth.secret" => secret,
            _ => auth.previous_secret.unwrap(),
        }
    }

    #[test]
    fn a_secret_can_be_given_as_it_is() {
        for setting in EITHER {
            let secret = read(setting, &format!("{setting} = \"{GOOD}\""));
            assert_eq!(secret, Secret::new(GOOD).unwrap());
        }
    }

    #[test]
    fn a_secret_can_be_in_a_file_that_ends_in_a_line_break() {
        let (_file, path) = new_file(format!("{GOOD}\n"));
        for setting in EITHER {
            let secret = read(setting, &format!("{setting}_file = \"{path}\""));
            assert_eq!(secret, Secret::new(GOOD).unwrap());
        }
    }

    #[test]
    fn a_secret_that_looks_like_a_number_stays_as_it_was_written() {
        let text = "00718305964271830596427183059642";
        assert_eq!(
            from_variable("TASKWELL__AUTH__PREVIOUS_SECRET", text)
                .unwrap()
                .auth
                .previous_secret,
            Some(Secret::new(text).unwrap()),
        );
        let auth = from_variable("TASKWELL__AUTH__SECRET", text).unwrap().auth;
        let given = SecretSource::Given(Secret::new(text).unwrap());
        assert_eq!(auth.signing, Signing::Secret(given));
    }

    #[test]
    fn a_weak_secret_is_refused_with_the_reason_but_never_shown() {
        for (setting, variable) in [
            ("auth.secret", "TASKWELL__AUTH__SECRET"),
            ("auth.previous_secret", "TASKWELL__AUTH__PREVIOUS_SECRET"),
        ] {
            assert_eq!(
                from_variable(variable, "hunter2").unwrap_err(),
                format!(
                    "{setting} is \"***\" (from the variable {variable}) but must be at least 32 bytes, at \
                     least 10 of them different, neither published nor a short text repeated: it has only 7 \
                     bytes"
                ),
            );
        }
    }

    #[test]
    fn a_file_that_is_missing_or_holds_a_weak_secret_is_refused_with_the_reason() {
        let (_file, path) = new_file("hunter2");
        for setting in ["auth.secret_file", "auth.previous_secret_file"] {
            let error = from_file(&format!("{setting} = \"{path}\"")).unwrap_err();
            assert!(error.starts_with(&format!("{setting} is ")), "{error}");
            assert!(
                error.ends_with(&Secret::new("hunter2").unwrap_err().to_string()),
                "{error}"
            );
            let error = from_file(&format!("{setting} = \"/nowhere/secret\"")).unwrap_err();
            assert!(error.contains("No such file"), "{error}");
        }
    }

    #[test]
    fn a_secret_cannot_be_in_two_places() {
        for setting in EITHER {
            assert_eq!(
                from_file(&format!("{setting} = \"{GOOD}\"\n{setting}_file = \"f\"")).unwrap_err(),
                format!(
                    "{setting} (from taskwell.toml) and {setting}_file (from taskwell.toml) are both set but \
                     only one may be"
                ),
            );
        }
    }
}
