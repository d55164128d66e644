//! How soon streams have what was written, what one costs, and what many cost those who write.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use hdrhistogram::Histogram;
use http_body_util::BodyExt;
use hyper::{Method, StatusCode, body::Incoming};
use jsonwebtoken::{EncodingKey, Header};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    Result,
    call::Call,
    connection::Connection,
    measure::{IDLE, WARM_UP},
    operation::Operation,
    population::Population,
    round::{Round, histogram},
    series::Series,
    server::Server,
    taskwell::OUTSIDE_SECRET,
};

/// How many are open, each of a user of its own.
pub(crate) const STREAMS: usize = 1_000;

/// How many are open before it is measured what each takes.
const FIRST: usize = 100;

/// While it is measured how soon they have what was written.
pub(crate) const WRITES_A_SECOND: u32 = 200;

/// How many connections write meanwhile; more than are ever needed at once.
const WRITERS: usize = 16;

pub(crate) struct Streams {
    /// Microseconds from asking for a write to its event, on the server that it was asked of.
    pub(crate) here: Histogram<u64>,
    /// The same on another server, if there can be one.
    pub(crate) there: Option<Histogram<u64>>,
    /// Bytes that one takes while nothing happens.
    pub(crate) each: Option<u64>,
    /// `create` while nobody follows.
    pub(crate) alone: Series,
    /// `create` while all streams are open, of others.
    pub(crate) beside: Series,
    /// `create` while there is also a stream for each of those who write.
    pub(crate) followed: Series,
}

impl Streams {
    pub(crate) async fn measure(
        here: &Server,
        there: Option<&Server>,
        population: &Arc<Population>,
        rounds: u16,
        duration: Duration,
    ) -> Result<Self> {
        let tokens = tokens()?;
        let mut connection = Connection::open(here.authority()).await?;
        for token in &tokens {
            let known = Call::new(Method::GET, "/api/auth/me").with_token(token);
            connection.exchange(known, StatusCode::OK).await?;
        }
        let writers = population.writers.len();
        let create =
            async |duration| Round::measure(here, Operation::Create, population, writers, duration).await;

        // What the first ones take once for all, connections to the database among it, is not that of the others.
        let first = Open::all(here, tokens.iter().take(FIRST).map(String::as_str)).await?;
        sleep(IDLE).await;
        let before = here.usage();
        let open = Open::all(here, tokens.iter().map(String::as_str)).await?;
        sleep(IDLE).await;
        let after = here.usage();
        let each = before
            .zip(after)
            .map(|(before, after)| after.resident.saturating_sub(before.resident) / STREAMS as u64);
        let of_here = open.follow(here, &tokens, duration).await?;
        drop((first, open));

        create(WARM_UP).await?;
        let [mut alone, mut beside, mut followed] = [(); 3].map(|()| Series::default());
        for _ in 0..rounds {
            alone.push(create(duration).await?);
            let _open = Open::all(here, tokens.iter().map(String::as_str)).await?;
            beside.push(create(duration).await?);
            let of_writers = population.writers.iter().map(|writer| writer.token.as_str());
            let _of_writers = Open::all(here, of_writers).await?;
            followed.push(create(duration).await?);
        }
        let of_there = match there {
            Some(there) => {
                let open = Open::all(there, tokens.iter().map(String::as_str)).await?;
                Some(open.follow(here, &tokens, duration).await?)
            }
            None => None,
        };
        Ok(Self {
            here: of_here,
            there: of_there,
            each,
            alone,
            beside,
            followed,
        })
    }
}

/// Those of users who have logged in elsewhere: nobody has to hash a password for them.
fn tokens() -> Result<Vec<String>> {
    let key = EncodingKey::from_secret(OUTSIDE_SECRET.as_bytes());
    let now = SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let token = |number| {
        let claims = json!({"sub": format!("follower{number}"), "iat": now, "exp": now + 86_400});
        Ok(jsonwebtoken::encode(&Header::default(), &claims, &key)?)
    };
    (0..STREAMS).map(token).collect()
}

/// Streams that are open until this is dropped.
struct Open {
    _reading: JoinSet<()>,
    arrivals: Arc<Arrivals>,
}

/// When which change came through which stream.
#[derive(Default)]
struct Arrivals(Mutex<HashMap<(usize, u64), Instant>>);

/// What is written of a task that was created.
#[derive(Deserialize)]
struct Created {
    version: u64,
}

impl Open {
    async fn all<'a>(server: &Server, tokens: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut reading = JoinSet::new();
        let arrivals = Arc::<Arrivals>::default();
        for (number, token) in tokens.enumerate() {
            let call = Call::new(Method::GET, "/api/me/changes/stream").with_token(token);
            let mut body = Connection::open(server.authority()).await?.stream(call).await?;
            // It says first where it begins.
            body.frame().await.ok_or("a stream ended at once")??;
            let arrivals = Arc::clone(&arrivals);
            reading.spawn(async move { arrivals.read(number, body).await });
        }
        Ok(Self {
            _reading: reading,
            arrivals,
        })
    }

    /// For that long, users write through that server, one after the other; microseconds from asking to the event.
    async fn follow(&self, server: &Server, tokens: &[String], duration: Duration) -> Result<Histogram<u64>> {
        let (give, mut free) = mpsc::channel(WRITERS);
        for _ in 0..WRITERS {
            give.send(Connection::open(server.authority()).await?).await?;
        }
        let mut writes = JoinSet::new();
        let mut ticks = interval(Duration::from_secs(1) / WRITES_A_SECOND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let begun = Instant::now();
        for number in (0..tokens.len()).cycle() {
            if begun.elapsed() >= duration {
                break;
            }
            ticks.tick().await;
            let mut connection = free.recv().await.ok_or("no connection is left")?;
            let (give, token) = (give.clone(), tokens.get(number).cloned().unwrap_or_default());
            writes.spawn(async move {
                let call = Call::new(Method::POST, "/api/me/tasks").with_token(&token);
                let asked = Instant::now();
                let created = connection
                    .exchange(call.with_body(json!({"title": "Buy milk"})), StatusCode::CREATED)
                    .await?;
                give.send(connection).await?;
                let created: Created = serde_json::from_slice(&created)?;
                Result::Ok(((number, created.version), asked))
            });
        }
        let written = writes.join_all().await;
        sleep(IDLE).await;
        let mut latencies = histogram()?;
        for written in written {
            let (change, asked) = written?;
            let arrived = self.arrivals.of(change).ok_or("a change did not arrive")?;
            latencies.record(u64::try_from((arrived - asked).as_micros())?)?;
        }
        Ok(latencies)
    }
}

impl Arrivals {
    /// Notes the numbers of the changes as they come.
    async fn read(&self, number: usize, mut body: Incoming) {
        let mut text = String::new();
        while let Some(Ok(frame)) = body.frame().await {
            let now = Instant::now();
            let Some(data) = frame.data_ref() else { continue };
            text.push_str(&String::from_utf8_lossy(data));
            while let Some((line, rest)) = text.split_once('\n') {
                if let Some(Ok(seq)) = line.strip_prefix("id: ").map(str::parse) {
                    let mut arrivals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                    arrivals.insert((number, seq), now);
                }
                text = rest.to_owned();
            }
        }
    }

    fn of(&self, change: (usize, u64)) -> Option<Instant> {
        let arrivals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals.get(&change).copied()
    }
}
