//! What happened to the tasks: the questions, and what is answered.

use serde::Serialize;
use taskwell_application::tasks::ChangeList;
use taskwell_domain::Seq;
use utoipa::{
    ToSchema,
    openapi::{KnownFormat, SchemaFormat, schema::Type},
};

use crate::{
    ChangeBody, Parameter,
    parameter::{instances, number},
};

/// The greatest number that every database can count to.
pub const MAX_SEQ: u64 = i64::MAX.unsigned_abs();

/// How many changes are told when nobody said how many.
pub const DEFAULT_LIMIT: u32 = 100;

/// A piece of the change log.
#[derive(Serialize, ToSchema)]
pub struct ChangePage {
    /// The changes, oldest first.
    changes: Vec<ChangeBody>,
    /// Where the next piece begins: the `since` to ask with.
    #[schema(value_type = u64, minimum = 0)]
    next: Seq,
    /// Whether there is more already.
    more: bool,
}

/// After which change.
pub const SINCE: Parameter<Seq> = Parameter {
    name: "since",
    read: |text| number(text, 0..=MAX_SEQ).map(Seq::from),
    schema: || {
        instances(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .default(Some(0.into()))
    },
    description: "Only what came after the change of this number.",
};

/// How many at most.
pub const LIMIT: Parameter<u32> = Parameter {
    name: "limit",
    read: |text| number(text, 1..=1_000).map(|limit| u32::try_from(limit).unwrap_or(DEFAULT_LIMIT)),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(1_000))
            .default(Some(DEFAULT_LIMIT.into()))
    },
    description: "How many at most.",
};

impl From<ChangeList> for ChangePage {
    fn from(list: ChangeList) -> Self {
        Self {
            changes: list.changes.into_iter().map(ChangeBody::from).collect(),
            next: list.next,
            more: list.more,
        }
    }
}
