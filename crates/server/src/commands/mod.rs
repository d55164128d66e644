//! The commands, one file each.

mod backup;
mod config;
mod doctor;
mod healthcheck;
mod mcp;
mod migrate;
mod openapi;
mod restore;
mod schema;
mod serve;
mod sqlite_file;
mod user;

use std::{env, error::Error, io};

use crate::{
    cli::{Cli, Command},
    settings::{Loaded, Settings, SettingsError, Sources},
};

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// What stands on the command line, or comes in on standard input, is wrong.
    #[error("{0}")]
    Usage(String),
    /// It failed.
    #[error(transparent)]
    Failed(Failed),
}

/// What failed, and why.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Failed {
    what: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CommandError {
    /// `what` failed for a reason that another error tells.
    pub(crate) fn because(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(Failed {
            what: what.into(),
            source: Some(source.into()),
        })
    }

    /// `what` says it all.
    pub(crate) fn plain(what: impl Into<String>) -> Self {
        Self::Failed(Failed {
            what: what.into(),
            source: None,
        })
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::because("writing failed", error)
    }
}

/// Does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<(), CommandError> {
    let sources = Sources {
        config_file: cli.config,
        dir: env::current_dir()
            .map_err(|error| CommandError::because("this folder cannot be used", error))?,
        env: readable_variables(),
        flags: cli.flags,
    };
    let load = || -> Result<Loaded, CommandError> { Ok(Settings::load(&sources)?) };
    match cli.command.unwrap_or(Command::Serve(Default::default())) {
        Command::Serve(options) => serve::run(load()?.settings, &options).await,
        Command::Migrate(step) => migrate::run(load()?.settings, step).await,
        Command::User(what) => user::run(&load()?.settings, what).await,
        Command::Backup(options) => backup::run(&load()?.settings, &options).await,
        Command::Restore(options) => restore::run(&load()?.settings, &options).await,
        Command::Openapi => openapi::run(),
        Command::Config(report) => config::run(&load()?.report, &report),
        Command::Doctor(report) => doctor::run(Settings::load(&sources), &report).await,
        Command::Mcp => mcp::run(&load()?.settings).await,
        Command::Healthcheck => healthcheck::run(&load()?.settings).await,
    }
}

/// A variable that is no Unicode is none of ours.
fn readable_variables() -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
