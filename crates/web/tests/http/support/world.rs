use std::{rc::Rc, sync::Arc, time::Duration};

use actix_web::{
    body::BoxBody,
    dev::{Payload, ServiceResponse},
    http::Method,
    test::{self, TestRequest},
};
use futures_util::future::LocalBoxFuture;
use ipnet::IpNet;
use serde_json::{Value, json};
use taskwell_application::{
    Administration, Identity, Tasks,
    identity::{IdentityPolicy, IdentityPorts, TryLimits},
    ports::{
        AuditTrail, ChangeSignals, Clock, Health, PublicKey, RequestLimit, SessionStore, TaskStore, UserStore,
    },
    tasks::Followers,
};
use taskwell_domain::{AccountChange, Role, UserId};
use taskwell_example_embedded::{MemoryStorage, RandomIds};
use taskwell_web::{CursorKey, Drain, HttpOptions, LargeBodies, Observer, Services, StreamLimits, Streams};
use tokio::sync::OnceCell;

use super::{
    Call,
    fakes::{
        EchoingAssistants, EnoughForAll, MovedClock, NumberedTokens, PlainPasswords, ReadableOutsideTokens,
        ReadableTickets, ReadableTokens, token,
    },
};

pub(crate) const ACCESS_TTL: Duration = Duration::from_secs(15 * 60);
pub(crate) const REFRESH_TTL: Duration = Duration::from_secs(30 * 24 * 60 * 60);
pub(crate) const BODY_LIMIT: usize = 16 * 1024;
pub(crate) const STREAMS: StreamLimits = StreamLimits {
    per_user: 20,
    in_all: 100,
};
pub(crate) const ORIGIN: &str = "https://app.example.com";
pub(crate) const PASSWORD: &str = "violet umbrella on tuesday";

/// A server of its own for one test, with nobody in it.
pub(crate) struct World {
    pub(crate) storage: Arc<MemoryStorage>,
    pub(crate) drain: Drain,
    clock: Arc<MovedClock>,
    services: Services,
    options: HttpOptions,
    app: OnceCell<App>,
}

/// What requests are sent to.
type App = Box<dyn Fn(TestRequest, Option<Payload>) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

/// What a world is made with, all of it as it mostly is: a test changes what it is about.
pub(crate) struct Setup {
    pub(crate) users: Arc<dyn UserStore>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) tasks: Arc<dyn TaskStore>,
    pub(crate) signals: Arc<dyn ChangeSignals>,
    pub(crate) streams: StreamLimits,
    pub(crate) audit: Arc<dyn AuditTrail>,
    pub(crate) health: Arc<dyn Health>,
    pub(crate) requests: Arc<dyn RequestLimit>,
    pub(crate) public_keys: Vec<PublicKey>,
    pub(crate) registration: bool,
    pub(crate) limits: Option<TryLimits>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) request_timeout: Duration,
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

/// Somebody who has logged in.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A world in which something is other than usual.
    pub(crate) fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let storage = Arc::new(MemoryStorage::new());
        let clock = Arc::new(MovedClock::at("2026-11-21T09:30:00.000Z"));
        let ids = Arc::new(RandomIds);
        let mut setup = Setup {
            users: storage.clone(),
            sessions: storage.clone(),
            tasks: storage.clone(),
            signals: storage.clone(),
            streams: STREAMS,
            audit: storage.clone(),
            health: storage.clone(),
            requests: Arc::new(EnoughForAll),
            public_keys: Vec::new(),
            registration: true,
            limits: None,
            trusted_proxies: Vec::new(),
            cors_origins: vec![ORIGIN.to_owned()],
            request_timeout: Duration::from_secs(60),
            observer: None,
        };
        change(&mut setup);
        let identity = IdentityPorts {
            users: setup.users,
            sessions: setup.sessions,
            api_tokens: storage.clone(),
            audit: setup.audit,
            limits: storage.clone(),
            passwords: Arc::new(PlainPasswords),
            access_tokens: Arc::new(ReadableTokens(setup.public_keys)),
            outside_tokens: Arc::new(ReadableOutsideTokens),
            opaque_tokens: Arc::new(NumberedTokens::default()),
            tickets: Arc::new(ReadableTickets),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let policy = IdentityPolicy {
            access_ttl: ACCESS_TTL,
            refresh_ttl: REFRESH_TTL,
            registration: setup.registration,
            limits: setup.limits,
        };
        let tasks = Tasks::new(setup.tasks, clock.clone(), ids.clone());
        let services = Services {
            assistants: Arc::new(EchoingAssistants),
            followers: Followers::new(tasks.clone(), setup.signals),
            streams: Streams::new(setup.streams),
            tasks,
            identity: Identity::new(identity.clone(), policy),
            administration: Administration::new(identity),
            requests: setup.requests,
            health: setup.health,
            ids,
            large_bodies: LargeBodies::default(),
            drain: Drain::default(),
            observer: setup.observer,
        };
        let options = HttpOptions {
            cors_origins: setup.cors_origins,
            body_limit: BODY_LIMIT,
            request_timeout: setup.request_timeout,
            trusted_proxies: setup.trusted_proxies,
            authorization_servers: vec!["https://idp.example.com".to_owned()],
            cursor_key: CursorKey::from([7; 32]),
        };
        Self {
            storage,
            drain: services.drain.clone(),
            clock,
            services,
            options,
            app: OnceCell::new(),
        }
    }

    /// The application, made for the first request.
    pub(super) async fn app(&self) -> &App {
        self.app
            .get_or_init(async || {
                let app = taskwell_web::app(self.services.clone(), self.options.clone());
                let app = Rc::new(test::init_service(app).await);
                let send = move |request: TestRequest, payload: Option<Payload>| {
                    let mut request = request.to_request();
                    if let Some(payload) = payload {
                        *request.payload() = payload;
                    }
                    let app = Rc::clone(&app);
                    let answering =
                        async move { test::call_service(&*app, request).await.map_into_boxed_body() };
                    Box::pin(answering) as LocalBoxFuture<'static, _>
                };
                Box::new(send) as App
            })
            .await
    }

    pub(crate) fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call::new(self, method, path.into())
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub(crate) fn put(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    pub(crate) fn patch(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// Time passes.
    pub(crate) fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// What streams rest on is looked at again, as a server does again and again.
    pub(crate) async fn look_again(&self) {
        let Services {
            streams, identity, ..
        } = &self.services;
        streams.look_again(identity, None).await.unwrap();
    }

    /// The log forgets what happened before now.
    pub(crate) async fn forget_changes(&self) {
        let tasks: &dyn TaskStore = &*self.storage;
        tasks.forget_changes(self.clock.now()).await.unwrap();
    }

    /// Somebody with a new account, logged in.
    pub(crate) async fn sign_up(&self, email: &str) -> Person {
        let tokens = self.tokens_of_new(email).await;
        Person {
            id: tokens["user"]["id"].as_str().unwrap().to_owned(),
            token: tokens["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// Somebody with a new account that is an admin's, logged in.
    pub(crate) async fn admin(&self, email: &str) -> Person {
        let admin = self.sign_up(email).await;
        let id = UserId::parse(&admin.id).unwrap();
        let change = AccountChange {
            role: Some(Role::Admin),
            disabled: None,
        };
        let users: &dyn UserStore = &*self.storage;
        users.change(&id, &change, self.clock.now(), &[]).await.unwrap();
        admin
    }

    /// The access token of a new session.
    pub(crate) async fn log_in(&self, email: &str) -> String {
        let tokens = self.tokens(email).await;
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    /// The tokens of a new session.
    pub(crate) async fn tokens(&self, email: &str) -> Value {
        let credentials = json!({"email": email, "password": PASSWORD});
        self.post("/api/auth/login").json(&credentials).await.ok()
    }

    /// The tokens of the first session of somebody new.
    pub(crate) async fn tokens_of_new(&self, email: &str) -> Value {
        let credentials = json!({"email": email, "password": PASSWORD});
        self.post("/api/auth/register").json(&credentials).await.created();
        self.tokens(email).await
    }

    /// The same person, but with a personal access token of these scopes.
    pub(crate) async fn program_of(&self, person: &Person, scopes: &[&str]) -> Person {
        let body = json!({"name": "backup", "scopes": scopes});
        let created = self
            .post("/api/auth/tokens")
            .by(person)
            .json(&body)
            .await
            .created();
        Person {
            id: person.id.clone(),
            token: created["token"].as_str().unwrap().to_owned(),
        }
    }

    /// Somebody who has logged in at another issuer, a moment ago.
    pub(crate) fn outsider(&self, id: &str) -> Person {
        let now = self.clock.now();
        let claims = json!({
            "iss": "better-auth", "sub": id, "email": "ada@elsewhere.example",
            "iat": now.to_string(), "exp": now.after(ACCESS_TTL).to_string(),
        });
        Person {
            id: id.to_owned(),
            token: token(&claims),
        }
    }

    /// Somebody with a good token for an account that is not there any more.
    pub(crate) fn ghost(&self) -> Person {
        let claims = json!({
            "sub": super::NOBODY, "sid": super::NOTHING, "jti": "1", "email": null, "role": "user",
            "iat": "2026-11-21T09:30:00Z", "exp": "2026-11-21T10:30:00Z",
        });
        Person {
            id: super::NOBODY.to_owned(),
            token: token(&claims),
        }
    }

    /// A new task of that person. Each is a second younger than the one before.
    pub(crate) async fn task(&self, of: &Person, title: &str) -> Value {
        self.wait(Duration::from_secs(1));
        let body = json!({"title": title});
        self.post("/api/tasks").by(of).json(&body).await.created()
    }
}
