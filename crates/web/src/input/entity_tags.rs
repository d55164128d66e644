use actix_web::http::header::{EntityTag, HeaderValue};

/// What `If-Match` and `If-None-Match` hold (RFC 9110, sections 13.1.1 and 13.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntityTags {
    /// `*`
    Any,
    /// One or more.
    Listed(Vec<EntityTag>),
}

impl EntityTags {
    /// Reads the lines of one header; `None` if they hold anything else. The framework's own reader skips
    /// what it cannot read, and a condition with a typo would become another condition.
    pub(super) fn parse<'v>(lines: impl Iterator<Item = &'v HeaderValue>) -> Option<Self> {
        let lines: Vec<&str> = lines.map(|line| line.to_str().ok()).collect::<Option<_>>()?;
        let text = lines.join(",");
        match text.trim() {
            "*" => Some(Self::Any),
            text => list(text).map(Self::Listed),
        }
    }
}

/// A list may have empty elements (RFC 9110, section 5.6.1.2); a tag may have commas inside its quotes.
fn list(text: &str) -> Option<Vec<EntityTag>> {
    let between = [',', ' ', '\t'];
    let mut rest = text.trim_start_matches(between);
    let mut tags = Vec::new();
    while !rest.is_empty() {
        let opening = rest.find('"')?;
        let closing = opening + 1 + rest.get(opening + 1..)?.find('"')?;
        let (tag, after) = rest.split_at_checked(closing + 1)?;
        tags.push(tag.parse().ok()?);
        rest = after.trim_start_matches(between);
        let is_apart = after.trim_start().starts_with(',');
        if !is_apart && !rest.is_empty() {
            return None;
        }
    }
    (!tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &[&'static str]) -> Option<EntityTags> {
        let lines: Vec<HeaderValue> = lines.iter().map(|line| HeaderValue::from_static(line)).collect();
        EntityTags::parse(lines.iter())
    }

    #[test]
    fn tags_are_read_in_order_from_every_line() {
        let strong = |tag: &str| EntityTag::new_strong(tag.to_owned());
        let weak = EntityTag::new_weak("2".to_owned());
        let expected = EntityTags::Listed(vec![strong("1"), weak, strong("a,b"), strong("")]);
        assert_eq!(parse(&[r#" "1" ,W/"2" "#, r#", "a,b",, """#]), Some(expected));
        assert_eq!(parse(&[" * "]), Some(EntityTags::Any));
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            ",",
            "1",
            r#"""#,
            r#""1"#,
            r#"1""#,
            r#"w/"1""#,
            r#"W/ "1""#,
            r#""1" "2""#,
            r#""1", x"#,
            r#"*, "1""#,
            r#""1", *"#,
            r#"x"1""#,
            r#""a b""#,
        ] {
            assert_eq!(parse(&[text]), None, "{text}");
        }
    }
}
