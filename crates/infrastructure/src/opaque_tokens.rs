//! Random tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use taskwell_application::ports::{OpaqueKind, OpaqueToken, OpaqueTokens, TokenHash};

/// How many characters 256 bits have in base64url.
const RANDOM_LENGTH: usize = 43;

/// Makes random tokens: a prefix and 256 random bits in base64url. The prefix lets people, and programs that
/// look for leaked secrets, see what it is: `twr_` for a refresh token, `twp_` for a program's.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomTokens;

impl OpaqueTokens for RandomTokens {
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    fn generate(&self, kind: OpaqueKind) -> OpaqueToken {
        let mut random = [0; 32];
        getrandom::fill(&mut random).expect("the system gives random bytes");
        let text = format!("{}{}", prefix(kind), URL_SAFE_NO_PAD.encode(random));
        let hash = hash(&text);
        OpaqueToken { text, hash }
    }

    fn hash(&self, kind: OpaqueKind, text: &str) -> Option<TokenHash> {
        let random = text.strip_prefix(prefix(kind))?;
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (random.len() == RANDOM_LENGTH && random.bytes().all(is_base64url)).then(|| hash(text))
    }
}

fn prefix(kind: OpaqueKind) -> &'static str {
    match kind {
        OpaqueKind::Refresh => "twr_",
        OpaqueKind::Api => "twp_",
    }
}

fn hash(text: &str) -> TokenHash {
    TokenHash(Sha256::digest(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_and_its_hash_is_that_of_its_whole_text() {
        for (kind, prefix) in [(OpaqueKind::Refresh, "twr_"), (OpaqueKind::Api, "twp_")] {
            let token = RandomTokens.generate(kind);
            assert_ne!(token.text, RandomTokens.generate(kind).text);
            assert_eq!(token.text.len(), 4 + 43);
            assert!(token.text.starts_with(prefix));
            let hash: [u8; 32] = Sha256::digest(token.text.as_bytes()).into();
            assert_eq!(token.hash, TokenHash(hash));
        }
    }

    #[test]
    fn a_token_is_known_by_its_kind_alone() {
        for made in OpaqueKind::ALL {
            let token = RandomTokens.generate(*made);
            for asked in OpaqueKind::ALL {
                let expected = (made == asked).then_some(token.hash);
                assert_eq!(
                    RandomTokens.hash(*asked, &token.text),
                    expected,
                    "{made} as {asked}"
                );
            }
        }
    }

    #[test]
    fn what_was_never_made_here_has_no_hash() {
        let random = "x".repeat(43);
        assert!(
            RandomTokens
                .hash(OpaqueKind::Api, &format!("twp_{random}"))
                .is_some()
        );
        for text in [
            String::new(),
            "twp_".to_owned(),
            random.clone(),
            format!("TWP_{random}"),
            format!(" twp_{random}"),
            format!("twp_{random}="),
            format!("twp_{random}x"),
            format!("twp_{}", &random[1..]),
            format!("twp_{}+", &random[1..]),
            format!("twp_{}é", &random[2..]),
            format!("twp_{}\n", &random[1..]),
        ] {
            assert_eq!(RandomTokens.hash(OpaqueKind::Api, &text), None, "{text:?}");
        }
    }
}
