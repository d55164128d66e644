//! The section `limits`.

use std::ops::RangeInclusive;

use super::{error::SettingsError, in_force::InForce, table, value};

const COUNT: RangeInclusive<u32> = 1..=1_000_000;

/// How often somebody may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitSettings {
    /// Whether anything is limited.
    pub(crate) enabled: bool,
    /// Attempts to log in, in a minute.
    pub(crate) login_per_minute: u32,
    /// Attempts to make an account, in an hour.
    pub(crate) register_per_hour: u32,
    /// Requests of any kind, in a second.
    pub(crate) requests_per_second: u32,
    /// Streams of changes that are open, of one user.
    pub(crate) streams_per_user: u32,
    /// The same of all users, on one server.
    pub(crate) streams: u32,
}

impl LimitSettings {
    pub(super) fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        let count = |setting| in_force.read(setting, |text| value::number(text, COUNT));
        Ok(Self {
            enabled: in_force.read(&table::LIMITS_ENABLED, value::flag)?,
            login_per_minute: count(&table::LIMITS_LOGIN_PER_MINUTE)?,
            register_per_hour: count(&table::LIMITS_REGISTER_PER_HOUR)?,
            requests_per_second: count(&table::LIMITS_REQUESTS_PER_SECOND)?,
            streams_per_user: count(&table::LIMITS_STREAMS_PER_USER)?,
            streams: count(&table::LIMITS_STREAMS)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_variable};
    use super::*;

    #[test]
    fn with_nothing_set_there_are_limits() {
        let expected = LimitSettings {
            enabled: true,
            login_per_minute: 10,
            register_per_hour: 20,
            requests_per_second: 50,
            streams_per_user: 20,
            streams: 10_000,
        };
        assert_eq!(from_file("").unwrap().limits, expected);
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let limits = from_file(
            r#"
            [limits]
            enabled = false
            login_per_minute = 1
            register_per_hour = 2
            requests_per_second = 1000000
            streams_per_user = 3
            streams = 4
            "#,
        )
        .unwrap()
        .limits;
        let expected = LimitSettings {
            enabled: false,
            login_per_minute: 1,
            register_per_hour: 2,
            requests_per_second: 1_000_000,
            streams_per_user: 3,
            streams: 4,
        };
        assert_eq!(limits, expected);
    }

    #[test]
    fn a_wrong_value_of_any_setting_of_the_section_is_refused() {
        for (name, text) in [
            ("ENABLED", "no"),
            ("LOGIN_PER_MINUTE", "0"),
            ("LOGIN_PER_MINUTE", "1000001"),
            ("REGISTER_PER_HOUR", "-1"),
            ("REQUESTS_PER_SECOND", "1.5"),
            ("STREAMS_PER_USER", "0"),
            ("STREAMS", "many"),
        ] {
            let error = from_variable(&format!("TASKWELL__LIMITS__{name}"), text).unwrap_err();
            let start = format!("limits.{} is {text:?} (from the variable ", name.to_lowercase());
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
