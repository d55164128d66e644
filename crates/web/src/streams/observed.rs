use std::sync::Arc;

use super::End;
use crate::observer::{Observer, StreamKind};

/// A stream as its observer sees it, open until it is dropped.
pub(super) struct Observed {
    observer: Option<Arc<dyn Observer>>,
    kind: StreamKind,
    end: Option<End>,
}

impl Observed {
    pub(super) fn open(observer: Option<Arc<dyn Observer>>, kind: StreamKind) -> Self {
        if let Some(observer) = &observer {
            observer.stream_opened(kind);
        }
        Self {
            observer,
            kind,
            end: None,
        }
    }

    /// It is the server that ends it.
    pub(super) fn ends(&mut self, end: End) {
        self.end = Some(end);
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        let reason = match self.end {
            None => "left",
            Some(End::Draining) => "draining",
            Some(end @ End::Because(_)) => end.word(),
        };
        if let Some(observer) = &self.observer {
            observer.stream_ended(self.kind, reason);
        }
    }
}
