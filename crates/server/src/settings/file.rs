//! The settings file.

use std::{collections::BTreeMap, fs, io::ErrorKind, path::Path};

use config::{ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::{
    error::SettingsError,
    layers::{Layer, Sources},
    table::{self, Setting},
};

/// The file that is read if it is there and no other is named.
const USUAL: &str = "taskwell.toml";

/// What the file sets.
pub(super) fn read(sources: &Sources) -> Result<Layer, SettingsError> {
    let named = sources.config_file.as_deref();
    let path = named.unwrap_or(Path::new(USUAL));
    let origin = path.display().to_string();
    let text = match fs::read_to_string(sources.dir.join(path)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => return Ok(Layer::default()),
        Err(error) => {
            return Err(SettingsError::Unreadable {
                file: origin,
                reason: error.to_string(),
            });
        }
    };
    let content = File::from_str(&text, FileFormat::Toml)
        .collect()
        .map_err(|error| syntax(&origin, &error))?;
    let mut layer = Layer::default();
    add(content, "", &origin, &mut layer)?;
    Ok(layer)
}

/// Adds the settings of one table of the file, `prefix` being its name with a dot.
fn add(
    content: Map<String, Value>,
    prefix: &str,
    origin: &str,
    layer: &mut Layer,
) -> Result<(), SettingsError> {
    // Sorted, so that of several faults always the same one is told.
    for (name, value) in BTreeMap::from_iter(content) {
        let key = format!("{prefix}{name}");
        match (table::find(&key), value.kind) {
            (Some(setting), ValueKind::Table(_)) => {
                return Err(SettingsError::wrong(
                    setting.key,
                    "a table",
                    origin,
                    setting.allowed,
                ));
            }
            (Some(setting), ValueKind::Array(items)) if !setting.columns.is_empty() => {
                // An empty list says no more than none.
                if !items.is_empty() {
                    layer.set(setting, origin, tables(setting, items, origin)?);
                }
            }
            (Some(setting), kind) => layer.set(setting, origin, kind),
            (None, ValueKind::Table(inner)) if table::is_section(&key) => {
                add(inner, &format!("{key}."), origin, layer)?;
            }
            (None, _) => return Err(SettingsError::unknown(&key, origin, &table::near(&key))),
        }
    }
    Ok(())
}

/// The tables of a list with their origin on every value. What is not a table is refused where the list is
/// read, as in any other setting.
fn tables(list: &Setting, items: Vec<Value>, origin: &str) -> Result<Vec<Value>, SettingsError> {
    let with_origin = |kind| Value::new(Some(&origin.to_owned()), kind);
    let item = |(index, item): (usize, Value)| {
        let ValueKind::Table(content) = item.kind else {
            return Ok(item);
        };
        let mut table = Map::new();
        for (name, value) in BTreeMap::from_iter(content) {
            let key = format!("{}[{index}].{name}", list.key);
            let Some(column) = list.columns.iter().find(|column| column.key == name) else {
                let known: Vec<_> = list.columns.iter().map(|column| column.key).collect();
                return Err(SettingsError::unknown(&key, origin, &known));
            };
            if matches!(value.kind, ValueKind::Table(_)) {
                return Err(SettingsError::wrong(key, "a table", origin, column.allowed));
            }
            table.insert(name, with_origin(value.kind));
        }
        Ok(with_origin(ValueKind::Table(table)))
    };
    items.into_iter().enumerate().map(item).collect()
}

/// The parser's text begins with the place and ends with the fault; between them it repeats the line,
/// which may hold a secret.
fn syntax(file: &str, error: &ConfigError) -> SettingsError {
    let text = error.to_string();
    let place = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("TOML parse error"));
    SettingsError::Syntax {
        file: file.to_owned(),
        place: place.unwrap_or_default().to_owned(),
        fault: text.lines().last().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from_file, refused, sources};
    use super::super::{Settings, Sources};

    #[test]
    fn the_usual_file_need_not_be_there() {
        assert!(Settings::load(&sources(&[])).is_ok());
    }

    #[test]
    fn a_named_file_must_be_there() {
        let error = refused(&Sources {
            config_file: Some("other.toml".into()),
            ..sources(&[])
        });
        assert!(error.starts_with("other.toml cannot be read: "), "{error}");
    }

    #[test]
    fn a_named_file_is_read_instead_of_the_usual_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("taskwell.toml"), "server.port = 1").unwrap();
        std::fs::write(dir.path().join("other"), "server.host = \"::1\"").unwrap();
        let loaded = Settings::load(&Sources {
            config_file: Some("other".into()),
            dir: dir.path().to_owned(),
            ..sources(&[])
        })
        .unwrap();
        assert_eq!(loaded.settings.server.host, "::1");
        assert_eq!(loaded.settings.server.port, 8080);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_taken_for_absent() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("taskwell.toml")).unwrap();
        let error = refused(&Sources {
            dir: dir.path().to_owned(),
            ..sources(&[])
        });
        assert!(error.starts_with("taskwell.toml cannot be read: "), "{error}");
    }

    #[test]
    fn a_file_that_does_not_parse_is_told_with_line_and_column_but_without_its_text() {
        let error = from_file("[auth]\nsecret = hunter2-hunter2\n").unwrap_err();
        assert!(
            error.starts_with("taskwell.toml does not parse at line 2, column 10: "),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }

    #[test]
    fn a_number_that_fits_nowhere_is_told_in_one_line() {
        let error = from_file("server.port = 99999999999999999999").unwrap_err();
        assert!(error.starts_with("taskwell.toml does not parse: "), "{error}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones_and_without_its_value() {
        assert_eq!(
            from_file("[log]\nformt = \"hunter2\"").unwrap_err(),
            "log.formt (from taskwell.toml) is not a setting; there are: log.format, log.level",
        );
    }

    #[test]
    fn an_unknown_section_is_refused_even_if_empty() {
        let error = from_file("[sever]").unwrap_err();
        assert!(
            error.starts_with("sever (from taskwell.toml) is not a setting; there are: server.host, "),
            "{error}"
        );
    }

    #[test]
    fn a_value_in_the_place_of_a_section_is_refused() {
        let error = from_file("server = 8080").unwrap_err();
        assert!(
            error.starts_with("server (from taskwell.toml) is not a setting"),
            "{error}"
        );
    }

    #[test]
    fn a_table_in_the_place_of_a_value_is_refused() {
        assert_eq!(
            from_file("[server.port]\nnumber = 8080").unwrap_err(),
            "server.port is \"a table\" (from taskwell.toml) but must be a number from 0 (any free port) to 65535",
        );
    }

    #[test]
    fn a_name_with_a_line_break_is_told_in_one_line() {
        let error = from_file("\"a\\nb\" = 1").unwrap_err();
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
