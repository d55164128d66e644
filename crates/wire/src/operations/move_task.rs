use taskwell_application::{ports::Side, tasks::Beside};
use taskwell_domain::{Fault, FaultCode, TaskId};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::ObjectBuilder};

use crate::{
    Field, Given,
    field::{string, text},
};

const AFTER: Field<TaskId> = Field {
    name: "after",
    read: |value| text(value).and_then(TaskId::parse),
    schema: || uuid().description(Some("The task that it is to come right after.")),
};

const BEFORE: Field<TaskId> = Field {
    name: "before",
    read: |value| text(value).and_then(TaskId::parse),
    schema: || uuid().description(Some("The task that it is to come right before.")),
};

fn uuid() -> ObjectBuilder {
    string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// Where it is to be moved. `None` says that there were faults.
pub fn beside(given: &mut Given) -> Option<Beside> {
    match (given.has_field(AFTER.name), given.has_field(BEFORE.name)) {
        (true, true) => {
            given.optional(AFTER);
            given.optional(BEFORE);
            let fault = Fault::new(
                FaultCode::NotAllowedTogether,
                "must not be given together with after",
            );
            given.fault_in_body(BEFORE.name, fault);
            None
        }
        (_, true) => side(given.optional(BEFORE), Side::Before),
        // That one of them is needed is noted of the first.
        (_, false) => side(given.required(AFTER), Side::After),
    }
}

fn side(id: Option<TaskId>, side: Side) -> Option<Beside> {
    id.map(|id| Beside { id, side })
}

/// The schemas of both.
pub fn schemas() -> [(&'static str, ObjectBuilder); 2] {
    [(AFTER.name, (AFTER.schema)()), (BEFORE.name, (BEFORE.schema)())]
}
