//! What `taskwell config` prints.

use std::fmt;

use serde::Serialize;

use super::{
    in_force::InForce,
    table::{self, Setting},
};

/// Every setting in force and where it came from, secrets hidden; of a list of tables, what each table sets.
/// As text it is aligned lines, in JSON an array of objects.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report(Vec<Line>);

#[derive(Clone, Debug, Serialize)]
struct Line {
    setting: String,
    /// Written as in a variable; none if the program chooses, in a way that `source` tells.
    value: Option<String>,
    source: String,
}

impl Report {
    pub(super) fn of(in_force: &InForce) -> Self {
        let mut lines = Vec::new();
        for setting in table::ALL {
            match in_force.tables(setting) {
                Some(tables) if !tables.is_empty() => {
                    let set = |table: &InForce| Self::set_in(table, setting.columns);
                    lines.extend(tables.iter().flat_map(set));
                }
                _ => lines.push(Line::of(in_force, setting)),
            }
        }
        Self(lines)
    }

    /// Of the table of a list, what it sets.
    fn set_in(table: &InForce, columns: &[&Setting]) -> Vec<Line> {
        let set = columns.iter().filter(|column| table.is_set(column));
        set.map(|column| Line::of(table, column)).collect()
    }
}

impl Line {
    fn of(in_force: &InForce, setting: &Setting) -> Self {
        Self {
            setting: in_force.name(setting),
            value: in_force.shown(setting),
            source: in_force.origin(setting),
        }
    }

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
        let (settings, values) = (longest(|line| &line.setting), longest(Line::value));
        for line in &self.0 {
            let (setting, value, source) = (&line.setting, line.value(), &line.source);
            writeln!(f, "{setting:settings$}  {value:values$}  {source}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::tests::{GOOD, in_file, report, sources};
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
                ("TASKWELL__AUTH__SECRET", GOOD),
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
server.host                     ::1                                  the flag --host
server.port                     9000                                 the variable PORT
server.workers                  -                                    the default (the number of cores)
server.cors_origins             https://a.example,https://b.example  the variable TASKWELL__SERVER__CORS_ORIGINS
server.trusted_proxies          -                                    the default (none)
server.body_limit               64 KiB                               the default
server.request_timeout          10s                                  the default
server.shutdown_grace           20s                                  the default
server.tls.cert_file            -                                    the default (none)
server.tls.key_file             -                                    the default (none)
database.url                    postgres://u:***@h/d                 the variable DATABASE_URL
database.max_connections        -                                    the default (chosen for the database)
database.acquire_timeout        3s                                   the default
database.statement_timeout      5s                                   the default
database.pooler                 false                                the default
auth.secret                     ***                                  the variable TASKWELL__AUTH__SECRET
auth.secret_file                -                                    the default (none)
auth.signing_key_file           -                                    the default (none)
auth.previous_secret            -                                    the default (none)
auth.previous_secret_file       -                                    the default (none)
auth.previous_signing_key_file  -                                    the default (none)
auth.access_ttl                 15m                                  the default
auth.refresh_ttl                30d                                  the default
auth.registration               true                                 the default
auth.issuers                    -                                    the default (none)
limits.enabled                  true                                 the default
limits.login_per_minute         10                                   the default
limits.register_per_hour        20                                   the default
limits.requests_per_second      50                                   the default
limits.streams_per_user         20                                   the default
limits.streams                  10000                                the default
retention.trash                 30d                                  the default
retention.changes               90d                                  the default
log.format                      -                                    the default (pretty on a terminal, else json)
log.level                       info                                 the default
telemetry.metrics_host          127.0.0.1                            the default
telemetry.metrics_port          -                                    the default (none)
telemetry.otlp_endpoint         -                                    the default (none)
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

    fn with_issuers() -> (TempDir, Sources) {
        let (dir, file) = in_file(
            r#"
            [[auth.issuers]]
            name = "idp"
            issuer = ["https://a.example", "https://b.example"]
            audience = "tasks"
            jwks_url = "https://a.example/jwks"
            roles_claim = "roles"
            admin_roles = ["admin", "owner"]
            "#,
        );
        let environment = sources(&[
            ("BETTER_AUTH_URL", "https://c.example/"),
            ("BETTER_AUTH_SECRET", GOOD),
        ]);
        let sources = Sources {
            env: environment.env,
            ..file
        };
        (dir, sources)
    }

    #[test]
    fn of_every_issuer_it_has_what_is_set_and_where_that_came_from() {
        let (_dir, sources) = with_issuers();
        let text = report(&sources).to_string();
        let lines = text.lines().filter(|line| line.starts_with("auth.issuers"));
        let words: Vec<_> = lines
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let expected = [
            "auth.issuers[0].name idp taskwell.toml",
            "auth.issuers[0].issuer https://a.example,https://b.example taskwell.toml",
            "auth.issuers[0].audience tasks taskwell.toml",
            "auth.issuers[0].jwks_url https://a.example/jwks taskwell.toml",
            "auth.issuers[0].roles_claim roles taskwell.toml",
            "auth.issuers[0].admin_roles admin,owner taskwell.toml",
            "auth.issuers[1].name better-auth the variable BETTER_AUTH_URL",
            "auth.issuers[1].issuer https://c.example the variable BETTER_AUTH_URL",
            "auth.issuers[1].audience https://c.example the variable BETTER_AUTH_URL",
            "auth.issuers[1].jwks_url https://c.example/api/auth/jwks the variable BETTER_AUTH_URL",
            "auth.issuers[2].name better-auth the variable BETTER_AUTH_SECRET",
            "auth.issuers[2].secret *** the variable BETTER_AUTH_SECRET",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn the_json_has_an_object_for_what_is_set_of_every_issuer_but_no_secret() {
        let (_dir, sources) = with_issuers();
        let json = serde_json::to_value(report(&sources)).unwrap();
        assert!(!json.to_string().contains(GOOD), "{json}");
        let secret = serde_json::json!({
            "setting": "auth.issuers[2].secret",
            "value": "***",
            "source": "the variable BETTER_AUTH_SECRET",
        });
        assert!(json.as_array().unwrap().contains(&secret), "{json}");
    }
}
