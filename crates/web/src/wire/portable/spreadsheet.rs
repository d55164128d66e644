//! Cells that a spreadsheet takes as the texts that they are.
//!
//! A cell that begins like a formula would be run as one, whoever wrote it (CSV injection). An apostrophe in front
//! makes it a text.

/// What formulas begin with, and the apostrophe itself, so that one that was there already stays.
const BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', '\''];

/// The text as it is written into a cell.
pub(super) fn protected(text: String) -> String {
    match text.starts_with(BEGINNINGS) {
        true => format!("'{text}"),
        false => text,
    }
}

/// The text that a cell means.
pub(super) fn unprotected(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(BEGINNINGS) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_becomes_a_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "'"] {
            assert_eq!(protected(text.to_owned()), format!("'{text}"));
        }
        for text in ["", "1+1=2", "x", " =1", "\"=1", "’"] {
            assert_eq!(protected(text.to_owned()), text);
        }
    }

    #[test]
    fn an_apostrophe_that_protects_nothing_is_one_of_the_text() {
        assert_eq!(unprotected("'t Is"), "'t Is");
        assert_eq!(unprotected("'"), "'");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[=+@\t\r\n'-]{0,3}.*") {
            let cell = protected(text.clone());
            prop_assert_eq!(unprotected(&cell), text);
        }
    }
}
