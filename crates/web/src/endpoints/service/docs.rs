//! The documentation page, whose every part is served from here.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use actix_web::{HttpRequest, HttpResponse, http::header};
use taskwell_application::ErrorCode;
use utoipa_swagger_ui::Config;

use crate::problem::Failure;

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/openapi.json")
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .validator_url("none");
    Arc::new(config)
});

/// The page has scripts, styles and pictures of its own, and calls this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'self'; frame-ancestors 'none'";

/// `GET /docs`, with or without a slash, and the files that the page is made of.
pub(crate) async fn serve(request: HttpRequest) -> HttpResponse {
    let file = request.match_info().get("file").unwrap_or("index.html");
    match utoipa_swagger_ui::serve(file, Arc::clone(&CONFIG)) {
        Ok(Some(found)) => {
            let mut response = HttpResponse::Ok();
            response
                .content_type(found.content_type)
                .insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
            if file == "index.html" {
                response.body(page(&found.bytes))
            } else {
                response.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
                match found.bytes {
                    Cow::Borrowed(bytes) => response.body(bytes),
                    Cow::Owned(bytes) => response.body(bytes),
                }
            }
        }
        Ok(None) => Failure::wire(ErrorCode::NotFound, "the page has no such file").respond(&request),
        Err(error) => Failure::internal(error.to_string()).respond(&request),
    }
}

/// The page names its files relative to its own address, which may have no slash at its end.
fn page(html: &[u8]) -> String {
    String::from_utf8_lossy(html)
        .replacen("<head>", "<head>\n    <base href=\"/docs/\">", 1)
        .replacen("<title>Swagger UI</title>", "<title>Taskwell</title>", 1)
}
