//! Databases for the server under test.

pub(crate) use taskwell_infrastructure::testing::TestDatabase;
