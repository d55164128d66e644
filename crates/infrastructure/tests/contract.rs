//! Both databases do what every storage must do.

use std::sync::Arc;

use taskwell_application::ports::{SessionStore, TaskStore, UserStore};
use taskwell_contract::Fixture;
use taskwell_infrastructure::{SqlSessionStore, SqlTaskStore, SqlUserStore, testing::TestDatabase};

/// A fixture over what `TestDatabase::$open` gives.
macro_rules! fixture {
    ($name:ident, $open:ident) => {
        struct $name(TestDatabase);

        impl Fixture for $name {
            async fn fresh() -> Self {
                Self(TestDatabase::$open().await)
            }

            fn users(&self) -> Arc<dyn UserStore> {
                Arc::new(SqlUserStore::new(self.0.database().clone()))
            }

            fn sessions(&self) -> Arc<dyn SessionStore> {
                Arc::new(SqlSessionStore::new(self.0.database().clone()))
            }

            fn tasks(&self) -> Arc<dyn TaskStore> {
                Arc::new(SqlTaskStore::new(self.0.database().clone()))
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
