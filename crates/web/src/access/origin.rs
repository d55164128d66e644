use actix_web::{HttpRequest, http::header, web::Data};
use taskwell_application::Error;

use crate::services::HttpOptions;

/// Refuses what a page of an origin sent that may not call: a browser sends it even where it keeps the answer to itself.
///
/// # Errors
/// [`Error::Forbidden`]
pub(super) fn check(request: &HttpRequest) -> Result<(), Error> {
    let options = request.app_data::<Data<HttpOptions>>();
    let allowed = options.map_or(&[][..], |options| &options.cors_origins);
    let mut origins = request.headers().get_all(header::ORIGIN);
    if origins.all(|origin| allowed.iter().any(|allowed| origin == allowed.as_str())) {
        Ok(())
    } else {
        Err(Error::Forbidden("pages of that origin may not call"))
    }
}
