//! The section `log`.

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::{error::SettingsError, in_force::InForce, table};

/// What is logged.
#[derive(Clone, Debug)]
pub(crate) struct LogSettings {
    /// How; without one, for people on a terminal and for machines elsewhere.
    pub(crate) format: Option<LogFormat>,
    /// How much, and of what.
    pub(crate) level: Targets,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

impl LogSettings {
    pub(super) fn read(in_force: &InForce) -> Result<Self, SettingsError> {
        Ok(Self {
            format: in_force.read_if_set(&table::LOG_FORMAT, format)?,
            level: in_force.read(&table::LOG_LEVEL, level)?,
        })
    }
}

fn format(text: &str) -> Option<LogFormat> {
    match text {
        "pretty" => Some(LogFormat::Pretty),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn level(text: &str) -> Option<Targets> {
    // The filter takes a word that is no level for a target, so that a misspelt level would silence everything else; no
    // level for one, no target for all, and anything for the name of a target.
    let clear = |directive: &str| match directive.split_once('=') {
        Some((target, level)) => is_target(target) && !level.is_empty(),
        None => !directive.is_empty() && directive.parse::<LevelFilter>().is_ok(),
    };
    text.split(',').all(clear).then(|| text.parse().ok()).flatten()
}

/// The path of a module, as of `taskwell_web::edge`.
fn is_target(text: &str) -> bool {
    let of_path = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | ':');
    !text.is_empty() && text.chars().all(of_path)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, from_variable};
    use super::*;

    fn of_all(level: LevelFilter) -> Targets {
        Targets::new().with_default(level)
    }

    #[test]
    fn with_nothing_set_the_terminal_decides_and_the_level_is_info() {
        let log = from_file("").unwrap().log;
        assert_eq!(log.format, None);
        assert_eq!(log.level, of_all(LevelFilter::INFO));
    }

    #[test]
    fn every_setting_of_the_section_can_be_set() {
        let log = from_file("[log]\nformat = \"json\"\nlevel = \"debug\"")
            .unwrap()
            .log;
        assert_eq!(log.format, Some(LogFormat::Json));
        assert_eq!(log.level, of_all(LevelFilter::DEBUG));
        let log = from_file("[log]\nformat = \"pretty\"").unwrap().log;
        assert_eq!(log.format, Some(LogFormat::Pretty));
    }

    #[test]
    fn a_level_is_a_word_or_a_filter_of_targets() {
        let of_target = Targets::new().with_target("sqlx", LevelFilter::WARN);
        for (text, filter) in [
            ("off", of_all(LevelFilter::OFF)),
            ("WARN", of_all(LevelFilter::WARN)),
            ("sqlx=warn", of_target.clone()),
            ("info,sqlx=warn", of_target.with_default(LevelFilter::INFO)),
        ] {
            assert_eq!(level(text), Some(filter));
        }
        for text in [
            "",
            "verbose",
            "info,verbose",
            "info, debug",
            "info,",
            "sqlx=loud",
            "a=b=c",
            "[request{user}]=trace",
            "info, sqlx=warn",
            "=warn",
            "sqlx=",
        ] {
            assert_eq!(level(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_wrong_value_of_any_setting_of_the_section_is_refused() {
        for (name, text) in [("FORMAT", "xml"), ("LEVEL", "verbose")] {
            let error = from_variable(&format!("TASKWELL__LOG__{name}"), text).unwrap_err();
            let start = format!("log.{} is {text:?} (from the variable ", name.to_lowercase());
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
