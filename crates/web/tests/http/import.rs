//! Tasks from a file.

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

mod round_trips {
    use super::*;

    /// Somebody with tasks of every kind, not in the order in which they came to be.
    async fn person_with_tasks(world: &World) -> Person {
        let ada = world.sign_up("ada@example.com").await;
        let bodies = [
            json!({"title": "=1+1", "description": "\t\"a\"\r\nb,c 'd' 🎉", "completed": true, "tags": ["+x", "y,z"]}),
            json!({"title": "'quoted'", "due_date": "2026-12-31", "due_time": "09:30", "time_zone": "Europe/Berlin",
                   "recurrence": "FREQ=MONTHLY;COUNT=3", "remind_at": "2026-12-30T08:00:00.000Z", "priority": "urgent"}),
            json!({"title": "שלום", "due_date": "2024-02-29"}),
        ];
        let mut ids = Vec::new();
        for body in bodies {
            world.wait(Duration::from_millis(1_001));
            let task = world.post("/api/tasks").by(&ada).json(&body).await.created();
            ids.push(task["id"].as_str().unwrap().to_owned());
        }
        let body = json!({"before": ids[0]});
        world
            .post(format!("/api/tasks/{}/move", ids[2]))
            .by(&ada)
            .json(&body)
            .await
            .ok();
        ada
    }

    /// What an import takes over.
    fn taken_over(tasks: Vec<Value>) -> Vec<Value> {
        let ours = |mut task: Value| {
            for name in ["user_id", "position", "version"] {
                task.as_object_mut().unwrap().remove(name);
            }
            task
        };
        tasks.into_iter().map(ours).collect()
    }

    #[actix_web::test]
    async fn what_was_exported_is_there_again_elsewhere_with_ids_times_and_order() {
        for (format, media_type) in [("json", JSON), ("csv", CSV)] {
            let world = World::new();
            let ada = person_with_tasks(&world).await;
            let exported = world
                .get(format!("/api/tasks/export?format={format}"))
                .by(&ada)
                .await;
            let bob = world.sign_up("bob@example.com").await;
            let file = exported.text();
            assert_eq!(import(&world, &bob, media_type, file).await.ok(), report(3, 0));
            assert_eq!(
                taken_over(tasks(&world, &bob).await),
                taken_over(tasks(&world, &ada).await),
                "{file}"
            );
        }
    }

    #[actix_web::test]
    async fn the_same_file_twice_is_the_same_data_once() {
        for (format, media_type) in [("json", JSON), ("csv", CSV)] {
            let world = World::new();
            let ada = person_with_tasks(&world).await;
            let before = tasks(&world, &ada).await;
            let exported = world
                .get(format!("/api/tasks/export?format={format}"))
                .by(&ada)
                .await;
            for _ in 0..2 {
                assert_eq!(
                    import(&world, &ada, media_type, exported.text()).await.ok(),
                    report(0, 3)
                );
            }
            assert_eq!(tasks(&world, &ada).await, before);
        }
    }

    #[actix_web::test]
    async fn without_ids_it_is_the_same_data_once_too() {
        let (world, ada) = world().await;
        let file = "title\nBuy milk\nBuy milk\nCall Bob\n";
        assert_eq!(import(&world, &ada, CSV, file).await.ok(), report(3, 0));
        assert_eq!(import(&world, &ada, CSV, file).await.ok(), report(0, 3));
        let longer = "title\nCall Bob\nBuy milk\nBuy milk\nBuy milk\n";
        assert_eq!(import(&world, &ada, CSV, longer).await.ok(), report(1, 3));
        let bob = world.sign_up("bob@example.com").await;
        assert_eq!(import(&world, &bob, CSV, file).await.ok(), report(3, 0));
    }

    #[actix_web::test]
    async fn an_id_that_stands_twice_is_one_task_and_one_in_the_trash_stays_there() {
        let (world, ada) = world().await;
        let id = "0192f0c1-2345-7abc-8def-0123456789ab";
        let file = format!("id,title\n{id},first\n{id},second\n");
        assert_eq!(import(&world, &ada, CSV, file.as_str()).await.ok(), report(1, 1));
        assert_eq!(tasks(&world, &ada).await[0]["title"], "first");
        world
            .delete(format!("/api/tasks/{id}"))
            .by(&ada)
            .await
            .no_content();
        assert_eq!(import(&world, &ada, CSV, file).await.ok(), report(0, 2));
        assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
    }

    #[actix_web::test]
    async fn imported_tasks_stand_behind_those_that_were_there() {
        let (world, ada) = world().await;
        world.task(&ada, "old").await;
        let file = "title,position\nsecond,000000000000000280\nfirst,000000000000000180\n";
        import(&world, &ada, CSV, file).await.ok();
        let titles: Vec<Value> = tasks(&world, &ada)
            .await
            .iter()
            .map(|task| task["title"].clone())
            .collect();
        assert_eq!(titles, ["old", "first", "second"]);
    }

    #[actix_web::test]
    async fn what_a_file_does_not_say_is_as_of_a_new_task() {
        let (world, ada) = world().await;
        import(
            &world,
            &ada,
            CSV,
            "title,completed_at\nBuy milk,\nCall Bob,2026-11-20T08:00:00+01:00\n",
        )
        .await
        .ok();
        let [milk, bob] = <[Value; 2]>::try_from(tasks(&world, &ada).await).unwrap();
        let now = "2026-11-21T09:30:00.000Z";
        assert_eq!(
            (&milk["created_at"], &milk["updated_at"]),
            (&json!(now), &json!(now))
        );
        assert_eq!(
            (&milk["completed"], &milk["priority"]),
            (&json!(false), &json!("none"))
        );
        assert_eq!(bob["completed_at"], "2026-11-20T07:00:00.000Z");
        assert_eq!(bob["completed"], true);
    }

    #[actix_web::test]
    async fn an_import_is_undone_as_a_whole() {
        let (world, ada) = world().await;
        import(&world, &ada, CSV, "title\na\nb\n").await.ok();
        world.post("/api/changes/1/undo").by(&ada).await.ok();
        assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
    }
}

mod faults {
    use super::*;

    #[actix_web::test]
    async fn of_csv_each_is_named_by_its_line_and_field_and_the_good_rows_are_taken() {
        let (world, ada) = world().await;
        let file = "title,due_date,due_time,description\r\n\
            good,2026-11-21,,\"two\r\nlines\"\r\n\
            no date,,09:30,\r\n\
            ,2026-02-30,,\r\n\
            too,few\r\n\
            also good,,,\r\n";
        let report = import(&world, &ada, CSV, file).await.ok();
        assert_eq!((&report["imported"], &report["skipped"]), (&json!(2), &json!(0)));
        let expected = [
            (4, "/due_date", "required"),
            (5, "/title", "required"),
            (5, "/due_date", "invalid_format"),
            (6, "", "invalid_format"),
        ];
        assert_eq!(errors(&report), expected);
        assert_eq!(tasks(&world, &ada).await.len(), 2);
    }

    #[actix_web::test]
    async fn of_json_each_is_named_by_its_number_and_field() {
        let (world, ada) = world().await;
        let file = json!({"format": "taskwell/1", "exported_at": "2026-11-21T09:30:00.000Z", "tasks": [
            {"title": "good"}, {"title": "", "colour": "red"}, 1, {"title": "x", "recurrence": "FREQ=DAILY"},
        ]});
        let report = import(&world, &ada, JSON, file.to_string()).await.ok();
        assert_eq!(report["imported"], 1);
        let expected = [
            (2, "/title", "too_short"),
            (2, "/colour", "unknown_field"),
            (3, "", "invalid_type"),
            (4, "/due_date", "required"),
        ];
        assert_eq!(errors(&report), expected);
    }

    #[actix_web::test]
    async fn a_wrong_header_fails_as_a_whole() {
        let (world, ada) = world().await;
        let answer = import(&world, &ada, CSV, "a/b,Title,priority,priority\nx,x,low,low\n").await;
        answer.faults([
            ("/a~1b", "unknown_field"),
            ("/Title", "unknown_field"),
            ("/priority", "invalid_value"),
            ("/title", "required"),
        ]);
        import(&world, &ada, CSV, "")
            .await
            .faults([("/title", "required")]);
        assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
    }

    #[actix_web::test]
    async fn json_that_is_no_export_fails_as_a_whole() {
        let (world, ada) = world().await;
        for file in [
            "",
            "{",
            r#"{"format": "taskwell/1", "tasks": [{"title": "a", "title": "b"}]}"#,
        ] {
            import(&world, &ada, JSON, file).await.problem("malformed_json");
        }
        import(&world, &ada, JSON, "[]")
            .await
            .faults([("", "invalid_type")]);
        let answer = import(&world, &ada, JSON, "{}").await;
        answer.faults([("/format", "required"), ("/tasks", "required")]);
        let file = r#"{"format": "taskwell/2", "exported_at": "now", "tasks": {}, "a/b": 1}"#;
        import(&world, &ada, JSON, file).await.faults([
            ("/format", "invalid_value"),
            ("/exported_at", "invalid_format"),
            ("/tasks", "invalid_type"),
            ("/a~1b", "unknown_field"),
        ]);
    }

    #[actix_web::test]
    async fn too_many_rows_fail_as_a_whole() {
        let (world, ada) = world().await;
        let file = format!("title\n{}", "x\n".repeat(100_001));
        import(&world, &ada, CSV, file)
            .await
            .faults([("/tasks", "too_many")]);
    }

    #[actix_web::test]
    async fn too_many_tasks_fail_before_they_are_read() {
        let (world, ada) = world().await;
        // None of them is a task, and still it is their number that is told.
        let file = |count: usize| {
            format!(
                r#"{{"format": "taskwell/1", "tasks": [1{}]}}"#,
                ",1".repeat(count - 1)
            )
        };
        for count in [100_001, 3_000_000] {
            let answer = import(&world, &ada, JSON, file(count)).await;
            assert!(answer.to_string().contains("at most 100000"), "{answer}");
            answer.faults([("/tasks", "too_many")]);
        }
    }

    #[actix_web::test]
    async fn a_row_of_more_than_64_kib_is_not_read() {
        let (world, ada) = world().await;
        let json = |length: usize| {
            let tags = "1,".repeat((length - r#"{"title":"x","tags":[1]}"#.len()) / 2);
            let blank = " ".repeat(length % 2);
            let row = format!(r#"{{"title":"x","tags":[{tags}1]{blank}}}"#);
            format!(r#"{{"format": "taskwell/1", "tasks": [{row}, {{"title": "y"}}]}}"#)
        };
        let csv = |length: usize| {
            let tags = "1,".repeat((length - "x[1]".len()) / 2);
            let blank = " ".repeat(length % 2);
            format!("title,tags\nx,\"[{tags}1]{blank}\"\ny,\n")
        };
        let limit = 64 * 1024;
        for (media_type, row, length, expected) in [
            (JSON, 1, limit, ("/tags", "invalid_type")),
            (JSON, 1, limit + 1, ("", "too_long")),
            (JSON, 1, 9 * MEBIBYTE, ("", "too_long")),
            (CSV, 2, limit, ("/tags", "invalid_type")),
            (CSV, 2, limit + 1, ("", "too_long")),
            (CSV, 2, 9 * MEBIBYTE, ("", "too_long")),
        ] {
            let file = if media_type == JSON {
                json(length)
            } else {
                csv(length)
            };
            let report = import(&world, &ada, media_type, file).await.ok();
            let (pointer, code) = expected;
            assert_eq!(
                errors(&report),
                [(row, pointer, code)],
                "{media_type} of {length}"
            );
        }
    }

    /// Read, this would be too deep.
    fn not_to_be_read() -> String {
        "[".repeat(1_000) + &"]".repeat(1_000)
    }

    #[actix_web::test]
    async fn what_no_file_has_is_named_and_not_read() {
        let (world, ada) = world().await;
        let file = format!(
            r#"{{"format": "taskwell/1", "x/y": {}, "tasks": [], "z": 1}}"#,
            not_to_be_read()
        );
        let answer = import(&world, &ada, JSON, file).await;
        answer.faults([("/x~1y", "unknown_field"), ("/z", "unknown_field")]);
    }

    #[actix_web::test]
    async fn tasks_that_are_named_twice_are_not_read() {
        let (world, ada) = world().await;
        let file = format!(
            r#"{{"format": "taskwell/1", "tasks": {}, "tasks": [{{"title": "x"}}]}}"#,
            not_to_be_read()
        );
        let answer = import(&world, &ada, JSON, file).await;
        assert!(answer.to_string().contains("names tasks twice"), "{answer}");
        answer.problem("malformed_json");
        assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);
    }

    #[actix_web::test]
    async fn every_error_of_a_file_is_told_or_the_file_is_refused() {
        let (world, ada) = world().await;
        // Some are seen when the row is read, others when the task is made.
        let file = |wrong: usize| {
            let later = 10;
            let wrong = "x,soon,\n".repeat(wrong - later) + &"x,,09:30\n".repeat(later);
            format!("title,priority,due_time\n{wrong}good,,\n")
        };
        let answer = import(&world, &ada, CSV, file(10_001)).await;
        answer.faults([("/tasks", "too_many")]);
        assert_eq!(tasks(&world, &ada).await, [] as [Value; 0]);

        let report = import(&world, &ada, CSV, file(10_000)).await.ok();
        assert_eq!(report["imported"], 1);
        let errors = errors(&report);
        assert_eq!(errors.len(), 10_000);
        assert_eq!(errors[9_989], (9_991, "/priority", "invalid_value"));
        assert_eq!(errors[9_990], (9_992, "/due_date", "required"));

        let many = format!("title,priority\n{}", "x,soon\n".repeat(10_001));
        let answer = import(&world, &ada, CSV, many).await;
        assert!(answer.to_string().contains("row 10002, priority: "), "{answer}");
        answer.faults([("/tasks", "too_many")]);
    }

    #[actix_web::test]
    async fn of_any_number_of_unknown_names_some_are_told() {
        let (world, ada) = world().await;
        let many: Vec<String> = (0..100_000).map(|n| format!("x{n}")).collect();
        let csv = many.join(",");
        let members = many
            .iter()
            .map(|name| format!("\"{name}\":1"))
            .collect::<Vec<_>>()
            .join(",");
        let part =
            |name: &String| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
        let form: String = many.iter().map(part).collect();
        for (media_type, file) in [
            (CSV, csv),
            (JSON, format!("{{{members}}}")),
            (FORM, format!("{form}--XX--\r\n")),
        ] {
            let told = import(&world, &ada, media_type, file).await.all_faults();
            assert!((10..30).contains(&told.len()), "{media_type}: {}", told.len());
        }
    }

    #[actix_web::test]
    async fn what_is_not_in_utf_8_cannot_be_read() {
        let (world, ada) = world().await;
        let latin = world
            .post(IMPORT)
            .by(&ada)
            .body(CSV, b"title\nM\xfcll\n".to_vec());
        latin.await.problem("malformed_request");
        let declared = import(&world, &ada, "text/csv; charset=iso-8859-1", "title\nx\n");
        declared.await.problem("unsupported_media_type");
    }
}

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
