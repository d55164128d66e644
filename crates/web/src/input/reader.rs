use std::collections::BTreeSet;

use actix_web::{HttpRequest, web::Bytes};
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
    bytes: Bytes,
    /// Where in the body as a whole the part stands that is being read as one.
    part: Option<String>,
    faults: Vec<ValueProblem>,
    /// The first part with a fault.
    faulty_part: Option<String>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(request: &'r HttpRequest, body: Body, bytes: Bytes) -> Result<Self, Failure> {
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
            bytes,
            part: None,
            faults: Vec::new(),
            faulty_part: None,
        };
        if reader.body == Body::NoObject {
            let fault = Fault::new(FaultCode::InvalidType, "must be an object");
            reader.fault_at("", fault);
        }
        Ok(reader)
    }

    pub(crate) fn request(&self) -> &'r HttpRequest {
        self.request
    }

    /// The body as it came.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file in the body, if the endpoint takes one: its media type and what is in it.
    pub(crate) fn file(&self) -> Option<(&str, Bytes)> {
        match &self.body {
            Body::File(media_type) => Some((media_type, self.bytes.clone())),
            Body::Absent | Body::Json(_) | Body::Form(_) | Body::NoObject => None,
        }
    }

    /// Whether something is wrong already.
    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
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
        self.named_by("id", thing, parse)
    }

    /// What the path names by that part of it.
    pub(crate) fn named_by<T>(
        &self,
        part: &str,
        thing: &'static str,
        parse: fn(&str) -> Result<T, Fault>,
    ) -> Result<T, Failure> {
        // The router leaves what would change the parts of an address as it is: `%`, `/` and `+`.
        let name = percent_decode_str(self.path(part)).decode_utf8_lossy();
        parse(&name).map_err(|_| Error::NotFound(thing).into())
    }

    /// The task that the path names.
    pub(crate) fn task_id(&self) -> Result<TaskId, Failure> {
        self.id("task", TaskId::parse)
    }

    /// Whether the body has that field.
    pub(crate) fn has_field(&mut self, name: &str) -> bool {
        self.fields().is_some_and(|fields| fields.contains_key(name))
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
        self.list(field, &value)
    }

    /// A list that may be missing; null is the empty one. `None` also stands for one that is faulty.
    pub(crate) fn optional_list<T>(&mut self, field: &ListField<T>) -> Option<Vec<T>> {
        match self.fields()?.remove(field.name)? {
            Value::Null => Some(Vec::new()),
            value => self.list(field, &value),
        }
    }

    fn list<T>(&mut self, field: &ListField<T>, value: &Value) -> Option<Vec<T>> {
        let items = self.items(field.name, value)?;
        let mut read = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match (field.read)(item) {
                Ok(item) => read.push(item),
                Err(fault) => self.fault_at(&format!("/{}/{index}", field.name), fault),
            }
        }
        (read.len() == items.len()).then_some(read)
    }

    fn items<'v>(&mut self, name: &str, value: &'v Value) -> Option<&'v [Value]> {
        array(value).map_err(|fault| self.fault_in_body(name, fault)).ok()
    }

    /// The objects of a list that must be there and have between one and `most` of them, each read as if it were the
    /// body; `read` is given its index too. `None` says that there were faults.
    pub(crate) fn required_parts<T>(
        &mut self,
        name: &str,
        most: usize,
        mut read: impl FnMut(&mut Self, usize) -> Result<Option<T>, Failure>,
    ) -> Result<Option<Vec<T>>, Failure> {
        self.require(name);
        let list = self.fields().and_then(|fields| fields.remove(name));
        let Some(items) = list.as_ref().and_then(|list| self.items(name, list)) else {
            return Ok(None);
        };
        let fault = match items.len() {
            0 => Fault::new(FaultCode::TooShort, "must not be empty"),
            count if count > most => {
                let detail = format!("must be at most {most}, are {count}");
                Fault::new(FaultCode::TooMany, detail)
            }
            _ => {
                let parts = items.iter().enumerate();
                let parts: Result<Vec<Option<T>>, Failure> = parts
                    .map(|(index, item)| {
                        let place = format!("/{name}/{index}");
                        self.as_body(place, item, |reader| read(reader, index))
                    })
                    .collect();
                return parts.map(|parts| parts.into_iter().collect());
            }
        };
        self.fault_in_body(name, fault);
        Ok(None)
    }

    /// Reads a part of the body, which stands at that place, as if it were the body.
    fn as_body<T>(
        &mut self,
        place: String,
        part: &Value,
        read: impl FnOnce(&mut Self) -> Result<Option<T>, Failure>,
    ) -> Result<Option<T>, Failure> {
        self.part = Some(place);
        let read = match part {
            Value::Object(fields) => {
                let whole = std::mem::replace(&mut self.body, Body::Json(fields.clone()));
                let read = read(self);
                self.refuse_unknown_fields();
                self.body = whole;
                read
            }
            _ => {
                self.fault_at("", Fault::new(FaultCode::InvalidType, "must be an object"));
                Ok(None)
            }
        };
        self.part = None;
        read
    }

    /// Leaves alone what nobody took of the body: what it means cannot be known.
    pub(crate) fn skip_rest(&mut self) {
        self.fields().map(std::mem::take);
    }

    fn require(&mut self, name: &str) {
        let is_missing = match &self.body {
            Body::Absent => true,
            Body::Json(fields) | Body::Form(fields) => !fields.contains_key(name),
            // That it has no fields at all has been said.
            Body::NoObject | Body::File(_) => false,
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
            Body::Absent | Body::NoObject | Body::File(_) => None,
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

    /// Each value of a query parameter that may be given several times, but for the faulty ones.
    pub(crate) fn parameters<T>(&mut self, parameter: &Parameter<T>) -> Vec<T> {
        let given: Vec<String> = self
            .query
            .extract_if(.., |(name, _)| name == parameter.name)
            .map(|(_, value)| value)
            .collect();
        let read = given.iter().map(|value| (parameter.read)(value));
        let (read, faults): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        for fault in faults.into_iter().filter_map(Result::err) {
            self.fault_in_parameter(parameter.name, fault);
        }
        read.into_iter().filter_map(Result::ok).collect()
    }

    /// The value of a header that may be missing. `None` also stands for one that is faulty.
    pub(crate) fn header<T>(&mut self, name: &str, read: fn(&str) -> Result<T, Fault>) -> Option<T> {
        let mut values = self.request.headers().get_all(name);
        let value = values.next()?;
        let read = match values.next() {
            None => read(value.to_str().unwrap_or_default()),
            Some(_) => Err(Fault::new(
                FaultCode::RepeatedParameter,
                "must be given only once",
            )),
        };
        read.map_err(|fault| self.fault_in_parameter(name, fault)).ok()
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
        self.fault_at(&format!("/{escaped}"), fault);
    }

    fn fault_at(&mut self, pointer: &str, fault: Fault) {
        let part = self.part.as_deref().unwrap_or_default();
        let pointer = format!("{part}{pointer}");
        if self.faulty_part.is_none() {
            self.faulty_part = self.part.clone();
        }
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
        self.refuse_unknown_fields();
        let unknown: BTreeSet<String> = self.query.drain(..).map(|(name, _)| name).collect();
        for name in unknown {
            let fault = Fault::new(FaultCode::UnknownParameter, "there is no such parameter");
            self.fault_in_parameter(&name, fault);
        }
        match input {
            Some(input) if self.faults.is_empty() => Ok(input),
            None if self.faults.is_empty() => Err(Failure::internal("an input was refused without a fault")),
            Some(_) | None => Err(Failure::values(self.faults, self.faulty_part)),
        }
    }

    fn refuse_unknown_fields(&mut self) {
        let unknown = self.fields().map(std::mem::take).unwrap_or_default();
        for name in unknown.keys() {
            self.fault_in_body(
                name,
                Fault::new(FaultCode::UnknownField, "there is no such field"),
            );
        }
    }
}
