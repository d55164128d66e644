//! The parameters of lists as arguments of tools. Where a query string and HTTP say something in another way than an
//! argument does, it is said anew.

use taskwell_wire::{
    Parameter,
    listing::{COMPLETED, COUNT, DUE_AFTER, DUE_BEFORE, PRIORITY, SKIP, SORT, TAG, UPDATED_SINCE},
    paging::{CURSOR, LIMIT},
    task_fields::Described,
};
use utoipa::openapi::schema::ArrayBuilder;

/// A parameter as it is.
pub(crate) fn as_is<T>(parameter: &Parameter<T>) -> Described {
    saying(parameter, parameter.description)
}

fn saying<T>(parameter: &Parameter<T>, description: &str) -> Described {
    let schema = (parameter.schema)().description(Some(description));
    (parameter.name, schema.into())
}

/// One that may be given several times: an array.
fn several<T>(parameter: &Parameter<T>, description: &str) -> Described {
    let items = ArrayBuilder::new().items((parameter.schema)());
    (parameter.name, items.description(Some(description)).into())
}

/// Which tasks, in which order, from where, how many.
pub(crate) fn of_lists() -> Vec<Described> {
    vec![
        as_is(&COMPLETED),
        several(&PRIORITY, "Only those with one of these priorities."),
        several(&TAG, "Only those with all of these tags, ignoring case."),
        as_is(&DUE_AFTER),
        as_is(&DUE_BEFORE),
        as_is(&UPDATED_SINCE),
        as_is(&SORT),
        as_is(&LIMIT),
        saying(
            &CURSOR,
            "The `next_cursor` of the page before. Good for the same filters and order only.",
        ),
        as_is(&SKIP),
        saying(&COUNT, "Whether to count all that pass the filter, as `total`."),
    ]
}
