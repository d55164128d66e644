//! Places among the tasks of a user.

use loro_fractional_index::FractionalIndex;

use crate::{Fault, FaultCode, Seq, text::text_form};

/// A place in the user's own order: a rank between ranks (fractional indexing), so that a task moves without
/// any other one changing. Positions are compared by code point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(String);

text_form!(Position);

/// In bytes, of which each has two characters. It takes some five hundred moves into a gap that the last one left.
const LONGEST: usize = 500;

impl Position {
    /// The place behind all that came before: what gets it has the number `seq` in the user's log, which
    /// nothing else will ever have.
    #[must_use]
    pub fn last_at(seq: Seq) -> Self {
        Self(format!("{:016x}80", seq.get()))
    }

    /// A place between two others; `None` where there is no place, since they are the same or in the wrong order,
    /// or since moves into the same gap have made the text longer than a storage can have in an index.
    #[must_use]
    pub fn between(lower: Option<&Self>, upper: Option<&Self>) -> Option<Self> {
        let [lower, upper] = [lower, upper].map(|bound| bound.map(Self::index));
        let between = FractionalIndex::new(lower.as_ref(), upper.as_ref())?;
        if between.as_bytes().len() > LONGEST {
            return None;
        }
        Some(Self(
            between
                .as_bytes()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        ))
    }

    /// Reads the text of a position.
    ///
    /// # Errors
    /// [`FaultCode::InvalidFormat`] for a text that is none.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        // Whole bytes, the last of which ends the rank.
        if text.len().is_multiple_of(2) && text.ends_with("80") && text.bytes().all(is_hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new(FaultCode::InvalidFormat, "is not a position"))
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn index(&self) -> FractionalIndex {
        FractionalIndex::from_hex_string(&self.0)
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_at(seq: u64) -> Position {
        Position::last_at(Seq::from(seq))
    }

    #[test]
    fn later_is_further_behind() {
        let positions: Vec<Position> = [0, 1, 2, 255, 256, 1 << 32, u64::MAX].map(last_at).into();
        assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
        for position in positions {
            assert_eq!(Position::parse(position.as_str()), Ok(position));
        }
    }

    #[test]
    fn there_are_many_places_between_two_others() {
        let (mut lower, mut upper) = (last_at(7), last_at(8));
        for n in 0..400 {
            let middle = Position::between(Some(&lower), Some(&upper)).unwrap();
            assert!(lower < middle && middle < upper, "{lower} < {middle} < {upper}");
            *(if n % 3 == 0 { &mut lower } else { &mut upper }) = middle;
        }
    }

    #[test]
    fn where_a_place_would_take_more_than_a_thousand_characters_there_is_none() {
        let (mut lower, mut upper) = (last_at(7), last_at(8));
        let mut longest = 0;
        while let Some(middle) = Position::between(Some(&lower), Some(&upper)) {
            longest = longest.max(middle.as_str().len());
            *(if longest.is_multiple_of(4) {
                &mut lower
            } else {
                &mut upper
            }) = middle;
        }
        assert_eq!(longest, 1_000);
    }

    #[test]
    fn there_is_always_a_place_before_the_first_and_it_stays_before_what_comes_later() {
        let mut first = last_at(1);
        for _ in 0..1_000 {
            let before = Position::between(None, Some(&first)).unwrap();
            assert!(before < first);
            first = before;
        }
        assert!(first < last_at(0));
    }

    #[test]
    fn between_the_same_there_is_no_place() {
        assert_eq!(Position::between(Some(&last_at(1)), Some(&last_at(1))), None);
        assert_eq!(Position::between(Some(&last_at(2)), Some(&last_at(1))), None);
    }

    #[test]
    fn what_is_no_position_is_refused() {
        for text in ["", "8", "00", "zz80", "AB80", "80 ", "é"] {
            assert!(Position::parse(text).is_err(), "{text:?}");
        }
    }
}
