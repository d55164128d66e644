use super::*;

#[tokio::test]
async fn a_token_of_each_algorithm_is_taken() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    for algorithm in ALGORITHMS {
        let read = verify(&issuers, &token(algorithm, &claims())).await.unwrap();
        let expected = OutsideClaims {
            issuer: Issuer::parse("better-auth").unwrap(),
            subject: "coMhnmLkdmv2cnkLIS7KRalGgxJt2PwI".to_owned(),
            email: Some("alice@example.com".parse().unwrap()),
            is_admin: false,
            issued_at: Some(now()),
            expires_at: "2026-11-21T09:45:00Z".parse().unwrap(),
        };
        assert_eq!(read, expected, "{algorithm:?}");
    }
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_token_as_the_guides_make_it_is_taken_under_a_secret() {
    let guide = json!({
        "sub": "user_interop_1",
        "email": "alice@interop.test",
        "iat": NOW,
        "exp": NOW + 604_800,
    });
    let read = verify(&trust(&[with_secret()]), &token_under_secret(&guide))
        .await
        .unwrap();
    assert_eq!(read.issuer.as_str(), "guide");
    assert_eq!(read.subject, "user_interop_1");
    assert_eq!(read.expires_at, "2026-11-28T09:30:00Z".parse().unwrap());
}

#[tokio::test]
async fn the_types_of_an_access_token_are_taken_in_any_case() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    for typ in ["JWT", "jwt", "at+jwt", "AT+JWT"] {
        let mut header = header(Algorithm::EdDSA, "ed");
        header.typ = Some(typ.to_owned());
        let token = TestKey::Ed25519.sign(&header, &claims());
        assert!(verify(&issuers, &token).await.is_ok(), "{typ}");
    }
}

#[tokio::test]
async fn a_token_that_names_no_key_means_the_only_one_of_its_type() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    let mut header = header(Algorithm::EdDSA, "");
    header.kid = None;
    let token = TestKey::Ed25519.sign(&header, &claims());
    assert!(verify(&issuers, &token).await.is_ok());

    server.answer(Answer::Keys(vec![
        TestKey::Ed25519.jwk("ed"),
        TestKey::OtherEd25519.jwk("other"),
    ]));
    let issuers = trust(&[with_keys_at(&server)]);
    assert_eq!(verify(&issuers, &token).await, Err(Refused::Invalid));
}

#[tokio::test]
async fn clocks_may_be_off_by_a_minute() {
    let issuers = trust(&[with_secret()]);
    let outcome = async |claim: &str, value: Value| {
        let token = token_under_secret(&claims_with(claim, Some(value)));
        verify(&issuers, &token).await.map(|_| ())
    };
    assert_eq!(outcome("exp", json!(NOW - 59)).await, Ok(()));
    assert_eq!(outcome("exp", json!(NOW - 60)).await, Err(Refused::Expired));
    assert_eq!(outcome("exp", json!(0)).await, Err(Refused::Expired));
    assert_eq!(outcome("nbf", json!(NOW + 60)).await, Ok(()));
    assert_eq!(outcome("nbf", json!(NOW + 61)).await, Err(Refused::Invalid));
    assert_eq!(outcome("exp", json!(NOW as f64 - 59.5)).await, Ok(()));
    assert_eq!(
        outcome("nbf", json!(NOW as f64 + 60.5)).await,
        Err(Refused::Invalid)
    );
}

#[tokio::test]
async fn one_of_the_audiences_is_enough() {
    let server = key_server().await;
    let mut issuer = with_keys_at(&server);
    issuer.audiences.push("https://other.example".to_owned());
    let issuers = trust(&[issuer]);
    for audience in [
        json!(AUD),
        json!([AUD]),
        json!(["https://auth.example", "https://other.example"]),
    ] {
        let token = token(Algorithm::EdDSA, &claims_with("aud", Some(audience.clone())));
        assert!(verify(&issuers, &token).await.is_ok(), "{audience}");
    }
}

#[tokio::test]
async fn an_address_is_read_if_it_is_one() {
    let issuers = trust(&[with_secret()]);
    for email in [
        None,
        Some(json!(null)),
        Some(json!("no address")),
        Some(json!(7)),
        Some(json!({})),
    ] {
        let token = token_under_secret(&claims_with("email", email.clone()));
        assert_eq!(verify(&issuers, &token).await.unwrap().email, None, "{email:?}");
    }
}

#[tokio::test]
async fn when_a_token_was_made_is_read_unless_that_is_yet_to_come() {
    let issuers = trust(&[with_secret()]);
    let issued_at = async |iat: Option<Value>| {
        let token = token_under_secret(&claims_with("iat", iat));
        verify(&issuers, &token).await.map(|claims| claims.issued_at)
    };
    assert_eq!(issued_at(None).await, Ok(None));
    assert_eq!(
        issued_at(Some(json!(NOW + 60))).await,
        Ok(Some(now().after(Duration::from_secs(60))))
    );
    assert_eq!(
        issued_at(Some(json!(NOW as f64 + 0.25))).await,
        Ok(Some(now().after(Duration::from_millis(250))))
    );
    assert_eq!(issued_at(Some(json!(-1e300))).await, Ok(None));
    // They would outlive every revocation.
    for future in [json!(NOW + 61), json!(1e300)] {
        assert_eq!(issued_at(Some(future)).await, Err(Refused::Invalid));
    }
}

#[tokio::test]
async fn only_a_role_of_the_operators_choice_makes_an_admin() {
    let mut issuer = with_secret();
    let is_admin = async |issuer: &OutsideIssuer, claim: &str, value: Value| {
        let token = token_under_secret(&claims_with(claim, Some(value)));
        verify(&trust(std::slice::from_ref(issuer)), &token)
            .await
            .unwrap()
            .is_admin
    };
    assert!(!is_admin(&issuer, "role", json!("admin")).await);

    issuer.roles = Some(AdminRoles {
        claim: "role".to_owned(),
        admin: vec!["admin".to_owned(), "owner".to_owned()],
    });
    for role in [
        json!("admin"),
        json!("user,admin"),
        json!("owner"),
        json!(["user", "owner"]),
    ] {
        assert!(is_admin(&issuer, "role", role.clone()).await, "{role}");
    }
    for role in [
        json!("user"),
        json!("Admin"),
        json!("administrator"),
        json!("admin2,user"),
        json!(""),
        json!(null),
        json!(true),
        json!(["user,admin"]),
        json!([["admin"]]),
        json!({"admin": true}),
    ] {
        assert!(!is_admin(&issuer, "role", role.clone()).await, "{role}");
    }
    assert!(!is_admin(&issuer, "roles", json!("admin")).await);
}
