use std::{fs, io, path::PathBuf};

use rustls::{
    crypto::aws_lc_rs,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};

/// Where a certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate, and after it those that lead to its authority, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM: PKCS#8, PKCS#1 (RSA) or SEC1 (EC).
    pub key: PathBuf,
}

/// Why a certificate cannot be shown. The text begins with "it", the file, and nothing of a key is in it.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file of the certificate cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// It has no certificate in it, or one that is none.
    #[error("it holds no certificate: {0}")]
    Certificate(String),
    /// The file of the key cannot be read.
    #[error("it cannot be read: {0}")]
    UnreadableKey(#[source] io::Error),
    /// It has no private key in it, or one that cannot be used.
    #[error("it holds no private key that can be used: {0}")]
    Key(String),
    /// Each of them is one, but they do not belong together.
    #[error("it is not the key of the certificate")]
    Apart,
}

impl CertificateError {
    /// Whether it is about the file of the key, rather than that of the certificate.
    #[must_use]
    pub fn is_about_key(&self) -> bool {
        match self {
            Self::Unreadable(_) | Self::Certificate(_) => false,
            Self::UnreadableKey(_) | Self::Key(_) | Self::Apart => true,
        }
    }
}

/// What both files have in them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pems {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl CertificateFiles {
    pub(super) fn read(&self) -> Result<Pems, CertificateError> {
        Ok(Pems {
            certificate: fs::read(&self.certificate).map_err(CertificateError::Unreadable)?,
            key: fs::read(&self.key).map_err(CertificateError::UnreadableKey)?,
        })
    }
}

impl Pems {
    /// The certificate with its key, if they are sound and belong together.
    pub(super) fn certified_key(&self) -> Result<CertifiedKey, CertificateError> {
        let chain = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| CertificateError::Certificate(told(&error)))?;
        if chain.is_empty() {
            return Err(CertificateError::Certificate(told(&pem::Error::NoItemsFound)));
        }
        let key =
            PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| CertificateError::Key(told(&error)))?;
        let key = aws_lc_rs::default_provider()
            .key_provider
            .load_private_key(key)
            .map_err(|error| CertificateError::Key(error.to_string()))?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Ok(()) => Ok(certified),
            Err(rustls::Error::InconsistentKeys(_)) => Err(CertificateError::Apart),
            Err(error) => Err(CertificateError::Certificate(error.to_string())),
        }
    }
}

/// Without what stands in the file, which may be a key.
fn told(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "it breaks off".to_owned(),
        pem::Error::NoItemsFound => "it has none in PEM".to_owned(),
        _ => "it is not PEM".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey as Pair, generate_simple_self_signed};

    use super::*;

    fn pair() -> (String, String) {
        let Pair { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    fn fault(certificate: &str, key: &str) -> CertificateError {
        let pems = Pems {
            certificate: certificate.into(),
            key: key.into(),
        };
        pems.certified_key().expect_err(certificate)
    }

    #[test]
    fn a_chain_and_the_key_of_its_first_certificate_belong_together() {
        let ((leaf, key), (authority, _)) = (pair(), pair());
        let pems = Pems {
            certificate: format!("{leaf}{authority}").into(),
            key: key.into(),
        };
        assert_eq!(pems.certified_key().unwrap().cert.len(), 2);
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let ((certificate, _), (_, key)) = (pair(), pair());
        assert!(matches!(fault(&certificate, &key), CertificateError::Apart));
    }

    #[test]
    fn what_breaks_off_is_refused() {
        let (certificate, key) = pair();
        for length in [0, 30, certificate.len() / 2, certificate.len() - 10] {
            let error = fault(&certificate[..length], &key);
            assert!(
                matches!(error, CertificateError::Certificate(_)),
                "{length}: {error}"
            );
        }
        for length in [0, 30, key.len() / 2, key.len() - 10] {
            let error = fault(&certificate, &key[..length]);
            assert!(matches!(error, CertificateError::Key(_)), "{length}: {error}");
        }
    }

    #[test]
    fn files_that_are_mixed_up_are_refused_and_the_key_is_not_told() {
        let (certificate, key) = pair();
        let error = fault(&key, &certificate).to_string();
        assert_eq!(error, "it holds no certificate: it has none in PEM");
        let broken = key.replace("-----END", "-----end");
        let error = fault(&certificate, &broken).to_string();
        assert_eq!(error, "it holds no private key that can be used: it breaks off");
    }

    #[test]
    fn a_certificate_that_is_none_is_refused() {
        let (_, key) = pair();
        let certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        let error = fault(certificate, &key);
        assert!(matches!(error, CertificateError::Certificate(_)), "{error}");
    }
}
