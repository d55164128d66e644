//! The OpenAPI document, and whether an answer is one that it describes.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value};
use taskwell_domain::{Date, Timestamp};

use super::Answer;

/// The document as it is served.
pub(crate) struct Document(pub(crate) Value);

/// A method at an address, as the document describes it.
pub(crate) struct Operation<'d> {
    /// In capitals.
    pub(crate) method: String,
    /// With the names of its parameters in braces.
    pub(crate) path: &'d str,
    pub(crate) described: &'d Value,
}

impl Document {
    pub(crate) fn published() -> &'static Self {
        static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
            let text = taskwell_web::openapi_json().unwrap();
            Document(serde_json::from_str(&text).unwrap())
        });
        &DOCUMENT
    }

    pub(crate) fn paths(&self) -> &Map<String, Value> {
        self.0["paths"].as_object().unwrap()
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        self.paths().iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap();
            methods.iter().map(move |(method, described)| Operation {
                method: method.to_uppercase(),
                path,
                described,
            })
        })
    }

    /// What a reference leads to; anything else is itself.
    pub(crate) fn resolve<'d>(&'d self, node: &'d Value) -> &'d Value {
        match node.get("$ref").and_then(Value::as_str) {
            None => node,
            Some(reference) => {
                let pointer = reference.strip_prefix('#').unwrap();
                let target = self.0.pointer(pointer);
                target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
            }
        }
    }

    /// The operation that serves a request; fixed parts of an address go before parameters.
    fn serving(&self, method: &str, address: &str) -> Option<Operation<'_>> {
        let address = address.split('?').next().unwrap_or_default();
        let matching = self.paths().keys().filter(|path| matches(path, address));
        let path = matching.min_by_key(|path| path.replace('{', "\u{10ffff}"))?;
        self.operations()
            .find(|operation| operation.path == path && operation.method == method)
    }

    /// Panics unless the document describes such an answer.
    pub(crate) fn check(&self, answer: &Answer) {
        let Some(operation) = self.serving(answer.method.as_str(), &answer.path) else {
            return;
        };
        let Some(response) = operation.response(answer.status) else {
            panic!("the document does not list this status: {answer}");
        };
        for name in response["headers"].as_object().into_iter().flat_map(Map::keys) {
            let may_be_missing = match name.as_str() {
                "Link" | "X-Total-Count" | "Idempotency-Replayed" => true,
                // One page of problems is about several codes.
                "WWW-Authenticate" => answer.status == 403,
                // Limits can be turned off.
                "RateLimit" | "RateLimit-Policy" => answer.status != 429,
                _ => false,
            };
            assert!(
                may_be_missing || answer.header(name).is_some(),
                "{name} is missing: {answer}"
            );
        }
        let Some(contents) = response["content"].as_object() else {
            assert!(answer.body.is_empty(), "there should be no body: {answer}");
            return;
        };
        let content_type = answer.header("Content-Type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default();
        let Some(content) = contents.get(media_type) else {
            panic!("the document does not list {content_type}: {answer}");
        };
        let body = match media_type.ends_with("json") {
            true => answer.json(),
            false => answer.text().into(),
        };
        let mismatches = self.mismatches(&content["schema"], &body, "");
        assert!(mismatches.is_empty(), "{mismatches:#?}: {answer}");
        if answer.status >= 400 {
            let code = body["code"].as_str().unwrap();
            assert!(
                operation.codes(answer.status).contains(code),
                "the document does not list this code for the status: {answer}"
            );
        }
    }

    /// Where a value is not what a schema says. More than JSON Schema does, an object must not have properties
    /// that the schema does not name.
    fn mismatches(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = self.resolve(schema);
        let mut mismatches = Vec::new();
        if let Some(choices) = schema["oneOf"].as_array() {
            // A thing that may be null: the one that is of the same type says more.
            let fitting = choices.iter().map(|choice| self.resolve(choice));
            let fitting = fitting.filter(|choice| types(choice).contains(type_of(value)));
            return match fitting.collect::<Vec<_>>().as_slice() {
                [choice] => self.mismatches(choice, value, at),
                _ => vec![format!("{at}: {value} is none, or several, of {choices:?}")],
            };
        }
        let mut note = |what: String| mismatches.push(format!("{at}: {what}"));
        if !types(schema).contains(type_of(value)) {
            note(format!("{value} is none of {:?}", types(schema)));
        }
        if let Some(allowed) = schema["enum"]
            .as_array()
            .filter(|allowed| !allowed.contains(value))
        {
            note(format!("{value} is none of {allowed:?}"));
        }
        if let (Some(format), Some(text)) = (schema["format"].as_str(), value.as_str())
            && !has_format(format, text)
        {
            note(format!("{value} is no {format}"));
        }
        if let Some(items) = value.as_array() {
            for (index, item) in items.iter().enumerate() {
                mismatches.extend(self.mismatches(&schema["items"], item, &format!("{at}/{index}")));
            }
        }
        if let Some(members) = value.as_object() {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                if !members.contains_key(name) {
                    mismatches.push(format!("{at}: {name} is missing"));
                }
            }
            for (name, member) in members {
                match schema["properties"].get(name) {
                    Some(property) => {
                        mismatches.extend(self.mismatches(property, member, &format!("{at}/{name}")));
                    }
                    None => mismatches.push(format!("{at}: {name} is not described")),
                }
            }
        }
        mismatches
    }
}

impl<'d> Operation<'d> {
    pub(crate) fn is_secured(&self) -> bool {
        self.described.get("security").is_some()
    }

    /// The scopes that a personal access token needs; none if such a token does not get in.
    pub(crate) fn scopes(&self) -> Vec<&'d str> {
        let needed = self.described["security"][0]["bearer"].as_array();
        let scopes = needed.into_iter().flatten();
        scopes.map(|scope| scope.as_str().unwrap()).collect()
    }

    pub(crate) fn names_user(&self) -> bool {
        self.path.contains("{user_id}")
    }

    /// The address with everything in the place of its parameters.
    pub(crate) fn address(&self, user_id: &str, id: &str) -> String {
        self.path
            .replace("{user_id}", user_id)
            .replace("{id}", id)
            .replace("{seq}", "999999")
            .replace("{code}", "not_found")
    }

    pub(crate) fn response(&self, status: u16) -> Option<&'d Value> {
        self.described["responses"].get(status.to_string())
    }

    /// The codes that the description of a status lists.
    pub(crate) fn codes(&self, status: u16) -> BTreeSet<&'d str> {
        let description = self
            .response(status)
            .and_then(|response| response["description"].as_str());
        let lines = description.into_iter().flat_map(str::lines);
        lines
            .filter_map(|line| line.strip_prefix('`')?.split_once("`: "))
            .map(|(code, _)| code)
            .collect()
    }

    /// The names of its parameters in that place.
    pub(crate) fn parameters(&self, place: &str) -> Vec<&'d str> {
        let all = self.described["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place)
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect()
    }

    /// The names of its query parameters that can be given only once.
    pub(crate) fn single_parameters(&self) -> Vec<&'d str> {
        let all = self.described["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == "query" && parameter["schema"]["type"] != "array")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect()
    }

    /// The properties of its body in that media type.
    pub(crate) fn properties(
        &self,
        document: &'d Document,
        media_type: &str,
    ) -> Option<&'d Map<String, Value>> {
        let content = self.described["requestBody"]["content"].get(media_type)?;
        document.resolve(&content["schema"])["properties"].as_object()
    }
}

/// The types that a schema allows.
pub(crate) fn types(schema: &Value) -> BTreeSet<&str> {
    match &schema["type"] {
        Value::String(one) => [one.as_str()].into(),
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        other => panic!("{other} is no type of a schema"),
    }
}

/// The type of a value, as schemas name it.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Times are in UTC with `Z` and milliseconds, which is less than RFC 3339 allows.
fn has_format(format: &str, text: &str) -> bool {
    match format {
        "date-time" => text.parse::<Timestamp>().is_ok_and(|at| at.to_string() == text),
        "date" => text.parse::<Date>().is_ok(),
        "uuid" => uuid::Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text),
        "email" => text.contains('@'),
        "uri-reference" => text.starts_with('/'),
        other => panic!("nobody has said how to check the format {other}"),
    }
}

fn matches(template: &str, address: &str) -> bool {
    let (mut template, mut address) = (template.split('/'), address.split('/'));
    loop {
        match (template.next(), address.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given => {}
            (Some(part), Some(given)) if part.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}
