//! Fields: how they are read and how they are described.

use serde_json::Value;
use taskwell_domain::{Fault, FaultCode, Timestamp};
use utoipa::openapi::{
    RefOr, Schema,
    schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type},
};

/// A field of a body: its name, how it is read, and how it is described.
pub struct Field<T> {
    /// Its name.
    pub name: &'static str,
    /// How it is read.
    pub read: fn(&Value) -> Result<T, Fault>,
    /// How it is described.
    pub schema: fn() -> ObjectBuilder,
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

/// A field of a body that is a list: its name, how each item is read, and how the list is described.
pub struct ListField<T> {
    /// Its name.
    pub name: &'static str,
    /// How each item is read.
    pub read: fn(&Value) -> Result<T, Fault>,
    /// How the list is described.
    pub schema: fn() -> ArrayBuilder,
}

/// Where the faults of a value say what is needed in place of it.
fn wrong_type(value: &Value, wanted: &str) -> Fault {
    match value {
        Value::Null => Fault::new(FaultCode::Required, format!("cannot be null, must be {wanted}")),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            Fault::new(FaultCode::InvalidType, format!("must be {wanted}"))
        }
    }
}

/// A string.
///
/// # Errors
/// The fault of anything else.
pub fn text(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| wrong_type(value, "a string"))
}

/// An array.
///
/// # Errors
/// The fault of anything else.
pub fn array(value: &Value) -> Result<&[Value], Fault> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| wrong_type(value, "an array"))
}

/// One of a few words.
///
/// # Errors
/// The fault of anything else.
pub fn word<T>(value: &Value, meaning: fn(&str) -> Option<T>, words: &[&str]) -> Result<T, Fault> {
    meaning(text(value)?).ok_or_else(|| {
        let detail = format!("must be {}", words.join(" or "));
        Fault::new(FaultCode::InvalidValue, detail)
    })
}

/// An instant.
///
/// # Errors
/// The fault of anything else.
pub fn instant(value: &Value) -> Result<Timestamp, Fault> {
    let instant: Result<Timestamp, _> = text(value)?.parse();
    instant.map_err(|error| Fault::new(FaultCode::InvalidFormat, error.to_string()))
}

/// `true` or `false`.
///
/// # Errors
/// The fault of anything else.
pub fn boolean(value: &Value) -> Result<bool, Fault> {
    value.as_bool().ok_or_else(|| wrong_type(value, "true or false"))
}

/// A whole number that is not negative. `1.0` is one as well (JSON Schema 2020-12, section 6.1.1).
///
/// # Errors
/// The fault of anything else.
pub fn whole_number(value: &Value) -> Result<u64, Fault> {
    /// Up to here, every whole number is a double of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let Value::Number(number) = value else {
        return Err(wrong_type(value, "a whole number"));
    };
    match (number.as_u64(), number.as_f64()) {
        (Some(whole), _) => Ok(whole),
        (None, Some(whole)) if whole.fract() == 0.0 && (0.0..=EXACT).contains(&whole) => Ok(whole as u64),
        (None, Some(whole)) if whole.fract() == 0.0 => Err(Fault::new(
            FaultCode::OutOfRange,
            format!("must be from 0 to {}", u64::MAX),
        )),
        (None, _) => Err(Fault::new(FaultCode::InvalidType, "must be a whole number")),
    }
}

/// The value, or `None` for `null`.
///
/// # Errors
/// The fault of anything else.
pub fn nullable<'v, T>(
    value: &'v Value,
    read: impl FnOnce(&'v Value) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    match value {
        Value::Null => Ok(None),
        present => read(present).map(Some),
    }
}

/// The schema of a string.
pub fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String))
}

/// The schema of a string that may be null.
pub fn nullable_string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// The schema of a string that is one of a few words.
pub fn words(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    string().enum_values(Some(words))
}

/// The schema of a string that is always the same.
pub fn one_word(word: &'static str) -> ObjectBuilder {
    words([word])
}

/// The schema of an object that has these fields and no others.
pub fn object_schema<S: Into<RefOr<Schema>>>(
    required: &[&'static str],
    fields: impl IntoIterator<Item = (&'static str, S)>,
) -> RefOr<Schema> {
    let closed = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Object))
        .additional_properties(Some(
            utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(false),
        ));
    let object = fields
        .into_iter()
        .fold(closed, |object, (name, schema)| object.property(name, schema));
    let object = required
        .iter()
        .fold(object, |object, name| object.required(*name));
    RefOr::T(Schema::Object(object.build()))
}
