use std::collections::BTreeSet;

use actix_web::HttpRequest;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use taskwell_application::Error;
use taskwell_domain::{Fault, FaultCode, TaskId};

use super::{Body, EntityTags, Field, ListField, Parameter, field::array, query};
use crate::problem::{Failure, ValueProblem, WireCode};

/// Takes one thing after the other out of a request and notes what is wrong. What nobody took is a fault
/// too: a typo must not lose what the caller meant.
pub(crate) struct Reader<'r> {
    request: &'r HttpRequest,
    query: Vec<(String, String)>,
    body: Body,
    faults: Vec<ValueProblem>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(request: &'r HttpRequest, body: Body) -> Result<Self, Failure> {
        let query = query::parse(request.query_string()).ok_or_else(|| {
            Failure::wire(
                WireCode::MalformedRequest,
                "the query string is not percent-encoded UTF-8",
            )
        })?;
        let mut reader = Self {
            request,
            query,
            body,
            faults: Vec::new(),
        };
        if reader.body == Body::NoObject {
            let fault = Fault::new(FaultCode::InvalidType, "must be an object");
            reader.fault_at(String::new(), fault);
        }
        Ok(reader)
    }

    /// Whether the body is a form.
    pub(crate) fn is_form(&self) -> bool {
        matches!(self.body, Body::Form(_))
    }

    /// A part of the path; for what cannot be there, nothing is.
    pub(crate) fn path(&self, name: &str) -> &'r str {
        self.request.match_info().get(name).unwrap_or_default()
    }

    /// What the path names by its id, a `thing`; a text that is no id names none.
    pub(crate) fn id<T>(
        &self,
        thing: &'static str,
        parse: fn(&str) -> Result<T, Fault>,
    ) -> Result<T, Failure> {
        // The router leaves what would change the parts of an address as it is: `%`, `/` and `+`.
        let id = percent_decode_str(self.path("id")).decode_utf8_lossy();
        parse(&id).map_err(|_| Error::NotFound(thing).into())
    }

    /// The task that the path names.
    pub(crate) fn task_id(&self) -> Result<TaskId, Failure> {
        self.id("task", TaskId::parse)
    }

    /// A field that must be there.
    pub(crate) fn required<T>(&mut self, field: Field<T>) -> Option<T> {
        self.require(field.name);
        self.optional(field)
    }

    /// A list that must be there. What is wrong with one of its items is noted at that one.
    pub(crate) fn required_list<T>(&mut self, field: &ListField<T>) -> Option<Vec<T>> {
        self.require(field.name);
        let value = self.fields()?.remove(field.name)?;
        let items = match array(&value) {
            Ok(items) => items,
            Err(fault) => {
                self.fault_in_body(field.name, fault);
                return None;
            }
        };
        let mut read = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match (field.read)(item) {
                Ok(item) => read.push(item),
                Err(fault) => self.fault_at(format!("/{}/{index}", field.name), fault),
            }
        }
        (read.len() == items.len()).then_some(read)
    }

    fn require(&mut self, name: &str) {
        let is_missing = match &self.body {
            Body::Absent => true,
            Body::Json(fields) | Body::Form(fields) => !fields.contains_key(name),
            // That it has no fields at all has been said.
            Body::NoObject => false,
        };
        if is_missing {
            self.fault_in_body(name, Fault::new(FaultCode::Required, "must be given"));
        }
    }

    /// A field that may be missing. `None` also stands for one that is faulty.
    pub(crate) fn optional<T>(&mut self, field: Field<T>) -> Option<T> {
        let value = self.fields()?.remove(field.name)?;
        match (field.read)(&value) {
            Ok(read) => Some(read),
            Err(fault) => {
                self.fault_in_body(field.name, fault);
                None
            }
        }
    }

    fn fields(&mut self) -> Option<&mut Map<String, Value>> {
        match &mut self.body {
            Body::Json(fields) | Body::Form(fields) => Some(fields),
            Body::Absent | Body::NoObject => None,
        }
    }

    /// A query parameter that may be missing. `None` also stands for one that is faulty.
    pub(crate) fn parameter<T>(&mut self, parameter: &Parameter<T>) -> Option<T> {
        let given: Vec<String> = self
            .query
            .extract_if(.., |(name, _)| name == parameter.name)
            .map(|(_, value)| value)
            .collect();
        let read = match given.as_slice() {
            [] => return None,
            [value] => (parameter.read)(value),
            _ => Err(Fault::new(
                FaultCode::RepeatedParameter,
                "must be given only once",
            )),
        };
        match read {
            Ok(read) => Some(read),
            Err(fault) => {
                self.fault_in_parameter(parameter.name, fault);
                None
            }
        }
    }

    /// The condition of `If-Match`. `None` also stands for one that is faulty.
    pub(crate) fn if_match(&mut self) -> Option<EntityTags> {
        self.entity_tags("If-Match")
    }

    /// The condition of `If-None-Match`. `None` also stands for one that is faulty.
    pub(crate) fn if_none_match(&mut self) -> Option<EntityTags> {
        self.entity_tags("If-None-Match")
    }

    fn entity_tags(&mut self, name: &str) -> Option<EntityTags> {
        let headers = self.request.headers();
        if !headers.contains_key(name) {
            return None;
        }
        let tags = EntityTags::parse(headers.get_all(name));
        if tags.is_none() {
            let fault = Fault::new(
                FaultCode::InvalidFormat,
                r#"must be entity tags such as "3", or *"#,
            );
            self.fault_in_parameter(name, fault);
        }
        tags
    }

    /// Notes a fault of a body field.
    pub(crate) fn fault_in_body(&mut self, field: &str, fault: Fault) {
        // RFC 6901, section 3.
        let escaped = field.replace('~', "~0").replace('/', "~1");
        self.fault_at(format!("/{escaped}"), fault);
    }

    fn fault_at(&mut self, pointer: String, fault: Fault) {
        self.faults.push(ValueProblem {
            pointer: Some(pointer),
            parameter: None,
            code: fault.code.as_str(),
            detail: fault.detail,
        });
    }

    /// Notes a fault of a path, query or header parameter.
    pub(crate) fn fault_in_parameter(&mut self, name: &str, fault: Fault) {
        self.faults.push(ValueProblem {
            pointer: None,
            parameter: Some(name.to_owned()),
            code: fault.code.as_str(),
            detail: fault.detail,
        });
    }

    /// What was read, if nothing is wrong and nothing is left over.
    pub(crate) fn finish<T>(mut self, input: Option<T>) -> Result<T, Failure> {
        let unknown = self.fields().map(std::mem::take).unwrap_or_default();
        for name in unknown.keys() {
            self.fault_in_body(
                name,
                Fault::new(FaultCode::UnknownField, "there is no such field"),
            );
        }
        let unknown: BTreeSet<String> = self.query.drain(..).map(|(name, _)| name).collect();
        for name in unknown {
            let fault = Fault::new(FaultCode::UnknownParameter, "there is no such parameter");
            self.fault_in_parameter(&name, fault);
        }
        match input {
            Some(input) if self.faults.is_empty() => Ok(input),
            Some(_) => Err(Failure::Values(self.faults)),
            None if self.faults.is_empty() => Err(Failure::internal("an input was refused without a fault")),
            None => Err(Failure::Values(self.faults)),
        }
    }
}
