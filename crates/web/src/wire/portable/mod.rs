//! Tasks in files: what an export writes and an import reads.

mod calendar;
mod csv;
mod derived_ids;
mod json;
mod report;
mod row;
mod rows;
mod spreadsheet;
#[cfg(test)]
mod tests;
mod upload;

use actix_web::web::Bytes;
use taskwell_application::tasks::ImportTasks;
use taskwell_domain::{Fault, Task, Timestamp, UserId};

use self::{calendar::Calendar, rows::Rows};
pub(crate) use self::{
    json::FORMAT,
    report::{ImportReport, RowProblem},
    upload::{LIMIT_WITH_FORM, MEDIA_TYPES, Upload},
};
use crate::problem::{Failure, ValueProblem};

/// How many unknown names are told, of a row or of a file: a few say what is meant, and a file can have a million.
const UNKNOWN_TOLD: usize = 10;

/// How tasks are written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Json,
    Csv,
    Calendar,
}

impl ExportFormat {
    pub(crate) const ALL: [(&str, Self); 3] =
        [("json", Self::Json), ("csv", Self::Csv), ("ics", Self::Calendar)];

    /// The word of the parameter `format`, and what names of such files end with.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Calendar => "ics",
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Calendar => "text/calendar; charset=utf-8",
        }
    }
}

/// A file that is being written, piece by piece.
pub(crate) struct ExportFile {
    format: ExportFormat,
    has_tasks: bool,
    calendar: Calendar,
}

impl ExportFile {
    pub(crate) fn new(format: ExportFormat) -> Self {
        Self {
            format,
            has_tasks: false,
            calendar: Calendar::default(),
        }
    }

    /// What stands before the first task.
    pub(crate) fn begin(&self, exported_at: Timestamp) -> Result<Vec<u8>, Failure> {
        match self.format {
            ExportFormat::Json => Ok(json::begin(exported_at)),
            ExportFormat::Csv => csv::begin(),
            ExportFormat::Calendar => Ok(calendar::BEGIN.into()),
        }
    }

    /// The next tasks.
    pub(crate) fn tasks(&mut self, tasks: Vec<Task>) -> Result<Vec<u8>, Failure> {
        let are_first = !self.has_tasks;
        self.has_tasks |= !tasks.is_empty();
        match self.format {
            ExportFormat::Json => json::tasks(tasks, are_first),
            ExportFormat::Csv => csv::tasks(&tasks),
            ExportFormat::Calendar => Ok(self.calendar.tasks(&tasks).into_bytes()),
        }
    }

    /// What stands behind the last task.
    pub(crate) fn end(&self) -> Vec<u8> {
        match self.format {
            ExportFormat::Json => json::END.into(),
            ExportFormat::Csv => Vec::new(),
            ExportFormat::Calendar => calendar::end(self.has_tasks).into_bytes(),
        }
    }
}

/// How tasks are read from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportFormat {
    Json,
    Csv,
}

impl ImportFormat {
    /// The format of that media type.
    pub(crate) fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type {
            "application/json" => Some(Self::Json),
            "text/csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The format of a file of that name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A file to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportFile {
    pub(crate) format: ImportFormat,
    pub(crate) content: Bytes,
}

impl ImportFile {
    /// The tasks to be imported, and what is wrong with the other rows. This takes as long as the file is large.
    ///
    /// # Errors
    /// What makes the file as a whole none that can be read.
    pub(crate) fn read(&self, owner: &UserId) -> Result<(ImportTasks, Vec<RowProblem>), Failure> {
        // Spreadsheets write a byte order mark.
        let mark = "\u{feff}".as_bytes();
        let content = self.content.strip_prefix(mark).unwrap_or(&self.content);
        let mut rows = Rows::of(owner);
        match self.format {
            ImportFormat::Json => json::read(content, &mut rows)?,
            ImportFormat::Csv => csv::read(content, &mut rows)?,
        }
        Ok(rows.finish())
    }
}

/// What is wrong with a file as a whole: where, and what.
fn unreadable(faults: impl IntoIterator<Item = (String, Fault)>) -> Failure {
    let problems = faults.into_iter().map(|(pointer, fault)| ValueProblem {
        pointer: Some(pointer),
        parameter: None,
        code: fault.code.as_str(),
        detail: fault.detail,
    });
    Failure::values(problems.collect(), None)
}

/// The JSON Pointer of a member (RFC 6901, section 3).
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
