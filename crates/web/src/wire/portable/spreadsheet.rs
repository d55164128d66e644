//! Cells that a spreadsheet takes as the texts that they are.
//!
//! A cell that begins like a formula would be run as one, whoever wrote it (CSV injection). An apostrophe in front
//! makes it a text. Where a spreadsheet separates cells by semicolons or tabs it cuts the texts at them, and at their
//! line breaks, too: their quotes stand in the middle of what it takes for cells, and mean nothing there. So what comes
//! behind such a character has its apostrophe as well. A comma needs none: where it separates, the quotes hold.

/// What formulas begin with, in half and in full width, and the apostrophe itself, so that one that was there already
/// stays.
const FORMULA: [char; 9] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\''];

/// What readers take away, so that the cell begins with what is behind it.
const BLANK: [char; 3] = ['\t', '\r', '\n'];

/// Whether an apostrophe belongs before `next`. `previous` is what stands before it, but for quotes, which may be those
/// of a cell; `None` at the beginning of the text.
fn needs_apostrophe(previous: Option<char>, next: char) -> bool {
    match previous {
        None | Some(';') => FORMULA.contains(&next) || BLANK.contains(&next),
        // A blank behind another one begins no cell, and a blank line is to stay one.
        Some(blank) => BLANK.contains(&blank) && FORMULA.contains(&next),
    }
}

/// The text as it is written into a cell.
pub(super) fn protected(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut previous = None;
    for character in text.chars() {
        if needs_apostrophe(previous, character) {
            cell.push('\'');
        }
        cell.push(character);
        previous = behind(previous, character);
    }
    cell
}

/// The text that a cell means.
pub(super) fn unprotected(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut previous = None;
    let mut characters = cell.chars().peekable();
    while let Some(first) = characters.next() {
        let protects = |next: &char| first == '\'' && needs_apostrophe(previous, *next);
        let character = characters.next_if(protects).unwrap_or(first);
        text.push(character);
        previous = behind(previous, character);
    }
    text
}

fn behind(previous: Option<char>, character: char) -> Option<char> {
    match character {
        '"' => previous,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_becomes_a_text() {
        for text in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "'=1", "'", "＝1", "＋1", "－1", "＠1",
        ] {
            assert_eq!(protected(text), format!("'{text}"));
        }
        for text in ["", "1+1=2", "x", " =1", "’"] {
            assert_eq!(protected(text), text);
        }
    }

    #[test]
    fn what_would_begin_like_one_between_other_separators_becomes_a_text_there() {
        for (text, cell) in [
            ("x;=1", "x;'=1"),
            ("x\t=1", "x\t'=1"),
            ("x\r\n=1", "x\r\n'=1"),
            ("x;\"=1\"", "x;\"'=1\""),
            ("\"=1", "\"'=1"),
            ("x;\t=1", "x;'\t'=1"),
            (";=1", ";'=1"),
            ("x;'=1", "x;''=1"),
        ] {
            assert_eq!(protected(text), cell);
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "a; b",
            "a,-b",
            "two\n\nlines",
            "\"x\" - y",
            "a\n\tb",
            "it's; 'so'",
        ] {
            assert_eq!(protected(text), text);
        }
    }

    #[test]
    fn an_apostrophe_that_protects_nothing_is_one_of_the_text() {
        for text in ["'t Is", "'", "it's", "x;'y"] {
            assert_eq!(unprotected(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "([=+@＝\t\r\n;,\"'x-]|.){0,12}") {
            let cell = protected(&text);
            prop_assert_eq!(unprotected(&cell), text);
        }
    }
}
