//! The use cases over mocks of every port: no database, no HTTP. A call that a test does not name fails it.

// Lets Clippy see that the functions around the tests are for tests as well.
#![cfg(test)]

mod actor;
mod administration;
mod errors;
mod identity;
mod jobs;
mod tasks;
