//! What cannot be taken, and what is said of it.

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
