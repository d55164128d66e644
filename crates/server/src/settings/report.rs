//! What `taskwell config` prints.

use std::fmt;

use serde::Serialize;

use super::{in_force::InForce, table};

/// Every setting in force and where it came from, secrets hidden. As text it is aligned lines, in JSON an
/// array of objects.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report(Vec<Line>);

#[derive(Clone, Debug, Serialize)]
struct Line {
    setting: &'static str,
    /// Written as in a variable; none if the program chooses, in a way that `source` tells.
    value: Option<String>,
    source: String,
}

impl Report {
    pub(super) fn of(in_force: &InForce) -> Self {
        let line = |setting: &&'static table::Setting| Line {
            setting: setting.key,
            value: in_force.shown(setting),
            source: in_force.origin(setting),
        };
        Self(table::ALL.iter().map(line).collect())
    }
}

impl Line {
    fn value(&self) -> &str {
        self.value.as_deref().unwrap_or("-")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = |column: fn(&Line) -> &str| {
            let lengths = self.0.iter().map(|line| column(line).chars().count());
            lengths.max().unwrap_or_default()
        };
        let (settings, values) = (longest(|line| line.setting), longest(Line::value));
        for line in &self.0 {
            let (setting, value, source) = (line.setting, line.value(), &line.source);
            writeln!(f, "{setting:settings$}  {value:values$}  {source}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{report, sources};
    use super::super::{Flags, Sources};
    use super::*;

    fn everything() -> Sources {
        Sources {
            flags: Flags {
                host: Some("::1".to_owned()),
                ..Flags::default()
            },
            ..sources(&[
                ("PORT", "9000"),
                ("DATABASE_URL", "postgres://u:hunter2@h/d"),
                ("TASKWELL__AUTH__SECRET", "kV5yMHrQ8n3xTz1LbWc7Jd0sGf4uPa9e"),
                (
                    "TASKWELL__SERVER__CORS_ORIGINS",
                    "https://a.example,https://b.example",
                ),
            ])
        }
    }

    #[test]
    fn the_text_has_aligned_lines_with_values_and_where_they_came_from() {
        let text = report(&everything()).to_string();
        let expected = "\
server.host                 ::1                                  the flag --host
server.port                 9000                                 the variable PORT
server.workers              -                                    the default (the number of cores)
server.cors_origins         https://a.example,https://b.example  the variable TASKWELL__SERVER__CORS_ORIGINS
server.body_limit           64 KiB                               the default
server.request_timeout      10s                                  the default
server.shutdown_grace       20s                                  the default
database.url                postgres://u:***@h/d                 the variable DATABASE_URL
database.max_connections    -                                    the default (chosen for the database)
database.acquire_timeout    3s                                   the default
database.statement_timeout  5s                                   the default
auth.secret                 ***                                  the variable TASKWELL__AUTH__SECRET
auth.secret_file            -                                    the default (none)
auth.access_ttl             15m                                  the default
auth.refresh_ttl            30d                                  the default
auth.registration           true                                 the default
log.format                  -                                    the default (pretty on a terminal, else json)
log.level                   info                                 the default
";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_json_has_an_object_for_every_setting() {
        let json = serde_json::to_value(report(&everything())).unwrap();
        let lines = json.as_array().unwrap();
        assert_eq!(lines.len(), table::ALL.len());
        assert_eq!(
            lines[0],
            serde_json::json!({"setting": "server.host", "value": "::1", "source": "the flag --host"}),
        );
        assert_eq!(
            lines[2],
            serde_json::json!({
                "setting": "server.workers",
                "value": null,
                "source": "the default (the number of cores)",
            }),
        );
    }
}
