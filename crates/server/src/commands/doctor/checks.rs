//! What is looked at, in the order in which one fault is the cause of the next.

use std::time::Duration;

use reqwest::{Client, header::CONTENT_TYPE};
use taskwell_application::{ports::Clock, told};
use taskwell_infrastructure::{Database, DatabaseAddress, SystemClock};
use taskwell_web::Https;

use super::findings::Check;
use crate::{
    settings::{
        AuthSettings, DatabaseSettings, SecretSource, ServerSettings, Signing, TelemetrySettings,
        address_for_traces,
    },
    trust, wiring,
};

/// By how much the clocks may differ. Revocations reach other servers within so long as well.
const CLOCKS_DIFFER_BY: Duration = Duration::from_secs(2);

/// How long a collector has to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether tokens can be signed. A secret that the first start would make is not made here.
pub(super) fn signing_key(settings: &AuthSettings) -> Check {
    const NAME: &str = "signing key";
    match &settings.signing {
        Signing::Secret(SecretSource::KeptBeside(file)) if !file.exists() => {
            return Check::fine(NAME, format!("the first start makes one in {}", file.display()));
        }
        Signing::Secret(SecretSource::Ephemeral) => {
            return Check::fine(NAME, "each start makes one, as the data goes with the process");
        }
        _ => {}
    }
    match trust::signing_keys(settings) {
        Ok(_) => Check::fine(NAME, "can be used"),
        Err(error) => Check::fault(
            NAME,
            &error,
            "put a good one in its place; docs/security.md says how",
        ),
    }
}

/// Whether HTTPS could be served, if it is to be.
pub(super) fn certificate(settings: &ServerSettings) -> Option<Check> {
    const NAME: &str = "certificate";
    let tls = settings.tls.as_ref()?;
    Some(match Https::new(tls.files.clone()) {
        Ok(_) => Check::fine(NAME, format!("{} can be shown", tls.files.certificate.display())),
        Err(error) => Check::fault(
            NAME,
            &tls.wrong(&error),
            "put the right files in their place; a server that runs shows what it had until then",
        ),
    })
}

/// Whether every issuer with a key set gives it.
pub(super) async fn key_sets(settings: &AuthSettings) -> Vec<Check> {
    const NAME: &str = "key set";
    let issuers = match trust::outside_issuers(settings) {
        Ok(issuers) => issuers,
        Err(error) => return vec![Check::fault(NAME, &error, "correct [[auth.issuers]]")],
    };
    let tried = issuers.try_key_sets().await;
    let checks = tried.into_iter().map(|(issuer, outcome)| match outcome {
        Ok(()) => Check::fine(NAME, format!("{issuer} gives its keys")),
        Err(error) => Check::wrong(
            NAME,
            format!("{issuer} does not give its keys: {}", told(&*error)),
            "see whether jwks_url can be reached from here; until then its users stay out",
        ),
    });
    checks.collect()
}

/// Whether the collector of traces is there, if there should be one. It is sent nothing.
pub(super) async fn collector(settings: &TelemetrySettings) -> Option<Check> {
    const NAME: &str = "collector";
    let collector = settings.otlp_endpoint.as_ref()?;
    let advice = "see whether telemetry.otlp_endpoint is right and can be reached from here; until then traces are lost";
    let asked = async {
        let client = Client::builder().timeout(PATIENCE);
        let client = match collector.scheme() {
            // So that a machine without certificates can do it, too.
            "http" => client.tls_certs_only([]),
            _ => client,
        };
        let nothing = client.build()?.post(address_for_traces(collector));
        nothing
            .header(CONTENT_TYPE, "application/x-protobuf")
            .send()
            .await
    };
    Some(match asked.await {
        Err(error) => Check::fault(NAME, &error, advice),
        Ok(answer) if [404, 405].contains(&answer.status().as_u16()) || answer.status().is_server_error() => {
            let status = answer.status();
            Check::wrong(
                NAME,
                format!("{collector} takes no OTLP over HTTP: {status}"),
                advice,
            )
        }
        // It may want a key, which the variables of OpenTelemetry hold.
        Ok(_) => Check::fine(NAME, format!("{collector} answers")),
    })
}

/// A connection to the database. One that a start would make is not made here.
pub(super) async fn connect(settings: &DatabaseSettings) -> Result<(Database, Check), Check> {
    const NAME: &str = "database";
    if let DatabaseAddress::SqliteFile(file) = settings.url.address()
        && !file.exists()
    {
        let missing = format!("there is no file {}", file.display());
        let advice = "`taskwell serve` or `taskwell migrate up` makes it, if database.url is right";
        return Err(Check::wrong(NAME, missing, advice));
    }
    match Database::connect(&wiring::database_options(settings)).await {
        Ok(database) => Ok((database, Check::fine(NAME, format!("{} answers", settings.url)))),
        Err(error) if error.is_retryable() => Err(Check::fault(
            NAME,
            &error,
            "see whether it is running and can be reached from here, or correct database.url",
        )),
        Err(error) => Err(Check::fault(
            NAME,
            &error,
            "correct database.url, or what it leads to",
        )),
    }
}

/// Whether the schema is the one that this program needs.
pub(super) async fn migrations(database: &Database) -> Check {
    const NAME: &str = "migrations";
    match database.pending_migrations().await {
        Ok(pending) if pending.is_empty() => Check::fine(NAME, "the database has all of them"),
        Ok(pending) => Check::wrong(
            NAME,
            format!("the database lacks {}", pending.join(", ")),
            "`taskwell migrate up` applies them, and so does the next start",
        ),
        Err(error) => Check::fault(
            NAME,
            &error,
            "see whether a newer taskwell has used this database",
        ),
    }
}

/// Whether this machine and the database agree on the time, by which tokens expire and leases end.
pub(super) async fn clock(database: &Database) -> Check {
    const NAME: &str = "clock";
    let asked = SystemClock.now();
    let theirs = match database.clock().await {
        Ok(Some(theirs)) => theirs,
        Ok(None) => return Check::fine(NAME, "the database has that of this machine"),
        Err(error) => return Check::fault(NAME, &error, "see whether the database can be reached from here"),
    };
    let answered = SystemClock.now();
    let (earliest, latest) = (asked.before(CLOCKS_DIFFER_BY), answered.after(CLOCKS_DIFFER_BY));
    if (earliest..=latest).contains(&theirs) {
        return Check::fine(NAME, "agrees with that of the database");
    }
    Check::wrong(
        NAME,
        format!("it is {answered} here and {theirs} at the database"),
        "let both follow a time server (NTP)",
    )
}
