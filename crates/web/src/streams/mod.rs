//! Streams of changes: which are open, what each sends, and how it looks on the wire.

mod feed;
mod observed;
mod open;
pub(crate) mod sse;
pub(crate) mod websocket;

pub(crate) use self::feed::Feed;
pub use self::open::{StreamLimits, Streams};

use std::time::Duration;

use taskwell_application::ErrorCode;

use crate::problem::{Code, ProblemType};

/// How long nothing is sent at most, so that everybody in between sees that the stream is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long what is written waits, after the last reading of the log, for more to be read with it: a stream costs
/// those who write fast few statements, and those who write now and then see their changes at once.
const PACE: Duration = Duration::from_millis(20);

/// How long the log may take to be read, so that a stream says that it cannot go on rather than nothing at all.
const READ_WITHIN: Duration = Duration::from_secs(10);

/// How long a reader may take nothing of what is there for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Why a stream ends that its reader would have gone on reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The server is about to stop.
    Draining,
    /// What would be the code of a problem.
    Because(ErrorCode),
}

impl End {
    /// The stable word for a program.
    fn word(self) -> &'static str {
        self.kind().code
    }

    /// The same for a person.
    fn title(self) -> &'static str {
        self.kind().title
    }

    fn kind(self) -> ProblemType {
        ProblemType::of(Code::from(match self {
            Self::Draining => ErrorCode::Unavailable,
            Self::Because(code) => code,
        }))
    }
}
