//! The figures as Markdown.

mod storm;
mod streams;
mod timing;

use std::time::Duration;

use crate::{
    Result,
    arguments::Arguments,
    machine,
    measure::{Figures, Measured, Memory, Requests},
    series::{Series, median},
    usage::Usage,
};

/// What stands above everything.
pub(crate) fn heading(arguments: &Arguments) -> String {
    format!(
        "Machine: {}.\nLoad: {} rounds of {} s each, {} connections (fewer for login).\n",
        machine::describe(),
        arguments.rounds,
        arguments.seconds,
        arguments.connections(),
    )
}

/// All figures of one database.
pub(crate) fn section(database: &str, figures: &Figures) -> Result<String> {
    let parts = [
        figures.requests.as_ref().map(requests).transpose()?,
        figures.timing.as_ref().map(timing::text),
        figures.storm.as_ref().map(storm::text).transpose()?,
        figures.streams.as_ref().map(streams::text),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Ok(format!("\n### {database}\n\n{}", parts.join("\n")))
}

fn requests(requests: &Requests) -> Result<String> {
    let mut rows = String::new();
    for measured in &requests.operations {
        rows += &operation(measured)?;
    }
    Ok(format!(
        "| operation | server | connections | requests/s | slowest–fastest round | p50 | p99 | CPU/request | of bare |\n\
         |---|---|--:|--:|:-:|--:|--:|--:|--:|\n\
         {rows}\n\
         Start to ready: {}.\n\n\
         {}",
        starts(&requests.starts),
        memory(&requests.memory),
    ))
}

fn operation(measured: &Measured) -> Result<String> {
    let ratio = |bare: &Series| format!("{:.2}", measured.taskwell.rate() / bare.rate());
    let ratio = measured.bare.as_ref().map(ratio).unwrap_or_default();
    let mut rows = row(measured, "taskwell", &measured.taskwell, &ratio)?;
    if let Some(bare) = &measured.bare {
        rows += &row(measured, "bare", bare, "")?;
    }
    Ok(rows)
}

fn row(measured: &Measured, server: &str, series: &Series, ratio: &str) -> Result<String> {
    let latencies = series.latencies()?;
    let quantile = |quantile| milliseconds(Duration::from_micros(latencies.value_at_quantile(quantile)));
    let (slowest, fastest) = series.range();
    Ok(format!(
        "| {} | {server} | {} | {} | {}–{} | {} | {} | {} | {ratio} |\n",
        measured.operation.name(),
        measured.connections,
        grouped(series.rate()),
        grouped(slowest),
        grouped(fastest),
        quantile(0.50),
        quantile(0.99),
        series.cpu().map_or("unknown".to_owned(), |cpu| format!(
            "{} µs",
            grouped(cpu.as_secs_f64() * 1e6)
        )),
    ))
}

fn starts(starts: &[Duration]) -> String {
    let milliseconds: Vec<f64> = starts.iter().map(|start| start.as_secs_f64() * 1e3).collect();
    let slowest = milliseconds.iter().copied().fold(0.0, f64::max);
    let count = milliseconds.len();
    let median = median(milliseconds);
    format!("{median:.0} ms in the median of {count} starts on an existing database, {slowest:.0} ms at most")
}

fn memory(memory: &Memory) -> String {
    let moments = [
        ("idle after the start", memory.idle),
        ("after the tasks", memory.after_tasks),
        ("after the logins", memory.after_logins),
    ];
    let known: Vec<String> = moments
        .into_iter()
        .filter_map(|(moment, usage)| Some((moment, usage?)))
        .map(|(moment, Usage { resident, peak, .. })| {
            format!("| {moment} | {} | {} |\n", mebibytes(resident), mebibytes(peak))
        })
        .collect();
    if known.is_empty() {
        return "Memory: unknown, it is read from /proc.\n".to_owned();
    }
    format!(
        "| memory | resident | peak so far |\n|---|--:|--:|\n{}",
        known.concat()
    )
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// Rounded to a whole number, with its digits in groups of three.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}
