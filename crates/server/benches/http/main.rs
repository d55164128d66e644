//! How fast the HTTP API is, measured on the real server, side by side with an actix handler that has nothing
//! but the same SQL: `cargo bench -p taskwell --bench http`. docs/performance.md says what the figures mean.

mod arguments;
mod bare;
mod call;
mod connection;
mod machine;
mod measure;
mod operation;
mod place;
mod population;
mod report;
mod round;
mod series;
mod server;
mod storm;
mod streams;
mod taskwell;
mod times;
mod timing;
mod usage;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::{
    arguments::{Arguments, Command},
    measure::Measure,
    place::Place,
};

/// Whatever goes wrong ends the run: figures that came about with errors are none.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Some(Command::Bare(options)) => actix_web::rt::System::new().block_on(bare::serve(options)),
        // So `cargo test --all-targets` calls it.
        None if !arguments.bench => print("Nothing is measured without --bench, which `cargo bench` adds.\n"),
        None => bench(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell if this fails.
            let _ = writeln!(io::stderr(), "http: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The client is one thread, so that it takes no more than one core from the servers.
#[tokio::main(flavor = "current_thread")]
async fn bench(arguments: &Arguments) -> Result<()> {
    let (backends, note) = arguments.backends()?;
    print(&report::heading(arguments))?;
    for backend in backends {
        let place = Place::make(&backend).await?;
        let measure = Measure::new(arguments, &place);
        let measured = tokio::select! {
            measured = measure.run() => measured,
            stopped = stopped() => stopped.and(Err("stopped".into())),
        };
        let described = place.describe().await;
        place.remove().await?;
        print(&report::section(&described?, &measured?)?)?;
    }
    print(note)
}

/// Waits for somebody who wants this to end, so that the servers and the databases end with it.
async fn stopped() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        _ = terminate.recv() => Ok(()),
    }
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
