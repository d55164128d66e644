//! Finding tasks by words.

use taskwell_domain::{Task, fold_case};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// Whether title and description together have every word of `text`, the last one as a beginning. A text without
/// any word finds nothing.
pub(super) fn finds(text: &str, task: &Task) -> bool {
    let wanted = words(text);
    let Some((beginning, whole)) = wanted.split_last() else {
        return false;
    };
    let mut present = words(task.title.as_str());
    present.extend(words(task.description.as_str()));
    whole.iter().all(|word| present.contains(word)) && present.iter().any(|word| word.starts_with(beginning))
}

/// The words of a text, without accents and case.
fn words(text: &str) -> Vec<String> {
    let bare: String = text
        .nfd()
        .filter(|c| canonical_combining_class(*c) == 0)
        .collect();
    fold_case(&bare)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
