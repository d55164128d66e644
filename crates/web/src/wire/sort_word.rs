use taskwell_application::ports::Sort;

/// The words of the parameter `sort`.
pub(crate) const ALL: [(&str, Sort); 2] = [
    ("created_at", Sort::CreatedAt),
    ("-created_at", Sort::CreatedAtDescending),
];

/// The word for an order.
pub(crate) fn of(sort: Sort) -> &'static str {
    match sort {
        Sort::CreatedAt => "created_at",
        Sort::CreatedAtDescending => "-created_at",
    }
}

/// The order of a word.
pub(crate) fn meaning(word: &str) -> Option<Sort> {
    ALL.into_iter()
        .find(|(known, _)| *known == word)
        .map(|(_, sort)| sort)
}
