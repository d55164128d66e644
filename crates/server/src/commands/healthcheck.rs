use std::{net::IpAddr, time::Duration};

use super::CommandError;
use crate::settings::{ServerSettings, Settings};

/// A container's health check has little patience.
const TIMEOUT: Duration = Duration::from_secs(3);

/// `taskwell healthcheck`
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let url = format!("{}/health/ready", address(&settings.server));
    let failed = |error: reqwest::Error| CommandError::because(format!("{url} does not answer"), error);
    let client = reqwest::Client::builder()
        .no_proxy()
        // No authorities are looked for, which a container may lack. The certificate of a server of this machine is for the
        // name that others know it by, and nothing secret is sent.
        .tls_certs_only([])
        .tls_danger_accept_invalid_certs(true)
        .timeout(TIMEOUT)
        .build()
        .map_err(failed)?;
    let answer = client.get(&url).send().await.map_err(failed)?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(CommandError::plain(format!("{url} answers {}", answer.status())))
    }
}

/// Where a server with these settings is reached from the same machine.
fn address(settings: &ServerSettings) -> String {
    let host = match settings.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(any)) if any.is_unspecified() => "127.0.0.1".to_owned(),
        Ok(IpAddr::V6(any)) if any.is_unspecified() => "[::1]".to_owned(),
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        _ => settings.host.clone(),
    };
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{host}:{}", settings.port)
}
