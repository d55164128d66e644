//! A client as a frontend would write one.

use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "violet umbrella 42";

/// Somebody who calls a server, perhaps with a token.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client can be made"),
            url: url.to_owned(),
            token: None,
        }
    }

    /// The same caller at another server.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self {
            token: self.token.clone(),
            ..Self::new(url)
        }
    }

    /// Registers and logs in.
    pub(crate) async fn signed_up(self, email: &str) -> Self {
        let credentials = json!({"email": email, "password": PASSWORD});
        self.post("/api/auth/register", &credentials).await.is(201);
        self.logged_in(email).await
    }

    /// Logs in.
    pub(crate) async fn logged_in(mut self, email: &str) -> Self {
        let credentials = json!({"email": email, "password": PASSWORD});
        let tokens = self.post("/api/auth/login", &credentials).await.is(200);
        self.token = tokens["access_token"].as_str().map(str::to_owned);
        self
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::PATCH, path).json(body)).await
    }

    /// `PATCH` without a body.
    pub(crate) async fn toggle(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::PATCH, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// Creates a task; its address.
    pub(crate) async fn task(&self, title: &str) -> String {
        let task = self.post("/api/me/tasks", &json!({"title": title})).await.is(201);
        format!("/api/me/tasks/{}", task["id"].as_str().expect("a task has an id"))
    }
}

/// What came back.
#[must_use]
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.expect("the body arrives");
        Self {
            status,
            headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    /// The body, if the status is that one.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body
    }

    /// The body, if it is a problem of that status and code.
    #[track_caller]
    pub(crate) fn fails_with(self, status: u16, code: &str) -> Value {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{:#}",
            self.body
        );
        assert_eq!(self.body["code"], code, "{:#}", self.body);
        self.is(status)
    }
}
