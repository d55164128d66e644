use taskwell_application::{ErrorCode, identity::Authenticated};
use taskwell_domain::{Grant, Role, Scope, Scopes};

use crate::{
    identity::{caller, caller_from_elsewhere, program},
    tasks::refused,
};

#[test]
fn a_login_opens_every_scope() {
    for caller in [caller(), caller_from_elsewhere()] {
        for scope in Scope::ALL {
            caller.require(*scope).unwrap();
        }
        caller.require_login().unwrap();
    }
}

#[test]
fn a_program_is_told_the_scope_that_its_token_lacks() {
    for granted in Scope::ALL {
        let program = Authenticated {
            grant: Grant::Only(Scopes::new(&[*granted]).unwrap()),
            ..program()
        };
        for asked in Scope::ALL {
            let outcome = program.require(*asked);
            if asked == granted {
                outcome.unwrap();
            } else {
                let error = outcome.unwrap_err();
                assert_eq!(error.code(), ErrorCode::InsufficientScope);
                assert!(error.to_string().contains(asked.as_str()), "{error}");
            }
        }
    }
}

#[test]
fn either_scope_of_tasks_opens_tasks() {
    caller().require_tasks().unwrap();
    for granted in Scope::ALL {
        let program = Authenticated {
            grant: Grant::Only(Scopes::new(&[*granted]).unwrap()),
            ..program()
        };
        match granted {
            Scope::TasksRead | Scope::TasksWrite => program.require_tasks().unwrap(),
            Scope::AccountRead => {
                let error = program.require_tasks().unwrap_err();
                assert!(error.to_string().contains("tasks:read"), "{error}");
            }
        }
    }
}

#[test]
fn no_scope_of_a_program_is_a_login() {
    let all = Authenticated {
        grant: Grant::Only(Scopes::new(Scope::ALL).unwrap()),
        ..program()
    };
    assert_eq!(refused(all.require_login()), ErrorCode::InsufficientScope);
}

#[test]
fn only_admins_administer_and_no_program_of_theirs() {
    caller().require_admin().unwrap();
    let user = Authenticated {
        role: Role::User,
        ..caller()
    };
    assert_eq!(refused(user.require_admin()), ErrorCode::Forbidden);
    assert_eq!(refused(program().require_admin()), ErrorCode::InsufficientScope);
}

#[test]
fn a_role_that_another_issuer_gives_administers_as_well() {
    let admin = Authenticated {
        role: Role::Admin,
        ..caller_from_elsewhere()
    };
    admin.require_admin().unwrap();
}
