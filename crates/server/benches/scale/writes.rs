//! What each index of the tasks costs writes.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use crate::{
    Result,
    data::{Data, Direct},
};

const INSERTED: u32 = 5_000;
const ROUNDS: usize = 3;

const COLUMNS: &str = "id, user_id, title, title_key, description, completed_at, priority, due_date, due_time, due_at, tags, \
     position, words, version, created_at, updated_at";

/// Copies of the first tasks of the one with many, as if they came ten years later.
const MORE_ON_POSTGRES: &str = "overlay(id::text placing 'f' from 1 for 1)::uuid, user_id, title, title_key, description, \
     completed_at, priority, due_date, due_time, due_at, tags, 'f' || substr(position, 2), words, version, \
     created_at + interval '10 years', updated_at + interval '10 years'";
const MORE_ON_SQLITE: &str = "unhex('f0' || substr(hex(id), 3)), user_id, title, title_key, description, completed_at, priority, \
     due_date, due_time, due_at, tags, 'f' || substr(position, 2), words, version, '2036' || substr(created_at, 5), \
     '2036' || substr(updated_at, 5)";

/// All is undone each time, so that every insertion finds the same.
pub(crate) async fn measure(data: &Data) -> Result<String> {
    let mut connection = data.connect().await?;
    let (more, indexes) = match data.is_postgres() {
        true => (
            MORE_ON_POSTGRES,
            "SELECT 'DROP INDEX ' || indexname FROM pg_indexes WHERE tablename = 'tasks' AND indexname <> 'tasks_pkey'",
        ),
        false => (
            MORE_ON_SQLITE,
            "SELECT 'DROP ' || type || ' ' || name FROM sqlite_master WHERE tbl_name = 'tasks'
                 AND (type = 'index' AND sql IS NOT NULL OR name = 'tasks_search_created')",
        ),
    };
    let columns = COLUMNS.split(", ").map(str::trim).zip(split(more));
    let named = columns
        .map(|(column, value)| format!("{value} AS {column}"))
        .collect::<Vec<_>>()
        .join(", ");
    let select = format!(
        "CREATE TEMPORARY TABLE more AS SELECT {named} FROM tasks WHERE user_id = 'many' AND version <= {INSERTED}"
    );
    connection.execute(&select).await?;
    let mut drops = vec![String::new()];
    drops.extend(connection.lines(indexes, 0).await?);
    let mut times = vec![Vec::new(); drops.len()];
    for _ in 0..ROUNDS {
        for (drop, times) in drops.iter().zip(&mut times) {
            times.push(insert(&mut connection, drop).await?);
        }
    }
    let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
    let all = medians.first().copied().unwrap_or_default();
    let mut text = format!(
        "\n#### What indexes cost on {}\n\n| left out | insertions/s | time, of that with all |\n|---|--:|--:|\n",
        data.name()
    );
    for (drop, took) in drops.iter().zip(medians) {
        let name = drop
            .rsplit(' ')
            .next()
            .filter(|name| !name.is_empty())
            .unwrap_or("none");
        let rate = f64::from(INSERTED) / took.as_secs_f64();
        writeln!(
            text,
            "| {name} | {rate:.0} | {:.2} |",
            took.as_secs_f64() / all.as_secs_f64()
        )?;
    }
    Ok(text)
}

async fn insert(connection: &mut Direct, drop: &str) -> Result<Duration> {
    connection.execute(&format!("BEGIN; {drop}")).await?;
    let begun = Instant::now();
    connection
        .execute(&format!(
            "INSERT INTO tasks ({COLUMNS}) SELECT {COLUMNS} FROM more"
        ))
        .await?;
    let took = begun.elapsed();
    connection.execute("ROLLBACK").await?;
    Ok(took)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// At the commas that stand between values, not within them.
fn split(values: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    values.split(move |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
}
