//! What many logins at once do to those who only read.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use hyper::StatusCode;
use tokio::time;

use crate::{
    Result,
    call::Call,
    connection::Connection,
    measure::WARM_UP,
    operation::Operation,
    population::{PASSWORD, Population},
    round::{Round, histogram},
    series::Series,
    server::Server,
    usage::Usage,
};

/// How many read.
const READERS: usize = 4;

/// How many log in, again and again.
pub(crate) const CLIENTS: usize = 64;

pub(crate) struct Storm {
    pub(crate) readers: usize,
    /// `get` while nobody logs in.
    pub(crate) calm: Series,
    /// `get` while all clients log in.
    pub(crate) stormy: Series,
    pub(crate) logins: Logins,
    /// After all.
    pub(crate) usage: Option<Usage>,
}

/// The logins of a storm.
pub(crate) struct Logins {
    /// Microseconds that those took that began a session.
    pub(crate) latencies: Histogram<u64>,
    /// How many found the queue full.
    pub(crate) turned_away: u64,
    /// How long there was a storm.
    pub(crate) lasted: Duration,
}

impl Storm {
    /// Measures calm and storm in turns, as [`Round`] measures.
    pub(crate) async fn measure(
        server: &Server,
        population: &Arc<Population>,
        rounds: u16,
        duration: Duration,
    ) -> Result<Self> {
        let readers = READERS.min(population.writers.len());
        let get =
            async |duration| Round::measure(server, Operation::Get, population, readers, duration).await;
        get(WARM_UP).await?;
        let mut storm = Self {
            readers,
            calm: Series::default(),
            stormy: Series::default(),
            logins: Logins::none()?,
            usage: None,
        };
        for _ in 0..rounds {
            storm.calm.push(get(duration).await?);
            let reads = async {
                time::sleep(WARM_UP).await;
                get(duration).await
            };
            let logins = Logins::rush(server, population, WARM_UP + duration);
            let (stormy, logins) = tokio::try_join!(reads, logins)?;
            storm.stormy.push(stormy);
            storm.logins.add(&logins)?;
        }
        storm.usage = server.usage();
        Ok(storm)
    }
}

impl Logins {
    fn none() -> Result<Self> {
        Ok(Self {
            latencies: histogram()?,
            turned_away: 0,
            lasted: Duration::ZERO,
        })
    }

    fn add(&mut self, others: &Self) -> Result<()> {
        self.latencies.add(&others.latencies)?;
        self.turned_away += others.turned_away;
        self.lasted += others.lasted;
        Ok(())
    }

    /// All clients log in, each as soon as it has its last answer, whatever that was.
    async fn rush(server: &Server, population: &Arc<Population>, duration: Duration) -> Result<Self> {
        let opened = (0..CLIENTS).map(|_| Connection::open(server.authority()));
        let opened = try_join_all(opened).await?;
        let begun = Instant::now();
        let asking = opened.into_iter().enumerate().map(|(number, connection)| {
            let population = Arc::clone(population);
            tokio::spawn(async move {
                let writer = &population.writers[number % population.writers.len()];
                Self::of_one(connection, &writer.email, begun + duration).await
            })
        });
        let mut all = Self::none()?;
        for of_one in try_join_all(asking).await? {
            all.add(&of_one?)?;
        }
        all.lasted = begun.elapsed();
        Ok(all)
    }

    async fn of_one(mut connection: Connection, email: &str, end: Instant) -> Result<Self> {
        let mut logins = Self::none()?;
        while Instant::now() < end {
            let begun = Instant::now();
            match connection.ask(Call::login(email, PASSWORD)).await? {
                (StatusCode::OK, _) => logins
                    .latencies
                    .record(u64::try_from(begun.elapsed().as_micros())?)?,
                (StatusCode::SERVICE_UNAVAILABLE, _) => logins.turned_away += 1,
                (status, _) => return Err(format!("a login was answered {status}").into()),
            }
        }
        Ok(logins)
    }
}
