//! The storage in memory does what every storage must.

use std::sync::Arc;

use taskwell_application::ports::{
    ApiTokenStore, AuditTrail, JobStore, SessionStore, SharedLimits, TaskStore, UserStore,
};
use taskwell_contract::Fixture;
use taskwell_example_embedded::MemoryStorage;

struct InMemory(Arc<MemoryStorage>);

impl Fixture for InMemory {
    async fn fresh() -> Self {
        Self(Arc::new(MemoryStorage::new()))
    }

    fn users(&self) -> Arc<dyn UserStore> {
        self.0.clone()
    }

    fn sessions(&self) -> Arc<dyn SessionStore> {
        self.0.clone()
    }

    fn api_tokens(&self) -> Arc<dyn ApiTokenStore> {
        self.0.clone()
    }

    fn audit(&self) -> Arc<dyn AuditTrail> {
        self.0.clone()
    }

    fn limits(&self) -> Arc<dyn SharedLimits> {
        self.0.clone()
    }

    fn tasks(&self) -> Arc<dyn TaskStore> {
        self.0.clone()
    }

    fn jobs(&self) -> Arc<dyn JobStore> {
        self.0.clone()
    }
}

taskwell_contract::storage_contract!(InMemory);
