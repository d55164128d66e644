use super::CommandError;
use crate::output;

/// `taskwell openapi`
pub(super) fn run() -> Result<(), CommandError> {
    let document = taskwell_web::openapi_json()
        .map_err(|error| CommandError::because("the document cannot be written", error))?;
    Ok(output::print(&document)?)
}
