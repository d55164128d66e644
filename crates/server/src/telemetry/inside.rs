use std::sync::Arc;

use taskwell_infrastructure::{Argon2Hasher, Database, OutsideIssuers};

/// What is looked at when somebody asks for the metrics.
pub(crate) struct Inside {
    pub(crate) database: Database,
    pub(crate) passwords: Argon2Hasher,
    pub(crate) outside_tokens: Arc<OutsideIssuers>,
}
