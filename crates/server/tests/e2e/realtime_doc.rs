//! `docs/realtime.md` keeps its word.

use std::{fs, process::Command};

use crate::{database::TestDatabase, on_both_databases, server::Server};

/// As much of a browser's `EventSource` as the examples use, for Node has none.
const EVENT_SOURCE: &str = r#"
globalThis.EventSource ??= class extends EventTarget {
  static CLOSED = 2;
  readyState = 0;
  #controller = new AbortController();

  constructor(url) {
    super();
    this.#read(url).catch(() => this.#fail());
  }

  close() {
    this.readyState = 2;
    this.#controller.abort();
  }

  #fail() {
    this.readyState = 2;
    this.dispatchEvent(new Event("error"));
  }

  async #read(url) {
    const response = await fetch(url, { signal: this.#controller.signal });
    if (!response.ok) throw new Error(`refused with ${response.status}`);
    let text = "";
    for await (const chunk of response.body) {
      text += new TextDecoder().decode(chunk);
      const complete = text.split("\n\n");
      text = complete.pop();
      for (const event of complete) {
        const { event: name, data } = Object.fromEntries(event.split("\n").map((line) => line.split(/: ?(.*)/s)));
        if (data) this.dispatchEvent(Object.assign(new Event(name), { data }));
      }
    }
    this.#fail();
  }
};
"#;

/// The examples in JavaScript, which together are one module.
fn examples() -> String {
    let document = include_str!("../../../../docs/realtime.md");
    let blocks = document.split("```js\n").skip(1);
    let examples: Vec<_> = blocks.filter_map(|block| block.split("```\n").next()).collect();
    assert!(examples.len() > 1, "the document has examples");
    examples.concat()
}

on_both_databases! {
    async fn its_examples_run_as_they_stand(database: TestDatabase) {
        let [server, other] = [(); 2].map(|()| Server::start(database.url()));
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("examples.mjs");
        // Node 18, which Debian 12 and Ubuntu 24.04 bring, has the crypto of browsers but not as a global.
        let prelude = format!(
            "globalThis.crypto ??= (await import(\"node:crypto\")).webcrypto;\nglobalThis.TASKWELL_URL = \"{}\";\nglobalThis.TASKWELL_OTHER_URL = \"{}\";\n{EVENT_SOURCE}",
            server.url(),
            other.url(),
        );
        fs::write(&module, prelude + &examples()).unwrap();
        let output = Command::new("node").arg(&module).output();
        let output = output.expect("this test needs Node 18 or newer as `node` in PATH: ./test finds or installs it");
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    }
}
