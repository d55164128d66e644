//! The schema, spread by user as `docs/scaling.md` says, by the rules of Citus, which itself is not at hand.

use std::collections::BTreeSet;

use crate::database::{Sql, TestDatabase};

/// The statements of the page, which are one block.
fn documented() -> &'static str {
    let page = include_str!("../../../../docs/scaling.md");
    let blocks = page
        .split("```sql\n")
        .skip(1)
        .filter_map(|block| block.split("```\n").next());
    let spreading: Vec<_> = blocks
        .filter(|block| block.contains("create_distributed_table"))
        .collect();
    assert_eq!(spreading.len(), 1);
    spreading[0]
}

/// Refuses what Citus refuses: a unique key without the column that the table is spread by, for no node sees the others'
/// rows; and a foreign key to what may be on another node.
const STAND_IN: &str = r"
CREATE TABLE spread (name regclass PRIMARY KEY, by_column smallint NOT NULL, beside regclass);

CREATE FUNCTION create_distributed_table(spread_table regclass, by_name text, colocate_with text DEFAULT 'none')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    by_column smallint := (SELECT attnum FROM pg_attribute WHERE attrelid = spread_table AND attname = by_name);
    fault text;
BEGIN
    SELECT indexrelid::regclass INTO fault FROM pg_index
    WHERE indrelid = spread_table AND indisunique AND NOT by_column = ANY (indkey);
    IF FOUND THEN RAISE EXCEPTION '% does not contain %', fault, by_name; END IF;
    INSERT INTO spread
    VALUES (spread_table, by_column, CASE colocate_with WHEN 'none' THEN spread_table ELSE colocate_with::regclass END);
    SELECT conname INTO fault FROM pg_constraint
    LEFT JOIN spread here ON here.name = conrelid
    LEFT JOIN spread there ON there.name = confrelid
    WHERE contype = 'f' AND conrelid = spread_table
    AND (there.name IS NULL OR there.beside <> here.beside
        OR array_position(conkey, here.by_column) IS DISTINCT FROM array_position(confkey, there.by_column));
    IF FOUND THEN RAISE EXCEPTION '% leads to another node', fault; END IF;
END $$;
";

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_statements_spread_every_table_by_the_rules() {
    let database = TestDatabase::postgres().await;
    let mut sql = Sql::on(&database).await;
    let tables: BTreeSet<String> = sql.columns().await.into_iter().map(|(table, _)| table).collect();
    sql.execute(STAND_IN).await;
    sql.execute(documented()).await;
    for table in tables {
        let is_spread = sql.count("spread", &format!("name = '{table}'::regclass")).await == 1;
        let stays = ["audit", "jobs", "seaql_migrations"].contains(&table.as_str());
        assert!(is_spread != stays, "{table}");
    }
    let from_what_stays = "contype = 'f' AND conrelid NOT IN (SELECT name FROM spread)";
    assert_eq!(sql.count("pg_constraint", from_what_stays).await, 0);
}
