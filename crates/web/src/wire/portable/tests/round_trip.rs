use proptest::{collection::vec, prelude::*};

use super::given::{any_task, made, read, task, tasks, written};
use crate::wire::portable::{ExportFormat, ImportFormat};

const BOTH: [(ExportFormat, ImportFormat); 2] = [
    (ExportFormat::Json, ImportFormat::Json),
    (ExportFormat::Csv, ImportFormat::Csv),
];

proptest! {
    #[test]
    fn what_was_exported_is_imported_as_it_was(exported in vec(any_task(), 0..4)) {
        for (export, import) in BOTH {
            let file = written(export, &exported);
            let (read, problems) = read(import, &file).unwrap();
            prop_assert_eq!(&problems, &[], "{}", file);
            let read: Vec<_> = read.rows.iter().map(|row| made(row.task.as_ref().unwrap())).collect();
            prop_assert_eq!(&read, &exported, "{}", file);
        }
    }

    #[test]
    fn no_cell_begins_like_a_formula_whatever_separates_them(exported in vec(any_task(), 1..4)) {
        let file = written(ExportFormat::Csv, &exported);
        for separator in [b',', b';', b'\t'] {
            let reader = ::csv::ReaderBuilder::new()
                .delimiter(separator)
                .has_headers(false)
                .flexible(true)
                .from_reader(file.as_bytes());
            let records: Result<Vec<_>, _> = reader.into_records().collect();
            for cell in records.unwrap().iter().flatten() {
                // Readers may take away what stands in front.
                let begin = cell.trim_start_matches(['\t', '\r', '\n', '"']);
                let is_formula = begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                prop_assert!(!is_formula, "{cell:?} between {:?}", char::from(separator));
                prop_assert!(separator != b',' || !cell.starts_with(['\t', '\r', '\n']), "{cell:?}");
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_file() {
    let exported = [task("Buy milk", |_| {})];
    for (export, import) in BOTH {
        let file = format!("\u{feff}{}", written(export, &exported));
        assert_eq!(tasks(import, &file), exported);
    }
}

#[test]
fn a_row_without_an_id_has_the_same_one_in_every_format_and_each_time() {
    let csv = "title,tags,completed\nBuy milk,\"[\"\"home\"\"]\",\nBuy milk,\"[\"\"home\"\"]\",FALSE\n";
    let json = r#"{"format": "taskwell/1", "tasks": [{"title": " Buy milk", "tags": ["home"]}, {"title": "Buy milk", "tags": ["home"], "id": null}]}"#;
    let ids = |format, file| tasks(format, file).iter().map(|task| task.id).collect::<Vec<_>>();
    let first = ids(ImportFormat::Csv, csv);
    assert_ne!(first[0], first[1]);
    assert_eq!(ids(ImportFormat::Csv, csv), first);
    assert_eq!(ids(ImportFormat::Json, json), first);
}

#[test]
fn tasks_come_in_the_order_of_their_places_and_behind_them_those_without_one() {
    let csv = "title,position\nfourth,\nsecond,000000000000000280\nfirst,000000000000000180\nfifth,\nthird,00000000000000028080\n";
    let titles: Vec<String> = tasks(ImportFormat::Csv, csv)
        .iter()
        .map(|task| task.title.to_string())
        .collect();
    assert_eq!(titles, ["first", "second", "third", "fourth", "fifth"]);
}
