//! A PostgreSQL that is backed up by its own programs.

use crate::{
    configured_cluster::ConfiguredCluster,
    exports::{Exports, somebody_with_tasks},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_pg_dump_wrote_gives_equal_exports_where_pg_restore_put_it() {
    let cluster = ConfiguredCluster::new();
    cluster.start(&[]);
    let (old, new) = (cluster.url("localhost", "old"), cluster.url("localhost", "new"));
    let maintenance = format!("--maintenance-db={}", cluster.url("localhost", "postgres"));
    cluster.run("createdb", &[&maintenance, "old"]);
    let server = Server::start(&old);
    let ada = somebody_with_tasks(server.client(), "ada@example.com").await;
    let exports = Exports::of(&ada).await;
    cluster.run("pg_dump", &["--format=custom", "--file=taskwell.dump", &old]);
    // Not in it any more.
    ada.task("Too late").await;

    cluster.run("createdb", &[&maintenance, "new"]);
    cluster.run(
        "pg_restore",
        &["--exit-on-error", "--no-owner", "--dbname", &new, "taskwell.dump"],
    );
    let restored = Server::start(&new);
    // Both have the secret, which is no part of the dump.
    let there = ada.at(restored.url());
    assert!(Exports::of(&there).await == exports);
    there.task("New").await;
}
