//! The settings in force, still untyped, each with where it came from.

use config::{Map, Value, ValueKind};

use super::{
    database,
    error::SettingsError,
    table::{Fallback, Setting, Shown},
};

/// What the layers came to: sections with values.
pub(super) struct InForce(Map<String, Value>);

impl InForce {
    /// The merged layers, of which each value knows its origin.
    pub(super) fn new(sections: Map<String, Value>) -> Self {
        Self(sections)
    }

    /// A setting that always has a value.
    pub(super) fn read<T>(
        &self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, SettingsError> {
        self.read_if_set(setting, parse)?
            .ok_or_else(|| SettingsError::NotSet {
                setting: setting.key,
                need: setting.allowed.to_owned(),
            })
    }

    /// A setting that may be left out.
    pub(super) fn read_if_set<T>(
        &self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, SettingsError> {
        let Some(value) = self.find(setting) else {
            return Ok(None);
        };
        match scalar(value).as_deref().and_then(parse) {
            Some(typed) => Ok(Some(typed)),
            None => Err(self.wrong(setting, setting.allowed)),
        }
    }

    /// A list: an array in the file, separated by commas in a variable.
    pub(super) fn read_list<T>(
        &self,
        setting: &Setting,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, SettingsError> {
        let items = self.find(setting).map_or(Some(Vec::new()), items);
        items
            .and_then(|items| items.iter().map(|item| parse(item.trim())).collect())
            .ok_or_else(|| self.wrong(setting, setting.allowed))
    }

    /// That the value of this setting is not what it must be.
    pub(super) fn wrong(&self, setting: &Setting, allowed: &str) -> SettingsError {
        let value = self.shown(setting).unwrap_or_default();
        SettingsError::wrong(setting, &value, &self.origin(setting), allowed)
    }

    /// The value as people may see it, written as in a variable.
    pub(super) fn shown(&self, setting: &Setting) -> Option<String> {
        let value = self.find(setting)?;
        let text = if let ValueKind::Array(items) = &value.kind {
            items.iter().map(Value::to_string).collect::<Vec<_>>().join(",")
        } else {
            value.to_string()
        };
        Some(match setting.shown {
            Shown::Whole => text,
            Shown::WithoutPassword => database::without_password(&text),
            Shown::Hidden => "***".to_owned(),
        })
    }

    /// Where the value came from.
    pub(super) fn origin(&self, setting: &Setting) -> String {
        match (self.find(setting).and_then(Value::origin), &setting.fallback) {
            (Some(origin), _) => origin.to_owned(),
            (None, Fallback::Chosen(words)) => format!("the default ({words})"),
            (None, Fallback::Value(_)) => "the default".to_owned(),
        }
    }

    fn find(&self, setting: &Setting) -> Option<&Value> {
        let mut names = setting.key.split('.');
        let first = self.0.get(names.next()?)?;
        names.try_fold(first, |section, name| {
            let ValueKind::Table(section) = &section.kind else {
                return None;
            };
            section.get(name)
        })
    }
}

/// The text of a single value. No fractions: no setting has one, and text of them is not what was written.
fn scalar(value: &Value) -> Option<String> {
    let single = matches!(
        value.kind,
        ValueKind::String(_) | ValueKind::Boolean(_) | ValueKind::I64(_)
    );
    single.then(|| value.to_string())
}

fn items(value: &Value) -> Option<Vec<String>> {
    if let ValueKind::Array(items) = &value.kind {
        return items.iter().map(scalar).collect();
    }
    match scalar(value)?.as_str() {
        "" => Some(Vec::new()),
        text => Some(text.split(',').map(str::to_owned).collect()),
    }
}
