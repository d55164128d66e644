use serde_json::{Map, Value};
use taskwell_domain::{
    Date, Description, Fault, FaultCode, ImportedTask, NewTask, Position, Priority, Recurrence, Tag, Tags,
    TaskEdit, TaskId, TimeOfDay, TimeZone, Timestamp, Title, UserId,
};

use super::UNKNOWN_TOLD;
use crate::input::{boolean, instant, nullable, text, whole_number};

/// What one row of a file says of a task.
pub(super) struct Row {
    pub(super) id: Option<TaskId>,
    /// Where the task stood among those that it was exported with.
    pub(super) position: Option<Position>,
    title: Title,
    description: Description,
    completed: bool,
    completed_at: Option<Timestamp>,
    priority: Priority,
    due_date: Option<Date>,
    due_time: Option<TimeOfDay>,
    time_zone: Option<TimeZone>,
    remind_at: Option<Timestamp>,
    recurrence: Option<Recurrence>,
    tags: Tags,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

/// What is wrong with a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RowFault {
    /// In which field; `None` for the row as a whole.
    pub(super) field: Option<String>,
    pub(super) fault: Fault,
}

impl Row {
    /// Reads the fields of a task. Those that follow from others, or are given here, must be of their kind, and are
    /// not looked at.
    pub(super) fn read(fields: Map<String, Value>) -> Result<Self, Vec<RowFault>> {
        let mut fields = Fields {
            left: fields,
            faults: Vec::new(),
        };
        fields.empty("user_id", |value| text(value).and_then(UserId::parse));
        fields.empty("due_at", instant);
        fields.empty("version", whole_number);
        let completed = fields.filled("completed", boolean);
        let completed_at = fields.empty("completed_at", instant);
        if completed == Some(false) && completed_at.is_some() {
            let detail = "must be null where completed is false";
            fields.note("completed_at", Fault::new(FaultCode::NotAllowedTogether, detail));
        }
        let id = fields.empty("id", |value| text(value).and_then(TaskId::parse));
        let position = fields.empty("position", |value| text(value).and_then(Position::parse));
        if !fields.left.contains_key("title") {
            fields.note("title", Fault::new(FaultCode::Required, "must be given"));
        }
        let title = fields.filled("title", |value| text(value).and_then(Title::parse));
        let description = fields.empty("description", |value| text(value).and_then(Description::parse));
        let priority = fields.empty("priority", |value| text(value).and_then(Priority::parse));
        let due_date = fields.empty("due_date", |value| text(value).and_then(Date::parse));
        let due_time = fields.empty("due_time", |value| text(value).and_then(TimeOfDay::parse));
        let time_zone = fields.empty("time_zone", |value| text(value).and_then(TimeZone::parse));
        let remind_at = fields.empty("remind_at", instant);
        let recurrence = fields.empty("recurrence", |value| text(value).and_then(Recurrence::parse));
        let tags = fields.empty("tags", tags);
        let created_at = fields.empty("created_at", instant);
        let updated_at = fields.empty("updated_at", instant);
        let title = fields.finish(title)?;
        Ok(Self {
            id,
            position,
            title,
            description: description.unwrap_or_default(),
            completed: completed.unwrap_or(completed_at.is_some()),
            completed_at,
            priority: priority.unwrap_or_default(),
            due_date,
            due_time,
            time_zone,
            remind_at,
            recurrence,
            tags: tags.unwrap_or_default(),
            created_at,
            updated_at,
        })
    }

    /// What the row says, the same in every format: what an id for it follows from.
    pub(super) fn content(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&(
            &self.title,
            &self.description,
            self.completed,
            self.completed_at,
            self.priority,
            self.due_date,
            self.due_time,
            self.time_zone,
            self.remind_at,
            &self.recurrence,
            &self.tags,
            self.created_at,
            self.updated_at,
        ))
    }

    /// The task under that id.
    pub(super) fn into_task(self, id: TaskId) -> ImportedTask {
        let fields = TaskEdit {
            title: None,
            description: Some(self.description),
            completed: Some(self.completed),
            priority: Some(self.priority),
            due_date: Some(self.due_date),
            due_time: Some(self.due_time),
            time_zone: Some(self.time_zone),
            remind_at: Some(self.remind_at),
            recurrence: Some(self.recurrence),
            tags: Some(self.tags),
        };
        ImportedTask {
            new: NewTask {
                id,
                title: self.title,
                fields,
            },
            completed_at: self.completed_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn tags(value: &Value) -> Result<Tags, Fault> {
    let tags = value
        .as_array()
        .ok_or_else(|| Fault::new(FaultCode::InvalidType, "must be an array of strings"))?;
    let tags: Result<Vec<Tag>, Fault> = tags.iter().map(|tag| text(tag).and_then(Tag::parse)).collect();
    Tags::new(tags?)
}

/// The fields that are still to be read, and what is wrong with the others.
struct Fields {
    left: Map<String, Value>,
    faults: Vec<RowFault>,
}

impl Fields {
    /// A field that may be missing but not null. `None` also stands for one that is faulty.
    fn filled<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Result<T, Fault>) -> Option<T> {
        let value = self.left.remove(name)?;
        read(&value).map_err(|fault| self.note(name, fault)).ok()
    }

    /// A field that may be missing or null. `None` also stands for one that is faulty.
    fn empty<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Result<T, Fault>) -> Option<T> {
        self.filled(name, |value| nullable(value, read)).flatten()
    }

    fn note(&mut self, name: &str, fault: Fault) {
        let field = Some(name.to_owned());
        self.faults.push(RowFault { field, fault });
    }

    /// What was read, if nothing is wrong and nothing is left over.
    fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<RowFault>> {
        for name in std::mem::take(&mut self.left).keys().take(UNKNOWN_TOLD) {
            self.note(
                name,
                Fault::new(FaultCode::UnknownField, "there is no such field"),
            );
        }
        read.filter(|_| self.faults.is_empty()).ok_or(self.faults)
    }
}
