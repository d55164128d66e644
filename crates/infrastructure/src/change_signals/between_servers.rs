use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{
    Executor, PgPool,
    postgres::{PgListener, PgNotification},
};
use taskwell_domain::{Seq, UserId};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{ANSWERED_WITHIN, DatabaseSignals};
use crate::database::TRIED_AFTER_IDLE;

const CHANNEL: &str = "taskwell_changes";

/// What is written within this time is told together: each `NOTIFY` is a commit, and all of them wait for one
/// lock of the whole PostgreSQL server.
const GATHERED_FOR: Duration = Duration::from_millis(5);

/// PostgreSQL takes payloads of less than 8,000 bytes.
const MAX_PAYLOAD: usize = 7_900;

/// After a connection was lost that could not be made again.
const PAUSE: Duration = Duration::from_secs(1);

/// Several payloads in one commit, which does not wait for the disk: nobody hears of it after a crash anyway.
const NOTIFY: &str = "\
WITH hasty AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
SELECT pg_notify($1, payload) FROM hasty, unnest($2::text[]) AS payload";

/// What the other servers are still to be told.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// The last number of each log that has grown; `None` while nobody tells others.
    logs: Mutex<Option<HashMap<UserId, Seq>>>,
    added: Notify,
}

impl Outgoing {
    pub(super) fn add(&self, user: &UserId, seq: Seq) {
        if let Some(logs) = &mut *self.lock() {
            let last = logs.entry(user.clone()).or_insert(seq);
            *last = seq.max(*last);
            self.added.notify_one();
        }
    }

    fn take(&self) -> HashMap<UserId, Seq> {
        self.lock().replace(HashMap::new()).unwrap_or_default()
    }

    /// No step here can panic half way.
    fn lock(&self) -> MutexGuard<'_, Option<HashMap<UserId, Seq>>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DatabaseSignals {
    /// Tells the other servers what was written on this one, after it was.
    pub(super) async fn tell_others(&self, pool: &PgPool) {
        self.outgoing.take();
        loop {
            self.outgoing.added.notified().await;
            sleep(GATHERED_FOR).await;
            let logs = self.outgoing.take();
            if logs.is_empty() {
                // It came in time to be told with what was before.
                continue;
            }
            if let Err(error) = notify(pool, &logs).await {
                tracing::debug!(%error, "other servers were not told of changes, they will see for themselves");
            }
        }
    }

    /// Hears what other servers tell.
    pub(super) async fn listen_to_others(&self, pool: &PgPool) {
        loop {
            let Err(error) = self.listen(pool).await;
            tracing::debug!(%error, "what other servers write is not told at the moment");
            sleep(PAUSE).await;
        }
    }

    async fn listen(&self, pool: &PgPool) -> Result<Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            // What was told while nobody listened here, at first and after a connection was lost.
            self.look.notify_one();
            while let Some(notification) = next(&mut listener).await? {
                for (user, seq) in logs_in(notification.payload()) {
                    self.heard(&user, seq);
                }
            }
        }
    }
}

/// What is told next; `None` after the connection was lost and made again. One that is silent is tried: what lies in
/// between may have forgotten it without a word, and who only listens would never know.
async fn next(listener: &mut PgListener) -> Result<Option<PgNotification>, sqlx::Error> {
    loop {
        if let Ok(heard) = timeout(TRIED_AFTER_IDLE, listener.try_recv()).await {
            return heard;
        }
        let answer = timeout(ANSWERED_WITHIN, listener.execute("SELECT 1")).await;
        answer.map_err(|elapsed| sqlx::Error::Io(elapsed.into()))??;
    }
}

async fn notify(pool: &PgPool, logs: &HashMap<UserId, Seq>) -> Result<(), sqlx::Error> {
    let notify = sqlx::query(NOTIFY).bind(CHANNEL).bind(payloads(logs));
    let notified = timeout(ANSWERED_WITHIN, notify.execute(pool)).await;
    notified
        .map_err(|elapsed| sqlx::Error::Io(elapsed.into()))?
        .map(drop)
}

/// A line for each log: its last number, a space, and whose it is. An id has no control characters.
fn payloads(logs: &HashMap<UserId, Seq>) -> Vec<String> {
    let mut payloads: Vec<String> = Vec::new();
    for (user, seq) in logs {
        let line = format!("{seq} {user}\n");
        match payloads.last_mut() {
            Some(payload) if payload.len() + line.len() <= MAX_PAYLOAD => payload.push_str(&line),
            _ => payloads.push(line),
        }
    }
    payloads
}

/// What those lines say, but for any that some other program wrote.
fn logs_in(payload: &str) -> impl Iterator<Item = (UserId, Seq)> {
    payload.lines().filter_map(|line| {
        let (seq, user) = line.split_once(' ')?;
        Some((UserId::parse(user).ok()?, Seq::from(seq.parse::<u64>().ok()?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, DatabaseOptions, testing::TestDatabase};
    use taskwell_application::ports::ChangeSignals;

    fn grown(count: u64) -> HashMap<UserId, Seq> {
        let log = |number: u64| {
            let user = UserId::parse(&format!("{number:é>128}")).unwrap();
            (user, Seq::from(u64::MAX - number))
        };
        (0..count).map(log).collect()
    }

    #[test]
    fn what_is_told_is_what_is_heard_however_much_it_is() {
        for count in [1, 2, 1_000] {
            let logs = grown(count);
            let payloads = payloads(&logs);
            assert!(payloads.iter().all(|payload| payload.len() < 8_000));
            let heard: HashMap<UserId, Seq> = payloads.iter().flat_map(|payload| logs_in(payload)).collect();
            assert_eq!(heard, logs);
        }
    }

    #[test]
    fn what_some_other_program_tells_is_left_alone() {
        let payload = "7 ada\nhello\n\n-1 ada\n8\n9 me\n1e3 ada\n10 eve";
        let heard: Vec<(String, Seq)> = logs_in(payload)
            .map(|(user, seq)| (user.to_string(), seq))
            .collect();
        assert_eq!(
            heard,
            [
                ("ada".to_owned(), Seq::from(7)),
                ("eve".to_owned(), Seq::from(10))
            ]
        );
    }

    #[test]
    fn nothing_is_kept_for_others_until_somebody_tells_them() {
        let outgoing = Outgoing::default();
        let ada = UserId::parse("ada").unwrap();
        outgoing.add(&ada, Seq::from(1));
        assert!(outgoing.take().is_empty());
        for seq in [3, 2] {
            outgoing.add(&ada, Seq::from(seq));
        }
        assert_eq!(outgoing.take(), HashMap::from([(ada, Seq::from(3))]));
        assert!(outgoing.take().is_empty());
    }

    /// Nobody looks at the counters here, so it can only have been told.
    #[tokio::test]
    async fn what_one_server_tells_is_heard_on_another() {
        let test = TestDatabase::empty_postgres().await;
        let server = async || {
            let database = Database::connect(&DatabaseOptions::new(test.url()))
                .await
                .unwrap();
            (database.signals(), database.pool_for_signals().unwrap())
        };
        let ((here, telling), (there, listening)) = (server().await, server().await);
        let ada = UserId::parse("ada").unwrap();
        let mut watch = there.watch(&ada);
        let hearing = async {
            // Whoever begins to listen wants to know what was told before.
            there.look.notified().await;
            for seq in 1..=2 {
                here.outgoing.add(&ada, Seq::from(seq));
                watch.changed().await;
            }
        };
        tokio::select! {
            biased;
            () = here.tell_others(&telling) => {}
            () = there.listen_to_others(&listening) => {}
            heard = timeout(Duration::from_secs(30), hearing) => heard.unwrap(),
        }
    }
}
