use taskwell_domain::{Completion, Date, Fault, FaultCode};
use utoipa::openapi::{KnownFormat, SchemaFormat};

use crate::{
    Field, Given,
    field::string,
    task_fields::{COMPLETED, date},
};

/// The occurrence that is meant.
pub const DUE_DATE: Field<Date> = Field {
    name: "due_date",
    read: date,
    schema: || {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some(
                "The day of the occurrence that is completed: if the task is due on another one by now, nothing happens.",
            ))
    },
};

/// What is to become of it, where nothing in the body says so that is `otherwise`.
pub fn completion(given: &mut Given, otherwise: Completion) -> Completion {
    let completion = given.optional(COMPLETED).map(Completion::Set);
    let completion = completion.unwrap_or(otherwise);
    match (given.optional(DUE_DATE), completion) {
        (None, completion) => completion,
        (Some(date), Completion::Set(true) | Completion::Done(_)) => Completion::Done(date),
        (Some(_), Completion::Set(false) | Completion::Toggle) => {
            let detail = "must be given together with completed, which must be true";
            given.fault_in_body(DUE_DATE.name, Fault::new(FaultCode::NotAllowedTogether, detail));
            completion
        }
    }
}
