//! How the databases go about it.

use std::fmt::Write;

use crate::{Result, data::Data, operation};

pub(crate) async fn of_all(data: &Data, owner: &str, count: u32) -> Result<String> {
    let mut connection = data.connect().await?;
    let mut text = format!("\n#### Plans of {}\n\n```text\n", data.name());
    let (explain, column) = match data.is_postgres() {
        true => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)", 0),
        false => ("EXPLAIN QUERY PLAN", 3),
    };
    for (name, sql) in operation::statements(owner, count, data.is_postgres()) {
        writeln!(text, "{name}")?;
        for line in connection.lines(&format!("{explain} {sql}"), column).await? {
            writeln!(text, "    {line}")?;
        }
    }
    text.push_str("```\n");
    Ok(text)
}
