//! Tasks from a file.

mod faults;
mod round_trips;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Call, Person, World};

const IMPORT: &str = "/api/tasks/import";
const JSON: &str = "application/json";
const CSV: &str = "text/csv";
const MEBIBYTE: usize = 1024 * 1024;

async fn world() -> (World, Person) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    (world, ada)
}

fn import<'w>(world: &'w World, by: &Person, media_type: &str, file: impl Into<String>) -> Call<'w> {
    world.post(IMPORT).by(by).body(media_type, file.into())
}

fn report(imported: u64, skipped: u64) -> Value {
    json!({"imported": imported, "skipped": skipped, "errors": []})
}

/// Each error of a report: row, pointer, code.
#[track_caller]
fn errors(report: &Value) -> Vec<(u64, &str, &str)> {
    let errors = report["errors"].as_array().unwrap().iter();
    errors
        .map(|error| {
            assert_ne!(error["detail"], "");
            (
                error["row"].as_u64().unwrap(),
                error["pointer"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect()
}

/// The person's tasks, in their own order.
async fn tasks(world: &World, person: &Person) -> Vec<Value> {
    let list = world
        .get("/api/tasks?sort=position&limit=100")
        .by(person)
        .await
        .ok();
    list.as_array().unwrap().clone()
}

/// A form with these parts: the lines of the head of each, and what is in it.
fn form(parts: &[(&str, &str)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(head, content)| format!("--XX\r\n{head}\r\n\r\n{content}\r\n"))
        .collect();
    format!("{}--XX--\r\n", parts.concat())
}

const FORM: &str = "multipart/form-data; boundary=XX";
const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"tasks.csv\"";

mod sizes {
    use super::*;

    /// A file of so many bytes, with one task.
    fn file(length: usize) -> String {
        format!(
            "title\n{}Buy milk\n",
            "\n".repeat(length - "title\nBuy milk\n".len())
        )
    }

    #[actix_web::test]
    async fn ten_mebibytes_are_taken_and_no_more() {
        let (world, ada) = world().await;
        assert_eq!(
            import(&world, &ada, CSV, file(10 * MEBIBYTE)).await.ok(),
            report(1, 0)
        );
        let body = form(&[(FILE, &file(10 * MEBIBYTE))]);
        assert_eq!(import(&world, &ada, FORM, body).await.ok(), report(0, 1));
        let longer = file(10 * MEBIBYTE + 1);
        let body = form(&[(FILE, &longer)]);
        import(&world, &ada, CSV, longer)
            .await
            .problem("payload_too_large");
        import(&world, &ada, FORM, body)
            .await
            .problem("payload_too_large");
        let declared = (11 * MEBIBYTE).to_string();
        let answer = import(&world, &ada, CSV, "")
            .header("Content-Length", &declared)
            .await;
        answer.problem("payload_too_large");
    }
}

mod forms {
    use super::*;

    #[actix_web::test]
    async fn the_part_says_what_it_is_or_else_its_name_does() {
        let (world, ada) = world().await;
        let json = r#"{"format": "taskwell/1", "tasks": [{"title": "a"}]}"#;
        let named =
            |name: &str| format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        for (head, content) in [
            (named("tasks.csv"), "title\na\n"),
            (named("TASKS.JSON"), json),
            (
                named("x") + "\r\nContent-Type: text/csv; charset=UTF-8",
                "title\na\n",
            ),
            (named("tasks.csv") + "\r\nContent-Type: application/json", json),
            // What Windows calls it.
            (
                named("tasks.csv") + "\r\nContent-Type: application/vnd.ms-excel",
                "title\na\n",
            ),
        ] {
            let report = import(&world, &ada, FORM, form(&[(&head, content)])).await.ok();
            assert_eq!(report["errors"], json!([]), "{head}");
            assert_eq!(tasks(&world, &ada).await.len(), 1, "{head}");
        }
        for head in [named("tasks"), named("tasks.ics"), named("csv")] {
            let answer = import(&world, &ada, FORM, form(&[(&head, "title\na\n")])).await;
            answer.problem("unsupported_media_type");
        }
    }

    #[actix_web::test]
    async fn there_is_one_part_and_no_other() {
        let (world, ada) = world().await;
        let other = "Content-Disposition: form-data; name=\"a/b\"";
        let content = "title\na\n";
        let faults = async |parts: &[(&str, &str)]| {
            let answer = import(&world, &ada, FORM, form(parts)).await;
            answer.all_faults()
        };
        let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(
            faults(&[(other, "x")]).await,
            [fault("/a~1b", "unknown_field"), fault("/file", "required")]
        );
        assert_eq!(
            faults(&[(FILE, content), (FILE, content)]).await,
            [fault("/file", "too_many")]
        );
        assert_eq!(
            faults(&[(FILE, content), (other, "x")]).await,
            [fault("/a~1b", "unknown_field")]
        );
        assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
    }

    #[actix_web::test]
    async fn one_that_is_broken_cannot_be_read() {
        let (world, ada) = world().await;
        let whole = form(&[(FILE, "title\na\n")]);
        let cut = whole.strip_suffix("--XX--\r\n").unwrap();
        for body in ["", "x", "--XX\r\n\r\nx\r\n--XX--\r\n", cut] {
            import(&world, &ada, FORM, body)
                .await
                .problem("malformed_request");
        }
        import(&world, &ada, "multipart/form-data", whole)
            .await
            .problem("malformed_request");
    }
}

#[actix_web::test]
async fn under_the_same_key_the_same_file_is_answered_as_before() {
    let (world, ada) = world().await;
    let send = |file: &str| import(&world, &ada, CSV, file).header("Idempotency-Key", "1");
    let file = "title,priority\na,\nb,soon\n";
    let first = send(file).await;
    assert_eq!(first.header("Idempotency-Replayed"), None);
    let again = send(file).await;
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    let first = first.ok();
    assert_eq!(
        (&first["imported"], errors(&first)),
        (&json!(1), vec![(3, "/priority", "invalid_value")])
    );
    assert_eq!(again.ok(), first);
    send("title\nc\n").await.problem("idempotency_key_reused");

    // A browser draws another line between the parts each time.
    let send = |boundary: &str, file: &str| {
        let body = form(&[(FILE, file)]).replace("--XX", &format!("--{boundary}"));
        let media_type = format!("multipart/form-data; boundary={boundary}");
        import(&world, &ada, &media_type, body).header("Idempotency-Key", "2")
    };
    let first = send("one", file).await;
    let again = send("two", file).await;
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(again.ok(), first.ok());
    send("two", "title\nc\n").await.problem("idempotency_key_reused");
}

#[actix_web::test]
async fn a_long_line_between_the_parts_of_a_form_holds_nobody_up() {
    let (world, ada) = world().await;
    let boundary = format!("{}b", "a".repeat(100_000));
    let media_type = format!("multipart/form-data; boundary={boundary}");
    let file = "a".repeat(8 * MEBIBYTE);
    let begun = Instant::now();
    let import = import(&world, &ada, &media_type, file).header("Idempotency-Key", "1");
    import.await.problem("malformed_request");
    // To compare the line with what stands at each byte takes three times as long.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
