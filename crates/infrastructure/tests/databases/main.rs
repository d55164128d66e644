//! What the adapters promise beyond the contract of the ports, on a SQLite file and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "in a test, what must not fail is unwrapped")]

#[macro_use]
mod support;

mod connecting;
mod constraints;
mod identity_races;
mod listing;
mod migrations;
mod reading;
mod record_races;
mod recording;
mod reminders;
mod search;
mod servers;
mod signals;
mod watching;
