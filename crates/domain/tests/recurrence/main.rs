//! Recurring tasks, as they look from outside.
#![expect(clippy::expect_used, reason = "what the tables hold passes the checks")]

mod clocks;
mod dateutil;
mod ends;
mod refused;
mod rfc5545;
mod subject;
