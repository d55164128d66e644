//! The server of Taskwell, and the commands that go with it.

mod assistants;
mod cli;
mod commands;
mod connections;
mod jobs;
mod lifecycle;
mod output;
mod settings;
mod streams;
mod telemetry;
mod trust;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Cli, commands::CommandError};

#[actix_web::main]
async fn main() -> ExitCode {
    match commands::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            match error {
                CommandError::Settings(_) | CommandError::Usage(_) => ExitCode::from(2),
                CommandError::Failed(_) => ExitCode::FAILURE,
            }
        }
    }
}
