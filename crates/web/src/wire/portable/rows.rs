use serde_json::{Map, Value};
use taskwell_application::{
    Error,
    tasks::{ImportRow, ImportTasks},
};
use taskwell_domain::{Fault, FaultCode, Position, UserId};

use super::{
    derived_ids::DerivedIds,
    pointer,
    report::RowProblem,
    row::{Row, RowFault},
};
use crate::problem::Failure;

/// How many rows a file can have. Whole tasks as they are exported are fewer, for a file has an end sooner: this
/// is against files of many rows that say nearly nothing, each of which takes the space of a task all the same.
pub(super) const MAX_ROWS: u64 = 100_000;

/// How long a row can be, in bytes: many times what a task takes, and not so much that its values, whatever they are,
/// take much space.
const LONGEST_ROW: usize = 64 * 1024;

/// Whether a row may have so many bytes.
pub(super) fn check_length(length: usize) -> Result<(), Fault> {
    match length {
        0..=LONGEST_ROW => Ok(()),
        _ => {
            let detail = format!("must be at most {LONGEST_ROW} bytes");
            Err(Fault::new(FaultCode::TooLong, detail))
        }
    }
}

/// The rows of a file, as far as they have been read.
pub(super) struct Rows {
    ids: DerivedIds,
    good: Vec<(Option<Position>, ImportRow)>,
    faulty: Vec<RowProblem>,
    count: u64,
}

impl Rows {
    pub(super) fn of(owner: &UserId) -> Self {
        Self {
            ids: DerivedIds::of(owner),
            good: Vec::new(),
            faulty: Vec::new(),
            count: 0,
        }
    }

    /// Whether a file may have so many rows.
    pub(super) fn check(count: u64) -> Result<(), Failure> {
        if count <= MAX_ROWS {
            return Ok(());
        }
        let fault = Fault::new(FaultCode::TooMany, format!("must be at most {MAX_ROWS}"));
        Err(super::unreadable([("/tasks".to_owned(), fault)]))
    }

    /// Adds the row with that number.
    pub(super) fn add(&mut self, row: u64, fields: Result<Map<String, Value>, Fault>) -> Result<(), Failure> {
        self.count += 1;
        Self::check(self.count)?;
        let fields = match fields {
            Ok(fields) => fields,
            Err(fault) => {
                let field = None;
                return self.note(row, vec![RowFault { field, fault }]);
            }
        };
        match Row::read(fields) {
            Ok(read) => {
                let id = match read.id {
                    Some(id) => id,
                    None => self.ids.next(&read.content().map_err(Failure::internal)?),
                };
                let position = read.position.clone();
                let task = Ok(read.into_task(id));
                self.good.push((position, ImportRow { row, task }));
            }
            Err(faults) => self.note(row, faults)?,
        }
        Ok(())
    }

    fn note(&mut self, row: u64, faults: Vec<RowFault>) -> Result<(), Failure> {
        for RowFault { field, fault } in faults {
            if self.faulty.len() == ImportTasks::MAX_FAULTS {
                let all = ImportTasks::too_many_faults(row, field.as_deref(), &fault);
                return Err(Error::Validation(vec![all]).into());
            }
            let pointer = field.map(|name| pointer(&name)).unwrap_or_default();
            self.faulty.push(RowProblem::new(row, pointer, fault));
        }
        Ok(())
    }

    /// The tasks to be imported, in the order that they were in where they come from, and what is wrong with the
    /// other rows.
    pub(super) fn finish(self) -> (ImportTasks, Vec<RowProblem>) {
        let mut good = self.good;
        good.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => a.cmp(b),
            // Those without a place come last, in the order of the file.
            (a, b) => a.is_none().cmp(&b.is_none()),
        });
        let rows = good.into_iter().map(|(_, row)| row).collect();
        let faults = self.faulty.len();
        (ImportTasks { rows, faults }, self.faulty)
    }
}
