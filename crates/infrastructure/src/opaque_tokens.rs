//! Random tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use taskwell_application::ports::{OpaqueToken, OpaqueTokens, TokenHash};

/// Makes refresh tokens: `twr_` and 256 random bits in base64url. The prefix lets people, and programs that
/// look for leaked secrets, see what it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomTokens;

impl OpaqueTokens for RandomTokens {
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    fn generate(&self) -> OpaqueToken {
        let mut random = [0; 32];
        getrandom::fill(&mut random).expect("the system gives random bytes");
        let text = format!("twr_{}", URL_SAFE_NO_PAD.encode(random));
        let hash = TokenHash(Sha256::digest(&text).into());
        OpaqueToken { text, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_and_its_hash_is_that_of_its_whole_text() {
        let token = RandomTokens.generate();
        assert_ne!(token.text, RandomTokens.generate().text);
        assert_eq!(token.text.len(), 4 + 43);
        assert!(token.text.starts_with("twr_"));
        let hash: [u8; 32] = Sha256::digest(token.text.as_bytes()).into();
        assert_eq!(token.hash, TokenHash(hash));
    }
}
