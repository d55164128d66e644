//! The files that operators are given, and the table of the metrics, name what a server really tells.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use jsonwebtoken::Algorithm;
use serde_json::Value;

use crate::{
    database::TestDatabase,
    events::Socket,
    issuer::Issuer,
    keys::Key,
    scrape::{METRICS, Scrape},
    server::{SECRET, Server, folder_with_settings},
};

const DOCUMENT: &str = include_str!("../../../../docs/operations.md");
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/prometheus/alerts.yml");
const ALERTS: &str = include_str!("../../../../deploy/prometheus/alerts.yml");
const DASHBOARD: &str = include_str!("../../../../deploy/grafana/taskwell.json");

/// Labels that Prometheus gives to every metric, and to the parts of a histogram.
const OF_PROMETHEUS: [&str; 3] = ["instance", "job", "le"];

/// Of a server of which everything was used that is counted.
async fn of_everything() -> Scrape {
    let database = TestDatabase::empty_sqlite().await;
    let issuer = Issuer::new("auth", Key::new(Algorithm::EdDSA, "one")).await;
    let variables = [METRICS, ("TASKWELL__AUTH__SECRET", SECRET)];
    let folder = folder_with_settings(&issuer.settings(""));
    let server = Server::launch_in(folder, database.url(), &variables).ready();
    let alice = server.client().with_token(&issuer.token("alice"));
    alice.get("/api/auth/me").await.is(200);
    Socket::of(&alice, server.address(), "").await.close().await;
    Scrape::until(&server, |scrape| {
        scrape.value("taskwell_streams_ended_total", &[])?;
        scrape.value(
            "taskwell_job_last_success_timestamp_seconds",
            &[("name", "trash")],
        )
    })
    .await;
    Scrape::of(&server).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_the_metrics_has_each_of_them_with_its_kind_and_labels() {
    let chapter = DOCUMENT
        .split("\n## ")
        .find(|chapter| chapter.starts_with("Metrics\n"));
    let rows = chapter.unwrap().lines().filter(|line| line.starts_with("| `"));
    let documented: BTreeMap<&str, (&str, BTreeSet<&str>)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let labels = cells[3].split(", ").map(|label| label.trim_matches('`'));
            let labels = labels.filter(|label| !label.is_empty()).collect();
            (cells[1].trim_matches('`'), (cells[2], labels))
        })
        .collect();
    let scrape = of_everything().await;
    let mut told = scrape.kinds();
    if cfg!(not(target_os = "linux")) {
        told.extend(
            documented
                .clone()
                .into_iter()
                .filter(|(name, _)| name.starts_with("process_")),
        );
    }
    assert_eq!(documented, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_alerts_and_the_dashboard_name_metrics_and_labels_that_there_are() {
    let scrape = of_everything().await;
    let mut names = scrape.names();
    names.insert("up");
    let kinds = scrape.kinds();
    let mut labels: BTreeSet<&str> = kinds.values().flat_map(|(_, labels)| labels.clone()).collect();
    labels.extend(OF_PROMETHEUS);
    let alerts = alerts().into_iter().map(|alert| alert.expression.to_owned());
    let shown = expressions(&serde_json::from_str(DASHBOARD).unwrap());
    assert!(shown.len() > 20, "{shown:?}");
    for expression in alerts.chain(shown) {
        let used = Used::of(&expression);
        assert!(!used.names.is_empty(), "{expression}");
        for name in &used.names {
            assert!(names.contains(name.as_str()), "{name} of {expression}");
        }
        for label in &used.labels {
            assert!(labels.contains(label.as_str()), "{label} of {expression}");
        }
    }
}

#[test]
fn every_alert_has_a_chapter_that_says_what_to_do() {
    for Alert { name, runbook, .. } in alerts() {
        assert_eq!(runbook, format!("docs/operations.md#{}", name.to_lowercase()));
        assert!(DOCUMENT.contains(&format!("\n#### {name}\n\n")), "{name}");
    }
}

/// `./test` gets it from the package of Prometheus.
fn promtool() -> String {
    let got = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../target/promtool/usr/bin/promtool"
    );
    std::env::var("TASKWELL_PROMTOOL").unwrap_or_else(|_| {
        let is_there = std::fs::exists(got).is_ok_and(|there| there);
        if is_there {
            got.to_owned()
        } else {
            "promtool".to_owned()
        }
    })
}

#[test]
fn prometheus_takes_the_rules() {
    let output = Command::new(promtool())
        .args(["check", "rules", "--lint-fatal", RULES])
        .output()
        .expect(
            "this test needs promtool, of Prometheus, in PATH or TASKWELL_PROMTOOL: ./test finds or gets it",
        );
    assert!(output.status.success(), "{output:?}");
}

struct Alert {
    name: &'static str,
    expression: &'static str,
    runbook: &'static str,
}

/// The alerts, each with its expression in one line.
fn alerts() -> Vec<Alert> {
    let alerts: Vec<Alert> = ALERTS
        .split("- alert: ")
        .skip(1)
        .map(|alert| {
            let value = |name: &str| {
                let value = alert
                    .lines()
                    .find_map(|line| line.trim_start().strip_prefix(name));
                value.unwrap_or_else(|| panic!("there is no {name} in {alert}"))
            };
            Alert {
                name: alert.lines().next().unwrap(),
                expression: value("expr: "),
                runbook: value("runbook: "),
            }
        })
        .collect();
    assert!(alerts.len() > 5);
    alerts
}

/// Every expression of a dashboard.
fn expressions(part: &Value) -> Vec<String> {
    match part {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if name == "expr" => vec![text.clone()],
                other => expressions(other),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

/// What an expression of Prometheus is made of.
#[derive(Default)]
struct Used {
    names: BTreeSet<String>,
    labels: BTreeSet<String>,
}

impl Used {
    fn of(expression: &str) -> Self {
        let mut used = Self::default();
        let mut rest = expression;
        let mut last = "";
        while !rest.is_empty() {
            let word = rest
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .unwrap_or(rest.len());
            let (token, after) = rest.split_at(word);
            if !token.is_empty() {
                // Functions have brackets; numbers, times and operators have no underscore.
                if !after.starts_with('(') && (token.contains('_') || token == "up") {
                    used.names.insert(token.to_owned());
                }
                (last, rest) = (token, after);
                continue;
            }
            rest = match rest.as_bytes()[0] {
                b'{' => {
                    let (selector, after) = rest[1..].split_once('}').expect("a selector has an end");
                    for matcher in selector.split(',') {
                        let label = matcher.split(['=', '!']).next().unwrap_or_default();
                        used.labels.insert(label.trim().to_owned());
                    }
                    after
                }
                b'(' if ["by", "without"].contains(&last) => {
                    last = "";
                    let (labels, after) = rest[1..].split_once(')').expect("a list has an end");
                    used.labels
                        .extend(labels.split(',').map(|label| label.trim().to_owned()));
                    after
                }
                b'[' => rest.split_once(']').expect("a range has an end").1,
                _ => &rest[1..],
            };
        }
        used
    }
}
