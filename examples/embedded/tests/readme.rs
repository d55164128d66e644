//! The README shows what the program prints.

use std::process::Command;

#[test]
fn the_run_in_the_readme_is_a_real_one() {
    let run = Command::new(env!("CARGO_BIN_EXE_taskwell-example-embedded"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let printed = String::from_utf8(run.stdout).unwrap();
    let readme = include_str!("../README.md");
    assert!(
        readme.contains(&format!("```text\n{printed}```")),
        "it prints:\n{printed}"
    );
}
