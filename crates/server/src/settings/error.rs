//! What can be wrong with the settings.

use config::ConfigError;

use super::table;

/// Wrong settings. As text it is the one line that the operator gets; no secret is in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// A value that its setting does not take.
    #[error("{setting} is {value:?} (from {origin}) but must be {allowed}")]
    Wrong {
        /// The key.
        setting: String,
        /// The value, as people may see it.
        value: String,
        /// Where it came from.
        origin: String,
        /// What would be right.
        allowed: String,
    },
    /// A setting that cannot be left out here.
    #[error("{setting} is not set but must be {need}")]
    NotSet {
        /// The key.
        setting: String,
        /// Why, or with what.
        need: String,
    },
    /// Two settings that exclude each other.
    #[error(
        "{setting} (from {origin}) and {other} (from {other_origin}) are both set but only one may be{why}"
    )]
    NotBoth {
        /// The one key.
        setting: String,
        /// Where its value came from.
        origin: String,
        /// The other key.
        other: String,
        /// Where its value came from.
        other_origin: String,
        /// Why not, and what to do instead, after a comma; or nothing.
        why: &'static str,
    },
    /// A list of tables in a variable, which cannot hold one.
    #[error(
        "{setting} cannot be set by {origin}: it is a list of tables, which belongs in the settings file as \
         [[{setting}]]"
    )]
    OnlyInFile {
        /// The key.
        setting: &'static str,
        /// What tries to set it.
        origin: String,
    },
    /// A secret that is kept because none is set, and cannot be used.
    #[error(
        "the secret in {file}, where it is kept because neither {} nor {} is set, cannot be used: {fault}",
        table::AUTH_SECRET.key,
        table::AUTH_SECRET_FILE.key
    )]
    Kept {
        /// The file.
        file: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A key or variable that names no setting.
    #[error("{key} (from {origin}) is not a setting; there are: {known}")]
    Unknown {
        /// The key, in one line.
        key: String,
        /// Where it came from.
        origin: String,
        /// The keys that can have been meant.
        known: String,
    },
    /// The settings file cannot be read.
    #[error("{file} cannot be read: {reason}")]
    Unreadable {
        /// The file, as it was named.
        file: String,
        /// What the system said.
        reason: String,
    },
    /// The settings file is not TOML.
    #[error("{file} does not parse{place}: {fault}")]
    Syntax {
        /// The file, as it was named.
        file: String,
        /// ` at line 3, column 7`, or nothing.
        place: String,
        /// What the parser misses.
        fault: String,
    },
    /// The layers cannot be put together.
    #[error("the settings cannot be put together: {0}")]
    Layers(#[from] ConfigError),
}

impl SettingsError {
    /// A value that its setting does not take; `value` is shown.
    pub(super) fn wrong(setting: impl Into<String>, value: &str, origin: &str, allowed: &str) -> Self {
        Self::Wrong {
            setting: setting.into(),
            value: value.to_owned(),
            origin: origin.to_owned(),
            allowed: allowed.to_owned(),
        }
    }

    /// A key that names no setting; `known` are those that can have been meant.
    pub(super) fn unknown(key: &str, origin: &str, known: &[&str]) -> Self {
        Self::Unknown {
            key: key.escape_debug().to_string(),
            origin: origin.escape_debug().to_string(),
            known: known.join(", "),
        }
    }
}
