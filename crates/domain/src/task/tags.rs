//! Tags.

use crate::{
    Fault, FaultCode, fold_case,
    text::{check_control, check_length, text_newtype},
};

/// How many tags a task can have.
const MAX_TAGS: usize = 20;

/// A word that tasks are found by: 1 to 50 characters once white space around it is cut off, no control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag(String);

text_newtype!(Tag);

impl Tag {
    /// Trims and checks.
    ///
    /// # Errors
    /// [`FaultCode::TooShort`], [`FaultCode::TooLong`], [`FaultCode::ControlCharacter`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        check_length(text, 1, 50)?;
        check_control(text, &[])?;
        Ok(Self(text.to_owned()))
    }

    /// What makes it the same as another one: tags that differ in case alone are one.
    #[must_use]
    pub fn key(&self) -> String {
        fold_case(&self.0)
    }
}

/// The tags of a task: at most 20, each once ignoring case, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Vec<Tag>")
)]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// These tags; one that comes again, in whatever case, is dropped.
    ///
    /// # Errors
    /// [`FaultCode::TooMany`].
    pub fn new(given: Vec<Tag>) -> Result<Self, Fault> {
        let mut keys = std::collections::HashSet::new();
        let tags: Vec<Tag> = given.into_iter().filter(|tag| keys.insert(tag.key())).collect();
        if tags.len() > MAX_TAGS {
            let detail = format!("must be at most {MAX_TAGS} tags, are {}", tags.len());
            return Err(Fault::new(FaultCode::TooMany, detail));
        }
        Ok(Self(tags))
    }

    /// Each of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Tag> {
        self.0.iter()
    }
}

impl TryFrom<Vec<Tag>> for Tags {
    type Error = Fault;

    fn try_from(given: Vec<Tag>) -> Result<Self, Fault> {
        Self::new(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(texts: &[&str]) -> Result<Tags, Fault> {
        Tags::new(texts.iter().map(|text| Tag::parse(text).unwrap()).collect())
    }

    #[test]
    fn a_tag_is_short_and_visible() {
        assert_eq!(Tag::parse(" at home ").unwrap().as_str(), "at home");
        assert!(Tag::parse(&"🏠".repeat(50)).is_ok());
        let code = |text: &str| Tag::parse(text).unwrap_err().code;
        assert_eq!(code(" "), FaultCode::TooShort);
        assert_eq!(code(&"x".repeat(51)), FaultCode::TooLong);
        assert_eq!(code("a\u{0}b"), FaultCode::ControlCharacter);
    }

    #[test]
    fn a_tag_that_comes_again_is_dropped_and_the_order_kept() {
        let kept = tags(&["Work", "home", "WORK", "Émile", "émile"]).unwrap();
        let texts: Vec<&str> = kept.iter().map(Tag::as_str).collect();
        assert_eq!(texts, ["Work", "home", "Émile"]);
    }

    #[test]
    fn there_are_at_most_twenty_different_ones() {
        let many: Vec<String> = (0..21).map(|n| format!("tag {n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(tags(&many).unwrap_err().code, FaultCode::TooMany);
        assert!(tags(&many[..20]).is_ok());
        assert!(tags(&[&many[..20], &["TAG 1"]].concat()).is_ok());
    }
}
