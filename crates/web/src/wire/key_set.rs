use serde::Serialize;
use taskwell_application::ports::PublicKey;
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::input::one_word;

/// Keys to check access tokens with (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeySet)]
pub(crate) struct KeySetBody {
    /// The keys; none while tokens are signed with a secret.
    keys: Vec<KeyBody>,
}

/// An Ed25519 public key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
struct KeyBody {
    #[schema(schema_with = kty)]
    kty: &'static str,
    #[schema(schema_with = crv)]
    crv: &'static str,
    #[schema(schema_with = alg)]
    alg: &'static str,
    #[serde(rename = "use")]
    #[schema(schema_with = usage)]
    usage: &'static str,
    /// Its name in the header of the tokens: its thumbprint (RFC 7638).
    kid: String,
    /// The key itself, in base64url.
    x: String,
}

const KTY: &str = "OKP";
const CRV: &str = "Ed25519";
const ALG: &str = "EdDSA";
const USE: &str = "sig";

fn kty() -> ObjectBuilder {
    one_word(KTY).description(Some("The kind of key."))
}

fn crv() -> ObjectBuilder {
    one_word(CRV).description(Some("The curve."))
}

fn alg() -> ObjectBuilder {
    one_word(ALG).description(Some("The algorithm of the signatures."))
}

fn usage() -> ObjectBuilder {
    one_word(USE).description(Some("What it is for: checking signatures."))
}

impl From<Vec<PublicKey>> for KeySetBody {
    fn from(keys: Vec<PublicKey>) -> Self {
        let keys = keys.into_iter().map(|key| KeyBody {
            kty: KTY,
            crv: CRV,
            alg: ALG,
            usage: USE,
            kid: key.id,
            x: key.x,
        });
        Self { keys: keys.collect() }
    }
}
