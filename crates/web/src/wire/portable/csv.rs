//! Tasks as CSV (RFC 4180) with a header, in UTF-8. What a field cannot have is an empty cell, and the tags are a JSON
//! array in one cell.

use ::csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use serde_json::{Map, Value};
use taskwell_domain::{Fault, FaultCode, Series, Task};

use super::{
    Rows, pointer,
    rows::check_length,
    spreadsheet::{protected, unprotected},
    unreadable,
};
use crate::problem::{Failure, WireCode};

/// The fields of a task, in the order in which they stand everywhere.
const COLUMNS: [&str; 18] = [
    "id",
    "user_id",
    "title",
    "description",
    "completed",
    "completed_at",
    "priority",
    "due_date",
    "due_time",
    "time_zone",
    "due_at",
    "remind_at",
    "recurrence",
    "tags",
    "position",
    "version",
    "created_at",
    "updated_at",
];

pub(super) fn begin() -> Result<Vec<u8>, Failure> {
    write([COLUMNS.map(str::to_owned)])
}

pub(super) fn tasks(tasks: &[Task]) -> Result<Vec<u8>, Failure> {
    let records: Result<Vec<_>, _> = tasks.iter().map(cells).collect();
    write(records.map_err(Failure::internal)?)
}

fn write(records: impl IntoIterator<Item = [String; COLUMNS.len()]>) -> Result<Vec<u8>, Failure> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for record in records {
        writer
            .write_record(record.iter().map(|text| protected(text)))
            .map_err(Failure::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Failure::internal(error.into_error()))
}

fn cells(task: &Task) -> Result<[String; COLUMNS.len()], serde_json::Error> {
    fn cell(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let due = task.due.as_ref();
    let series = due.and_then(|due| due.series.as_ref());
    Ok([
        task.id.to_string(),
        task.user_id.to_string(),
        task.title.to_string(),
        task.description.to_string(),
        task.is_completed().to_string(),
        cell(task.completed_at),
        task.priority.to_string(),
        cell(due.map(|due| due.date)),
        cell(due.and_then(|due| due.time)),
        cell(task.time_zone),
        cell(task.due_at()),
        cell(task.remind_at),
        cell(series.map(Series::rule)),
        serde_json::to_string(&task.tags)?,
        task.position.to_string(),
        task.version.to_string(),
        task.created_at.to_string(),
        task.updated_at.to_string(),
    ])
}

/// Reads a whole file; a row has the number of the line that it begins on.
pub(super) fn read(content: &[u8], rows: &mut Rows) -> Result<(), Failure> {
    if std::str::from_utf8(content).is_err() {
        let detail = "the file is not in UTF-8";
        return Err(Failure::wire(WireCode::MalformedRequest, detail));
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(content);
    let mut header = StringRecord::new();
    reader.read_record(&mut header).map_err(Failure::internal)?;
    check_header(&header)?;
    let mut lines = Lines {
        content,
        offset: 0,
        line: 1,
    };
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(Failure::internal)? {
        let begin = record.position().map_or(0, ::csv::Position::byte);
        let row = lines.of(usize::try_from(begin).map_err(Failure::internal)?);
        rows.add(row, fields(&header, &record))?;
    }
    Ok(())
}

/// Some of the columns, in any order, the title among them.
fn check_header(header: &StringRecord) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for (index, name) in header.iter().enumerate() {
        let fault = if !COLUMNS.contains(&name) {
            Fault::new(FaultCode::UnknownField, "there is no such field")
        } else if header.iter().take(index).any(|earlier| earlier == name) {
            Fault::new(FaultCode::InvalidValue, "must be one column only")
        } else {
            continue;
        };
        faults.push((pointer(name), fault));
        if faults.len() == COLUMNS.len() {
            break;
        }
    }
    if !header.iter().any(|name| name == "title") {
        let detail = "must be among the columns that the first line names";
        faults.push(("/title".to_owned(), Fault::new(FaultCode::Required, detail)));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(unreadable(faults)),
    }
}

fn fields(header: &StringRecord, record: &StringRecord) -> Result<Map<String, Value>, Fault> {
    check_length(record.as_slice().len())?;
    if record.len() != header.len() {
        let detail = format!("must have {} cells, has {}", header.len(), record.len());
        return Err(Fault::new(FaultCode::InvalidFormat, detail));
    }
    let filled = header.iter().zip(record).filter(|(_, cell)| !cell.is_empty());
    Ok(filled
        .map(|(name, cell)| (name.to_owned(), value(name, &unprotected(cell))))
        .collect())
}

/// The cell as the field has it in JSON. What cannot be that is a string, which the field then refuses.
fn value(name: &str, cell: &str) -> Value {
    let parsed = match name {
        // Spreadsheets write it in capitals.
        "completed" => cell.to_ascii_lowercase().parse().ok().map(Value::Bool),
        "version" => cell.parse().ok().map(|version: u64| version.into()),
        "tags" => serde_json::from_str(cell).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| cell.into())
}

/// Counts lines, whatever breaks them: `\n`, `\r\n` or `\r`.
struct Lines<'c> {
    content: &'c [u8],
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line that the record begins on that the reader has found there or behind line breaks there. Records are
    /// asked for in the order of the file.
    fn of(&mut self, begin: usize) -> u64 {
        let breaks = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let rest = self.content.get(begin..).unwrap_or_default();
        let begin = begin + rest.iter().take_while(|byte| breaks(byte)).count();
        while self.offset < begin {
            let at = |offset: usize| self.content.get(offset).copied();
            let is_break = match at(self.offset) {
                Some(b'\n') => true,
                Some(b'\r') => at(self.offset + 1) != Some(b'\n'),
                _ => false,
            };
            self.line += u64::from(is_break);
            self.offset += 1;
        }
        self.line
    }
}
