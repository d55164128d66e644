//! The order of things on one database.

use std::{sync::Arc, thread, time::Duration};

use crate::{
    Result,
    arguments::{Arguments, Part},
    bare,
    connection::Connection,
    operation::Operation,
    place::Place,
    population::Population,
    round::Round,
    series::Series,
    server::Server,
    storm::Storm,
    streams::Streams,
    taskwell,
    timing::Timing,
    usage::Usage,
};

/// How often the server is started.
const STARTS: usize = 10;

/// How long a server that has nothing to do is left alone before its memory is looked at.
pub(crate) const IDLE: Duration = Duration::from_secs(1);

pub(crate) const WARM_UP: Duration = Duration::from_secs(1);

/// A password takes tens of milliseconds of a core; more would only wait.
const LOGINS_AT_ONCE: usize = 4;

/// What was measured.
pub(crate) struct Figures {
    pub(crate) requests: Option<Requests>,
    pub(crate) timing: Option<Timing>,
    pub(crate) storm: Option<Storm>,
    pub(crate) streams: Option<Streams>,
}

/// How fast requests are answered.
pub(crate) struct Requests {
    /// From the start to ready, on a database that exists.
    pub(crate) starts: Vec<Duration>,
    pub(crate) operations: Vec<Measured>,
    pub(crate) memory: Memory,
}

/// One operation, on Taskwell and on the bare server if that can do it.
pub(crate) struct Measured {
    pub(crate) operation: Operation,
    pub(crate) connections: usize,
    pub(crate) taskwell: Series,
    pub(crate) bare: Option<Series>,
}

/// What the server took at some moments.
pub(crate) struct Memory {
    pub(crate) idle: Option<Usage>,
    pub(crate) after_tasks: Option<Usage>,
    pub(crate) after_logins: Option<Usage>,
}

pub(crate) struct Measure<'a> {
    arguments: &'a Arguments,
    place: &'a Place,
    /// As many as Taskwell has by itself.
    workers: usize,
}

impl<'a> Measure<'a> {
    pub(crate) fn new(arguments: &'a Arguments, place: &'a Place) -> Self {
        Self {
            arguments,
            place,
            workers: thread::available_parallelism().map_or(1, usize::from),
        }
    }

    pub(crate) async fn run(&self) -> Result<Figures> {
        let population = Arc::new(self.settle().await?);
        let mut figures = Figures {
            requests: None,
            timing: None,
            storm: None,
            streams: None,
        };
        if self.arguments.wants(Part::Requests) {
            figures.requests = Some(self.requests(&population).await?);
        }
        if self.arguments.wants(Part::Timing) {
            figures.timing = Some(self.timing(&population).await?);
        }
        if self.arguments.wants(Part::Storm) {
            figures.storm = Some(self.storm(&population).await?);
        }
        if self.arguments.wants(Part::Streams) {
            figures.streams = Some(self.streams(&population).await?);
        }
        Ok(figures)
    }

    async fn requests(&self, population: &Arc<Population>) -> Result<Requests> {
        let starts = self.starts()?;
        let taskwell = self.taskwell()?;
        tokio::time::sleep(IDLE).await;
        let idle = taskwell.usage();

        let bare = bare::start(self.place, &population.reader.id, self.workers)?;
        let mut operations = Vec::new();
        for operation in Operation::COMPARED {
            if operation.only_reads() {
                check_that_answers_are_the_same([&taskwell, &bare], operation, population).await?;
            }
            operations.push(self.compare(&taskwell, &bare, operation, population).await?);
        }
        bare.stop()?;
        let after_tasks = taskwell.usage();
        let few = population.writers.len().min(LOGINS_AT_ONCE);
        operations.push(self.alone(&taskwell, Operation::Login, population, few).await?);
        let after_logins = taskwell.usage();
        taskwell.stop()?;
        Ok(Requests {
            starts,
            operations,
            memory: Memory {
                idle,
                after_tasks,
                after_logins,
            },
        })
    }

    /// On a server that does nothing else.
    async fn timing(&self, population: &Population) -> Result<Timing> {
        let server = self.taskwell()?;
        let timing = Timing::measure(&server, population, self.arguments.tries).await?;
        server.stop()?;
        Ok(timing)
    }

    /// On a server of its own, so that the memory is that of the storm.
    async fn storm(&self, population: &Arc<Population>) -> Result<Storm> {
        let server = self.taskwell()?;
        let (rounds, duration) = (self.arguments.rounds, self.arguments.duration());
        let storm = Storm::measure(&server, population, rounds, duration).await?;
        server.stop()?;
        Ok(storm)
    }

    /// On a server, and another one where several may share a database.
    async fn streams(&self, population: &Arc<Population>) -> Result<Streams> {
        let here = self.taskwell()?;
        let there = self.place.is_shared().then(|| self.taskwell()).transpose()?;
        let (rounds, duration) = (self.arguments.rounds, self.arguments.duration());
        let streams = Streams::measure(&here, there.as_ref(), population, rounds, duration).await?;
        here.stop()?;
        there.map(Server::stop).transpose()?;
        Ok(streams)
    }

    fn taskwell(&self) -> Result<Server> {
        taskwell::start(self.place, self.workers)
    }

    async fn settle(&self) -> Result<Population> {
        let server = self.taskwell()?;
        let population = Population::settle(server.authority(), self.arguments.connections()).await?;
        server.stop()?;
        self.place.analyse().await?;
        Ok(population)
    }

    fn starts(&self) -> Result<Vec<Duration>> {
        (0..STARTS)
            .map(|_| {
                let server = self.taskwell()?;
                let took = server.took();
                server.stop()?;
                Ok(took)
            })
            .collect()
    }

    /// Measures both servers in turns, so that what else the machine does meets both, and the other one
    /// first each time.
    async fn compare(
        &self,
        taskwell: &Server,
        bare: &Server,
        operation: Operation,
        population: &Arc<Population>,
    ) -> Result<Measured> {
        let connections = self.arguments.connections();
        let round = async |server, duration| {
            Round::measure(server, operation, population, connections, duration).await
        };
        round(taskwell, WARM_UP).await?;
        round(bare, WARM_UP).await?;
        let (mut of_taskwell, mut of_bare) = (Series::default(), Series::default());
        for number in 0..self.arguments.rounds {
            let duration = self.arguments.duration();
            if number % 2 == 0 {
                of_taskwell.push(round(taskwell, duration).await?);
                of_bare.push(round(bare, duration).await?);
            } else {
                of_bare.push(round(bare, duration).await?);
                of_taskwell.push(round(taskwell, duration).await?);
            }
        }
        Ok(Measured {
            operation,
            connections,
            taskwell: of_taskwell,
            bare: Some(of_bare),
        })
    }

    async fn alone(
        &self,
        taskwell: &Server,
        operation: Operation,
        population: &Arc<Population>,
        connections: usize,
    ) -> Result<Measured> {
        let round =
            async |duration| Round::measure(taskwell, operation, population, connections, duration).await;
        round(WARM_UP).await?;
        let mut series = Series::default();
        for _ in 0..self.arguments.rounds {
            series.push(round(self.arguments.duration()).await?);
        }
        Ok(Measured {
            operation,
            connections,
            taskwell: series,
            bare: None,
        })
    }
}

/// Otherwise the comparison says nothing.
async fn check_that_answers_are_the_same(
    servers: [&Server; 2],
    operation: Operation,
    population: &Population,
) -> Result<()> {
    let mut answers = Vec::with_capacity(servers.len());
    for server in servers {
        let mut connection = Connection::open(server.authority()).await?;
        let call = operation.call(population, 0, 0);
        answers.push(connection.exchange(call, operation.status(0)).await?);
    }
    match answers.as_slice() {
        [one, other] if one != other => {
            let text = |answer| String::from_utf8_lossy(answer).into_owned();
            Err(format!("the servers differ:\n{}\n{}", text(one), text(other)).into())
        }
        _ => Ok(()),
    }
}
