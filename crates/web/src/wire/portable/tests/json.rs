use super::given::{problems, task, tasks, written};
use crate::wire::portable::{ExportFormat, ImportFormat::Json};

#[test]
fn the_file_says_what_it_is_and_from_when() {
    let file = written(ExportFormat::Json, &[]);
    assert_eq!(
        file,
        "{\"format\":\"taskwell/1\",\"exported_at\":\"2026-11-22T12:00:00.000Z\",\"tasks\":[]}\n"
    );
    assert_eq!(tasks(Json, &file), []);
}

#[test]
fn tasks_stand_in_one_array_however_they_came() {
    let all = ["a", "b", "c"].map(|title| task(title, |_| {}));
    let file = written(ExportFormat::Json, &all);
    assert_eq!(tasks(Json, &file), all);
}

#[test]
fn every_fault_of_a_row_is_named_by_its_number_and_field() {
    let file = r#"{"format": "taskwell/1", "tasks": [
        {"title": "fine"},
        {"title": null, "colour": "red", "priority": "soon", "due_at": "today", "id": "1", "tags": ["x", 1]},
        7,
        {"title": "x", "completed": false, "completed_at": "2026-11-21T09:30:00Z"},
        {"title": "x", "completed": null, "position": "x"}
    ]}"#;
    let expected = [
        (2, "/due_at", "invalid_format"),
        (2, "/id", "invalid_format"),
        (2, "/title", "required"),
        (2, "/priority", "invalid_value"),
        (2, "/tags", "invalid_type"),
        (2, "/colour", "unknown_field"),
        (3, "", "invalid_type"),
        (4, "/completed_at", "not_allowed_together"),
        (5, "/completed", "required"),
        (5, "/position", "invalid_format"),
    ];
    assert_eq!(
        problems(Json, file),
        expected.map(|(row, at, code)| (row, at.to_owned(), code))
    );
}
