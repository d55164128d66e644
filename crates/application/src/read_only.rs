//! Fields that nobody can set. A client may send back what it received; another value would be lost in silence,
//! and is refused.

use taskwell_domain::{Fault, FieldFault};

use crate::Error;

/// Refuses the fields of which the client believes something else than what is so.
pub(crate) fn check(differs: impl IntoIterator<Item = (&'static str, bool)>) -> Result<(), Error> {
    let faults: Vec<FieldFault> = differs
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| FieldFault::new(field, Fault::read_only()))
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Validation(faults))
    }
}
