use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::endpoint,
    endpoints::tag,
    input::Empty,
    problem::Failure,
};

endpoint!(POST "/api/{user_id}/changes/ticket", Owner<TasksRead>, Empty, |describe| {
    describe
        .named("createStreamTicket", "A ticket for a stream", tag::CHANGES)
        .explained(
            "For browsers, whose `EventSource` and `WebSocket` cannot send the token: a word that opens the stream of \
             changes, on any server, and nothing else. A stream that is open ends with the token that the ticket was \
             given out for.",
        )
        .answers_json::<TicketBody>(StatusCode::CREATED, "The ticket.", &[])
});

/// What opens a stream.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct TicketBody {
    /// To be sent as `ticket` in the address of the stream.
    ticket: String,
    /// For how many seconds it opens one.
    #[schema(minimum = 1)]
    expires_in: u64,
}

async fn handle(call: Call<Owner<TasksRead>, Empty>) -> Result<HttpResponse, Failure> {
    let ticket = call.services.identity.ticket(call.access.footing);
    Ok(HttpResponse::Created().json(TicketBody {
        ticket: ticket.text,
        expires_in: ticket.expires_in.as_secs(),
    }))
}
