//! `docs/tasks.md` keeps its word.

use std::{fs, process::Command};

use crate::{database::TestDatabase, on_both_databases, server::Server};

/// The examples in JavaScript, which together are one module.
fn examples() -> String {
    let document = include_str!("../../../../docs/tasks.md");
    let blocks = document.split("```js\n").skip(1);
    let examples: Vec<_> = blocks.filter_map(|block| block.split("```\n").next()).collect();
    assert!(examples.len() > 1, "the document has examples");
    examples.concat()
}

on_both_databases! {
    async fn its_examples_run_as_they_stand(database: TestDatabase) {
        let server = Server::start(database.url());
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("examples.mjs");
        // Node 18, which Debian 12 and Ubuntu 24.04 bring, has the crypto of browsers but not as a global.
        let prelude = format!(
            "globalThis.crypto ??= (await import(\"node:crypto\")).webcrypto;\nglobalThis.TASKWELL_URL = \"{}\";\n",
            server.url()
        );
        fs::write(&module, prelude + &examples()).unwrap();
        let output = Command::new("node").arg(&module).output();
        let output = output.expect("this test needs Node 18 or newer as `node` in PATH: ./test finds or installs it");
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    }
}
