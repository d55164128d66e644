//! A client as a frontend would write one.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

pub(crate) const PASSWORD: &str = "violet umbrella 42";

/// Somebody who calls a server, perhaps with a token.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    refresh_token: Option<String>,
    forwarded_for: Option<String>,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build();
        Self::by(http.expect("a client can be made"), url)
    }

    /// The same by a client that is made otherwise.
    pub(crate) fn by(http: reqwest::Client, url: &str) -> Self {
        Self {
            http,
            url: url.to_owned(),
            token: None,
            refresh_token: None,
            forwarded_for: None,
        }
    }

    /// The same caller at another server.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    /// The same caller with that token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same caller as a proxy would pass the request on that came from there.
    pub(crate) fn forwarded_for(&self, address: &str) -> Self {
        Self {
            forwarded_for: Some(address.to_owned()),
            ..self.clone()
        }
    }

    /// Where the server is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The access token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().expect("somebody has logged in")
    }

    /// The refresh token.
    pub(crate) fn refresh_token(&self) -> &str {
        self.refresh_token.as_deref().expect("somebody has logged in")
    }

    /// Registers and logs in.
    pub(crate) async fn signed_up(self, email: &str) -> Self {
        let credentials = json!({"email": email, "password": PASSWORD});
        self.post("/api/auth/register", &credentials).await.is(201);
        self.logged_in(email).await
    }

    /// Logs in.
    pub(crate) async fn logged_in(self, email: &str) -> Self {
        let tokens = self.login(email, PASSWORD).await.is(200);
        self.with_tokens(&tokens)
    }

    /// Tries to log in.
    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        let credentials = json!({"email": email, "password": password});
        self.post("/api/auth/login", &credentials).await
    }

    /// Renews the session.
    pub(crate) async fn refreshed(&self) -> Self {
        let tokens = self.refresh().await.is(200);
        self.with_tokens(&tokens)
    }

    /// Tries to renew the session.
    pub(crate) async fn refresh(&self) -> Answer {
        let body = json!({"refresh_token": self.refresh_token()});
        self.post("/api/auth/refresh", &body).await
    }

    fn with_tokens(&self, tokens: &Value) -> Self {
        let token = |name: &str| tokens[name].as_str().map(str::to_owned);
        Self {
            token: token("access_token"),
            refresh_token: token("refresh_token"),
            ..self.clone()
        }
    }

    /// The caller's id.
    pub(crate) async fn id(&self) -> String {
        let me = self.get("/api/auth/me").await.is(200);
        me["id"].as_str().expect("a user has an id").to_owned()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(address) = &self.forwarded_for {
            request = request.header("X-Forwarded-For", address);
        }
        request
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    /// `POST` without a body.
    pub(crate) async fn post_nothing(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::POST, path)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::PUT, path).json(body)).await
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

    /// `DELETE` with a body.
    pub(crate) async fn delete_with(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::DELETE, path).json(body)).await
    }

    /// Asks again and again until it is refused, which must happen within the 2 seconds that another server may
    /// take to hear of it; the refusal.
    pub(crate) async fn refused_soon(&self, path: &str) -> Answer {
        self.get_until(path, |status| status != StatusCode::OK).await
    }

    /// The same until it is let in.
    pub(crate) async fn let_in_soon(&self, path: &str) {
        let _ = self.get_until(path, |status| status == StatusCode::OK).await;
    }

    async fn get_until(&self, path: &str, wanted: impl Fn(StatusCode) -> bool) -> Answer {
        let begun = Instant::now();
        loop {
            let asked_after = begun.elapsed();
            let answer = self.get(path).await;
            if wanted(answer.status) {
                return answer;
            }
            assert!(asked_after < Duration::from_secs(2), "still {}", answer.status);
            sleep(Duration::from_millis(50)).await;
        }
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
