//! Content lines and the texts in them (RFC 5545, sections 3.1 and 3.3.11).
//!
//! The crate `icalendar`, which reads them in the tests, does not write them: its folding panics at a long run of
//! spaces behind characters of several bytes, and it lets carriage returns through (0.17.17).

/// How many bytes a line can have.
const LONGEST: usize = 75;

/// Appends a line, folded into several where it is too long, never within a character.
pub(super) fn push_line(file: &mut String, name: &str, value: &str) {
    let mut length = 0;
    for part in [name, ":", value] {
        for character in part.chars() {
            if length + character.len_utf8() > LONGEST {
                file.push_str("\r\n ");
                length = 1;
            }
            file.push(character);
            length += character.len_utf8();
        }
    }
    file.push_str("\r\n");
}

/// The text as a value. It has one kind of line break.
pub(super) fn text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}
