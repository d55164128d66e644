//! From a write to whoever follows the log: in the process through a map of the users that are watched, between
//! servers by `LISTEN` and `NOTIFY` of PostgreSQL, and under both a slow look at the counters of the watched.

mod between_servers;
mod look;
mod watched;

use std::{sync::Arc, time::Duration};

use taskwell_application::ports::{ChangeSignal, ChangeSignals};
use taskwell_domain::{Change, Seq, UserId};
use tokio::sync::Notify;

use self::{between_servers::Outgoing, watched::Watched};
use crate::Database;

/// How often the counters are looked at where something else tells of what other servers write.
const EVERY: Duration = Duration::from_secs(2);

/// The same where nothing does.
const EVERY_ALONE: Duration = Duration::from_millis(500);

/// How long a database that is there takes at most to answer what is asked here.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// Tells the followers on this server what was written, on this one and on others.
///
/// Clones share it. It belongs to a [`Database`], so no write of tasks can forget it.
#[derive(Clone, Debug, Default)]
pub struct DatabaseSignals {
    watched: Arc<Watched>,
    outgoing: Arc<Outgoing>,
    look: Arc<Notify>,
}

impl DatabaseSignals {
    /// Says that these changes are in the log.
    pub(crate) fn recorded(&self, user: &UserId, changes: &[Change]) {
        if let Some(last) = changes.last() {
            self.watched.grew_to(user, last.seq);
            self.outgoing.add(user, last.seq);
        }
    }

    /// Hears what other servers on that database write, and tells them what this one does, for as long as it is
    /// polled. A connection that is lost is made again, and nothing is missed by that but time.
    pub async fn run(&self, database: &Database) {
        match database.pool_for_signals() {
            Some(pool) => {
                tokio::join!(
                    self.look_every(database, EVERY),
                    self.tell_others(&pool),
                    self.listen_to_others(&pool),
                );
            }
            // SQLite has one server, but commands write beside it.
            None if !database.is_postgres() => self.look_every(database, EVERY).await,
            None => self.look_every(database, EVERY_ALONE).await,
        }
    }

    /// What somebody else wrote.
    fn heard(&self, user: &UserId, seq: Seq) {
        self.watched.grew_to(user, seq);
    }
}

impl ChangeSignals for DatabaseSignals {
    fn watch(&self, user: &UserId) -> Box<dyn ChangeSignal> {
        Box::new(Watched::watch(&self.watched, user))
    }
}
