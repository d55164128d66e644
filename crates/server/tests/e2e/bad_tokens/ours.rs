use serde_json::{Value, json};

use super::{Bad, EXPIRED, NONE, REVOKED, Trusting, bearer};
use crate::{
    client::{Client, PASSWORD},
    database::Sql,
    keys::{claims_of, now},
};

/// Tokens of ours, rightly signed, of sessions and accounts that are not theirs or over.
pub(super) async fn not_or_no_longer_ours(trusting: &Trusting, ada: &Client, eve: &Client) -> Vec<Bad> {
    let good = ada.token();
    let own = |name, claim, value, code| bearer(name, trusting.own_with(good, claim, value), code);
    let logged_out = ada.clone().logged_in("ada@example.com").await;
    logged_out.post_nothing("/api/auth/logout").await.is(204);
    let deleted = trusting.server.client().signed_up("gone@example.com").await;
    let password = json!({"password": PASSWORD});
    deleted.delete_with("/api/auth/me", &password).await.is(204);
    let wanted = json!({"name": "x", "scopes": ["account:read"], "expires_at": "2999-01-01T00:00:00Z"});
    let programs = [(); 3].map(|()| ada.post("/api/auth/tokens", &wanted));
    let [expired, revoked, kept] = programs.map(async |made| made.await.is(201));
    let (expired, revoked, kept) = (expired.await, revoked.await, kept.await);
    let token = |made: &Value| made["token"].as_str().unwrap().to_owned();
    let revoke = format!("/api/auth/tokens/{}", revoked["id"].as_str().unwrap());
    ada.delete(&revoke).await.is(204);
    let newest_of = "(SELECT id FROM api_tokens ORDER BY created_at, id LIMIT 1)";
    let long_ago =
        format!("UPDATE api_tokens SET expires_at = '2020-01-01T00:00:00+00:00' WHERE id = {newest_of}");
    assert_eq!(Sql::on(&trusting.database).await.execute(&long_ago).await, 1);
    let kept = token(&kept);
    vec![
        own("ours, expired", "exp", json!(now() - 1), EXPIRED),
        own("ours, expired in 1970", "exp", json!(900), EXPIRED),
        own("ours, without sub", "sub", Value::Null, NONE),
        own(
            "ours, of nobody",
            "sub",
            json!("0192f0c1-2345-7abc-8def-0123456789ab"),
            NONE,
        ),
        own("ours, without a session", "sid", Value::Null, NONE),
        own(
            "ours, of a session that is none",
            "sid",
            json!("x' OR 1=1 --"),
            NONE,
        ),
        own(
            "ours, of a session that never was",
            "sid",
            json!("0192f0c1-2345-7abc-8def-0123456789ab"),
            REVOKED,
        ),
        own(
            "ours, of another one's session",
            "sid",
            claims_of(eve.token())["sid"].clone(),
            REVOKED,
        ),
        own("ours, for another audience", "aud", json!("notes"), NONE),
        own("ours, by another issuer", "iss", json!("notes"), NONE),
        own("ours, with a role that is none", "role", json!("root"), NONE),
        bearer("logged out", logged_out.token(), REVOKED),
        bearer("of a deleted account", deleted.token(), NONE),
        bearer("a refresh token", ada.refresh_token(), NONE),
        bearer("a token for programs, expired", token(&expired), EXPIRED),
        bearer("a token for programs, revoked", token(&revoked), NONE),
        bearer("a token for programs, truncated", &kept[..kept.len() - 1], NONE),
        bearer(
            "a token for programs with more behind it",
            format!("{kept}A"),
            NONE,
        ),
        bearer(
            "a token for programs without its mark",
            kept.trim_start_matches("twp_"),
            NONE,
        ),
        bearer(
            "a token for programs that was never made",
            format!("twp_{}", "A".repeat(43)),
            NONE,
        ),
    ]
}
