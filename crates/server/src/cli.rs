//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::settings::Flags;

/// A task backend: accounts and each user's own tasks over REST, on SQLite or PostgreSQL.
#[derive(Parser)]
#[command(name = "taskwell", version)]
pub(crate) struct Cli {
    /// The settings file; without it taskwell.toml in this folder, if it is there
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) flags: Flags,

    /// Without a command: serve
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Bring the schema up to date and serve
    Serve(Serve),
    /// Change or show the schema of the database
    #[command(subcommand)]
    Migrate(Migrate),
    /// Make accounts, show them and change them, whether or not the server is running
    #[command(subcommand)]
    User(User),
    /// Copy the SQLite database into a file, whether or not the server is running
    Backup(Backup),
    /// Put a copy that `backup` made in the place of the SQLite database, while no server is running
    Restore(Restore),
    /// Print the OpenAPI document
    Openapi,
    /// Print the settings in force and where each came from
    Config(Report),
    /// Look for what is wrong with settings, database, keys and clock, and show how the jobs went
    Doctor(Report),
    /// Be an assistant's tools on standard input and output, with the token in TASKWELL_TOKEN
    Mcp,
    /// Ask the running server whether it is ready
    Healthcheck,
}

#[derive(Args, Default)]
pub(crate) struct Serve {
    /// Leave the schema alone, and refuse to start if it is not up to date
    #[arg(long)]
    pub(crate) no_migrate: bool,
}

#[derive(Subcommand)]
pub(crate) enum Migrate {
    /// Apply what is pending
    Up,
    /// Undo the last migration, and lose what it made room for
    Down {
        /// Undo all of them
        #[arg(long)]
        all: bool,
    },
    /// Show which migrations the database has
    Status(Report),
}

#[derive(Args)]
pub(crate) struct Backup {
    /// The copy
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Replace what is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args)]
pub(crate) struct Restore {
    /// The copy
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Replace the database, if there is one
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Subcommand)]
pub(crate) enum User {
    /// Make an account that logs in with the password on standard input
    Create {
        /// Its address
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// What it may do: user or admin
        #[arg(long, value_name = "ROLE", default_value = "user")]
        role: String,
        #[command(flatten)]
        report: Report,
    },
    /// Show all accounts
    List(Report),
    /// Give or take a role: user or admin
    SetRole {
        #[command(flatten)]
        account: Account,
        /// What it may do: user or admin
        #[arg(value_name = "ROLE")]
        role: String,
    },
    /// Shut an account out; its tokens stop working
    Disable(Account),
    /// Let an account in again
    Enable(Account),
    /// Set the password on standard input, and end all sessions
    ResetPassword(Account),
}

#[derive(Args)]
pub(crate) struct Account {
    /// The address that it logs in with, or the id of any account
    #[arg(value_name = "EMAIL")]
    pub(crate) email_or_id: String,
}

#[derive(Args)]
pub(crate) struct Report {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_means_serve() {
        assert!(Cli::parse_from(["taskwell", "--port", "0"]).command.is_none());
    }
}
