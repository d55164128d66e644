//! What an adapter brings, and how a case runs over it.

use std::{
    panic,
    pin::Pin,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use taskwell_application::ports::{
    ApiTokenStore, AuditTrail, JobStore, SessionStore, SharedLimits, TaskStore, UserStore,
};
use tokio::{runtime::Builder, time::timeout};

/// An adapter over a storage of its own. Each case of the suite gets a fresh one.
pub trait Fixture: Sized + Send + 'static {
    /// An empty storage that nobody else uses.
    fn fresh() -> impl Future<Output = Self> + Send;

    /// The accounts in it.
    fn users(&self) -> Arc<dyn UserStore>;

    /// The sessions in it.
    fn sessions(&self) -> Arc<dyn SessionStore>;

    /// The tokens for programs in it.
    fn api_tokens(&self) -> Arc<dyn ApiTokenStore>;

    /// The audit trail in it.
    fn audit(&self) -> Arc<dyn AuditTrail>;

    /// The counts in it.
    fn limits(&self) -> Arc<dyn SharedLimits>;

    /// The tasks in it.
    fn tasks(&self) -> Arc<dyn TaskStore>;

    /// The jobs that the servers share in it.
    fn jobs(&self) -> Arc<dyn JobStore>;

    /// Takes the storage away again, once the case is over, passed or not. What goes by dropping the
    /// fixture needs nothing here.
    fn remove(self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// The ports of an adapter over one storage.
#[derive(Clone)]
pub struct Storage {
    pub(crate) users: Arc<dyn UserStore>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) api_tokens: Arc<dyn ApiTokenStore>,
    pub(crate) audit: Arc<dyn AuditTrail>,
    pub(crate) limits: Arc<dyn SharedLimits>,
    pub(crate) tasks: Arc<dyn TaskStore>,
    pub(crate) jobs: Arc<dyn JobStore>,
    /// How many entries of the audit trail the case has made.
    pub(crate) entries: Arc<AtomicU64>,
}

/// A case of the suite at work.
pub(crate) type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A case that is not done by then waits for something that never comes, a lock most likely.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs one case over a fresh storage, on several threads.
///
/// # Panics
/// If the case does, or takes two minutes.
pub fn run<F: Fixture>(case: fn(Storage) -> Running) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let fixture = F::fresh().await;
        let storage = Storage {
            users: fixture.users(),
            sessions: fixture.sessions(),
            api_tokens: fixture.api_tokens(),
            audit: fixture.audit(),
            limits: fixture.limits(),
            tasks: fixture.tasks(),
            jobs: fixture.jobs(),
            entries: Arc::default(),
        };
        let mut running = tokio::spawn(case(storage));
        let outcome = timeout(LIMIT, &mut running).await;
        running.abort();
        fixture.remove().await;
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(failed)) => panic::resume_unwind(failed.into_panic()),
            Err(_) => panic!("the case is not done after {} seconds", LIMIT.as_secs()),
        }
    });
}
