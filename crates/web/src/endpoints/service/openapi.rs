use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType};

use crate::{openapi::openapi_json, problem::Failure};

/// The document does not change while the server runs.
static DOCUMENT: LazyLock<Result<String, serde_json::Error>> = LazyLock::new(openapi_json);

/// `GET /openapi.json`
pub(crate) async fn serve(request: HttpRequest) -> HttpResponse {
    match &*DOCUMENT {
        Ok(document) => HttpResponse::Ok()
            .content_type(ContentType::json())
            .body(document.as_str()),
        Err(error) => Failure::internal(error.to_string()).respond(&request),
    }
}
