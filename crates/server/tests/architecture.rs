//! The walls between the crates, as ARCHITECTURE.md draws them.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

const DOCUMENT: &str = include_str!("../../../ARCHITECTURE.md");

type Names = BTreeSet<String>;

/// What a crate depends on directly: crates of ours, and crates of others.
#[derive(Debug, Default, PartialEq, Eq)]
struct Dependencies {
    ours: Names,
    others: Names,
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .expect("cargo tells about the workspace")
}

/// The table of the crates: each with the last two columns.
fn documented() -> BTreeMap<String, Dependencies> {
    DOCUMENT
        .lines()
        .map(|line| line.trim_matches('|').split('|').map(names).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 5)
        .filter_map(|mut cells| {
            let others = cells.pop()?;
            let ours = cells.pop()?;
            let name = cells.get(1)?.first()?.clone();
            Some((name, Dependencies { ours, others }))
        })
        .collect()
}

/// What a cell has between backticks.
fn names(cell: &str) -> Names {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn found(metadata: &Metadata) -> BTreeMap<String, Dependencies> {
    let packages = metadata.workspace_packages();
    let members: Names = packages.iter().map(|package| package.name.to_string()).collect();
    packages
        .into_iter()
        .map(|package| {
            let direct = package.dependencies.iter();
            let normal = direct.filter(|dependency| dependency.kind == DependencyKind::Normal);
            let (ours, others) = normal
                .map(|dependency| dependency.name.clone())
                .partition(|name| members.contains(name));
            (package.name.to_string(), Dependencies { ours, others })
        })
        .collect()
}

#[test]
fn the_table_of_the_crates_says_what_is() {
    let (documented, found) = (documented(), found(&metadata()));
    let of = |crates: &BTreeMap<String, Dependencies>| crates.keys().cloned().collect::<Names>();
    assert_eq!(of(&documented), of(&found), "the crates");
    for (name, dependencies) in &found {
        assert_eq!(
            documented.get(name),
            Some(dependencies),
            "{name}: documented, found"
        );
    }
}

/// Everything that a package is built with, itself left out; what only tests or build scripts use left out.
fn closure(metadata: &Metadata, root: &PackageId) -> Names {
    let graph = metadata.resolve.as_ref().expect("cargo resolves the workspace");
    let nodes: BTreeMap<_, _> = graph.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        for dependency in &nodes[id].deps {
            let kinds = &dependency.dep_kinds;
            if kinds.iter().any(|kind| kind.kind == DependencyKind::Normal) && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}

fn package<'m>(metadata: &'m Metadata, name: &str) -> &'m Package {
    let found = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name == name);
    found.unwrap_or_else(|| panic!("there is no crate {name}"))
}

/// Which crates of ours are built with one whose name begins like that.
fn built_with(metadata: &Metadata, beginning: &str) -> Names {
    metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| {
            closure(metadata, &package.id)
                .iter()
                .any(|name| name.starts_with(beginning))
        })
        .map(|package| package.name.to_string())
        .collect()
}

fn set(names: &[&str]) -> Names {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_inner_crates_know_no_database_no_http_and_no_runtime() {
    let metadata = metadata();
    for inner in ["taskwell-domain", "taskwell-application"] {
        let closure = closure(&metadata, &package(&metadata, inner).id);
        for outer in ["sea-orm", "sqlx", "actix-web", "actix-rt", "hyper", "tokio"] {
            assert!(!closure.contains(outer), "{inner} is built with {outer}");
        }
    }
}

#[test]
fn the_database_and_http_are_reached_through_their_adapters_only() {
    let metadata = metadata();
    let databases = set(&["taskwell", "taskwell-infrastructure", "taskwell-migration"]);
    assert_eq!(built_with(&metadata, "sea-orm"), databases);
    assert_eq!(built_with(&metadata, "sqlx"), databases);
    assert_eq!(
        built_with(&metadata, "actix-web"),
        set(&["taskwell", "taskwell-web"])
    );
    assert_eq!(built_with(&metadata, "rmcp"), set(&["taskwell", "taskwell-mcp"]));
}

#[test]
fn only_the_server_knows_who_collects_what_it_tells() {
    let metadata = metadata();
    for library in [
        "prometheus",
        "opentelemetry",
        "tracing-opentelemetry",
        "tracing-subscriber",
    ] {
        assert_eq!(built_with(&metadata, library), set(&["taskwell"]), "{library}");
    }
}

#[test]
fn only_the_server_sees_more_than_one_adapter() {
    let metadata = metadata();
    let adapters = ["taskwell-infrastructure", "taskwell-web", "taskwell-mcp"];
    for adapter in adapters {
        let closure = closure(&metadata, &package(&metadata, adapter).id);
        let others = adapters.iter().filter(|other| **other != adapter);
        for other in others {
            assert!(!closure.contains(*other), "{adapter} is built with {other}");
        }
    }
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    for package in metadata().workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest can be read");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{}", package.name);
    }
}
