//! The settings: read once at the start from defaults, file, environment and flags, checked, and from
//! then on typed and constant.
//!
//! [`table`] lists every setting once; [`layers`] puts the sources on top of each other; [`in_force`]
//! holds what came out of it, each value with where it came from; the sections read their part of that.

mod auth;
mod better_auth;
mod database;
mod error;
mod file;
mod given_secret;
mod in_force;
mod issuers;
mod key_file;
mod layers;
mod limits;
mod log;
mod report;
mod retention;
mod secret;
mod server;
mod signing;
mod table;
mod telemetry;
#[cfg(test)]
mod tests;
mod tls;
mod value;
mod web_address;

pub(crate) use auth::AuthSettings;
pub(crate) use database::DatabaseSettings;
pub(crate) use error::SettingsError;
pub(crate) use issuers::{IssuerKeys, IssuerSettings};
pub(crate) use layers::{Flags, Sources};
pub(crate) use limits::LimitSettings;
pub(crate) use log::{LogFormat, LogSettings};
pub(crate) use report::Report;
pub(crate) use retention::RetentionSettings;
pub(crate) use secret::Secret;
pub(crate) use server::ServerSettings;
pub(crate) use signing::{SecretSource, Signing};
pub(crate) use telemetry::{TelemetrySettings, address_for_traces};
pub(crate) use tls::TlsSettings;

use in_force::InForce;

/// Every setting, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where and how HTTP is served.
    pub(crate) server: ServerSettings,
    /// Where the data is.
    pub(crate) database: DatabaseSettings,
    /// Who may come in, and for how long.
    pub(crate) auth: AuthSettings,
    /// How often somebody may do something.
    pub(crate) limits: LimitSettings,
    /// How long what is gone is kept.
    pub(crate) retention: RetentionSettings,
    /// What is logged.
    pub(crate) log: LogSettings,
    /// What is told to those who collect it.
    pub(crate) telemetry: TelemetrySettings,
}

/// The settings, and where each came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What the program runs with.
    pub(crate) settings: Settings,
    /// What `taskwell config` prints.
    pub(crate) report: Report,
}

impl Settings {
    /// Reads and checks all sources.
    ///
    /// # Errors
    /// The first thing that is wrong, as one line for the operator.
    pub(crate) fn load(sources: &Sources) -> Result<Loaded, SettingsError> {
        let in_force = layers::read(sources)?;
        Ok(Loaded {
            settings: Self::read(&in_force)?,
            report: Report::of(&in_force),
        })
    }

    fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        let database = DatabaseSettings::read(in_force)?;
        Ok(Self {
            server: ServerSettings::read(in_force)?,
            auth: AuthSettings::read(in_force, database.url.address())?,
            limits: LimitSettings::read(in_force)?,
            retention: RetentionSettings::read(in_force)?,
            log: LogSettings::read(in_force)?,
            telemetry: TelemetrySettings::read(in_force)?,
            database,
        })
    }
}
