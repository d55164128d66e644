//! A certificate authority of a test's own, and clients that trust it alone.

use std::{fs, path::Path, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName},
    },
};

/// An authority that nobody else has heard of.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    der: CertificateDer<'static>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "An authority of tests");
        let key = KeyPair::generate().expect("a key can be made");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority can be made"))
    }

    /// A certificate for a server with that host name or address.
    pub(crate) fn issue(&self, host: &str) -> Issued {
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host name is one");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params
            .signed_by(&key, &self.0)
            .expect("a certificate can be signed");
        Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            der: certificate.der().clone(),
        }
    }

    /// Its own certificate, in PEM.
    pub(crate) fn certificate(&self) -> String {
        self.0.pem()
    }

    /// A client that trusts it and nobody else.
    pub(crate) fn client(&self) -> reqwest::Client {
        let trusted = reqwest::Certificate::from_pem(self.certificate().as_bytes());
        reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([trusted.expect("an authority has a certificate")])
            .build()
            .expect("a client can be made")
    }

    /// A connection of such a client to 127.0.0.1 on that port, which speaks one of these protocols.
    pub(crate) async fn connect(
        &self,
        port: u16,
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots
            .add(self.0.der().clone())
            .expect("an authority can be trusted");
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let tcp = TcpStream::connect(("127.0.0.1", port)).await?;
        let name = ServerName::try_from("127.0.0.1").expect("an address is a name");
        TlsConnector::from(Arc::new(config)).connect(name, tcp).await
    }
}

impl Issued {
    /// Writes both into a folder, in the way of Kubernetes and certbot: the names are links, and change by one step.
    pub(crate) fn put_into(&self, folder: &Path) {
        let version = tempfile::Builder::new().prefix("version-").tempdir_in(folder);
        let version = version.expect("a folder can be made").keep();
        fs::write(version.join("tls.crt"), &self.certificate).expect("a file can be written");
        fs::write(version.join("tls.key"), &self.key).expect("a file can be written");
        let link = folder.join("next");
        std::os::unix::fs::symlink(&version, &link).expect("a link can be made");
        fs::rename(link, folder.join("current")).expect("a link can be renamed");
    }

    /// Whether this is what the server has shown on that connection.
    pub(crate) fn is_shown_on(&self, connection: &TlsStream<TcpStream>) -> bool {
        let (_, session) = connection.get_ref();
        session.peer_certificates().and_then(<[_]>::first) == Some(&self.der)
    }
}
