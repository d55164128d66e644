//! What is said on standard output and standard error.

use std::{
    error::Error,
    io::{self, Write},
};

use serde::Serialize;
use taskwell_application::told;

/// Prints a text that ends in a line break. A reader that has gone away is no error: it has seen enough.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Prints a value as JSON.
pub(crate) fn print_json(value: &impl Serialize) -> io::Result<()> {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// Asks whoever sits at the terminal for something to be typed.
pub(crate) fn ask(question: &str) {
    // Who cannot read the question may still know the answer.
    let _ = write!(io::stderr(), "{question}");
}

/// Says in one line what went wrong.
pub(crate) fn error(error: &(dyn Error + 'static)) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "taskwell: {}", told(error));
}
