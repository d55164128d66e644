//! How many connections the server takes at once.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::settings::LimitSettings;

/// File descriptors that are not for connections of clients: those of the database, and whatever is open besides.
const OTHER_DESCRIPTORS: u64 = 256;

/// Connections for requests, beside those that streams may hold.
const FOR_REQUESTS: u64 = 4_096;

/// As many as streams and requests need, if the system has descriptors for them; others wait until one of these ends.
/// What the system allows is asked for: many start programs with a fraction of it.
pub(crate) fn most(limits: &LimitSettings) -> u64 {
    let allowed = ask_for_descriptors().unwrap_or_else(|error| {
        tracing::warn!(%error, "there are as many file descriptors as at the start");
        getrlimit(Resource::Nofile).current
    });
    let possible = allowed.map_or(u64::MAX, |allowed| {
        allowed.saturating_sub(OTHER_DESCRIPTORS).max(1)
    });
    let wanted = FOR_REQUESTS + u64::from(limits.streams);
    if possible < wanted {
        tracing::warn!(
            connections = possible,
            wanted,
            "the limit of file descriptors allows fewer connections"
        );
    }
    wanted.min(possible)
}

/// Raises the limit of descriptors as far as this process may; what it is then.
fn ask_for_descriptors() -> io::Result<Option<u64>> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, raised)?;
    Ok(maximum)
}
