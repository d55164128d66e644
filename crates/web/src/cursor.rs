//! Cursors as clients see them: opaque.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use taskwell_application::{
    ports::{Position, Sort, TaskFilter},
    tasks::Cursor,
};
use taskwell_domain::{TaskId, Timestamp};

use crate::wire::sort_word;

/// What a cursor holds; short names, for it stands in an address.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(rename = "s")]
    sort: String,
    #[serde(rename = "c")]
    completed: Option<bool>,
    #[serde(rename = "t")]
    created_at: Timestamp,
    #[serde(rename = "i")]
    id: TaskId,
}

/// The text of a cursor.
pub(crate) fn encode(cursor: &Cursor) -> Result<String, serde_json::Error> {
    let parts = Parts {
        sort: sort_word::of(cursor.sort).to_owned(),
        completed: cursor.filter.completed,
        created_at: cursor.position.created_at,
        id: cursor.position.id,
    };
    Ok(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&parts)?))
}

/// The cursor of a text, if it is one.
pub(crate) fn decode(text: &str) -> Option<Cursor> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let parts: Parts = serde_json::from_slice(&bytes).ok()?;
    let sort: Sort = sort_word::meaning(&parts.sort)?;
    Some(Cursor {
        filter: TaskFilter {
            completed: parts.completed,
        },
        sort,
        position: Position {
            created_at: parts.created_at,
            id: parts.id,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        for (sort, completed) in [
            (Sort::CreatedAt, None),
            (Sort::CreatedAtDescending, Some(true)),
            (Sort::CreatedAt, Some(false)),
        ] {
            let cursor = Cursor {
                filter: TaskFilter { completed },
                sort,
                position: Position {
                    created_at: "2026-11-21T09:30:00.123Z".parse().unwrap(),
                    id: TaskId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
                },
            };
            let text = encode(&cursor).unwrap();
            assert!(
                text.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
                "{text}"
            );
            assert_eq!(decode(&text), Some(cursor));
        }
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in ["", "x", "e30", "!!", "eyJzIjoxfQ"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
