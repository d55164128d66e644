//! What the program is built from, and with.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::Path};

use cargo_metadata::{Metadata, MetadataCommand, semver::Version};

fn metadata() -> Metadata {
    MetadataCommand::new()
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .expect("cargo tells about the workspace")
}

fn read(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(name)).expect("a file of the project can be read")
}

/// The oldest compiler that the crates of the workspace say they are for.
fn oldest_compiler(metadata: &Metadata) -> Version {
    let mut packages = metadata.workspace_packages().into_iter();
    let version = packages.next().and_then(|package| package.rust_version.clone());
    let version = version.expect("a crate says which compiler it is for");
    for package in packages {
        assert_eq!(package.rust_version.as_ref(), Some(&version), "{}", package.name);
    }
    version
}

#[test]
fn the_oldest_compiler_is_the_same_wherever_it_is_named() {
    let oldest = oldest_compiler(&metadata());
    let named = format!("{}.{}", oldest.major, oldest.minor);
    assert!(read("README.md").contains(&format!("A Rust toolchain ({named}")));
    assert!(read("Dockerfile").contains(&format!("FROM rust:{named}-")));
}

#[test]
fn no_dependency_needs_a_newer_compiler() {
    let metadata = metadata();
    let oldest = oldest_compiler(&metadata);
    for package in &metadata.packages {
        if let Some(needed) = &package.rust_version {
            assert!(
                *needed <= oldest,
                "{} {} needs {needed}",
                package.name,
                package.version
            );
        }
    }
}

#[test]
fn every_build_takes_the_versions_of_the_lock_file() {
    const BUILDS: [&str; 8] = ["build", "run", "test", "bench", "check", "clippy", "doc", "deny"];
    for file in ["Dockerfile", "justfile", "test"] {
        let content = read(file);
        let said = |line: &&str| line.trim_start().starts_with(['#', '\'']) || line.contains("echo ");
        let builds = |line: &&str| {
            BUILDS
                .iter()
                .any(|command| line.contains(&format!("cargo {command} ")))
        };
        let lines: Vec<&str> = content
            .lines()
            .filter(|line| !said(line))
            .filter(builds)
            .collect();
        assert!(!lines.is_empty(), "{file} builds");
        for line in lines {
            assert!(line.contains("--locked"), "{file}: {line}");
        }
    }
}

#[test]
fn what_is_fuzzed_is_asked_for_in_the_versions_of_the_workspace() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = root.join("fuzz/Cargo.toml");
    let fuzzed = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    let fuzzed = fuzzed.expect("cargo tells about the workspace of what is fuzzed");
    let metadata = metadata();
    let served: Vec<_> = metadata
        .workspace_packages()
        .into_iter()
        .flat_map(|package| &package.dependencies)
        .collect();
    let of_registry = fuzzed.packages[0]
        .dependencies
        .iter()
        .filter(|one| one.path.is_none());
    for one in of_registry.filter(|one| one.name != "libfuzzer-sys") {
        let same = served.iter().find(|other| other.name == one.name);
        let same = same.unwrap_or_else(|| panic!("only what is fuzzed has {}", one.name));
        assert_eq!(one.req, same.req, "{}", one.name);
    }
}
