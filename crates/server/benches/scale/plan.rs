//! How the databases go about it.

use std::fmt::Write;

use taskwell_domain::UserId;

use crate::{
    Result,
    data::Data,
    operation::{self, Ask},
};

/// The statements of the listings, as the store sends them, but with the values in them.
pub(crate) async fn of_all(data: &Data, owner: &str, count: u32) -> Result<String> {
    let owner = UserId::parse(owner)?;
    let store = data.store();
    let mut connection = data.connect().await?;
    let mut text = format!("\n#### Plans of {}\n\n```text\n", data.name());
    let (explain, column) = match data.is_postgres() {
        true => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)", 0),
        false => ("EXPLAIN QUERY PLAN", 3),
    };
    for operation in operation::all(&store, &owner, count).await? {
        let Ask::List(query) = operation.ask else { continue };
        let statement = store.list_statement(&owner, &query);
        writeln!(text, "{}", operation.name)?;
        for line in connection
            .lines(&format!("{explain} {statement}"), column)
            .await?
        {
            writeln!(text, "    {line}")?;
        }
    }
    text.push_str("```\n");
    Ok(text)
}
