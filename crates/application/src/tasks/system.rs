use taskwell_domain::{ActorKind, ChangeActor, RequestId, UserId};

use crate::{Actor, ports::Job};

/// The server itself, doing that job for that user.
pub(super) fn system(owner: &UserId, job: Job, run: &RequestId) -> Actor {
    Actor {
        user_id: owner.clone(),
        via: ChangeActor {
            kind: ActorKind::System,
            id: job.as_str().to_owned(),
        },
        request_id: run.clone(),
    }
}
