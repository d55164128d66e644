//! Both databases do what every storage must do.

use std::sync::Arc;

use taskwell_application::ports::{
    ApiTokenStore, AuditTrail, JobStore, SessionStore, SharedLimits, TaskStore, UserStore,
};
use taskwell_contract::Fixture;
use taskwell_infrastructure::{
    Database, Seen, SqlApiTokenStore, SqlAuditTrail, SqlJobStore, SqlSessionStore, SqlSharedLimits,
    SqlTaskStore, SqlUserStore, testing::TestDatabase,
};

/// A fixture over what `TestDatabase::$open` gives.
macro_rules! fixture {
    ($name:ident, $open:ident) => {
        struct $name {
            test: TestDatabase,
            seen: Seen,
        }

        impl $name {
            fn database(&self) -> Database {
                self.test.database().clone()
            }
        }

        impl Fixture for $name {
            async fn fresh() -> Self {
                Self {
                    test: TestDatabase::$open().await,
                    seen: Seen::default(),
                }
            }

            fn users(&self) -> Arc<dyn UserStore> {
                Arc::new(SqlUserStore::new(self.database(), self.seen.clone()))
            }

            fn sessions(&self) -> Arc<dyn SessionStore> {
                Arc::new(SqlSessionStore::new(self.database(), self.seen.clone()))
            }

            fn api_tokens(&self) -> Arc<dyn ApiTokenStore> {
                Arc::new(SqlApiTokenStore::new(self.database(), self.seen.clone()))
            }

            fn audit(&self) -> Arc<dyn AuditTrail> {
                Arc::new(SqlAuditTrail::new(self.database()))
            }

            fn limits(&self) -> Arc<dyn SharedLimits> {
                Arc::new(SqlSharedLimits::new(self.database()))
            }

            fn tasks(&self) -> Arc<dyn TaskStore> {
                Arc::new(SqlTaskStore::new(self.database()))
            }

            fn jobs(&self) -> Arc<dyn JobStore> {
                Arc::new(SqlJobStore::new(self.database()))
            }
        }
    };
}

fixture!(Sqlite, sqlite);
fixture!(Postgres, postgres);

mod sqlite {
    taskwell_contract::storage_contract!(super::Sqlite);
}

mod postgres {
    taskwell_contract::storage_contract!(super::Postgres);
}
