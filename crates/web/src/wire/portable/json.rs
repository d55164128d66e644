//! Tasks as JSON: the fields as everywhere, in an object that says what it is.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};
use taskwell_domain::{Fault, FaultCode, Task, Timestamp};

use super::{Rows, UNKNOWN_TOLD, pointer, unreadable};
use crate::{
    input::{instant, parse_json, text},
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

/// A file as far as it takes no space.
#[derive(Deserialize)]
struct Outline {
    tasks: Vec<IgnoredAny>,
}

/// Reads a whole file; rows are counted from 1.
pub(super) fn read(content: &[u8], rows: &mut Rows) -> Result<(), Failure> {
    // Before they are made values of, which take many times the space of what is written.
    let outline = serde_json::from_slice::<Outline>(content);
    Rows::check(outline.map_or(0, |outline| outline.tasks.len() as u64))?;
    let file =
        parse_json(content).map_err(|error| Failure::wire(WireCode::MalformedJson, error.to_string()))?;
    for (row, task) in (1..).zip(tasks_of(file)?) {
        rows.add(row, object(task))?;
    }
    Ok(())
}

/// The tasks in a file that is one of ours.
fn tasks_of(file: Value) -> Result<Vec<Value>, Failure> {
    let mut file = object(file).map_err(|fault| unreadable([(String::new(), fault)]))?;
    let mut required = |name: &str| {
        let value = file.remove(name);
        value.ok_or_else(|| Fault::new(FaultCode::Required, "must be given"))
    };
    let format = required("format").and_then(|value| match text(&value)? {
        FORMAT => Ok(()),
        _ => Err(Fault::new(FaultCode::InvalidValue, format!("must be {FORMAT}"))),
    });
    let tasks = required("tasks").and_then(|value| match value {
        Value::Array(tasks) => Ok(tasks),
        _ => Err(Fault::new(FaultCode::InvalidType, "must be an array")),
    });
    let exported_at = file.remove("exported_at").map(|value| instant(&value));
    let known = [
        ("format", format.err()),
        ("exported_at", exported_at.and_then(Result::err)),
        ("tasks", tasks.as_ref().err().cloned()),
    ];
    let known = known
        .into_iter()
        .filter_map(|(name, fault)| Some((pointer(name), fault?)));
    let unknown = file.keys().take(UNKNOWN_TOLD).map(|name| {
        let fault = Fault::new(FaultCode::UnknownField, "there is no such field");
        (pointer(name), fault)
    });
    let faults: Vec<(String, Fault)> = known.chain(unknown).collect();
    match tasks {
        Ok(tasks) if faults.is_empty() => Ok(tasks),
        _ => Err(unreadable(faults)),
    }
}

fn object(value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Fault::new(FaultCode::InvalidType, "must be an object")),
    }
}
