//! The secret that signs the tokens, and which ones are too weak to do so.

use std::{collections::BTreeSet, fmt};

/// As long as the output of SHA-256, below which a key weakens HMAC (RFC 7518, 3.2).
const SHORTEST: usize = 32;
/// Of 32 random hexadecimal digits, about once in 10 000 times fewer are different.
const FEWEST_DIFFERENT: usize = 10;
/// A unit that repeats within this many bytes was typed, not drawn.
const LONGEST_UNIT: usize = SHORTEST / 2;
/// What is long and varied enough but known to everybody, from documentation and fallbacks of others.
const PUBLISHED: &[&str] = &[
    "better-auth-secret-12345678901234567890",
    "a-string-secret-at-least-256-bits-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-jwt-key-change-in-production",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "abcdefghijklmnopqrstuvwxyz123456",
    "abcdefghijklmnopqrstuvwxyz0123456789",
];

/// A secret that is not weak. White space at its end is not part of it, wherever it came from: editors and
/// shells end a text with a line break. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Vec<u8>);

/// Why a secret is too weak; the text begins with "it".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WeakSecret {
    /// Fewer bytes than the key of the signature needs.
    #[error("it has only {0} bytes")]
    Short(usize),
    /// Hardly any variety.
    #[error("it has only {0} different bytes")]
    Monotonous(usize),
    /// A short text, again and again.
    #[error("it repeats a short text")]
    Repeated,
    /// An example from a document or program.
    #[error("it is a published example")]
    Published,
}

impl Secret {
    /// A secret, from the settings or from the content of a file.
    ///
    /// # Errors
    /// It must have at least 32 bytes, 10 of them different, and neither be a published example nor repeat
    /// a short text.
    pub(crate) fn new(secret: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let mut secret = secret.into();
        secret.truncate(secret.trim_ascii_end().len());
        check(&secret)?;
        Ok(Self(secret))
    }

    /// The key for the signature.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

fn check(secret: &[u8]) -> Result<(), WeakSecret> {
    if secret.len() < SHORTEST {
        return Err(WeakSecret::Short(secret.len()));
    }
    let different = secret.iter().collect::<BTreeSet<_>>().len();
    if different < FEWEST_DIFFERENT {
        return Err(WeakSecret::Monotonous(different));
    }
    if (1..=LONGEST_UNIT).any(|unit| repeats(secret, unit)) {
        return Err(WeakSecret::Repeated);
    }
    if PUBLISHED
        .iter()
        .any(|published| secret.eq_ignore_ascii_case(published.as_bytes()))
    {
        return Err(WeakSecret::Published);
    }
    Ok(())
}

/// Whether every byte is the one that stands `unit` before it.
fn repeats(secret: &[u8], unit: usize) -> bool {
    secret.iter().zip(secret.iter().skip(unit)).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "kV5yMHrQ8n3xTz1LbWc7Jd0sGf4uPa9e";

    fn weakness(secret: &str) -> WeakSecret {
        Secret::new(secret).unwrap_err()
    }

    #[test]
    fn a_random_secret_is_taken_as_it_is() {
        for secret in [
            GOOD,
            "b1f46e0c9d2a7853b1f4e60c9da27835",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
        ] {
            assert_eq!(Secret::new(secret).unwrap().as_bytes(), secret.as_bytes());
        }
    }

    #[test]
    fn white_space_at_its_end_is_not_part_of_a_secret() {
        let secret = Secret::new(format!("{GOOD} \r\n")).unwrap();
        assert_eq!(secret.as_bytes(), GOOD.as_bytes());
        assert_eq!(weakness(&format!("{}\n", &GOOD[1..])), WeakSecret::Short(31));
        let secret = Secret::new(format!(" {GOOD}")).unwrap();
        assert_eq!(secret.as_bytes().len(), 33);
    }

    #[test]
    fn a_secret_below_32_bytes_is_too_short() {
        assert_eq!(weakness(&GOOD[1..]), WeakSecret::Short(31));
        assert_eq!(weakness(""), WeakSecret::Short(0));
    }

    #[test]
    fn length_counts_bytes_and_not_characters() {
        assert!(Secret::new("äöüÄÖÜßéèêâîôûçñ").is_ok());
    }

    #[test]
    fn a_secret_of_fewer_than_10_different_bytes_is_monotonous() {
        assert_eq!(weakness(&"a".repeat(64)), WeakSecret::Monotonous(1));
        let nine = "123456789987654321192837465564738291";
        assert_eq!(weakness(nine), WeakSecret::Monotonous(9));
        assert!(Secret::new(nine.replacen('1', "0", 1)).is_ok());
    }

    #[test]
    fn a_secret_that_repeats_a_short_text_is_refused_even_if_cut_off() {
        assert_eq!(weakness("0123456789abcdef0123456789abcdef"), WeakSecret::Repeated);
        assert_eq!(
            weakness("change-me-now-change-me-now-change-me"),
            WeakSecret::Repeated
        );
    }

    #[test]
    fn every_published_example_is_refused_in_any_case() {
        assert!(PUBLISHED.contains(&"better-auth-secret-12345678901234567890"));
        for published in PUBLISHED {
            assert_eq!(weakness(published), WeakSecret::Published, "{published}");
            assert_eq!(weakness(&published.to_uppercase()), WeakSecret::Published);
        }
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        assert_eq!(format!("{:?}", Secret::new(GOOD).unwrap()), "Secret(***)");
    }
}
