use taskwell_application::ErrorCode;

use crate::tasks::{ada, refused};

#[test]
fn the_caller_is_meant_by_the_own_id_and_by_me() {
    for named in ["me", "ada"] {
        ada().must_be(named).unwrap();
    }
}

#[test]
fn anybody_else_is_refused() {
    for named in ["bob", "ADA", "Me", "ada ", "ada\u{301}", ""] {
        assert_eq!(
            refused(ada().must_be(named)),
            ErrorCode::UserMismatch,
            "{named:?}"
        );
    }
}
