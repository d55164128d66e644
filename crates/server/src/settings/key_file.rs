//! A private key in a file.

use std::{
    error::Error,
    fmt, fs,
    path::{Path, PathBuf},
};

use taskwell_infrastructure::SigningKeys;

use super::{error::SettingsError, in_force::InForce, table::Setting, value};

/// An Ed25519 private key in a file, which was read at the start. Printed, it has only its path.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyFile {
    path: PathBuf,
    pem: String,
}

impl KeyFile {
    /// The key in the file that this setting names.
    pub(super) fn read(in_force: &InForce, setting: &Setting) -> Result<Option<Self>, SettingsError> {
        let Some(path) = in_force.read_if_set(setting, value::path)? else {
            return Ok(None);
        };
        let pem = Self::pem_in(&path)
            .map_err(|fault| in_force.wrong(setting, &format!("{}: {fault}", setting.allowed)))?;
        Ok(Some(Self { path, pem }))
    }

    fn pem_in(path: &Path) -> Result<String, Box<dyn Error>> {
        let pem = fs::read_to_string(path)?;
        SigningKeys::ed25519(&pem)?;
        Ok(pem)
    }

    /// The content of the file, which is such a key.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({}, ***)", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Signing;
    use super::super::tests::{KEY, from_file, new_file};

    #[test]
    fn the_content_is_taken_as_it_is_and_never_printed() {
        let (_file, path) = new_file(KEY);
        let auth = from_file(&format!("auth.signing_key_file = \"{path}\""))
            .unwrap()
            .auth;
        let debug = format!("{auth:?}");
        let secret = KEY.lines().nth(1).unwrap();
        assert!(debug.contains(&path) && !debug.contains(secret), "{debug}");
        let Signing::KeyFile(key) = auth.signing else {
            panic!("{debug}");
        };
        assert_eq!(key.pem(), KEY);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_refused_with_the_reason() {
        for setting in ["auth.signing_key_file", "auth.previous_signing_key_file"] {
            let error = from_file(&format!("{setting} = \"/nowhere/key.pem\"")).unwrap_err();
            let start = format!(
                "{setting} is \"/nowhere/key.pem\" (from taskwell.toml) but must be the path of a file"
            );
            assert!(error.starts_with(&start), "{error}");
            assert!(error.contains("No such file"), "{error}");
        }
    }

    #[test]
    fn a_file_with_anything_but_an_ed25519_private_key_is_refused_and_not_shown() {
        let rsa = include_str!("../../../infrastructure/test_keys/rsa2048.pem");
        let public = include_str!("../../../infrastructure/test_keys/ed25519_1.pub.pem");
        for content in ["", "hunter2", rsa, public] {
            let (_file, path) = new_file(content);
            for setting in ["auth.signing_key_file", "auth.previous_signing_key_file"] {
                assert_eq!(
                    from_file(&format!("{setting} = \"{path}\"")).unwrap_err(),
                    format!(
                        "{setting} is {path:?} (from taskwell.toml) but must be the path of a file that holds an \
                         Ed25519 private key, as PKCS#8 in PEM: it is not an Ed25519 private key in PKCS#8 PEM, as \
                         `openssl genpkey -algorithm ed25519` writes it"
                    ),
                );
            }
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_refused() {
        let (_file, path) = new_file(b"\x30\x2e\xff");
        let error = from_file(&format!("auth.signing_key_file = \"{path}\"")).unwrap_err();
        assert!(error.ends_with(": stream did not contain valid UTF-8"), "{error}");
    }
}
