//! The settings in force, still untyped, each with where it came from.

use std::fmt;

use config::{Map, Value, ValueKind};

use super::{
    database,
    error::SettingsError,
    table::{Fallback, Setting, Shown},
    web_address,
};

/// What the layers came to: sections with values. Or one table of a list, which is read in the same way.
pub(super) struct InForce {
    values: Map<String, Value>,
    /// Which table it is, if it is one.
    place: Option<Place>,
}

/// A table of a list.
struct Place {
    /// As in `auth.issuers[0]`.
    name: String,
    origin: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is from {}", self.name, self.origin)
    }
}

impl InForce {
    /// The merged layers, of which each value knows its origin.
    pub(super) fn new(sections: Map<String, Value>) -> Self {
        Self {
            values: sections,
            place: None,
        }
    }

    /// A setting that always has a value.
    pub(super) fn read<T>(
        &self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, SettingsError> {
        self.read_if_set(setting, parse)?
            .ok_or_else(|| self.not_set(setting, setting.allowed))
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

    /// One text or an array of texts, each as it was written: a comma is part of it, unlike in a list. None
    /// if it is not set, else at least one; and none is empty.
    pub(super) fn read_texts(&self, setting: &Setting) -> Result<Vec<String>, SettingsError> {
        let Some(value) = self.find(setting) else {
            return Ok(Vec::new());
        };
        texts(value)
            .filter(|texts| !texts.is_empty() && !texts.iter().any(String::is_empty))
            .ok_or_else(|| self.wrong(setting, setting.allowed))
    }

    /// The tables of a list of tables; `None` if it is set but is something else.
    pub(super) fn tables(&self, setting: &Setting) -> Option<Vec<Self>> {
        let Some(list) = self.find(setting) else {
            return Some(Vec::new());
        };
        let ValueKind::Array(items) = &list.kind else {
            return None;
        };
        let table = |(index, item): (usize, &Value)| {
            let ValueKind::Table(values) = &item.kind else {
                return None;
            };
            Some(Self {
                values: values.clone(),
                place: Some(Place {
                    name: format!("{}[{index}]", self.name(setting)),
                    origin: item.origin().unwrap_or_default().to_owned(),
                }),
            })
        };
        items.iter().enumerate().map(table).collect()
    }

    /// The whole key, as in `server.port` or `auth.issuers[0].name`.
    pub(super) fn name(&self, setting: &Setting) -> String {
        match &self.place {
            Some(place) => format!("{}.{}", place.name, setting.key),
            None => setting.key.to_owned(),
        }
    }

    /// Which table of a list this is and where it came from, in words.
    pub(super) fn place(&self) -> String {
        self.place.as_ref().map(Place::to_string).unwrap_or_default()
    }

    /// Whether it has a value.
    pub(super) fn is_set(&self, setting: &Setting) -> bool {
        self.find(setting).is_some()
    }

    /// Refuses that both are set. `why` completes the sentence after its end.
    pub(super) fn not_both(
        &self,
        setting: &Setting,
        other: &Setting,
        why: &'static str,
    ) -> Result<(), SettingsError> {
        if !(self.is_set(setting) && self.is_set(other)) {
            return Ok(());
        }
        Err(SettingsError::NotBoth {
            setting: self.name(setting),
            origin: self.origin(setting),
            other: self.name(other),
            other_origin: self.origin(other),
            why,
        })
    }

    /// That this setting cannot be left out; `need` completes "must be".
    pub(super) fn not_set(&self, setting: &Setting, need: &str) -> SettingsError {
        let need = match &self.place {
            Some(place) => format!("{need} ({place})"),
            None => need.to_owned(),
        };
        SettingsError::NotSet {
            setting: self.name(setting),
            need,
        }
    }

    /// That the value of this setting is not what it must be.
    pub(super) fn wrong(&self, setting: &Setting, allowed: &str) -> SettingsError {
        let value = self.shown(setting).unwrap_or_default();
        SettingsError::wrong(self.name(setting), &value, &self.origin(setting), allowed)
    }

    /// The value as people may see it, written as in a variable.
    pub(super) fn shown(&self, setting: &Setting) -> Option<String> {
        let value = self.find(setting)?;
        let text = if let ValueKind::Array(items) = &value.kind {
            items.iter().map(shown_in_list).collect::<Vec<_>>().join(",")
        } else {
            value.to_string()
        };
        Some(match setting.shown {
            Shown::Whole => text,
            Shown::WithoutPassword => database::without_password(&text),
            Shown::WebAddress => web_address::shown(&text).to_owned(),
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
        let first = self.values.get(names.next()?)?;
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

/// An item of a list as people may see it. None is itself a table or list, and what is in one that stands
/// there nevertheless may be secret.
fn shown_in_list(item: &Value) -> String {
    match item.kind {
        ValueKind::Table(_) => "a table".to_owned(),
        ValueKind::Array(_) => "a list".to_owned(),
        _ => item.to_string(),
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match &value.kind {
        ValueKind::String(text) => Some(text.clone()),
        _ => None,
    };
    match &value.kind {
        ValueKind::Array(items) => items.iter().map(text).collect(),
        _ => Some(vec![text(value)?]),
    }
}
