use actix_web::{
    HttpMessage, HttpRequest,
    web::{Bytes, Data, Payload},
};
use taskwell_application::Error;
use taskwell_domain::Client;
use taskwell_wire::Body;
use tokio::time::{Instant, timeout_at};

use crate::{
    access::Access,
    client,
    input::{self, BodyKind, Input, Reader},
    problem::{Failure, WireCode},
    services::{HttpOptions, Services},
};

/// One call of an endpoint: a caller with the access `A`, who asks for `I`.
pub(crate) struct Call<A, I> {
    pub(crate) access: A,
    pub(crate) input: I,
    pub(crate) services: Data<Services>,
    pub(crate) request: HttpRequest,
    /// What comes after the head, if it was not read as a body.
    pub(crate) payload: Option<Payload>,
}

impl<A: Access, I: Input> Call<A, I> {
    /// Finds out who calls, then reads what is asked for: a stranger learns nothing about their faults.
    pub(crate) async fn receive(
        request: HttpRequest,
        payload: Payload,
        deadline: Instant,
    ) -> Result<Self, Failure> {
        let services = request.app_data::<Data<Services>>().cloned();
        let options = request.app_data::<Data<HttpOptions>>().cloned();
        let (Some(services), Some(options)) = (services, options) else {
            return Err(Failure::internal("the application has no services"));
        };
        let access = match timeout_at(deadline, A::enter(&request, &services)).await {
            Ok(entered) => entered?,
            Err(elapsed) => return Err(Error::Unavailable(Some(elapsed.into())).into()),
        };
        let (body, bytes, payload) = if I::BODY == BodyKind::None {
            (Body::Absent, Bytes::new(), Some(payload))
        } else {
            let limit = I::BODY_LIMIT.unwrap_or(options.body_limit);
            if let Some(user) = access.user() {
                let room = services.large_bodies.room(user, input::most(&request, limit))?;
                // Kept until the request has been answered, for what is made of the body is no smaller.
                request.extensions_mut().insert(room);
            }
            let body = input::receive(I::BODY, &request, payload, limit);
            let (body, bytes) = timeout_at(deadline, body).await.unwrap_or_else(|_| {
                Err(Failure::wire(
                    WireCode::RequestTimeout,
                    "the body did not arrive in time",
                ))
            })?;
            (body, bytes, None)
        };
        let mut reader = Reader::new(&request, body, bytes)?;
        let input = I::read(&mut reader)?;
        let input = reader.finish(input)?;
        Ok(Self {
            access,
            input,
            services,
            request,
            payload,
        })
    }
    /// The program that calls.
    pub(crate) fn client(&self) -> Client {
        client::of(&self.request)
    }
}
