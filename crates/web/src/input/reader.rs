use actix_web::{
    HttpRequest,
    http::header::{self, EntityTag, Header, HeaderName, IfMatch, IfNoneMatch},
};
use serde_json::{Map, Value};
use taskwell_application::Error;
use taskwell_domain::{Fault, FaultCode, TaskId};

use super::{Body, Field, Parameter, query};
use crate::problem::{Failure, ValueProblem};

/// Takes one thing after the other out of a request and notes what is wrong. What nobody took is a fault
/// too: a typo must not lose what the caller meant.
pub(crate) struct Reader<'r> {
    request: &'r HttpRequest,
    query: Vec<(String, String)>,
    fields: Map<String, Value>,
    form: bool,
    faults: Vec<ValueProblem>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(request: &'r HttpRequest, body: Body) -> Result<Self, Failure> {
        let (fields, form) = match body {
            Body::Absent => (Map::new(), false),
            Body::Json(fields) => (fields, false),
            Body::Form(fields) => (fields, true),
        };
        Ok(Self {
            request,
            query: query::parse(request.query_string())?,
            fields,
            form,
            faults: Vec::new(),
        })
    }

    /// Whether the body is a form.
    pub(crate) fn is_form(&self) -> bool {
        self.form
    }

    /// A part of the path; for what cannot be there, nothing is.
    pub(crate) fn path(&self, name: &str) -> &'r str {
        self.request.match_info().get(name).unwrap_or_default()
    }

    /// The task that the path names; a text that is no id names none.
    pub(crate) fn task_id(&self) -> Result<TaskId, Failure> {
        TaskId::parse(self.path("id")).map_err(|_| Error::NotFound.into())
    }

    /// A field that must be there.
    pub(crate) fn required<T>(&mut self, field: Field<T>) -> Option<T> {
        if !self.fields.contains_key(field.name) {
            self.fault_in_body(field.name, Fault::new(FaultCode::Required, "must be given"));
            return None;
        }
        self.optional(field)
    }

    /// A field that may be missing. `None` also stands for one that is faulty.
    pub(crate) fn optional<T>(&mut self, field: Field<T>) -> Option<T> {
        let value = self.fields.remove(field.name)?;
        match (field.read)(&value) {
            Ok(read) => Some(read),
            Err(fault) => {
                self.fault_in_body(field.name, fault);
                None
            }
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

    /// The entity tags of `If-Match` (RFC 9110, section 13.1.1); `None` where any will do.
    pub(crate) fn if_match(&mut self) -> Option<Vec<EntityTag>> {
        match self.header::<IfMatch>(&header::IF_MATCH)? {
            IfMatch::Any => None,
            IfMatch::Items(tags) => Some(tags),
        }
    }

    /// The condition of `If-None-Match` (RFC 9110, section 13.1.2).
    pub(crate) fn if_none_match(&mut self) -> Option<IfNoneMatch> {
        self.header::<IfNoneMatch>(&header::IF_NONE_MATCH)
    }

    fn header<H: Header>(&mut self, name: &HeaderName) -> Option<H> {
        if !self.request.headers().contains_key(name) {
            return None;
        }
        H::parse(self.request)
            .inspect_err(|_| {
                let fault = Fault::new(
                    FaultCode::InvalidFormat,
                    r#"must be entity tags such as "3", or *"#,
                );
                self.fault_in_parameter(name.as_str(), fault);
            })
            .ok()
    }

    /// Notes a fault of a body field.
    pub(crate) fn fault_in_body(&mut self, field: &str, fault: Fault) {
        // RFC 6901, section 3.
        let escaped = field.replace('~', "~0").replace('/', "~1");
        self.faults.push(ValueProblem {
            pointer: Some(format!("/{escaped}")),
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
        let unknown: Vec<String> = self.fields.iter().map(|(name, _)| name.clone()).collect();
        for name in unknown {
            self.fault_in_body(
                &name,
                Fault::new(FaultCode::UnknownField, "there is no such field"),
            );
        }
        let mut unknown: Vec<String> = self.query.iter().map(|(name, _)| name.clone()).collect();
        unknown.dedup();
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
