use taskwell_application::ports::PublicKey;

use super::Mocks;

#[test]
fn the_keys_are_those_that_tokens_are_signed_with() {
    let key = PublicKey {
        id: "a thumbprint".to_owned(),
        x: "a key".to_owned(),
    };
    for keys in [vec![], vec![key]] {
        let mut mocks = Mocks::default();
        let told = keys.clone();
        mocks
            .access_tokens
            .expect_public_keys()
            .times(1)
            .return_once(|| told);
        assert_eq!(mocks.identity().public_keys(), keys);
    }
}
