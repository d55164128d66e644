use futures_util::future::BoxFuture;
use rmcp::model::{JsonObject, ToolAnnotations};
use serde::Serialize;
use serde_json::Value;
use taskwell_application::{Actor, Tasks, identity::Authenticated};
use taskwell_domain::Scope;
use taskwell_wire::{CursorKey, Given, Refusal, task_fields::Described};
use utoipa::ToSchema;

use crate::{
    arguments::USER_ID,
    schema::{self, Named},
};

/// Something that an assistant can do.
pub(crate) trait Tool: 'static {
    /// What it is about.
    const ABOUT: About;

    /// What it reads.
    type Input: Send;

    /// What it answers.
    type Answer: Serialize + ToSchema;

    /// Says which arguments it takes.
    fn arguments() -> Arguments;

    /// Reads them. Faults are noted, and `None` says that there were some; a refusal is for what makes reading on
    /// pointless.
    fn read(given: &mut Given, desk: &Desk) -> Result<Option<Self::Input>, Refusal>;

    /// Does it.
    fn run(
        desk: &Desk,
        actor: &Actor,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Answer, Refusal>> + Send;
}

/// What a tool is about.
#[derive(Clone, Copy)]
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) effect: Effect,
}

/// What a tool does to the tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Reads,
    /// Adds to them; the same again adds again.
    Adds,
    /// Takes something away; the same again takes away nothing more.
    Removes,
    /// Puts something in the place of what was there, or any of these; the same again may do more.
    Changes,
}

impl Effect {
    /// What a token must open.
    pub(crate) fn scope(self) -> Scope {
        match self {
            Self::Reads => Scope::TasksRead,
            Self::Adds | Self::Removes | Self::Changes => Scope::TasksWrite,
        }
    }

    /// What holds of every call of the tool, however it is meant most of the time.
    fn hints(self) -> ToolAnnotations {
        ToolAnnotations::new()
            .read_only(self == Self::Reads)
            .destructive(matches!(self, Self::Removes | Self::Changes))
            .idempotent(matches!(self, Self::Reads | Self::Removes))
            .open_world(false)
    }
}

/// The arguments of a tool.
#[derive(Default)]
pub(crate) struct Arguments {
    /// Those that must be there.
    pub(crate) required: &'static [&'static str],
    /// All of them.
    pub(crate) fields: Vec<Described>,
    /// What their schemas refer to.
    pub(crate) definitions: Vec<Named>,
}

/// What the tools work with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) tasks: Tasks,
    pub(crate) cursor_key: CursorKey,
}

/// A tool among others.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) about: About,
    describe: fn() -> Arguments,
    answer: fn() -> std::sync::Arc<JsonObject>,
    call: for<'a> fn(&'a Desk, &'a Authenticated, JsonObject) -> BoxFuture<'a, Result<Value, Refusal>>,
}

impl Entry {
    pub(crate) const fn of<T: Tool>() -> Self {
        Self {
            about: T::ABOUT,
            describe: T::arguments,
            answer: schema::of_answer::<T::Answer>,
            call: |desk, caller, arguments| Box::pin(call::<T>(desk, caller, arguments)),
        }
    }

    /// As a client sees it.
    pub(crate) fn definition(&self) -> rmcp::model::Tool {
        let Arguments {
            required,
            mut fields,
            definitions,
        } = (self.describe)();
        fields.push((USER_ID.name, (USER_ID.schema)().into()));
        let About {
            name,
            title,
            description,
            effect,
        } = self.about;
        rmcp::model::Tool::new(
            name,
            description,
            schema::of_arguments(required, fields, definitions),
        )
        .with_title(title)
        .with_raw_output_schema((self.answer)())
        .with_annotations(effect.hints())
    }

    /// Does what was asked, if the caller may.
    pub(crate) async fn call(
        &self,
        desk: &Desk,
        caller: &Authenticated,
        arguments: JsonObject,
    ) -> Result<Value, Refusal> {
        caller.require(self.about.effect.scope())?;
        (self.call)(desk, caller, arguments).await
    }
}

async fn call<T: Tool>(desk: &Desk, caller: &Authenticated, arguments: JsonObject) -> Result<Value, Refusal> {
    let mut given = Given::arguments(arguments);
    if let Some(named) = given.optional(USER_ID) {
        caller.actor.must_be(&named)?;
    }
    let input = T::read(&mut given, desk)?;
    let input = given.finish(input)?;
    let actor = caller.actor.clone().by_assistant();
    let answer = T::run(desk, &actor, input).await?;
    serde_json::to_value(answer).map_err(Refusal::internal)
}
