use std::{env, sync::Arc};

use async_trait::async_trait;
use taskwell_application::{
    Error, Identity, Limit,
    identity::Authenticated,
    ports::{IdGenerator, RequestLimit},
};
use taskwell_domain::Client;
use taskwell_infrastructure::{Database, UuidV7Ids};
use taskwell_mcp::{Assistant, Caller, converse};
use taskwell_web::Drain;
use tokio::io::{stdin, stdout};

use super::{CommandError, schema};
use crate::{
    settings::Settings,
    telemetry,
    wiring::{self, Wiring},
};

/// The variable with the token.
const TOKEN: &str = "TASKWELL_TOKEN";

/// `taskwell mcp`
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    telemetry::start(&settings.log);
    let token = env::var(TOKEN)
        .ok()
        .filter(|token| !token.is_empty())
        .ok_or_else(|| CommandError::Usage(format!("{TOKEN} must hold the token of a user")))?;
    let database = wiring::connect(&settings.database).await?;
    let done = serve(settings, &database, token).await;
    database.close().await;
    done
}

async fn serve(settings: &Settings, database: &Database, token: String) -> Result<(), CommandError> {
    schema::check(database).await?;
    let wiring = Wiring::new(database.clone(), settings, Drain::default())?;
    let holder = Holder {
        identity: wiring.identity(),
        requests: wiring.requests(),
        token,
    };
    // Whoever starts it is told at once, and not when the first tool is called.
    let caller = holder.authenticated().await.map_err(refused)?;
    caller.require_tasks().map_err(refused)?;
    let assistant = Assistant::new(wiring.tasks(), wiring.cursor_key(), Arc::new(holder));
    converse(assistant, stdin(), stdout())
        .await
        .map_err(|error| CommandError::because("the conversation broke off", error))
}

fn refused(error: Error) -> CommandError {
    CommandError::because(format!("the token in {TOKEN} is refused"), error)
}

/// Whoever holds the token; what became of it meanwhile is looked up each time, and counted as a server counts its
/// requests.
struct Holder {
    identity: Identity,
    requests: Arc<dyn RequestLimit>,
    token: String,
}

#[async_trait]
impl Caller for Holder {
    async fn authenticated(&self) -> Result<Authenticated, Error> {
        let client = || Client::new(None, Some("taskwell mcp"));
        let request_id = UuidV7Ids.request_id();
        let caller = self
            .identity
            .authenticate(&self.token, client, request_id)
            .await?;
        if let Some(allowance) = self.requests.take(&caller.actor.user_id) {
            Limit::Requests.check(allowance)?;
        }
        Ok(caller)
    }
}
