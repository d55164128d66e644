use futures_util::future::join_all;

use super::{key_server::page, *};

fn signed(key: TestKey, kid: &str) -> String {
    key.sign(&header(Algorithm::EdDSA, kid), &claims())
}

#[tokio::test]
async fn many_first_requests_make_one_fetch() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    assert_eq!(server.asked(), 0);
    let token = token(Algorithm::EdDSA, &claims());
    let all = join_all((0..100).map(|_| verify(&issuers, &token))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn the_first_token_after_a_rotation_is_taken_and_a_withdrawn_key_works_no_more() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
    server.answer(Answer::Keys(vec![TestKey::OtherEd25519.jwk("new")]));
    assert!(
        verify(&issuers, &signed(TestKey::OtherEd25519, "new"))
            .await
            .is_ok()
    );
    assert_eq!(
        verify(&issuers, &signed(TestKey::Ed25519, "ed")).await,
        Err(Refused::Invalid)
    );
}

#[tokio::test]
async fn a_flood_of_unknown_keys_makes_few_fetches() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    for kid in 0..50 {
        let token = signed(TestKey::Ed25519, &kid.to_string());
        assert_eq!(verify(&issuers, &token).await, Err(Refused::Invalid));
    }
    assert_eq!(server.asked(), 3);
    assert!(
        verify(&issuers, &token(Algorithm::RS256, &claims()))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn every_key_set_can_be_tried_before_a_token_needs_it() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server), with_secret()]);
    let tried = async || {
        let tried = issuers.try_key_sets().await;
        assert_eq!(tried.len(), 1, "a secret is not fetched");
        assert_eq!(tried[0].0.as_str(), "better-auth");
        tried[0].1.as_ref().map_err(ToString::to_string).copied()
    };
    assert_eq!(tried().await, Ok(()));
    server.answer(Answer::Keys(vec![]));
    assert_eq!(tried().await, Err("its answer is of no use".to_owned()));
    // What was tried makes no difference to the tokens.
    server.answer(Answer::Keys(vec![TestKey::Ed25519.jwk("ed")]));
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
}

#[tokio::test]
async fn known_keys_outlive_their_issuer() {
    let mut server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
    server.die().await;
    assert_eq!(
        verify(&issuers, &signed(TestKey::Ed25519, "new")).await,
        Err(Refused::Invalid)
    );
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
}

#[tokio::test]
async fn an_issuer_that_was_never_reached_is_unavailable() {
    let mut server = key_server().await;
    server.die().await;
    let issuers = trust(&[with_keys_at(&server)]);
    let token = token(Algorithm::EdDSA, &claims());
    let Err(OutsideRefusal::Unavailable(error)) = issuers.verify(&token, now()).await else {
        panic!("nobody listens there");
    };
    assert_eq!(error.to_string(), "it cannot be reached");
}

#[tokio::test]
async fn an_issuer_that_hangs_delays_nobody_else() {
    let well = key_server().await;
    let ill = KeyServer::start(Answer::Silence).await;
    let hanging = OutsideIssuer {
        name: Issuer::parse("ill").unwrap(),
        issuers: vec!["https://ill.example".to_owned()],
        ..with_keys_at(&ill)
    };
    let issuers = trust(&[hanging, with_keys_at(&well)]);
    let ills = token(
        Algorithm::EdDSA,
        &claims_with("iss", Some(json!("https://ill.example"))),
    );
    let wells = token(Algorithm::EdDSA, &claims());
    tokio::select! {
        biased;
        _ = verify(&issuers, &ills) => panic!("it has nothing to say"),
        read = verify(&issuers, &wells) => assert!(read.is_ok()),
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_never_ends_counts_as_none() {
    for answer in [Answer::Silence, Answer::Head] {
        let server = KeyServer::start(answer).await;
        let issuers =
            OutsideIssuers::with_patience(vec![with_keys_at(&server)], Duration::from_millis(200)).unwrap();
        let token = token(Algorithm::EdDSA, &claims());
        assert_eq!(verify(&issuers, &token).await, Err(Refused::Unavailable));
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    for announced in [true, false] {
        let mut server = KeyServer::start(Answer::Endless { announced }).await;
        let issuers = trust(&[with_keys_at(&server)]);
        let token = token(Algorithm::EdDSA, &claims());
        assert_eq!(verify(&issuers, &token).await, Err(Refused::Unavailable));
        // What the system holds in its buffers has gone out as well.
        let sent = server.sent().await;
        assert!(sent < 10 * 1024 * 1024, "{sent}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_counts_as_none() {
    let elsewhere = key_server().await;
    let keys = json!({"keys": [TestKey::Ed25519.jwk("ed")]}).to_string();
    let location = format!("Location: {}\r\n", elsewhere.url());
    let long = json!({"keys": [], "note": "x".repeat(256 * 1024)}).to_string();
    for answer in [
        page(
            "200 OK",
            "Content-Type: text/html\r\n",
            "<!doctype html><title>Hello</title>",
        ),
        page("200 OK", "", ""),
        page("200 OK", "", &long),
        page("204 No Content", "", ""),
        page("301 Moved Permanently", &location, &keys),
        page("307 Temporary Redirect", &location, ""),
        page("401 Unauthorized", "", &keys),
        page("404 Not Found", "", &keys),
        page("429 Too Many Requests", "Retry-After: 1\r\n", &keys),
        page("500 Internal Server Error", "", &keys),
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{\"keys\":[".to_owned(),
        "this is not HTTP\r\n\r\n".to_owned(),
    ] {
        let server = KeyServer::start(Answer::Page(answer.clone())).await;
        let issuers = trust(&[with_keys_at(&server)]);
        let token = token(Algorithm::EdDSA, &claims());
        assert_eq!(
            verify(&issuers, &token).await,
            Err(Refused::Unavailable),
            "{answer}"
        );
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[tokio::test]
async fn a_bad_answer_does_not_spoil_the_known_keys() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
    server.answer(Answer::Page(page("200 OK", "", "<html>")));
    assert_eq!(
        verify(&issuers, &signed(TestKey::Ed25519, "new")).await,
        Err(Refused::Invalid)
    );
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
}

#[tokio::test]
async fn keys_of_unknown_types_do_not_hide_the_others() {
    let server = KeyServer::start(Answer::Keys(vec![
        json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "ed", "pub": "AA"}),
        json!({"kty": "oct", "alg": "HS256", "kid": "ed", "k": "c2VjcmV0"}),
        json!({"kty": "OKP", "crv": "Ed448", "kid": "ed", "x": "AA"}),
        json!(null),
        TestKey::Ed25519.jwk("ed"),
    ]))
    .await;
    let issuers = trust(&[with_keys_at(&server)]);
    assert!(verify(&issuers, &signed(TestKey::Ed25519, "ed")).await.is_ok());
}
