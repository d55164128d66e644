use super::*;

#[track_caller]
fn refuse(issuers: &[OutsideIssuer], expected: &str) {
    let refused = OutsideIssuers::new(issuers.to_vec()).err().unwrap();
    assert_eq!(refused.to_string(), expected);
}

fn named(name: &str, iss: &[&str]) -> OutsideIssuer {
    OutsideIssuer {
        name: Issuer::parse(name).unwrap(),
        issuers: iss.iter().copied().map(str::to_owned).collect(),
        ..with_secret()
    }
}

#[tokio::test]
async fn the_iss_of_a_token_picks_the_issuer() {
    let server = key_server().await;
    let another = OutsideIssuer {
        keys: OutsideKeys::Secret(b"another secret, with 32 bytes....".to_vec()),
        ..named("another", &["https://another.example"])
    };
    let issuers = trust(&[with_secret(), with_keys_at(&server), another]);
    let under_secret = async |iss: Option<&str>| {
        let token = token_under_secret(&claims_with("iss", iss.map(Value::from)));
        verify(&issuers, &token)
            .await
            .map(|claims| claims.issuer.to_string())
    };
    assert_eq!(under_secret(None).await.as_deref(), Ok("guide"));
    assert_eq!(
        under_secret(Some("https://any.example")).await.as_deref(),
        Ok("guide")
    );
    assert_eq!(under_secret(Some("")).await.as_deref(), Ok("guide"));
    // These belong to others, who have other keys.
    assert_eq!(under_secret(Some(ISS)).await, Err(Refused::Invalid));
    assert_eq!(
        under_secret(Some("https://another.example")).await,
        Err(Refused::Invalid)
    );
    // And this is us.
    assert_eq!(under_secret(Some("taskwell")).await, Err(Refused::Invalid));

    let read = verify(&issuers, &token(Algorithm::ES256, &claims()))
        .await
        .unwrap();
    assert_eq!(read.issuer.as_str(), "better-auth");
}

#[tokio::test]
async fn one_issuer_can_have_several_addresses() {
    let issuers = trust(&[named("guide", &["http://localhost:3000", ISS])]);
    for iss in ["http://localhost:3000", ISS] {
        let token = token_under_secret(&claims_with("iss", Some(json!(iss))));
        assert!(verify(&issuers, &token).await.is_ok(), "{iss}");
    }
    let token = token_under_secret(&claims_with("iss", None));
    assert_eq!(verify(&issuers, &token).await, Err(Refused::Invalid));
}

#[tokio::test]
async fn without_issuers_no_token_is_taken() {
    let token = token_under_secret(&claims());
    assert_eq!(verify(&trust(&[]), &token).await, Err(Refused::Invalid));
}

#[tokio::test]
async fn issuers_that_could_be_taken_for_each_other_are_refused() {
    refuse(
        &[named("taskwell", &["a"])],
        "the issuer taskwell has the name of this server",
    );
    refuse(
        &[named("a", &["taskwell"])],
        "the issuer a has the name of this server",
    );
    refuse(
        &[named("a", &["x"]), named("b", &["x"])],
        "two issuers have the iss \"x\"",
    );
    refuse(
        &[named("a", &[]), named("b", &[])],
        "only one issuer can be without iss",
    );
}

#[tokio::test]
async fn an_issuer_that_signs_in_two_ways_has_two_entries_of_one_name() {
    let issuers = OutsideIssuers::new(vec![named("a", &["a"]), named("a", &["b"])]);
    assert!(issuers.is_ok());
}

#[tokio::test]
async fn a_key_set_needs_an_iss_and_an_address() {
    let at = |url: &str, iss: &[&str]| OutsideIssuer {
        keys: OutsideKeys::Jwks(url.to_owned()),
        ..named("a", iss)
    };
    refuse(
        &[at("https://a.example/jwks", &[])],
        "the issuer a has a key set, and so needs an iss",
    );
    for url in [
        "",
        "a.example/jwks",
        "file:///etc/passwd",
        "ftp://a.example/jwks",
        "https://",
    ] {
        refuse(
            &[at(url, &["a"])],
            "the address of the key set of a is not one of http or https",
        );
    }
    for url in ["https://a.example/jwks", "http://auth:3000/api/auth/jwks"] {
        assert!(OutsideIssuers::new(vec![at(url, &["a"])]).is_ok(), "{url}");
    }
}

#[test]
fn without_a_runtime_to_fetch_on_there_are_no_issuers() {
    refuse(
        &[with_secret()],
        "keys are fetched on the runtime of tokio that this is called in",
    );
}

#[test]
fn a_secret_cannot_be_printed() {
    let printed = format!("{:?}", with_secret());
    assert!(printed.contains("Secret(…)"), "{printed}");
}
