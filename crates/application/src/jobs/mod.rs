//! What the servers do by themselves.

mod run;

use std::{sync::Arc, time::Duration};

use crate::{
    Identity, Tasks,
    ports::{Clock, IdGenerator, Job, JobStore},
    tasks::TaskMemory,
};

/// The jobs, shared with the other servers on the same storage. What they do is done by the use cases.
#[derive(Clone)]
pub struct Jobs {
    store: Arc<dyn JobStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
    tasks: Tasks,
    identity: Identity,
    memory: TaskMemory,
}

impl Jobs {
    /// The jobs over these ports and use cases; `memory` says how long what is gone is remembered.
    #[must_use]
    pub fn new(
        store: Arc<dyn JobStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
        tasks: Tasks,
        identity: Identity,
        memory: TaskMemory,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            tasks,
            identity,
            memory,
        }
    }
}

impl Job {
    /// How often it runs, on one of the servers.
    #[must_use]
    pub const fn every(self) -> Duration {
        Duration::from_secs(match self {
            // Whenever there is one besides; this often it is told that there was none.
            Self::Reminders => 60,
            // Nothing is wrong with what waits for longer; it only takes room.
            Self::Trash | Self::Changes | Self::IdempotencyKeys | Self::Sessions => 10 * 60,
        })
    }

    /// How long the others wait for a server that began it and was not heard of again.
    const fn lease(self) -> Duration {
        Duration::from_secs(match self {
            Self::Reminders => 5,
            Self::Trash | Self::Changes | Self::IdempotencyKeys | Self::Sessions => 5 * 60,
        })
    }
}
