//! The section `server.tls`.

use taskwell_web::{CertificateError, CertificateFiles};

use super::{
    error::SettingsError,
    in_force::InForce,
    table::{SERVER_TLS_CERT_FILE, SERVER_TLS_KEY_FILE, Setting},
    value,
};

/// Where the certificate is and its key. What is in the files is looked at where they are used: it changes while a
/// server runs, and what is wrong there stops a start, but not what asks a server that runs.
#[derive(Clone, Debug)]
pub(crate) struct TlsSettings {
    /// Both files.
    pub(crate) files: CertificateFiles,
    cert_origin: String,
    key_origin: String,
}

impl TlsSettings {
    /// None if neither file is named.
    pub(super) fn read(in_force: &InForce) -> Result<Option<Self>, SettingsError> {
        let certificate = in_force.read_if_set(&SERVER_TLS_CERT_FILE, value::path)?;
        let key = in_force.read_if_set(&SERVER_TLS_KEY_FILE, value::path)?;
        let lacks = |lacking: &Setting, set: &Setting| {
            let need = format!("{}, since {} is", lacking.allowed, set.key);
            in_force.not_set(lacking, &need)
        };
        match (certificate, key) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(lacks(&SERVER_TLS_KEY_FILE, &SERVER_TLS_CERT_FILE)),
            (None, Some(_)) => Err(lacks(&SERVER_TLS_CERT_FILE, &SERVER_TLS_KEY_FILE)),
            (Some(certificate), Some(key)) => Ok(Some(Self {
                files: CertificateFiles { certificate, key },
                cert_origin: in_force.origin(&SERVER_TLS_CERT_FILE),
                key_origin: in_force.origin(&SERVER_TLS_KEY_FILE),
            })),
        }
    }

    /// That one of the files cannot be used.
    pub(crate) fn wrong(&self, error: &CertificateError) -> SettingsError {
        let (setting, file, origin) = if error.is_about_key() {
            (&SERVER_TLS_KEY_FILE, &self.files.key, &self.key_origin)
        } else {
            (&SERVER_TLS_CERT_FILE, &self.files.certificate, &self.cert_origin)
        };
        let allowed = format!("{}: {error}", setting.allowed);
        SettingsError::wrong(setting.key, &file.display().to_string(), origin, &allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_sources, sources};
    use super::*;

    #[test]
    fn both_files_can_be_named_in_the_file_or_by_variables() {
        let expected = CertificateFiles {
            certificate: "c.pem".into(),
            key: "k.pem".into(),
        };
        let file = "[server.tls]\ncert_file = \"c.pem\"\nkey_file = \"k.pem\"";
        let variables = sources(&[
            ("TASKWELL__SERVER__TLS__CERT_FILE", "c.pem"),
            ("TASKWELL__SERVER__TLS__KEY_FILE", "k.pem"),
        ]);
        for settings in [from_file(file), from_sources(&variables)] {
            assert_eq!(settings.unwrap().server.tls.unwrap().files, expected);
        }
    }

    #[test]
    fn one_file_without_the_other_is_refused() {
        assert_eq!(
            from_file("server.tls.cert_file = \"c.pem\"").unwrap_err(),
            "server.tls.key_file is not set but must be the path of a file that holds the private key of the \
             certificate, in PEM, since server.tls.cert_file is"
        );
        let error = from_file("server.tls.key_file = \"k.pem\"").unwrap_err();
        assert!(
            error.starts_with(
                "server.tls.cert_file is not set but must be the path of a file that holds the "
            ),
            "{error}"
        );
    }

    #[test]
    fn an_empty_path_is_refused() {
        let error = from_file("[server.tls]\ncert_file = \"\"\nkey_file = \"k.pem\"").unwrap_err();
        assert!(
            error.starts_with("server.tls.cert_file is \"\" (from taskwell.toml)"),
            "{error}"
        );
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_of_its_setting() {
        let settings = from_file("[server.tls]\ncert_file = \"c.pem\"\nkey_file = \"k.pem\"").unwrap();
        let tls = settings.server.tls.unwrap();
        assert_eq!(
            tls.wrong(&CertificateError::Apart).to_string(),
            "server.tls.key_file is \"k.pem\" (from taskwell.toml) but must be the path of a file that holds the \
             private key of the certificate, in PEM: it is not the key of the certificate"
        );
        let missing = CertificateError::Unreadable(std::io::ErrorKind::NotFound.into());
        let error = tls.wrong(&missing).to_string();
        assert!(error.starts_with("server.tls.cert_file is \"c.pem\" "), "{error}");
    }
}
