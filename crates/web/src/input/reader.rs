use std::ops::{Deref, DerefMut};

use actix_web::{HttpRequest, web::Bytes};
use percent_encoding::percent_decode_str;
use taskwell_application::Error;
use taskwell_domain::{Fault, FaultCode, TaskId};
use taskwell_wire::{Body, Given};

use super::{EntityTags, query};
use crate::problem::{Failure, WireCode};

/// What was [`Given`] with a request, and the rest of that request.
pub(crate) struct Reader<'r> {
    request: &'r HttpRequest,
    bytes: Bytes,
    given: Given,
}

impl Deref for Reader<'_> {
    type Target = Given;

    fn deref(&self) -> &Given {
        &self.given
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut Given {
        &mut self.given
    }
}

impl<'r> Reader<'r> {
    pub(crate) fn new(request: &'r HttpRequest, body: Body, bytes: Bytes) -> Result<Self, Failure> {
        let query = query::parse(request.query_string()).ok_or_else(|| {
            Failure::wire(
                WireCode::MalformedRequest,
                "the query string is not percent-encoded UTF-8",
            )
        })?;
        Ok(Self {
            request,
            bytes,
            given: Given::new(query, body),
        })
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
        match self.body() {
            Body::File(media_type) => Some((media_type, self.bytes.clone())),
            Body::Absent | Body::Json(_) | Body::Form(_) | Body::NoObject => None,
        }
    }

    /// Whether the body is a form.
    pub(crate) fn is_form(&self) -> bool {
        matches!(self.body(), Body::Form(_))
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

    /// What was read, if nothing is wrong and nothing is left over.
    pub(crate) fn finish<T>(self, input: Option<T>) -> Result<T, Failure> {
        Ok(self.given.finish(input)?)
    }
}
