use std::fmt::Debug;

use taskwell_application::{
    administration::CreateAccount,
    identity::{ChangePassword, CreatedApiToken, Login, Refresh, Register, Tokens},
    ports::{Credentials, OpaqueToken, PasswordHash},
};
use taskwell_domain::{ApiToken, NewPassword, Password, Role, TokenName};

use super::{ACCESS_TTL, ada, api_token_id, client, email, hash, scopes};
use crate::tasks::now;

const SECRET: &str = "psst-violet-umbrella";

fn secret() -> String {
    SECRET.to_owned()
}

fn new_password() -> NewPassword {
    NewPassword::parse(SECRET, None).unwrap()
}

#[test]
fn nothing_that_comes_in_prints_its_secret() {
    let commands: [&dyn Debug; 5] = [
        &Login {
            email: email().to_string(),
            password: Password::new(SECRET),
            client: client(),
        },
        &Register {
            email: email(),
            password: new_password(),
            client: client(),
        },
        &ChangePassword {
            current: Password::new(SECRET),
            new: secret(),
        },
        &Refresh {
            refresh_token: secret(),
            client: client(),
        },
        &CreateAccount {
            email: email(),
            password: new_password(),
            role: Role::User,
        },
    ];
    for command in commands {
        assert_secret(command);
    }
}

#[test]
fn nothing_that_goes_out_prints_its_secret() {
    let answers: [&dyn Debug; 4] = [
        &Tokens {
            access_token: secret(),
            expires_in: ACCESS_TTL,
            refresh_token: secret(),
            user: ada(),
        },
        &CreatedApiToken {
            token: ApiToken {
                id: api_token_id(),
                user_id: ada().id,
                name: TokenName::parse("nightly backup").unwrap(),
                scopes: scopes(),
                created_at: now(),
                last_used_at: None,
                expires_at: None,
            },
            text: secret(),
        },
        &OpaqueToken {
            text: secret(),
            hash: hash(),
        },
        &Credentials {
            user: ada(),
            password: PasswordHash::from(secret()),
        },
    ];
    for answer in answers {
        assert_secret(answer);
    }
}

#[track_caller]
fn assert_secret(value: &dyn Debug) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!printed.contains(SECRET), "{printed}");
    }
}
