//! Lets libFuzzer throw at one target what it makes up; `fuzz/run` builds and starts it.

#![no_main]

mod fuzzed;

use std::{env, sync::LazyLock};

use libfuzzer_sys::fuzz_target;

/// The target of this run, which the environment names.
static TARGET: LazyLock<fuzzed::Target> = LazyLock::new(|| {
    let name = env::var("TASKWELL_FUZZ").expect("TASKWELL_FUZZ names a target");
    let found = fuzzed::TARGETS.into_iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| panic!("there is no target {name}")).1
});

fuzz_target!(|data: &[u8]| TARGET(data));
