use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool::managed::Object;
use tokio::{runtime::Handle, time::timeout};

use super::{live::Live, pool::Opener};

/// A connection until it is dropped. If something is left behind on it then, that is settled at once, for others may
/// wait for what it holds; the connection goes back afterwards, or away if it takes too long.
pub(super) struct Lent {
    connection: Option<Object<Opener>>,
    /// How long may be too long.
    patience: Duration,
}

impl Lent {
    pub(super) fn new(connection: Object<Opener>, patience: Duration) -> Self {
        Self {
            connection: Some(connection),
            patience,
        }
    }
}

const THERE: &str = "it is there until it is dropped";

#[expect(clippy::expect_used, reason = "only the drop takes it away")]
impl Deref for Lent {
    type Target = Live;

    fn deref(&self) -> &Live {
        self.connection.as_ref().expect(THERE)
    }
}

#[expect(clippy::expect_used, reason = "only the drop takes it away")]
impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Live {
        self.connection.as_mut().expect(THERE)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().filter(|it| !it.is_settled()) else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(settle(connection, self.patience))),
            Err(_) => drop(Object::take(connection)),
        }
    }
}

async fn settle(mut connection: Object<Opener>, patience: Duration) {
    match timeout(patience, connection.settle()).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => tracing::debug!(%error, "a connection is given up"),
        Err(_) => tracing::debug!("a connection is given up, what was left behind on it takes too long"),
    }
    drop(Object::take(connection));
}
