//! The server that is measured.

use std::process::Command;

use crate::{Result, place::Place, server::Server};

/// For a database that is gone in a few minutes.
const SECRET: &str = "only for databases of the benchmark, 4711";

/// Of another issuer, whose users need no password here.
pub(crate) const OUTSIDE_SECRET: &str = "of the other issuer of the benchmark, 0815";

/// The real program with the settings that it comes with; what the other server must have too is said.
pub(crate) fn start(place: &Place, workers: usize) -> Result<Server> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskwell"));
    command
        // No settings but these: neither those of a file nor those of whoever runs this.
        .current_dir(place.folder())
        .env_clear()
        .env("DATABASE_URL", place.url())
        .env("PORT", "0")
        .env("TASKWELL__SERVER__WORKERS", workers.to_string())
        .env(
            "TASKWELL__DATABASE__MAX_CONNECTIONS",
            place.max_connections().to_string(),
        )
        .env("TASKWELL__AUTH__SECRET", SECRET)
        .env("BETTER_AUTH_SECRET", OUTSIDE_SECRET)
        // The other server has no log.
        .env("TASKWELL__LOG__LEVEL", "warn")
        // Somebody asks as often as they can.
        .env("TASKWELL__LIMITS__ENABLED", "false")
        // No token expires on the way.
        .env("TASKWELL__AUTH__ACCESS_TTL", "1d");
    Server::start(&mut command, place.folder())
}
