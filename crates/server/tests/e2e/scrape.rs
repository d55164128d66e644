//! The metrics of a server, as Prometheus reads them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use reqwest::{Client, StatusCode};
use tokio::time::{Instant, sleep};

use crate::server::Server;

/// Takes a free port for them.
pub(crate) const METRICS: (&str, &str) = ("TASKWELL__TELEMETRY__METRICS_PORT", "0");

/// What was read at once.
#[derive(Debug)]
pub(crate) struct Scrape {
    text: String,
    samples: Vec<Sample>,
}

#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Scrape {
    pub(crate) async fn of(server: &Server) -> Self {
        let url = server.metrics_url().expect("the server has metrics");
        let client = Client::builder()
            .no_proxy()
            .build()
            .expect("a client can be made");
        let answer = client.get(url).send().await.expect("the metrics are served");
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4");
        let text = answer.text().await.expect("metrics are text");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.map(sample).collect();
        Self { text, samples }
    }

    /// Reads them again and again until there is what is looked for.
    pub(crate) async fn until<T>(server: &Server, look: impl Fn(&Self) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            let scrape = Self::of(server).await;
            if let Some(found) = look(&scrape) {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{}", scrape.text);
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// All of it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The names of the samples, for a histogram with what Prometheus appends.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.samples.iter().map(|sample| sample.name.as_str()).collect()
    }

    /// The sum of all samples of that name with these labels; none if there are none.
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let has = |sample: &Sample, (label, value): &(&str, &str)| {
            sample.labels.get(*label).is_some_and(|found| found == value)
        };
        let found = self
            .samples
            .iter()
            .filter(|sample| sample.name == name && labels.iter().all(|label| has(sample, label)));
        found.map(|sample| sample.value).reduce(|a, b| a + b)
    }

    /// What each metric is, by its name: `counter`, `gauge` or `histogram`, and its labels.
    pub(crate) fn kinds(&self) -> BTreeMap<&str, (&str, BTreeSet<&str>)> {
        let kinds = self.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let kinds = kinds.map(|line| line.split_once(' ').expect("a type has a name"));
        kinds
            .map(|(name, kind)| (name, (kind, self.labels_of(name, kind))))
            .collect()
    }

    fn labels_of(&self, name: &str, kind: &str) -> BTreeSet<&str> {
        let first = match kind {
            "histogram" => format!("{name}_count"),
            _ => name.to_owned(),
        };
        let samples = self.samples.iter().filter(|sample| sample.name == first);
        samples
            .flat_map(|sample| sample.labels.keys().map(String::as_str))
            .collect()
    }
}

fn sample(line: &str) -> Sample {
    let (series, value) = line.rsplit_once(' ').expect("a sample has a value");
    let (name, labels) = match series.split_once('{') {
        Some((name, labels)) => (name, labels.trim_end_matches('}')),
        None => (series, ""),
    };
    let label = |text: &str| {
        let (label, value) = text.split_once("=\"").expect("a label has a value");
        (label.to_owned(), value.trim_end_matches('"').to_owned())
    };
    Sample {
        name: name.to_owned(),
        labels: labels
            .split(',')
            .filter(|text| !text.is_empty())
            .map(label)
            .collect(),
        value: value.parse().expect("a value is a number"),
    }
}
