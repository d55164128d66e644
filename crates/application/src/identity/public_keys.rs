use super::Identity;
use crate::ports::PublicKey;

impl Identity {
    /// The keys that others can check our access tokens with.
    #[must_use]
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.ports.access_tokens.public_keys()
    }
}
