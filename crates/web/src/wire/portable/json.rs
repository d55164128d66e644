//! Tasks as JSON: the fields as everywhere, in an object that says what it is.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};
use taskwell_domain::{Fault, FaultCode, Task, Timestamp};
use taskwell_wire::json;

use super::{Rows, UNKNOWN_TOLD, pointer, rows::check_length, unreadable};
use crate::{
    input::{instant, text},
    problem::{Failure, WireCode},
    wire::TaskBody,
};

/// What the file says it is.
pub(crate) const FORMAT: &str = "taskwell/1";

pub(super) const END: &str = "]}\n";

pub(super) fn begin(exported_at: Timestamp) -> Vec<u8> {
    format!(r#"{{"format":"{FORMAT}","exported_at":"{exported_at}","tasks":["#).into_bytes()
}

pub(super) fn tasks(tasks: Vec<Task>, are_first: bool) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    for (index, task) in tasks.into_iter().enumerate() {
        if index > 0 || !are_first {
            text.push(b',');
        }
        serde_json::to_writer(&mut text, &TaskBody::from(task)).map_err(Failure::internal)?;
    }
    Ok(text)
}

/// Reads a whole file; rows are counted from 1. Values take many times the space of what is written, so they are made
/// of one task after the other, and of nothing that is not looked at.
pub(super) fn read(content: &[u8], rows: &mut Rows) -> Result<(), Failure> {
    let file = serde_json::from_slice::<&RawValue>(content).map_err(|error| malformed(&error))?;
    if !file.get().starts_with('{') {
        let fault = Fault::new(FaultCode::InvalidType, "must be an object");
        return Err(unreadable([(String::new(), fault)]));
    }
    let members = serde_json::from_str::<Members<'_>>(file.get()).map_err(|error| malformed(&error))?;
    let tasks = members.tasks()?;
    let count = serde_json::from_str::<Vec<IgnoredAny>>(tasks).map_or(0, |tasks| tasks.len() as u64);
    Rows::check(count)?;
    let tasks = serde_json::from_str::<Vec<&RawValue>>(tasks).map_err(|error| malformed(&error))?;
    for (row, task) in (1..).zip(tasks) {
        rows.add(row, value(task)?.and_then(object))?;
    }
    Ok(())
}

/// The members of a file, as they stand there.
#[derive(Default)]
struct Members<'f> {
    format: Option<&'f RawValue>,
    exported_at: Option<&'f RawValue>,
    tasks: Option<&'f RawValue>,
    /// The names of others, as far as they are told.
    unknown: Vec<String>,
}

impl Members<'_> {
    /// The array of the tasks, if the file is one of ours.
    fn tasks(&self) -> Result<&str, Failure> {
        let required = || Fault::new(FaultCode::Required, "must be given");
        let read = |member: Option<&RawValue>| member.map(value).transpose();
        let format = read(self.format)?
            .unwrap_or_else(|| Err(required()))
            .and_then(|value| match text(&value)? {
                FORMAT => Ok(()),
                _ => Err(Fault::new(FaultCode::InvalidValue, format!("must be {FORMAT}"))),
            });
        let exported_at = read(self.exported_at)?.map(|value| value.and_then(|value| instant(&value)));
        let tasks = self.tasks.map(RawValue::get).ok_or_else(required);
        let tasks = tasks.and_then(|tasks| match tasks.starts_with('[') {
            true => Ok(tasks),
            false => Err(Fault::new(FaultCode::InvalidType, "must be an array")),
        });
        let known = [
            ("format", format.err()),
            ("exported_at", exported_at.and_then(Result::err)),
            ("tasks", tasks.as_ref().err().cloned()),
        ];
        let known = known
            .into_iter()
            .filter_map(|(name, fault)| Some((pointer(name), fault?)));
        let unknown = self.unknown.iter().map(|name| {
            let fault = Fault::new(FaultCode::UnknownField, "there is no such field");
            (pointer(name), fault)
        });
        let faults: Vec<(String, Fault)> = known.chain(unknown).collect();
        match tasks {
            Ok(tasks) if faults.is_empty() => Ok(tasks),
            _ => Err(unreadable(faults)),
        }
    }
}

impl<'f> Deserialize<'f> for Members<'f> {
    fn deserialize<D: Deserializer<'f>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'f> Visitor<'f> for MembersVisitor {
    type Value = Members<'f>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'f>>(self, mut access: A) -> Result<Members<'f>, A::Error> {
        let mut members = Members::default();
        while let Some(name) = access.next_key::<String>()? {
            let member = match name.as_str() {
                "format" => &mut members.format,
                "exported_at" => &mut members.exported_at,
                "tasks" => &mut members.tasks,
                _ => {
                    access.next_value::<IgnoredAny>()?;
                    if members.unknown.len() < UNKNOWN_TOLD {
                        members.unknown.push(name);
                    }
                    continue;
                }
            };
            if member.replace(access.next_value()?).is_some() {
                return Err(A::Error::custom(format!("the file names {name} twice")));
            }
        }
        Ok(members)
    }
}

/// The value, where it is not longer than a row can be.
fn value(text: &RawValue) -> Result<Result<Value, Fault>, Failure> {
    match check_length(text.get().len()) {
        Ok(()) => json::parse(text.get().as_bytes())
            .map(Ok)
            .map_err(|error| malformed(&error)),
        Err(fault) => Ok(Err(fault)),
    }
}

fn malformed(error: &serde_json::Error) -> Failure {
    Failure::wire(WireCode::MalformedJson, error.to_string())
}

fn object(value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Fault::new(FaultCode::InvalidType, "must be an object")),
    }
}
