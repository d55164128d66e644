//! HTTPS, with a certificate that follows its files.

mod certificate;
mod shown;

use std::{sync::Arc, time::Duration};

use rustls::{ServerConfig, crypto::aws_lc_rs};
use tokio::{task::spawn_blocking, time::sleep};

pub use self::certificate::{CertificateError, CertificateFiles};
use self::{certificate::Pems, shown::Shown};

/// How often the files are looked at. They are small, and read as a whole: a link that leads elsewhere, as
/// Kubernetes and certbot change theirs, is seen like any other change.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What makes HTTP to HTTPS. Clones show the same certificate.
#[derive(Clone)]
pub struct Https {
    files: CertificateFiles,
    /// What the files had in them when the certificate was taken.
    pems: Pems,
    shown: Arc<Shown>,
}

impl Https {
    /// HTTPS with the certificate and the key that are in those files now.
    ///
    /// # Errors
    /// As the variants of [`CertificateError`] say.
    pub fn new(files: CertificateFiles) -> Result<Self, CertificateError> {
        let pems = files.read()?;
        let shown = Arc::new(Shown::new(pems.certified_key()?));
        Ok(Self { files, pems, shown })
    }

    /// Looks at the files again and again, and shows to new connections what has changed there. What cannot be used,
    /// such as a file that is not written to its end or a key without its certificate, is left where it is,
    /// and said in the log, once.
    pub async fn follow_files(self) {
        let mut seen = Ok(self.pems);
        loop {
            sleep(LOOK_EVERY).await;
            let files = self.files.clone();
            let Ok(read) = spawn_blocking(move || files.read()).await else {
                continue;
            };
            let found = read.map_err(|error| error.to_string());
            if found == seen {
                continue;
            }
            let key = match &found {
                Ok(pems) => pems.certified_key().map_err(|error| error.to_string()),
                Err(error) => Err(error.clone()),
            };
            match key {
                Ok(key) => {
                    self.shown.replace_by(key);
                    tracing::info!(file = %self.files.certificate.display(), "a new certificate is shown");
                }
                Err(error) => {
                    tracing::warn!(error, "the new certificate cannot be used, and the old one stays");
                }
            }
            seen = found;
        }
    }

    /// TLS 1.2 and 1.3. HTTP/1.1 is what actix-web adds to be chosen by ALPN.
    pub(crate) fn config(&self) -> Result<ServerConfig, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        Ok(ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self.shown.clone()))
    }
}
