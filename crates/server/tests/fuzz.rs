//! What was once thrown at Taskwell is thrown at it again: the corpus of each target (`fuzz/corpus`), in which what was
//! found stays.
#![expect(
    clippy::unwrap_used,
    reason = "a target that cannot go on has found something"
)]

#[path = "../../../fuzz/src/fuzzed/mod.rs"]
mod fuzzed;

use std::{
    collections::BTreeSet,
    fs, panic,
    path::{Path, PathBuf},
};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");

fn entries(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_was_thrown_at_it_once_is_taken_as_it_should_be() {
    let mut missed = Vec::new();
    for (name, target) in fuzzed::TARGETS {
        let corpus = entries(&Path::new(CORPUS).join(name));
        assert!(!corpus.is_empty(), "{name} has no corpus");
        missed.extend(corpus.into_iter().filter(|path| {
            let data = fs::read(path).unwrap();
            panic::catch_unwind(|| target(&data)).is_err()
        }));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_corpus_has_its_target() {
    let found = entries(Path::new(CORPUS));
    let expected = fuzzed::TARGETS.map(|(name, _)| Path::new(CORPUS).join(name));
    assert_eq!(found, expected.into());
}
