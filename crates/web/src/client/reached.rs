use actix_web::{
    HttpRequest,
    http::{
        header::{self, HeaderMap},
        uri::Authority,
    },
    web::Data,
};

use super::forwarded;
use crate::services::HttpOptions;

/// Where the client reached us, as it would write it: `https://tasks.example.com`. A trusted proxy says how it was reached
/// itself; else it is as the request says.
pub(crate) fn reached(request: &HttpRequest) -> String {
    let headers = request.headers();
    let options = request.app_data::<Data<HttpOptions>>();
    let trusted = options.map_or(&[][..], |options| &options.trusted_proxies);
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let is_proxy = peer.is_some_and(|peer| trusted.iter().any(|proxies| proxies.contains(&peer)));
    let said = |name: &str, header: &str| match is_proxy {
        true => forwarded::last(headers, name).or_else(|| last(headers, header)),
        false => None,
    };
    let scheme = match said("proto", "X-Forwarded-Proto").as_deref() {
        Some("https") => "https",
        Some("http") => "http",
        _ if request.app_config().secure() => "https",
        _ => "http",
    };
    let host = said("host", "X-Forwarded-Host").or_else(|| last(headers, header::HOST.as_str()));
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    match host {
        Some(host) => format!("{scheme}://{host}"),
        None => format!("{scheme}://{}", request.app_config().host()),
    }
}

/// What the nearest of those who wrote that header said.
fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    let line = headers.get_all(name).last()?.to_str().ok()?;
    let last = line.rsplit(',').next()?.trim();
    (!last.is_empty()).then(|| last.to_ascii_lowercase())
}
