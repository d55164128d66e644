//! Schemas as tools have them: each stands alone, with what it refers to under `$defs`.

use std::sync::Arc;

use rmcp::model::JsonObject;
use serde_json::{Value, json};
use taskwell_wire::{field::object_schema, task_fields::Described};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::problem::ProblemBody;

/// A schema under its name.
pub(crate) type Named = (String, RefOr<Schema>);

/// The schema of arguments that are these fields and no others.
pub(crate) fn of_arguments(
    required: &[&'static str],
    fields: Vec<Described>,
    definitions: Vec<Named>,
) -> Arc<JsonObject> {
    let mut schema = json!(object_schema(required, fields));
    if !definitions.is_empty() {
        schema["$defs"] = defined(definitions);
    }
    finished(schema)
}

/// The schema of an answer: a `T`, or else a problem, for some clients hold failures against it as well.
pub(crate) fn of_answer<T: ToSchema>() -> Arc<JsonObject> {
    let mut definitions = Vec::new();
    with::<T>(&mut definitions);
    with::<ProblemBody>(&mut definitions);
    finished(json!({
        "type": "object",
        "anyOf": [{"$ref": reference(&T::name())}, {"$ref": reference(&ProblemBody::name())}],
        "$defs": defined(definitions),
    }))
}

fn with<T: ToSchema>(definitions: &mut Vec<Named>) {
    definitions.push((T::name().into_owned(), T::schema()));
    T::schemas(definitions);
}

fn defined(definitions: Vec<Named>) -> Value {
    let definitions = definitions.into_iter();
    definitions.map(|(name, schema)| (name, json!(schema))).collect()
}

/// Where OpenAPI keeps what schemas refer to.
const COMPONENTS: &str = "#/components/schemas/";

fn reference(name: &str) -> String {
    format!("#/$defs/{name}")
}

fn finished(mut schema: Value) -> Arc<JsonObject> {
    refer_to_definitions(&mut schema);
    match schema {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

fn refer_to_definitions(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref")
                && let Some(name) = target.strip_prefix(COMPONENTS)
            {
                *target = reference(name);
            }
            members.values_mut().for_each(refer_to_definitions);
        }
        Value::Array(items) => items.iter_mut().for_each(refer_to_definitions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
