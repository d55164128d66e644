use actix_multipart::{Field, Multipart};
use actix_web::{http::header::HeaderMap, web::Bytes};
use futures_util::{StreamExt, stream};
use taskwell_domain::{Fault, FaultCode};

use super::{ImportFile, ImportFormat, UNKNOWN_TOLD, pointer, unreadable};
use crate::problem::{Failure, WireCode};

/// The longest file, in bytes.
pub(super) const LIMIT: usize = 10 * 1024 * 1024;

/// The longest body: a form has lines around the file.
pub(crate) const LIMIT_WITH_FORM: usize = LIMIT + 16 * 1024;

const FORM: &str = "multipart/form-data";

/// What a file can come as.
pub(crate) const MEDIA_TYPES: &[&str] = &["application/json", "text/csv", FORM];

/// The part of a form that holds the file.
const PART: &str = "file";

/// A file as it was sent.
#[derive(Debug)]
pub(crate) enum Upload {
    /// By itself.
    File(ImportFile),
    /// As a part of a form (RFC 7578).
    Form(Bytes),
}

impl Upload {
    /// A body of that media type.
    pub(crate) fn of(media_type: &str, body: Bytes) -> Option<Self> {
        match ImportFormat::of_media_type(media_type) {
            Some(format) => Some(Self::File(ImportFile {
                format,
                content: body,
            })),
            None => (media_type == FORM).then_some(Self::Form(body)),
        }
    }

    /// The file alone; `headers` say where the parts of a form end.
    pub(crate) async fn file(self, headers: &HeaderMap) -> Result<ImportFile, Failure> {
        let file = match self {
            Self::File(file) => file,
            Self::Form(body) => file_of(headers, body).await?,
        };
        match file.content.len() > LIMIT {
            true => Err(too_large()),
            false => Ok(file),
        }
    }
}

async fn file_of(headers: &HeaderMap, body: Bytes) -> Result<ImportFile, Failure> {
    let malformed = |error: actix_multipart::MultipartError| {
        Failure::wire(
            WireCode::MalformedRequest,
            format!("the form cannot be read: {error}"),
        )
    };
    let mut parts = Multipart::new(headers, stream::iter([Ok(body)]));
    let mut faults = Vec::new();
    let mut file = None;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(malformed)?;
        let content = part.bytes(LIMIT).await.map_err(|_| too_large())?;
        let content = content.map_err(malformed)?;
        match part.name().unwrap_or_default() {
            PART if file.is_none() => {
                let format = format_of(&part)?;
                file = Some(ImportFile { format, content });
            }
            PART => {
                let fault = Fault::new(FaultCode::TooMany, "must be one part only");
                faults.push((pointer(PART), fault));
            }
            other => {
                let fault = Fault::new(FaultCode::UnknownField, "there is no such field");
                faults.push((pointer(other), fault));
            }
        }
        if faults.len() == UNKNOWN_TOLD {
            return Err(unreadable(faults));
        }
    }
    if file.is_none() {
        let fault = Fault::new(FaultCode::Required, "must be given");
        faults.push((pointer(PART), fault));
    }
    file.filter(|_| faults.is_empty())
        .ok_or_else(|| unreadable(faults))
}

/// What the part says that it is, or what its name says: browsers know few types of files.
fn format_of(part: &Field) -> Result<ImportFormat, Failure> {
    let by_type = part.content_type().and_then(|media_type| {
        let charset = media_type.get_param("charset");
        let is_utf_8 = charset.is_none_or(|charset| charset.as_str().eq_ignore_ascii_case("utf-8"));
        ImportFormat::of_media_type(media_type.essence_str()).filter(|_| is_utf_8)
    });
    let name = part.content_disposition().and_then(|part| part.get_filename());
    by_type
        .or_else(|| name.and_then(ImportFormat::of_name))
        .ok_or_else(|| {
            let detail = "the part file must be application/json or text/csv, in UTF-8, by its Content-Type or its name";
            Failure::wire(WireCode::UnsupportedMediaType, detail)
        })
}

fn too_large() -> Failure {
    let detail = format!("the file must have at most {LIMIT} bytes");
    Failure::wire(WireCode::PayloadTooLarge, detail)
}
