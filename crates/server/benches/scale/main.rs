//! What a user of a million tasks costs: pages, searches and the log against those of one with 10,000, on SQLite
//! and PostgreSQL, what each index costs writes, and the memory of an export: `just bench-scale`.
//! docs/performance.md says what the figures mean.

mod data;
mod export;
mod operation;
mod plan;
mod reads;
mod server;
mod writes;

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::data::Data;

/// Whatever goes wrong ends the run: figures that came about with errors are none.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Measure what a million tasks cost, on SQLite, and on PostgreSQL if TEST_DATABASE_URL names a server
#[derive(Parser)]
#[command(name = "scale", bin_name = "cargo bench -p taskwell --bench scale --")]
struct Arguments {
    /// How many tasks the one with many has
    #[arg(long, default_value = "1000000")]
    many: u32,

    /// How often each operation is measured on either
    #[arg(long, default_value = "200")]
    calls: usize,

    /// Leave out SQLite
    #[arg(long)]
    no_sqlite: bool,

    /// Leave out what indexes cost writes
    #[arg(long)]
    no_writes: bool,

    /// Leave out the export
    #[arg(long)]
    no_export: bool,

    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

const FEW: u32 = 10_000;
const EXPORTED: u32 = 100_000;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.bench {
        true => bench(&arguments),
        // So `cargo test --all-targets` calls it.
        false => print("Nothing is measured without --bench, which `cargo bench` adds.\n"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell if this fails.
            let _ = writeln!(io::stderr(), "scale: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn bench(arguments: &Arguments) -> Result<()> {
    if !arguments.no_sqlite {
        measure(arguments, false).await?;
    }
    match env::var_os("TEST_DATABASE_URL") {
        Some(_) => measure(arguments, true).await,
        None => print("\nNot measured on PostgreSQL: TEST_DATABASE_URL names no server.\n"),
    }
}

async fn measure(arguments: &Arguments, postgres: bool) -> Result<()> {
    let owner = "many";
    let few = Data::make(postgres).await?;
    few.fill(owner, FEW).await?;
    let many = Data::make(postgres).await?;
    many.fill(owner, arguments.many).await?;
    print(&reads::measure([&few, &many], [FEW, arguments.many], owner, arguments.calls).await?)?;
    print(&plan::of_all(&many, owner, arguments.many).await?)?;
    drop(few);
    if !arguments.no_writes {
        print(&writes::measure(&many).await?)?;
    }
    drop(many);
    if !arguments.no_export {
        print(&export::measure(&Data::make(postgres).await?, EXPORTED).await?)?;
    }
    Ok(())
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
