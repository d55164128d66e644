//! The words of the parameter `sort`.

use taskwell_application::ports::{Sort, SortKey};
use taskwell_domain::{Fault, FaultCode};

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = String> {
    SortKey::ALL.iter().flat_map(|key| {
        [false, true].map(|descending| {
            of(Sort {
                key: *key,
                descending,
            })
        })
    })
}

/// The word for an order.
pub(crate) fn of(sort: Sort) -> String {
    let direction = if sort.descending { "-" } else { "" };
    format!("{direction}{}", sort.key)
}

/// The order of a word.
///
/// # Errors
/// [`FaultCode::InvalidValue`] for another word.
pub(crate) fn parse(word: &str) -> Result<Sort, Fault> {
    let (key, descending) = match word.strip_prefix('-') {
        Some(key) => (key, true),
        None => (word, false),
    };
    let key = SortKey::from_word(key).ok_or_else(|| {
        let words: Vec<String> = all().collect();
        Fault::new(FaultCode::InvalidValue, format!("must be {}", words.join(" or ")))
    })?;
    Ok(Sort { key, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_means_an_order_of_its_own() {
        let words: Vec<String> = all().collect();
        assert_eq!(words.len(), 12);
        for word in &words {
            assert_eq!(of(parse(word).unwrap()), *word);
        }
        assert!(words.contains(&of(Sort::default())));
        for word in ["", "-", "--title", "Title", "id", "title "] {
            assert!(parse(word).is_err(), "{word:?}");
        }
    }
}
