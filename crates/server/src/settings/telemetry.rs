//! The section `telemetry`.

use url::Url;

use super::{error::SettingsError, in_force::InForce, table, value, web_address};

/// What is told to those who collect it.
#[derive(Clone, Debug)]
pub(crate) struct TelemetrySettings {
    /// The IP address or host name to serve the metrics on.
    pub(crate) metrics_host: String,
    /// The port for them, if they are to be had; 0 takes a free one.
    pub(crate) metrics_port: Option<u16>,
    /// The collector that takes traces by OTLP over HTTP, if there is one.
    pub(crate) otlp_endpoint: Option<Url>,
}

impl TelemetrySettings {
    pub(super) fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        let port = |text: &str| value::number(text, 0..=u16::MAX);
        Ok(Self {
            metrics_host: in_force.read(&table::TELEMETRY_METRICS_HOST, value::host)?,
            metrics_port: in_force.read_if_set(&table::TELEMETRY_METRICS_PORT, port)?,
            otlp_endpoint: in_force.read_if_set(&table::TELEMETRY_OTLP_ENDPOINT, web_address::public)?,
        })
    }
}

/// Where a collector takes traces (OTLP 1.0, "OTLP/HTTP Request").
pub(crate) fn address_for_traces(collector: &Url) -> String {
    format!("{}/v1/traces", collector.as_str().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_variable};
    use super::*;

    #[test]
    fn with_nothing_set_nothing_is_told() {
        let telemetry = from_file("").unwrap().telemetry;
        assert_eq!(telemetry.metrics_host, "127.0.0.1");
        assert_eq!(telemetry.metrics_port, None);
        assert_eq!(telemetry.otlp_endpoint, None);
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let telemetry = from_file(
            r#"
            [telemetry]
            metrics_host = "0.0.0.0"
            metrics_port = 9464
            otlp_endpoint = "http://collector:4318"
            "#,
        )
        .unwrap()
        .telemetry;
        assert_eq!(telemetry.metrics_host, "0.0.0.0");
        assert_eq!(telemetry.metrics_port, Some(9464));
        assert_eq!(
            telemetry.otlp_endpoint.unwrap().as_str(),
            "http://collector:4318/"
        );
    }

    #[test]
    fn traces_have_an_address_below_that_of_their_collector() {
        for (collector, address) in [
            ("http://collector:4318", "http://collector:4318/v1/traces"),
            (
                "https://otlp.example/mine/",
                "https://otlp.example/mine/v1/traces",
            ),
        ] {
            assert_eq!(address_for_traces(&collector.parse().unwrap()), address);
        }
    }

    #[test]
    fn a_wrong_value_of_any_setting_of_the_section_is_refused() {
        for (name, text) in [
            ("METRICS_HOST", "a b"),
            ("METRICS_PORT", "65536"),
            ("OTLP_ENDPOINT", "collector:4318"),
        ] {
            let error = from_variable(&format!("TASKWELL__TELEMETRY__{name}"), text).unwrap_err();
            let start = format!(
                "telemetry.{} is {text:?} (from the variable ",
                name.to_lowercase()
            );
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
