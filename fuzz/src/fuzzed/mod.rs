//! What is fuzzed: each target takes any bytes, and panics if Taskwell does not do with them what it should.
//!
//! A test of the workspace (`crates/server/tests/fuzz.rs`) has this module as well, and gives each target its corpus.

mod bodies;
mod cursors;
mod files;
mod keys;
mod paths;
mod rules;
#[path = "../../../crates/web/tests/http/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "what the tests of HTTP have, of which this needs a part"
)]
mod support;
mod tokens;
mod visit;

/// Tries some bytes.
pub(crate) type Target = fn(&[u8]);

/// All of them, by name; the corpus of each has the same name.
pub(crate) const TARGETS: [(&str, Target); 7] = [
    ("bodies", bodies::try_out),
    ("cursors", cursors::try_out),
    ("files", files::try_out),
    ("keys", keys::try_out),
    ("paths", paths::try_out),
    ("rules", rules::try_out),
    ("tokens", tokens::try_out),
];
