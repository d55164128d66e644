use actix_web::http::{Method, StatusCode};
use taskwell_application::ErrorCode;
use taskwell_domain::Scope;
use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, HeaderBuilder, KnownFormat, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
        SchemaFormat,
        path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{ArrayBuilder, ObjectBuilder, Type},
        security::SecurityRequirement,
    },
};

use crate::{
    access::{Access, Needs},
    idempotency,
    input::{BodyKind, Input, Parameter, instances, words},
    problem::{Code, MEDIA_TYPE, ProblemType, WireCode},
};

/// How an endpoint is described in the OpenAPI document.
pub(crate) struct Description {
    pub(crate) operation: Operation,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

/// `*`, or entity tags separated by commas (RFC 9110, section 13.1.1).
const ENTITY_TAGS: &str = r#"^(\*|(W/)?"[^"]*"( *, *(W/)?"[^"]*")*)$"#;

/// Puts a description together.
pub(crate) struct Describe {
    operation: OperationBuilder,
    needs: Needs,
    times_as_long: u32,
    schemas: Vec<(String, RefOr<Schema>)>,
    fails: Vec<Code>,
    is_idempotent: bool,
}

impl Describe {
    /// What follows from the access that is needed and from what is read.
    pub(crate) fn of<A: Access, I: Input>() -> Self {
        let mut fails: Vec<Code> = A::FAILS.iter().copied().map(Code::from).collect();
        let common: [Code; 4] = [
            WireCode::MalformedRequest.into(),
            ErrorCode::ValidationFailed.into(),
            ErrorCode::Unavailable.into(),
            ErrorCode::Internal.into(),
        ];
        fails.extend(common);
        if I::BODY != BodyKind::None {
            let about_bodies = [
                WireCode::MalformedJson,
                WireCode::RequestTimeout,
                WireCode::PayloadTooLarge,
                WireCode::UnsupportedMediaType,
            ];
            fails.extend(about_bodies.map(Code::from));
        }
        let operation = OperationBuilder::new();
        let bearer = |scope: Option<Scope>| SecurityRequirement::new("bearer", scope.map(Scope::as_str));
        let operation = match A::NEEDS {
            Needs::Nothing => operation,
            Needs::Scope(scope) => operation.security(bearer(Some(scope))),
            Needs::Login | Needs::Admin => operation.security(bearer(None)),
        };
        I::describe(Self {
            operation,
            needs: A::NEEDS,
            times_as_long: I::TIMES_AS_LONG,
            schemas: Vec::new(),
            fails,
            is_idempotent: false,
        })
    }

    /// The name that generated clients call it by, a line about it, and the chapter that it stands in.
    pub(crate) fn named(mut self, id: &str, summary: &str, tag: &str) -> Self {
        self.operation = self
            .operation
            .operation_id(Some(id))
            .summary(Some(summary))
            .tag(tag);
        self
    }

    /// More about it; how long it may take, if that is longer than usual, and for whom it is, if a scope does not say
    /// so, come last.
    pub(crate) fn explained(mut self, description: &str) -> Self {
        let how_long = match self.times_as_long {
            1 => String::new(),
            times => format!(" It may take {times} times as long as other requests."),
        };
        let for_whom = match self.needs {
            Needs::Nothing | Needs::Scope(_) => "",
            Needs::Login => " Not open to personal access tokens.",
            Needs::Admin => " For admins. Not open to personal access tokens.",
        };
        self.operation = self
            .operation
            .description(Some(format!("{description}{how_long}{for_whom}")));
        self
    }

    /// A part of the path.
    pub(crate) fn path_parameter(mut self, name: &str, description: &str, schema: ObjectBuilder) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(schema));
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// The id of a task in the path.
    pub(crate) fn task_id(self) -> Self {
        self.uuid("The id of the task.")
            .fails([ErrorCode::Forbidden.into()])
    }

    /// A UUID as the id in the path.
    pub(crate) fn uuid(self, description: &str) -> Self {
        let uuid = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        self.path_parameter("id", description, instances(Type::String).format(Some(uuid)))
            .fails([ErrorCode::NotFound.into()])
    }

    /// A parameter of the query string.
    pub(crate) fn query<T>(mut self, parameter: &Parameter<T>) -> Self {
        let described = ParameterBuilder::new()
            .name(parameter.name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(parameter.description))
            .schema(Some((parameter.schema)()));
        self.operation = self.operation.parameter(described);
        self
    }

    /// A header of entity tags that may be sent.
    pub(crate) fn entity_tags_header(mut self, name: &str, description: &str) -> Self {
        let described = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(instances(Type::String).pattern(Some(ENTITY_TAGS))));
        self.operation = self.operation.parameter(described);
        self
    }

    /// A header that may be sent.
    pub(crate) fn header(mut self, name: &str, description: &str, schema: ObjectBuilder) -> Self {
        let described = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(schema));
        self.operation = self.operation.parameter(described);
        self
    }

    /// A parameter of the query string that may be given several times.
    pub(crate) fn query_list<T>(mut self, parameter: &Parameter<T>) -> Self {
        let described = ParameterBuilder::new()
            .name(parameter.name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(parameter.description))
            .schema(Some(ArrayBuilder::new().items((parameter.schema)())));
        self.operation = self.operation.parameter(described);
        self
    }

    /// A key under which the same request may be sent again.
    pub(crate) fn idempotency_key(mut self) -> Self {
        let schema = instances(Type::String)
            .min_length(Some(1))
            .max_length(Some(idempotency::LONGEST))
            .pattern(Some("^[!-~]+$"));
        let described = ParameterBuilder::new()
            .name(idempotency::KEY)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "A name for the request, so that it can be sent again when its answer is lost: within 24 hours the same \
                 request is answered as the first was, and changes nothing. What failed is not kept.",
            ))
            .schema(Some(schema));
        self.operation = self.operation.parameter(described);
        self.is_idempotent = true;
        self.fails([ErrorCode::IdempotencyKeyReused.into()])
    }

    /// The body, in each of its media types: the name of its schema, and the schema.
    pub(crate) fn body(mut self, required: bool, contents: &[(&str, &str, RefOr<Schema>)]) -> Self {
        let required = if required { Required::True } else { Required::False };
        let mut body = RequestBodyBuilder::new().required(Some(required));
        for (media_type, name, schema) in contents {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(*name)))
                .build();
            body = body.content(*media_type, content);
            self.schemas.push(((*name).to_owned(), schema.clone()));
        }
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// A file as the body, in each of its media types.
    pub(crate) fn file_body(mut self, contents: &[(&str, RefOr<Schema>)]) -> Self {
        let body = RequestBodyBuilder::new().required(Some(Required::True));
        let body = contents.iter().fold(body, |body, (media_type, schema)| {
            let content = ContentBuilder::new().schema(Some(schema.clone())).build();
            body.content(*media_type, content)
        });
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// An answer with a file, in each of its media types.
    pub(crate) fn answers_file(
        mut self,
        status: StatusCode,
        description: &str,
        contents: &[(&str, RefOr<Schema>)],
    ) -> Self {
        let response = ResponseBuilder::new().description(description);
        let response = contents.iter().fold(response, |response, (media_type, schema)| {
            let content = ContentBuilder::new().schema(Some(schema.clone())).build();
            response.content(*media_type, content)
        });
        let response = with_headers(response, &["Content-Disposition"]).build();
        self.operation = self.operation.response(status.as_str(), response);
        self
    }

    /// A schema that another one refers to.
    pub(crate) fn schema(mut self, name: &str, schema: RefOr<Schema>) -> Self {
        self.schemas.push((name.to_owned(), schema));
        self
    }

    /// An answer without a body.
    pub(crate) fn answers(mut self, status: StatusCode, description: &str, headers: &[&str]) -> Self {
        let response = with_headers(ResponseBuilder::new().description(description), headers);
        self.operation = self.operation.response(status.as_str(), response.build());
        self
    }

    /// An answer with a text of that media type.
    pub(crate) fn answers_text(mut self, status: StatusCode, description: &str, media_type: &str) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(instances(Type::String)))
            .build();
        let response = ResponseBuilder::new()
            .description(description)
            .content(media_type, content);
        self.operation = self.operation.response(status.as_str(), response.build());
        self
    }

    /// An answer with a JSON body.
    pub(crate) fn answers_json<T: ToSchema>(
        self,
        status: StatusCode,
        description: &str,
        headers: &[&str],
    ) -> Self {
        let schema = Ref::from_schema_name(T::name()).into();
        self.answers_with::<T>(status, description, headers, schema)
    }

    /// An answer with a JSON array as body.
    pub(crate) fn answers_json_list<T: ToSchema>(
        self,
        status: StatusCode,
        description: &str,
        headers: &[&str],
    ) -> Self {
        let items = utoipa::openapi::schema::Array::new(Ref::from_schema_name(T::name()));
        self.answers_with::<T>(status, description, headers, Schema::Array(items).into())
    }

    fn answers_with<T: ToSchema>(
        mut self,
        status: StatusCode,
        description: &str,
        headers: &[&str],
        schema: RefOr<Schema>,
    ) -> Self {
        self.add_schema::<T>();
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/json", content);
        self.operation = self
            .operation
            .response(status.as_str(), with_headers(response, headers).build());
        self
    }

    fn add_schema<T: ToSchema>(&mut self) {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
    }

    /// What else can go wrong.
    pub(crate) fn fails(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.fails.extend(codes);
        self
    }

    /// The whole description.
    pub(crate) fn finish(mut self) -> Description {
        self.add_schema::<crate::problem::Problem>();
        let mut kinds: Vec<ProblemType> = self.fails.iter().copied().map(ProblemType::of).collect();
        kinds.sort_by_key(|kind| (kind.status, kind.code));
        kinds.dedup_by_key(|kind| kind.code);
        let operation = kinds
            .chunk_by(|a, b| a.status == b.status)
            .filter_map(|same| Some((same.first()?.status, same)))
            .fold(self.operation, |operation, (status, same)| {
                operation.response(status.as_str(), problem_response(status, same))
            });
        let mut operation = operation.build();
        if self.is_idempotent {
            tell_of_replays(&mut operation);
        }
        Description {
            operation,
            schemas: self.schemas,
        }
    }
}

fn problem_response(status: StatusCode, kinds: &[ProblemType]) -> Response {
    let lines: Vec<String> = kinds
        .iter()
        .map(|kind| format!("`{}`: {}.", kind.code, kind.title))
        .collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let is_about_scope = kinds
        .iter()
        .any(|kind| kind.code == ErrorCode::InsufficientScope.as_str());
    let headers: &[&str] = match status {
        StatusCode::UNAUTHORIZED => &["WWW-Authenticate"],
        StatusCode::FORBIDDEN if is_about_scope => &["WWW-Authenticate"],
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => &["Retry-After"],
        _ => &[],
    };
    let response = ResponseBuilder::new()
        .description(lines.join("\n"))
        .content(MEDIA_TYPE, content);
    with_headers(response, headers).build()
}

/// Whatever went well may be answered again.
fn tell_of_replays(operation: &mut Operation) {
    let responses = operation.responses.responses.iter_mut();
    for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
        if let RefOr::T(response) = response {
            let header = HeaderBuilder::new()
                .schema(Some(words(["true"])))
                .description(Some("`true` if the answer was given before; only then."));
            let name = idempotency::REPLAYED.to_owned();
            response.headers.insert(name, header.build().into());
        }
    }
}

fn with_headers(response: ResponseBuilder, names: &[&str]) -> ResponseBuilder {
    names.iter().fold(response, |response, name| {
        let (description, kind) = match *name {
            "ETag" => (
                "The version of the task as an entity tag, such as `\"3\"`.",
                Type::String,
            ),
            "Location" => ("Where the new thing is.", Type::String),
            "Link" => (
                "`<…>; rel=\"next\"` while there is more (RFC 8288).",
                Type::String,
            ),
            "X-Total-Count" => ("How many pass the filter; only with `count=true`.", Type::Integer),
            "Content-Disposition" => ("`attachment`, with a name for the file (RFC 6266).", Type::String),
            "Retry-After" => ("Seconds after which to try again.", Type::Integer),
            "WWW-Authenticate" => (
                "`Bearer …` (RFC 6750); of 403, only with `insufficient_scope`.",
                Type::String,
            ),
            _ => ("", Type::String),
        };
        let header = HeaderBuilder::new()
            .schema(Some(instances(kind)))
            .description(Some(description));
        response.header(*name, header.build())
    })
}

/// The method as the OpenAPI document names it.
pub(crate) fn document_method(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}
