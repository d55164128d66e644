//! The section `retention`.

use std::time::Duration;

use super::{error::SettingsError, in_force::InForce, table, value};

/// How long what is gone is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetentionSettings {
    /// A task in the trash.
    pub(crate) trash: Duration,
    /// A change in the log: for so long it can be followed and undone.
    pub(crate) changes: Duration,
}

impl RetentionSettings {
    pub(super) fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        Ok(Self {
            trash: in_force.read(&table::RETENTION_TRASH, value::lifetime)?,
            changes: in_force.read(&table::RETENTION_CHANGES, value::memory)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_variable};
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    #[test]
    fn with_nothing_set_the_trash_is_kept_for_a_month_and_the_log_for_three() {
        let retention = from_file("").unwrap().retention;
        assert_eq!((retention.trash, retention.changes), (30 * DAY, 90 * DAY));
    }

    #[test]
    fn both_can_be_set() {
        let retention = from_file("[retention]\ntrash = \"1d\"\nchanges = \"2d\"")
            .unwrap()
            .retention;
        assert_eq!((retention.trash, retention.changes), (DAY, 2 * DAY));
    }

    #[test]
    fn changes_are_kept_for_as_long_as_the_answers_that_name_them() {
        let error = from_file("[retention]\nchanges = \"23h\"").unwrap_err();
        assert!(error.starts_with("retention.changes is \"23h\""), "{error}");
    }

    #[test]
    fn a_wrong_value_of_either_is_refused() {
        for name in ["TRASH", "CHANGES"] {
            let error = from_variable(&format!("TASKWELL__RETENTION__{name}"), "0s").unwrap_err();
            let start = format!("retention.{} is \"0s\" (from the variable ", name.to_lowercase());
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
