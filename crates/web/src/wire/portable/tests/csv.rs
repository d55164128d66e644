use taskwell_domain::Task;

use super::given::{ada, problems, read, task, tasks, written};
use crate::wire::{
    TaskBody,
    portable::{ExportFormat, ImportFile, ImportFormat::Csv, rows::MAX_ROWS},
};

#[test]
fn the_header_names_the_fields_of_a_task_in_their_order() {
    let task = task("Buy milk", |_| {});
    let json = serde_json::to_string(&TaskBody::from(task.clone())).unwrap();
    let file = written(ExportFormat::Csv, &[task]);
    let header = file.lines().next().unwrap();
    let places: Vec<usize> = header
        .split(',')
        .map(|name| json.find(&format!("\"{name}\":")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{header} but {json}");
    let fields: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(places.len(), fields.as_object().unwrap().len());
}

#[test]
fn a_file_without_tasks_is_the_header() {
    let file = written(ExportFormat::Csv, &[]);
    assert!(
        file.starts_with("id,user_id,title,") && file.ends_with(",updated_at\r\n"),
        "{file}"
    );
    assert_eq!(tasks(Csv, &file), []);
}

#[test]
fn the_title_is_the_only_column_that_must_be_there() {
    assert_eq!(tasks(Csv, "title\nBuy milk\n")[0].title.as_str(), "Buy milk");
    assert!(read(Csv, "priority\nlow\n").is_err());
}

#[test]
fn what_a_spreadsheet_makes_of_truth_is_understood() {
    let read = tasks(Csv, "title,completed\na,TRUE\nb,False\nc,\n");
    let done: Vec<bool> = read.iter().map(Task::is_completed).collect();
    assert_eq!(done, [true, false, false]);
}

#[test]
fn every_fault_is_named_by_line_and_field() {
    let file = "title,completed,tags,due_date,version\n\
        ,maybe,work,2026-02-30,x\n\
        fine,,,,\n\
        short\n\
        \"two\nlines\",,,,\n";
    let expected = [
        (2, "/version", "invalid_type"),
        (2, "/completed", "invalid_type"),
        (2, "/title", "required"),
        (2, "/due_date", "invalid_format"),
        (2, "/tags", "invalid_type"),
        (4, "", "invalid_format"),
        (5, "/title", "control_character"),
    ];
    assert_eq!(
        problems(Csv, file),
        expected.map(|(row, at, code)| (row, at.to_owned(), code))
    );
}

#[test]
fn a_row_has_the_number_of_the_line_that_it_begins_on_whatever_breaks_lines() {
    let file = "title,description\n\na,\"1\n\n2\"\n\n\n,b\nc,d\n,e\n";
    for line_break in ["\n", "\r\n", "\r"] {
        let rows: Vec<u64> = problems(Csv, &file.replace('\n', line_break))
            .iter()
            .map(|at| at.0)
            .collect();
        assert_eq!(rows, [8, 10], "{line_break:?}");
    }
}

#[test]
fn what_is_not_in_utf_8_is_no_file_that_can_be_read() {
    let content = b"title\nM\xfcll\n".as_slice().into();
    let file = ImportFile { format: Csv, content };
    assert!(file.read(&ada()).is_err());
}

#[test]
fn a_file_has_an_end() {
    let rows = |count: u64| format!("title\n{}", "x\n".repeat(count.try_into().unwrap()));
    assert!(read(Csv, &rows(MAX_ROWS)).is_ok());
    assert!(read(Csv, &rows(MAX_ROWS + 1)).is_err());
}
