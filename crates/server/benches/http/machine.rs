//! What it ran on, as far as that can be found out.

use std::{fs, process::Command, thread};

/// In one line.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let known = [
        Some(format!("{cores} cores")),
        field("/proc/cpuinfo", "model name"),
        memory().map(|gibibytes| format!("{gibibytes:.0} GiB of memory")),
        output("uname", "-sr"),
        output("rustc", "--version"),
        cfg!(debug_assertions).then(|| "NOT OPTIMISED: these figures say nothing".to_owned()),
    ];
    known.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn memory() -> Option<f64> {
    let total = field("/proc/meminfo", "MemTotal")?;
    let kibibytes: f64 = total.strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes / f64::from(1 << 20))
}

/// The first line of that name in a file of `name: value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}

fn output(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
