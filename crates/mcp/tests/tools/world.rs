use std::sync::Arc;

use async_trait::async_trait;
use rmcp::{
    RoleClient,
    model::{CallToolRequestParams, CallToolResult, ProtocolVersion},
    service::{ClientLifecycleMode, ClientServiceExt, RunningService},
};
use serde_json::{Map, Value, json};
use taskwell_application::{
    Actor, Error, Tasks,
    identity::{Authenticated, Door},
    ports::{Clock, IdGenerator, UserStore},
};
use taskwell_domain::{
    ActorKind, AuditAction, AuditEntry, ChangeActor, Grant, Issuer, Role, Scope, Scopes, User, UserId,
};
use taskwell_example_embedded::{MemoryStorage, RandomIds, SystemClock};
use taskwell_mcp::{Assistant, Caller, converse};
use taskwell_wire::CursorKey;
use tokio::{
    io::{DuplexStream, duplex},
    sync::watch,
};

pub(crate) const NOTHING: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

/// Users and their tasks.
pub(crate) struct World {
    storage: Arc<MemoryStorage>,
    pub(crate) tasks: Tasks,
}

impl World {
    pub(crate) fn new() -> Self {
        let storage = Arc::new(MemoryStorage::new());
        Self {
            tasks: Tasks::new(storage.clone(), Arc::new(SystemClock), Arc::new(RandomIds)),
            storage,
        }
    }

    /// Somebody new.
    pub(crate) async fn user(&self) -> UserId {
        let now = SystemClock.now();
        let user = User::admitted(RandomIds.user_id(), Issuer::parse("example").unwrap(), None, now);
        let entry = AuditEntry {
            id: RandomIds.audit_id(),
            at: now,
            actor_id: None,
            action: AuditAction::Registered,
            subject_id: Some(user.id.clone()),
            address: None,
            detail: None,
        };
        self.storage.admit(&user, Some(now), &entry).await.unwrap();
        user.id
    }

    /// Somebody new, who lets an assistant do everything.
    pub(crate) async fn ada(&self) -> Conversation {
        let ada = self.user().await;
        self.assistant(&ada, Grant::Everything).await
    }

    /// An assistant of that user, with a token of its own.
    pub(crate) async fn assistant(&self, user: &UserId, grant: Grant) -> Conversation {
        self.conversation(user, grant, ClientLifecycleMode::Initialize)
            .await
    }

    /// Whatever is said to an assistant of that user, and what it says.
    pub(crate) fn line(&self, user: &UserId) -> DuplexStream {
        self.line_to(caller(user, Grant::Everything))
    }

    fn line_to(&self, caller: impl Caller + 'static) -> DuplexStream {
        let assistant = Assistant::new(self.tasks.clone(), CursorKey::from([7; 32]), Arc::new(caller));
        let (ours, theirs) = duplex(64 * 1024);
        let (from, to) = tokio::io::split(theirs);
        tokio::spawn(converse(assistant, from, to));
        ours
    }

    pub(crate) async fn conversation(
        &self,
        user: &UserId,
        grant: Grant,
        lifecycle: ClientLifecycleMode,
    ) -> Conversation {
        let caller = caller(user, grant);
        let (revoke, is_revoked) = watch::channel(false);
        let holder = Holder {
            caller: caller.clone(),
            is_revoked,
        };
        Conversation {
            client: ().serve_with_lifecycle(self.line_to(holder), lifecycle).await.unwrap(),
            actor: caller.actor,
            revoke,
        }
    }
}

/// Somebody with a new token of that user.
fn caller(user: &UserId, grant: Grant) -> Authenticated {
    let token = RandomIds.api_token_id();
    Authenticated {
        actor: Actor {
            user_id: user.clone(),
            via: ChangeActor {
                kind: ActorKind::Token,
                id: token.to_string(),
            },
            request_id: RandomIds.request_id(),
        },
        role: Role::User,
        grant,
        door: Door::ApiToken(token),
        expires_at: None,
    }
}

/// What an assistant's user lends it.
pub(crate) fn only(scopes: &[Scope]) -> Grant {
    Grant::Only(Scopes::new(scopes).unwrap())
}

/// The revision without `initialize`.
pub(crate) fn without_initialize() -> ClientLifecycleMode {
    ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    }
}

/// Whoever holds a token that can be revoked.
struct Holder {
    caller: Authenticated,
    is_revoked: watch::Receiver<bool>,
}

#[async_trait]
impl Caller for Holder {
    async fn authenticated(&self) -> Result<Authenticated, Error> {
        match *self.is_revoked.borrow() {
            true => Err(Error::Unauthenticated),
            false => Ok(self.caller.clone()),
        }
    }
}

/// An assistant at work.
pub(crate) struct Conversation {
    pub(crate) client: RunningService<RoleClient, ()>,
    /// The user, at the same token but without an assistant.
    pub(crate) actor: Actor,
    revoke: watch::Sender<bool>,
}

impl Conversation {
    /// From now on the token opens nothing.
    pub(crate) fn revoke(&self) {
        self.revoke.send(true).unwrap();
    }

    pub(crate) async fn result(&self, tool: &str, arguments: Value) -> CallToolResult {
        let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
        let call = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        self.client.call_tool(call).await.unwrap()
    }

    /// What a tool answers, if it does what it should.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.result(tool, arguments.clone()).await;
        assert_eq!(result.is_error, Some(false), "{tool} {arguments}: {result:?}");
        result.structured_content.unwrap()
    }

    /// The problem that it answers.
    pub(crate) async fn problem(&self, tool: &str, arguments: Value, code: &str) -> Value {
        let result = self.result(tool, arguments.clone()).await;
        assert_eq!(result.is_error, Some(true), "{tool} {arguments}: {result:?}");
        let problem = result.structured_content.unwrap();
        assert_eq!(problem["code"], code, "{tool} {arguments}: {problem}");
        problem
    }

    /// That these are the faults of the arguments, in any order.
    pub(crate) async fn faults(&self, tool: &str, arguments: Value, expected: &[(&str, &str)]) {
        let problem = self.problem(tool, arguments.clone(), "validation_failed").await;
        let faults = problem["errors"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut found: Vec<_> = faults
            .map(|fault| (text(&fault["pointer"]), text(&fault["code"])))
            .collect();
        let mut expected: Vec<_> = expected
            .iter()
            .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{tool} {arguments}");
    }

    /// A new task.
    pub(crate) async fn task(&self, title: &str) -> Value {
        self.call("add_task", json!({"title": title})).await
    }

    /// The number of the last change.
    pub(crate) async fn latest(&self, world: &World) -> u64 {
        world.tasks.latest_change(&self.actor).await.unwrap().get()
    }
}
