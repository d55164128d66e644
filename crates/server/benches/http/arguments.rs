//! The command line.

use std::{env, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};

use crate::Result;

/// The variable that names a PostgreSQL server for tests, and for this.
const SERVER: &str = "TEST_DATABASE_URL";

/// Measure the HTTP API of Taskwell
#[derive(Parser)]
#[command(name = "http", bin_name = "cargo bench -p taskwell --bench http --")]
pub(crate) struct Arguments {
    /// On which database; without it on SQLite, and on PostgreSQL if a server is given
    #[arg(long, value_enum)]
    database: Option<Choice>,

    /// The PostgreSQL server, on which a database is made and dropped again; without it the one of
    /// TEST_DATABASE_URL
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,

    /// How many connections ask at once
    #[arg(long, default_value = "16", value_parser = value_parser!(u16).range(1..=1000))]
    connections: u16,

    /// How often each operation is measured
    #[arg(long, default_value = "5", value_parser = value_parser!(u16).range(1..=100))]
    pub(crate) rounds: u16,

    /// How long one measurement takes
    #[arg(long, default_value = "2", value_parser = value_parser!(u16).range(1..=60))]
    pub(crate) seconds: u16,

    /// How many wrong passwords, and how many unknown addresses, are tried for the time that a login takes
    #[arg(long, default_value = "500", value_parser = value_parser!(u16).range(20..=10_000))]
    pub(crate) tries: u16,

    /// What is measured; everything if nothing is named
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS")]
    only: Vec<Part>,

    /// What `cargo bench` says
    #[arg(long, hide = true)]
    pub(crate) bench: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Choice {
    Sqlite,
    Postgres,
    Both,
}

/// What can be measured alone.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// How fast requests are answered, starts, and memory
    Requests,
    /// Whether the time of a login tells whether an account exists
    Timing,
    /// What many logins at once do to those who read
    Storm,
    /// How soon streams have what was written, and what they cost
    Streams,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Be the server to compare with
    #[command(hide = true)]
    Bare(Bare),
}

/// What the server to compare with is told.
#[derive(Args)]
pub(crate) struct Bare {
    /// The database
    #[arg(long)]
    pub(crate) database_url: String,

    /// Whose tasks it serves
    #[arg(long)]
    pub(crate) user_id: String,

    /// Threads that serve
    #[arg(long)]
    pub(crate) workers: usize,

    /// Connections to the database for each of them
    #[arg(long)]
    pub(crate) connections: u32,
}

/// A kind of database to measure on.
pub(crate) enum Backend {
    Sqlite,
    /// With the address of the server.
    Postgres(String),
}

impl Arguments {
    pub(crate) fn connections(&self) -> usize {
        self.connections.into()
    }

    pub(crate) fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    /// The databases to measure on, and a note about what is left out.
    pub(crate) fn backends(&self) -> Result<(Vec<Backend>, &'static str)> {
        let server = self.postgres.clone().or_else(|| env::var(SERVER).ok());
        let postgres = server.map(Backend::Postgres);
        let missing = || format!("PostgreSQL needs a server: --postgres URL, or {SERVER}");
        Ok(match self.database {
            Some(Choice::Sqlite) => (vec![Backend::Sqlite], ""),
            Some(Choice::Postgres) => (vec![postgres.ok_or_else(missing)?], ""),
            Some(Choice::Both) => (vec![Backend::Sqlite, postgres.ok_or_else(missing)?], ""),
            None => match postgres {
                Some(postgres) => (vec![Backend::Sqlite, postgres], ""),
                None => (
                    vec![Backend::Sqlite],
                    "\nNot measured on PostgreSQL: neither --postgres nor TEST_DATABASE_URL names a server.\n",
                ),
            },
        })
    }
}
