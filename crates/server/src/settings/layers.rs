//! The sources of the settings, and how they lie on top of each other.

use std::{fmt, path::PathBuf};

use config::{Config, ConfigError, Map, Source, Value, ValueKind};

use super::{
    better_auth,
    error::SettingsError,
    file,
    in_force::InForce,
    table::{self, AUTH_ISSUERS, Fallback, Setting},
};

/// What every variable begins with that is named after its setting.
const PREFIX: &str = "TASKWELL__";

/// Everything that settings are read from; nothing else is looked at.
pub(crate) struct Sources {
    /// The file that `--config` names. It must exist, which `taskwell.toml` need not.
    pub(crate) config_file: Option<PathBuf>,
    /// The current folder.
    pub(crate) dir: PathBuf,
    /// The environment.
    pub(crate) env: Vec<(String, String)>,
    /// The flags of the command line.
    pub(crate) flags: Flags,
}

/// The flags that set a setting. They are text here, so that a wrong one is answered like any other
/// wrong setting.
#[derive(Clone, Default, clap::Args)]
pub(crate) struct Flags {
    /// The address to listen on (`server.host`)
    #[arg(long, global = true)]
    pub(crate) host: Option<String>,
    /// The port to listen on, 0 for any free one (`server.port`)
    #[arg(long, global = true)]
    pub(crate) port: Option<String>,
    /// Where the data is (`database.url`)
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
}

/// Puts the layers on top of each other; the later wins.
pub(super) fn read(sources: &Sources) -> Result<InForce, SettingsError> {
    let file = file::read(sources)?;
    let issuers = issuers(&file, &sources.env)?;
    let merged = Config::builder()
        .add_source(defaults())
        .add_source(file)
        .add_source(short_variables(&sources.env))
        .add_source(issuers)
        .add_source(variables(&sources.env)?)
        .add_source(flags(&sources.flags))
        .build()?;
    Ok(InForce::new(merged.collect()?))
}

fn defaults() -> Layer {
    let mut layer = Layer::default();
    for setting in table::ALL {
        if let Fallback::Value(text) = setting.fallback {
            layer.set(setting, "the default", text);
        }
    }
    layer
}

/// An empty one counts as not set: that is how a container file leaves one out.
fn short_variables(env: &[(String, String)]) -> Layer {
    let mut layer = Layer::default();
    for (name, text) in env.iter().filter(|(_, text)| !text.is_empty()) {
        let named = |setting: &&&Setting| setting.short == Some(name.as_str());
        if let Some(setting) = table::ALL.iter().find(named) {
            layer.set(setting, &variable(name), text.as_str());
        }
    }
    layer
}

/// The issuers of the file, and after them those that short variables stand for. A list only ever replaces
/// the one below it, so this is both.
fn issuers(file: &Layer, env: &[(String, String)]) -> Result<Layer, SettingsError> {
    let mut layer = Layer::default();
    let added = better_auth::issuers(env)?;
    let below = file.get(&AUTH_ISSUERS);
    let Some(origin) = below.or(added.first()).and_then(Value::origin) else {
        return Ok(layer);
    };
    let origin = origin.to_owned();
    match below.map(|list| &list.kind) {
        None => layer.set(&AUTH_ISSUERS, &origin, added),
        Some(ValueKind::Array(items)) => {
            layer.set(&AUTH_ISSUERS, &origin, [items.as_slice(), &added].concat());
        }
        // What is not a list stays as it is and is refused where it is read.
        Some(_) => {}
    }
    Ok(layer)
}

fn variables(env: &[(String, String)]) -> Result<Layer, SettingsError> {
    let mut layer = Layer::default();
    for (name, text) in env {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let key = rest.to_lowercase().replace("__", ".");
        let origin = variable(name);
        if let Some(list) = table::list_of_tables(&key) {
            return Err(SettingsError::OnlyInFile {
                setting: list.key,
                origin,
            });
        }
        match table::find(&key) {
            Some(setting) => layer.set(setting, &origin, text.as_str()),
            None => return Err(SettingsError::unknown(&key, &origin, &table::near(&key))),
        }
    }
    Ok(layer)
}

fn flags(flags: &Flags) -> Layer {
    let mut layer = Layer::default();
    for setting in table::ALL {
        let Some(flag) = &setting.flag else { continue };
        if let Some(text) = (flag.given)(flags) {
            layer.set(setting, &format!("the flag {}", flag.name), text);
        }
    }
    layer
}

/// How a variable is named as an origin.
pub(super) fn variable(name: &str) -> String {
    format!("the variable {name}")
}

/// What one source sets, each value with its origin.
#[derive(Clone, Default)]
pub(super) struct Layer(Vec<(&'static Setting, Value)>);

impl Layer {
    /// Notes that `origin` sets this setting.
    pub(super) fn set(&mut self, setting: &'static Setting, origin: &str, value: impl Into<ValueKind>) {
        self.0
            .push((setting, Value::new(Some(&origin.to_owned()), value)));
    }

    /// What the source sets this setting to.
    fn get(&self, setting: &Setting) -> Option<&Value> {
        let found = self.0.iter().find(|(set, _)| set.key == setting.key);
        found.map(|(_, value)| value)
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let by_key = |(setting, value): &(&Setting, Value)| (setting.key.to_owned(), value.clone());
        Ok(self.0.iter().map(by_key).collect())
    }
}

/// Only the keys: the values may be secret.
impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(setting, _)| setting.key))
            .finish()
    }
}
