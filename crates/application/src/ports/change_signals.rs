use async_trait::async_trait;
use taskwell_domain::UserId;

/// Tells that the log of a user may have grown, so that whoever follows it need not ask again and again. It is
/// a hint, and never what is followed: that is read from the log ([`TaskStore::changes`](super::TaskStore::changes)).
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait ChangeSignals: Send + Sync {
    /// Watches over the log of that user from now on.
    fn watch(&self, user: &UserId) -> Box<dyn ChangeSignal>;
}

/// A watch over the log of one user.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ChangeSignal: Send {
    /// Waits until the log may have grown since this was called before, or since the watch began: at once, if
    /// it has already. What was written on this server is signalled when it can be read, what was written on
    /// another one soon after. Many changes may come as one signal, and a signal may come for nothing. A call
    /// that is given up loses no signal.
    async fn changed(&mut self);
}
