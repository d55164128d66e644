use actix_web::{
    HttpResponse,
    http::{Method, StatusCode},
};
use taskwell_domain::{Fault, FaultCode, Seq};
use taskwell_wire::log::MAX_SEQ;
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::Type};

use crate::{
    access::{Follower, TICKET, sends_token},
    call::Call,
    drain,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances, number, string},
    observer::StreamKind,
    problem::Failure,
    streams::{Feed, sse, websocket},
};

endpoint!(GET "/api/{user_id}/changes/stream", Follower, Asked, |describe| {
    describe
        .named("streamChanges", "What happens from now on", tag::CHANGES)
        .explained(
            "Every change of every task, in order, as it is made: as Server-Sent Events, or as a WebSocket when asked to \
             upgrade. An event `change` holds a `Change` and has its number as `id`; a WebSocket message is a `Change` \
             as JSON. Without `Last-Event-ID` and `since` the stream begins with what comes next. Every 15 seconds \
             without a change there is a heartbeat, a comment or a ping. A stream that the server ends says why: the \
             last event is named by the code that a problem would have (`token_expired`, `session_revoked`, \
             `account_disabled`, `unauthenticated`, `resync_required`, `unavailable`), a WebSocket is closed with 4401 \
             when the token works no more, 4410 when all is to be read anew, 1001 when the server stops, 1013 when \
             it cannot go on at the moment, and the code as the reason.",
        )
        .answers(
            StatusCode::SWITCHING_PROTOCOLS,
            "The stream as a WebSocket (RFC 6455).",
            &[],
        )
        .answers_text(StatusCode::OK, "The stream as events.", sse::MEDIA_TYPE)
});

const SINCE: Parameter<Seq> = Parameter {
    name: "since",
    read: seq,
    schema: seq_schema,
    description: "Only what came after the change of this number.",
};

const LAST_EVENT_ID: &str = "Last-Event-ID";

fn seq(text: &str) -> Result<Seq, Fault> {
    number(text, 0..=MAX_SEQ).map(Seq::from)
}

fn seq_schema() -> utoipa::openapi::schema::ObjectBuilder {
    instances(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
}

/// Read with the access; here it only has its place.
const SHOWN: Parameter<()> = Parameter {
    name: TICKET,
    read: |_| Ok(()),
    schema: string,
    description: "A ticket in the place of the `Authorization` header.",
};

struct Asked {
    since: Option<Seq>,
}

impl Input for Asked {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let since = reader.parameter(&SINCE);
        if reader.parameter(&SHOWN).is_some() && sends_token(reader.request()) {
            let fault = Fault::new(FaultCode::NotAllowedTogether, "must not be given with a token");
            reader.fault_in_parameter(TICKET, fault);
        }
        // Comes from a browser that lost the stream, and knows more than the address that it was opened with.
        let last = reader.header(LAST_EVENT_ID, seq);
        Ok(Some(Self {
            since: last.or(since),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let last = "The number of the last change that was received; goes before `since`.";
        operation
            .query(&SINCE)
            .query(&SHOWN)
            .header(LAST_EVENT_ID, last, seq_schema())
    }
}

async fn handle(call: Call<Follower, Asked>) -> Result<HttpResponse, Failure> {
    let Call {
        access: Follower(footing),
        input: Asked { since },
        services,
        request,
        payload,
    } = call;
    if request.method() == Method::HEAD {
        return Ok(sse::head().finish());
    }
    let upgrade = payload.filter(|_| websocket::is_asked_for(&request));
    let kind = match upgrade {
        Some(_) => StreamKind::WebSocket,
        None => StreamKind::Events,
    };
    let feed = Feed::open(&services, kind, footing, since).await?;
    let answer = match upgrade {
        Some(payload) => websocket::answer(&request, payload, feed)?,
        None => sse::answer(feed),
    };
    drain::is_for_a_stream(&request);
    Ok(answer)
}
