use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Payload,
};

use super::PATH;
use crate::{
    access::Assistant,
    call::Call,
    edge::SaysWhy,
    endpoint::{Describe, answer},
    input::{BodyKind, Input, Reader},
    problem::{Failure, WireCode},
};

/// `POST /mcp`
pub(crate) async fn serve(request: HttpRequest, payload: Payload) -> HttpResponse {
    answer::<Assistant, Message, _, _>(request, payload, handle).await
}

/// A message as it came; what is in it, the protocol says.
struct Message(String);

impl Input for Message {
    const BODY: BodyKind = BodyKind::Json;
    // As many operations at once as a batch has.
    const BODY_LIMIT: Option<usize> = Some(1024 * 1024);

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let text = String::from_utf8_lossy(reader.bytes()).into_owned();
        reader.skip_rest();
        Ok(Some(Self(text)))
    }

    fn describe(operation: Describe) -> Describe {
        operation
    }
}

async fn handle(call: Call<Assistant, Message>) -> Result<HttpResponse, Failure> {
    let mut message = http::Request::post(PATH);
    for (name, value) in call.request.headers() {
        if is_of_the_protocol(name) {
            message = message.header(name.as_str(), value.as_bytes());
        }
    }
    let message = message.body(call.input.0).map_err(Failure::internal)?;
    let (head, body) = call
        .services
        .assistants
        .answer(call.access.0, message)
        .await
        .into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).map_err(Failure::internal)?;
    let media_type = head.headers.get(http::header::CONTENT_TYPE);
    let is_json = media_type.is_some_and(|media_type| media_type == "application/json");
    if !status.is_success() && !is_json {
        let detail = String::from_utf8_lossy(&body).into_owned();
        return Err(Failure::wire(WireCode::MalformedRequest, detail));
    }
    let mut response = HttpResponse::build(status);
    if is_json {
        response.content_type("application/json");
    }
    let mut response = response.body(body);
    response.extensions_mut().insert(SaysWhy);
    Ok(response)
}

fn is_of_the_protocol(name: &header::HeaderName) -> bool {
    name == header::ACCEPT || name == header::CONTENT_TYPE || name.as_str().starts_with("mcp-")
}
