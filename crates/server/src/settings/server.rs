//! The section `server`.

use std::{num::NonZero, thread, time::Duration};

use ipnet::IpNet;

use super::{error::SettingsError, in_force::InForce, table, tls::TlsSettings, value};

/// Where and how HTTP is served.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    /// The IP address or host name to listen on.
    pub(crate) host: String,
    /// The port to listen on; 0 takes a free one.
    pub(crate) port: u16,
    /// Threads that serve.
    pub(crate) workers: usize,
    /// The origins whose pages may call with credentials, in lower case.
    pub(crate) cors_origins: Vec<String>,
    /// The networks of the proxies that are believed whom they forward for.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The largest body of an ordinary request, in bytes.
    pub(crate) body_limit: usize,
    /// How long a request may take.
    pub(crate) request_timeout: Duration,
    /// How long requests in flight may take after the signal to stop; may be zero.
    pub(crate) shutdown_grace: Duration,
    /// What makes it HTTPS.
    pub(crate) tls: Option<TlsSettings>,
}

impl ServerSettings {
    pub(super) fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        Ok(Self {
            host: in_force.read(&table::SERVER_HOST, value::host)?,
            port: in_force.read(&table::SERVER_PORT, |text| value::number(text, 0..=u16::MAX))?,
            workers: in_force
                .read_if_set(&table::SERVER_WORKERS, |text| value::number(text, 1..=1024))?
                .unwrap_or_else(cores),
            cors_origins: in_force.read_list(&table::SERVER_CORS_ORIGINS, value::origin)?,
            trusted_proxies: in_force.read_list(&table::SERVER_TRUSTED_PROXIES, value::network)?,
            body_limit: in_force.read(&table::SERVER_BODY_LIMIT, value::size)?,
            request_timeout: in_force.read(&table::SERVER_REQUEST_TIMEOUT, value::timeout)?,
            shutdown_grace: in_force.read(&table::SERVER_SHUTDOWN_GRACE, value::grace)?,
            tls: TlsSettings::read(in_force)?,
        })
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_variable};
    use super::*;

    #[test]
    fn with_nothing_set_it_listens_on_this_machine_alone() {
        let server = from_file("").unwrap().server;
        assert_eq!(server.host, "127.0.0.1");
        assert_eq!(server.port, 8080);
        assert_eq!(server.workers, cores());
        assert_eq!(server.cors_origins, ["http://localhost:3000"]);
        assert!(server.trusted_proxies.is_empty());
        assert_eq!(server.body_limit, 64 * 1024);
        assert_eq!(server.request_timeout, Duration::from_secs(10));
        assert_eq!(server.shutdown_grace, Duration::from_secs(20));
        assert!(server.tls.is_none());
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let server = from_file(
            r#"
            [server]
            host = "0.0.0.0"
            port = 0
            workers = 3
            cors_origins = ["https://a.example", "https://b.example"]
            trusted_proxies = ["10.0.0.0/8", "::1"]
            body_limit = "1 MiB"
            request_timeout = "250ms"
            shutdown_grace = "0s"
            "#,
        )
        .unwrap()
        .server;
        assert_eq!(server.host, "0.0.0.0");
        assert_eq!(server.port, 0);
        assert_eq!(server.workers, 3);
        assert_eq!(server.cors_origins, ["https://a.example", "https://b.example"]);
        assert_eq!(
            server.trusted_proxies,
            ["10.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap())
        );
        assert_eq!(server.body_limit, 1024 * 1024);
        assert_eq!(server.request_timeout, Duration::from_millis(250));
        assert_eq!(server.shutdown_grace, Duration::ZERO);
    }

    #[test]
    fn a_size_can_be_a_plain_number_in_the_file() {
        assert_eq!(
            from_file("server.body_limit = 1000").unwrap().server.body_limit,
            1000
        );
    }

    #[test]
    fn a_list_in_a_variable_is_separated_by_commas() {
        let origins = |text| {
            from_variable("TASKWELL__SERVER__CORS_ORIGINS", text)
                .unwrap()
                .server
                .cors_origins
        };
        assert_eq!(
            origins("https://a.example, https://b.example"),
            ["https://a.example", "https://b.example"]
        );
        assert!(origins("").is_empty());
    }

    #[test]
    fn every_origin_is_refused_with_the_reason() {
        for text in [
            "cors_origins = \"*\"",
            "cors_origins = [\"https://a.example\", \"*\"]",
        ] {
            let error = from_file(&format!("[server]\n{text}")).unwrap_err();
            assert!(error.contains("`*` cannot be one"), "{error}");
            assert!(error.contains("credentials"), "{error}");
        }
    }

    #[test]
    fn a_wrong_value_of_any_setting_of_the_section_is_refused() {
        for (name, text) in [
            ("HOST", "a b"),
            ("PORT", "65536"),
            ("WORKERS", "0"),
            ("WORKERS", "1025"),
            ("CORS_ORIGINS", "https://a.example/path"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,10.0.0.1/8"),
            ("TRUSTED_PROXIES", "localhost"),
            ("BODY_LIMIT", "0"),
            ("REQUEST_TIMEOUT", "0s"),
            ("SHUTDOWN_GRACE", "10"),
        ] {
            let error = from_variable(&format!("TASKWELL__SERVER__{name}"), text).unwrap_err();
            let start = format!("server.{} is {text:?} (from the variable ", name.to_lowercase());
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
