//! Priorities.

use crate::{Fault, FaultCode, text::text_form, words};

words! {
    /// How much a task matters, in ascending order.
    #[derive(Default, PartialOrd, Ord)]
    pub enum Priority {
        /// Nobody has said.
        #[default]
        None => "none",
        /// Less than others.
        Low => "low",
        /// As others.
        Medium => "medium",
        /// More than others.
        High => "high",
        /// Before all others.
        Urgent => "urgent",
    }
}

text_form!(Priority);

impl Priority {
    /// The one of that word.
    ///
    /// # Errors
    /// [`FaultCode::InvalidValue`] for another word.
    pub fn parse(word: &str) -> Result<Self, Fault> {
        Self::from_word(word).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|priority| priority.as_str()).collect();
            Fault::new(FaultCode::InvalidValue, format!("must be {}", words.join(" or ")))
        })
    }
}
