//! What our own access tokens and those of other issuers have in common as JWT (RFC 7519).

use jsonwebtoken::{Header, crypto::aws_lc};

/// They have some hundred bytes; nothing longer is worth parsing.
pub(crate) const MAX_LENGTH: usize = 8 * 1024;

/// What an access token may call itself (RFC 7519, RFC 9068). What calls itself otherwise is for something
/// else, though it may be signed with the same key.
const TYPES: [&str; 2] = ["JWT", "at+jwt"];

/// Has to come before the first token. The cryptography is chosen by the crate's features, until some
/// dependency asks for the other one as well: then the crate panics at the first token unless one is chosen
/// here.
pub(crate) fn choose_cryptography() {
    // An error means that one was chosen before.
    let _chosen_before = aws_lc::DEFAULT_PROVIDER.install_default();
}

/// The header of what can be an access token. One that brings its own key, or demands (`crit`) what nobody
/// here understands, is refused.
pub(crate) fn header(token: &str) -> Option<Header> {
    if token.len() > MAX_LENGTH {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    let brings_key =
        header.jwk.is_some() || header.jku.is_some() || header.x5u.is_some() || header.x5c.is_some();
    let is_of_type = |typ: &str| TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ));
    let is_plain = !brings_key && header.crit.is_none() && header.typ.as_deref().is_none_or(is_of_type);
    is_plain.then_some(header)
}
