//! Finding tasks by words.

use taskwell_application::ports::{SortKey, TaskFilter};
use taskwell_domain::{NewTask, TaskEdit};

use crate::{
    fixture::Storage,
    given::{
        Account, by, deleted, description, new_task, purged, renamed, restored, sorts, tags, task_id, title,
        trash,
    },
    list::{sorted, walk},
};

/// Makes the task of that number with this title and that description.
async fn write(account: &Account, n: u64, title_text: &str, text: &str) {
    let new = NewTask {
        title: title(title_text),
        fields: TaskEdit {
            description: Some(description(text)),
            ..TaskEdit::default()
        },
        ..new_task(n)
    };
    account.recorded(account.creation_of(&new)).await;
}

fn search(text: &str) -> TaskFilter {
    TaskFilter {
        search: Some(text.to_owned()),
        ..TaskFilter::default()
    }
}

#[derive(Debug, PartialEq)]
struct Found(Vec<u64>);

/// The numbers of the tasks that a text finds, up to the tenth.
async fn found(account: &Account, filter: TaskFilter) -> Found {
    let tasks = walk(account, filter.clone(), by(SortKey::CreatedAt), 100).await;
    // A storage may look for a few in another way than for many.
    let one_by_one = walk(account, filter.clone(), by(SortKey::CreatedAt), 1).await;
    assert_eq!(one_by_one, tasks, "{filter:?}");
    assert_eq!(account.count(filter).await, tasks.len() as u64);
    let has = |n: &u64| tasks.iter().any(|task| task.id == task_id(*n));
    Found((1..=10).filter(has).collect())
}

async fn assert_finds(account: &Account, searches: &[(&str, &[u64])]) {
    for (text, expected) in searches {
        let found = found(account, search(text)).await;
        assert_eq!(found, Found(expected.to_vec()), "{text:?}");
    }
}

pub(crate) async fn every_word_must_be_there_in_title_or_description(storage: Storage) {
    let ada = storage.account("ada").await;
    write(&ada, 1, "Buy milk", "two litres of it").await;
    write(&ada, 2, "Two cows", "for the milk").await;
    write(&ada, 3, "The end", "").await;
    assert_finds(
        &ada,
        &[
            ("milk", &[1, 2]),
            ("buy", &[1]),
            ("litres", &[1]),
            ("milk two", &[1, 2]),
            ("litres buy", &[1]),
            ("buy cows", &[]),
            ("milk milk", &[1, 2]),
            // Common words are words.
            ("the", &[2, 3]),
            ("of it", &[1]),
            ("nothing", &[]),
        ],
    )
    .await;
}

pub(crate) async fn the_last_word_may_be_a_beginning_the_others_may_not(storage: Storage) {
    let ada = storage.account("ada").await;
    write(&ada, 1, "Buy milk", "").await;
    write(&ada, 2, "Buy milkshakes", "").await;
    write(&ada, 3, "Running", "").await;
    assert_finds(
        &ada,
        &[
            ("m", &[1, 2]),
            ("buy mil", &[1, 2]),
            ("buy milks", &[2]),
            ("buy milk", &[1, 2]),
            ("milk buy", &[1]),
            ("mil buy", &[]),
            ("ilk", &[]),
            // A word is what is written, not what it comes from.
            ("run", &[3]),
            ("runs", &[]),
            ("milkshake buy", &[]),
            // White space behind it ends no word.
            ("buy mil  ", &[1, 2]),
        ],
    )
    .await;
}

pub(crate) async fn case_and_accents_make_no_difference(storage: Storage) {
    let ada = storage.account("ada").await;
    write(&ada, 1, "Z\u{fc}rich", "Crème BRÛLÉE").await;
    write(&ada, 2, "ZU\u{308}RICH", "").await;
    write(&ada, 3, "zurich", "").await;
    write(&ada, 4, "Ναύπλιο", "Ёлка").await;
    write(&ada, 5, "Tiếng Việt", "").await;
    // Letters of which one case knows more than the other.
    write(&ada, 6, "Große STRAẞE", "ΟΔΟΣ").await;
    write(&ada, 7, "İstanbul", "οδος").await;
    // Vowels that are written as signs.
    write(&ada, 8, "हिन्दी", "").await;
    assert_finds(
        &ada,
        &[
            ("zurich", &[1, 2, 3]),
            ("ZÜRICH", &[1, 2, 3]),
            ("zu\u{308}ri", &[1, 2, 3]),
            ("brulee creme", &[1]),
            ("CRÈME brûl", &[1]),
            ("ναυπλιο", &[4]),
            ("ΝΑΎΠ", &[4]),
            ("елка", &[4]),
            ("ёлка", &[4]),
            ("tieng viet", &[5]),
            ("GROSSE strasse", &[6]),
            ("stras", &[6]),
            ("οδος", &[6, 7]),
            ("οδοσ", &[6, 7]),
            ("istanbul", &[7]),
            ("ISTANBUL", &[7]),
            ("हिन्दी", &[8]),
            ("हि", &[8]),
            ("ह न द", &[]),
        ],
    )
    .await;
}

pub(crate) async fn words_are_letters_and_digits_whatever_is_between_them(storage: Storage) {
    let ada = storage.account("ada").await;
    write(&ada, 1, "Pay e-mail bill (50%)", "foo@example.com/x_y?a=1&b=2").await;
    write(&ada, 2, "Don't (panic)!", "#42: https://example.org").await;
    write(&ada, 3, "milk🦀bread", "A4\tline one\nline two").await;
    write(&ada, 4, "3.14 and 1,000", "2026-11-21").await;
    assert_finds(
        &ada,
        &[
            ("mail", &[1]),
            ("e-mail", &[1]),
            ("email", &[]),
            ("50", &[1]),
            ("50%", &[1]),
            ("example", &[1, 2]),
            ("foo@example.com", &[1]),
            ("com foo", &[1]),
            ("x y", &[1]),
            ("x_y", &[1]),
            ("b 2", &[1]),
            ("don t", &[2]),
            ("don't", &[2]),
            ("dont", &[]),
            ("PANIC", &[2]),
            ("42", &[2]),
            ("org example https", &[2]),
            ("bread", &[3]),
            ("milk bread a4", &[3]),
            ("one line two", &[3]),
            ("14 3", &[4]),
            ("000", &[4]),
            ("2026-11", &[4]),
            ("21 11 2026", &[4]),
        ],
    )
    .await;
}

pub(crate) async fn a_search_is_words_and_no_language(storage: Storage) {
    let ada = storage.account("ada").await;
    write(&ada, 1, "milk", "").await;
    write(&ada, 2, "bread", "").await;
    write(&ada, 3, "milk or bread", "not near title").await;
    assert_finds(
        &ada,
        &[
            ("\"milk\"", &[1, 3]),
            ("'milk", &[1, 3]),
            ("milk*", &[1, 3]),
            ("mi*lk", &[]),
            ("mi%", &[1, 3]),
            ("m_lk", &[]),
            ("-milk", &[1, 3]),
            ("!milk", &[1, 3]),
            ("milk | bread", &[3]),
            ("milk OR bread", &[3]),
            ("milk NOT bread", &[3]),
            ("NEAR(milk bread)", &[3]),
            ("title:milk", &[3]),
            ("^milk", &[1, 3]),
            ("milk <-> bread", &[3]),
            ("milk:*", &[1, 3]),
            ("milk\\", &[1, 3]),
            ("(milk", &[1, 3]),
            ("{milk} + [bread]", &[3]),
        ],
    )
    .await;
}

pub(crate) async fn without_a_word_nothing_is_found(storage: Storage) {
    let ada = storage.account("ada").await;
    write(&ada, 1, "milk !!!", "🦀 …").await;
    for text in ["", " ", "!!!", "🦀", "\"\"", "*", "%", "_", "\u{301}", "- -"] {
        assert_eq!(found(&ada, search(text)).await, Found(vec![]), "{text:?}");
    }
}

pub(crate) async fn words_of_any_length_are_found(storage: Storage) {
    let ada = storage.account("ada").await;
    // As in a script that sets no spaces.
    let (long, longest) = ("ö".repeat(200), "日".repeat(1_000));
    write(&ada, 1, &long, &longest).await;
    let many: String = (0..200).map(|n| format!("w{n} ")).collect();
    write(&ada, 2, "many", &many).await;
    assert_finds(
        &ada,
        &[
            (&long, &[1]),
            (&"o".repeat(199), &[1]),
            (&longest[..600], &[1]),
            ("日 日", &[]),
            ("w199 w0 w77", &[2]),
            ("w200", &[]),
        ],
    )
    .await;
}

pub(crate) async fn tags_are_not_searched(storage: Storage) {
    let ada = storage.account("ada").await;
    let fields = TaskEdit {
        tags: Some(tags(&["milk"])),
        ..TaskEdit::default()
    };
    ada.create_with(1, fields).await;
    assert_finds(&ada, &[("milk", &[]), ("task", &[1])]).await;
}

pub(crate) async fn what_is_found_keeps_up_with_what_is_written(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    assert_finds(&ada, &[("task 1", &[1])]).await;
    let task = ada.recorded(renamed(&task, "Buy milk")).await;
    assert_finds(&ada, &[("task", &[]), ("milk", &[1])]).await;
    let milk_in_the_trash = || TaskFilter {
        search: Some("milk".to_owned()),
        ..trash()
    };
    assert_eq!(found(&ada, milk_in_the_trash()).await, Found(vec![]));
    let task = ada.recorded(deleted(&task)).await;
    assert_finds(&ada, &[("milk", &[])]).await;
    assert_eq!(found(&ada, milk_in_the_trash()).await, Found(vec![1]));
    let task = ada.recorded(restored(&task)).await;
    assert_finds(&ada, &[("milk", &[1])]).await;
    let task = ada.recorded(deleted(&task)).await;
    ada.record(vec![purged(&task)]).await.unwrap();
    assert_eq!(found(&ada, milk_in_the_trash()).await, Found(vec![]));
    ada.create(1).await;
    assert_finds(&ada, &[("milk", &[]), ("task", &[1])]).await;
}

pub(crate) async fn nobody_finds_the_tasks_of_another(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    write(&ada, 1, "milk", "").await;
    write(&bob, 1, "bread", "").await;
    write(&bob, 2, "milk", "").await;
    assert_finds(&ada, &[("milk", &[1]), ("bread", &[])]).await;
    assert_finds(&bob, &[("milk", &[2]), ("bread", &[1])]).await;
}

pub(crate) async fn what_is_found_comes_in_any_order_page_by_page(storage: Storage) {
    let ada = storage.account("ada").await;
    for n in 1..=9 {
        let text = if n % 3 == 0 { "bread" } else { "milk" };
        write(&ada, n, &format!("{text} {}", n * 7 % 10), "").await;
    }
    let mut expected = ada.listed().await;
    expected.retain(|task| task.title.as_str().starts_with("milk"));
    for sort in sorts() {
        for limit in [1, 4, 6] {
            let seen = walk(&ada, search("milk"), sort, limit).await;
            assert_eq!(seen, sorted(expected.clone(), sort), "pages of {limit} {sort:?}");
        }
    }
}
