use std::collections::BTreeSet;

use serde_json::{Map, Value};
use taskwell_domain::{Fault, FaultCode};
use utoipa::openapi::schema::{SchemaType, Type};

use crate::{
    Field, ListField, Parameter, Refusal, ValueProblem,
    field::{array, boolean, text, whole_number},
};

/// How many faults are told: a body can have half a million, and the answer would be forty times as long.
const MOST_TOLD: usize = 1_000;

/// A body as it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// There was none.
    Absent,
    /// A JSON object.
    Json(Map<String, Value>),
    /// The fields of a form, each a string.
    Form(Map<String, Value>),
    /// Some other JSON value.
    NoObject,
    /// A file of that media type.
    File(String),
}

/// Where the parameters are.
enum Parameters {
    /// In a query string, in order.
    Query(Vec<(String, String)>),
    /// Among the fields of the body.
    Fields,
}

/// What was given with a request. Takes one thing after the other out of it and notes what is wrong. What nobody took
/// is a fault too: a typo must not lose what the caller meant.
pub struct Given {
    parameters: Parameters,
    body: Body,
    /// Where in the body as a whole the part stands that is being read as one.
    part: Option<String>,
    faults: Vec<ValueProblem>,
    /// The first part with a fault.
    faulty_part: Option<String>,
}

impl Given {
    /// The pairs of a query string, and a body.
    #[must_use]
    pub fn new(query: Vec<(String, String)>, body: Body) -> Self {
        Self::with(Parameters::Query(query), body)
    }

    /// The arguments of a tool, which are fields and parameters alike.
    #[must_use]
    pub fn arguments(arguments: Map<String, Value>) -> Self {
        Self::with(Parameters::Fields, Body::Json(arguments))
    }

    fn with(parameters: Parameters, body: Body) -> Self {
        let mut given = Self {
            parameters,
            body,
            part: None,
            faults: Vec::new(),
            faulty_part: None,
        };
        if given.body == Body::NoObject {
            let fault = Fault::new(FaultCode::InvalidType, "must be an object");
            given.fault_at("", fault);
        }
        given
    }

    /// The body, as far as nobody took anything out of it.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Whether something is wrong already.
    pub fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Whether the body has that field.
    pub fn has_field(&mut self, name: &str) -> bool {
        self.fields().is_some_and(|fields| fields.contains_key(name))
    }

    /// A field that must be there. `None` also stands for one that is faulty.
    pub fn required<T>(&mut self, field: Field<T>) -> Option<T> {
        self.require(field.name);
        self.optional(field)
    }

    /// A list that must be there. What is wrong with one of its items is noted at that one, and makes it `None`.
    pub fn required_list<T>(&mut self, field: &ListField<T>) -> Option<Vec<T>> {
        self.require(field.name);
        let value = self.fields()?.remove(field.name)?;
        self.list(field, &value)
    }

    /// A list that may be missing; null is the empty one. `None` also stands for one that is faulty.
    pub fn optional_list<T>(&mut self, field: &ListField<T>) -> Option<Vec<T>> {
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
    ///
    /// # Errors
    /// What `read` fails with.
    pub fn required_parts<T>(
        &mut self,
        name: &str,
        most: usize,
        mut read: impl FnMut(&mut Self, usize) -> Result<Option<T>, Refusal>,
    ) -> Result<Option<Vec<T>>, Refusal> {
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
                let parts: Result<Vec<Option<T>>, Refusal> = parts
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
        read: impl FnOnce(&mut Self) -> Result<Option<T>, Refusal>,
    ) -> Result<Option<T>, Refusal> {
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
    pub fn skip_rest(&mut self) {
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
    pub fn optional<T>(&mut self, field: Field<T>) -> Option<T> {
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

    /// A parameter that may be missing. `None` also stands for one that is faulty.
    pub fn parameter<T>(&mut self, parameter: &Parameter<T>) -> Option<T> {
        let given = match self.texts(parameter) {
            Ok(given) => given,
            Err(fault) => {
                self.fault_in_parameter(parameter.name, fault);
                return None;
            }
        };
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

    /// A parameter that must be there.
    pub fn required_parameter<T>(&mut self, parameter: &Parameter<T>) -> Option<T> {
        let is_missing = match &self.parameters {
            Parameters::Query(pairs) => !pairs.iter().any(|(name, _)| name == parameter.name),
            Parameters::Fields => !self.has_field(parameter.name),
        };
        if is_missing {
            let fault = Fault::new(FaultCode::Required, "must be given");
            self.fault_in_parameter(parameter.name, fault);
        }
        self.parameter(parameter)
    }

    /// Each value of a parameter that may be given several times, but for the faulty ones.
    pub fn parameters<T>(&mut self, parameter: &Parameter<T>) -> Vec<T> {
        let given = match self.lists(parameter) {
            Ok(given) => given,
            Err(fault) => {
                self.fault_in_parameter(parameter.name, fault);
                return Vec::new();
            }
        };
        let read = given.iter().map(|value| (parameter.read)(value));
        let (read, faults): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        for fault in faults.into_iter().filter_map(Result::err) {
            self.fault_in_parameter(parameter.name, fault);
        }
        read.into_iter().filter_map(Result::ok).collect()
    }

    /// The texts of a parameter.
    fn texts<T>(&mut self, parameter: &Parameter<T>) -> Result<Vec<String>, Fault> {
        match &mut self.parameters {
            Parameters::Query(pairs) => Ok(pairs
                .extract_if(.., |(name, _)| name == parameter.name)
                .map(|(_, value)| value)
                .collect()),
            Parameters::Fields => {
                let value = self.fields().and_then(|fields| fields.remove(parameter.name));
                value.iter().map(|value| as_text(value, parameter)).collect()
            }
        }
    }

    /// The texts of a parameter that may be given several times.
    fn lists<T>(&mut self, parameter: &Parameter<T>) -> Result<Vec<String>, Fault> {
        match &self.parameters {
            Parameters::Query(_) => self.texts(parameter),
            Parameters::Fields => {
                let value = self.fields().and_then(|fields| fields.remove(parameter.name));
                let values = value.as_ref().map(array).transpose()?.unwrap_or_default();
                values.iter().map(|value| as_text(value, parameter)).collect()
            }
        }
    }

    /// Notes a fault of a body field.
    pub fn fault_in_body(&mut self, field: &str, fault: Fault) {
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
        self.note(ValueProblem::at(pointer, fault));
    }

    fn note(&mut self, problem: ValueProblem) {
        if self.faults.len() < MOST_TOLD {
            self.faults.push(problem);
        }
    }

    /// Notes a fault of a path, query or header parameter, or of the field that takes its place.
    pub fn fault_in_parameter(&mut self, name: &str, fault: Fault) {
        match self.parameters {
            Parameters::Query(_) => self.note(ValueProblem::of_parameter(name, fault)),
            Parameters::Fields => self.fault_in_body(name, fault),
        }
    }

    /// What was read, if nothing is wrong and nothing is left over.
    ///
    /// # Errors
    /// All faults, as far as they are told; and a fault of the program if there is no input although nothing was wrong with it.
    pub fn finish<T>(mut self, input: Option<T>) -> Result<T, Refusal> {
        self.refuse_unknown_fields();
        let unknown: BTreeSet<String> = match &mut self.parameters {
            Parameters::Query(pairs) => pairs.drain(..).map(|(name, _)| name).collect(),
            Parameters::Fields => BTreeSet::new(),
        };
        for name in unknown {
            let fault = Fault::new(FaultCode::UnknownParameter, "there is no such parameter");
            self.fault_in_parameter(&name, fault);
        }
        match input {
            Some(input) if self.faults.is_empty() => Ok(input),
            None if self.faults.is_empty() => Err(Refusal::internal("an input was refused without a fault")),
            Some(_) | None => Err(Refusal::values(self.faults, self.faulty_part)),
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

/// A value as the text that a query string would have in its place.
fn as_text<T>(value: &Value, parameter: &Parameter<T>) -> Result<String, Fault> {
    Ok(match (parameter.schema)().build().schema_type {
        SchemaType::Type(Type::Boolean) => boolean(value)?.to_string(),
        SchemaType::Type(Type::Integer) => whole_number(value)?.to_string(),
        _ => text(value)?.to_owned(),
    })
}
