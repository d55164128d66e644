//! Accounts, as admins see them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, NOTHING, PASSWORD, Person, World, claims, next, token};

const USERS: &str = "/api/admin/users";
const ME: &str = "/api/auth/me";

fn address(person: &Person) -> String {
    format!("{USERS}/{}", person.id)
}

async fn change(world: &World, by: &Person, person: &Person, change: Value) -> Answer {
    world.patch(address(person)).by(by).json(&change).await
}

/// The emails of each page of a list, to its end.
async fn pages(world: &World, by: &Person, first: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut address = Some(first.to_owned());
    while let Some(page) = address {
        let answer = world.get(page).by(by).await;
        address = next(&answer);
        let users = answer.ok();
        let emails = users.as_array().unwrap().iter();
        pages.push(
            emails
                .map(|user| user["email"].as_str().unwrap().to_owned())
                .collect(),
        );
        assert!(pages.len() < 100, "the links go on for ever");
    }
    pages
}

/// A world with an admin, and after that these.
async fn world_with(names: &[&str]) -> (World, Person, Vec<Person>) {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let mut people = Vec::new();
    for name in names {
        world.wait(Duration::from_secs(1));
        people.push(world.sign_up(&format!("{name}@example.com")).await);
    }
    (world, root, people)
}

mod list {
    use super::*;

    #[actix_web::test]
    async fn every_account_is_there_with_what_admins_see_of_it() {
        let world = World::new();
        let root = world.admin("root@example.com").await;
        world.wait(Duration::from_secs(1));
        let ada = world.outsider("u1");
        world.get(ME).by(&ada).await.ok();
        let listed = world.get(USERS).by(&root).await.ok();
        let expected = json!([
            {
                "id": "u1", "email": "ada@elsewhere.example", "role": "user",
                "created_at": "2026-11-21T09:30:01.000Z", "disabled": false, "issuer": "better-auth",
                "last_login_at": "2026-11-21T09:30:01.000Z",
            },
            {
                "id": root.id, "email": "root@example.com", "role": "admin",
                "created_at": "2026-11-21T09:30:00.000Z", "disabled": false, "issuer": "taskwell",
                "last_login_at": "2026-11-21T09:30:00.000Z",
            },
        ]);
        assert_eq!(listed, expected);
    }

    #[actix_web::test]
    async fn the_links_lead_through_all_of_them_newest_first() {
        let (world, root, _) = world_with(&["a", "b", "c", "d"]).await;
        let page = |emails: &[&str]| {
            emails
                .iter()
                .map(|name| format!("{name}@example.com"))
                .collect::<Vec<_>>()
        };
        let expected = [page(&["d", "c"]), page(&["b", "a"]), page(&["root"])];
        assert_eq!(pages(&world, &root, &format!("{USERS}?limit=2")).await, expected);
        let all = [page(&["d", "c", "b", "a", "root"])];
        assert_eq!(pages(&world, &root, USERS).await, all);
    }

    #[actix_web::test]
    async fn accounts_of_the_same_instant_are_each_seen_once() {
        let world = World::new();
        let root = world.admin("root@example.com").await;
        for name in ["a", "b", "c", "d"] {
            world.sign_up(&format!("{name}@example.com")).await;
        }
        let mut seen = pages(&world, &root, &format!("{USERS}?limit=1")).await.concat();
        seen.sort();
        let expected = ["a", "b", "c", "d", "root"].map(|name| format!("{name}@example.com"));
        assert_eq!(seen, expected);
    }

    #[actix_web::test]
    async fn a_search_finds_part_of_an_email_whatever_its_case_or_a_whole_id() {
        let (world, root, people) = world_with(&["ada", "bob", "adam"]).await;
        let page = |names: &[&str]| {
            names
                .iter()
                .map(|name| format!("{name}@example.com"))
                .collect::<Vec<_>>()
        };
        let search = async |q: &str| pages(&world, &root, &format!("{USERS}?q={q}")).await.concat();
        assert_eq!(search("aDa").await, page(&["adam", "ada"]));
        assert_eq!(search("adam%40").await, page(&["adam"]));
        assert_eq!(search(&people[1].id).await, page(&["bob"]));
        assert_eq!(search("%25").await, page(&[]));
        assert_eq!(search("_").await, page(&[]));
        // The next page is one of the same search.
        let found = pages(&world, &root, &format!("{USERS}?q=ada&limit=1")).await;
        assert_eq!(found, [page(&["adam"]), page(&["ada"])]);
    }

    #[actix_web::test]
    async fn a_cursor_is_good_for_the_same_search_only() {
        let (world, root, _) = world_with(&["ada", "adam"]).await;
        let answer = world.get(format!("{USERS}?q=ada&limit=1")).by(&root).await;
        let link = next(&answer).unwrap();
        answer.ok();
        for other in [link.replace("q=ada", "q=adam"), link.replace("q=ada&", "")] {
            world.get(other).by(&root).await.problem("invalid_cursor");
        }
        for cursor in ["x", "", "e30", "%C3%A9"] {
            let answer = world.get(format!("{USERS}?cursor={cursor}")).by(&root).await;
            answer.problem("invalid_cursor");
        }
    }

    #[actix_web::test]
    async fn what_is_asked_for_has_limits() {
        let (world, root, _) = world_with(&[]).await;
        for (query, place, code) in [
            ("limit=0", "?limit", "out_of_range"),
            ("limit=101", "?limit", "out_of_range"),
            ("limit=x", "?limit", "invalid_type"),
            ("q=", "?q", "too_short"),
            (&format!("q={}", "x".repeat(255)), "?q", "too_long"),
            ("q=%00", "?q", "control_character"),
            ("skip=1", "?skip", "unknown_parameter"),
        ] {
            let answer = world.get(format!("{USERS}?{query}")).by(&root).await;
            answer.faults([(place, code)]);
        }
        let longest = format!("{USERS}?limit=100&q={}", "x".repeat(254));
        assert_eq!(world.get(longest).by(&root).await.ok(), json!([]));
    }
}

#[actix_web::test]
async fn one_account_is_found_by_its_id() {
    let (world, root, people) = world_with(&["ada"]).await;
    let user = world.get(address(&people[0])).by(&root).await.ok();
    assert_eq!(user["id"], people[0].id.as_str());
    assert_eq!(user["email"], "ada@example.com");
}

#[actix_web::test]
async fn an_id_of_any_characters_can_stand_in_an_address() {
    for id in ["auth0|5f7c", "a/b", "a+b", "50%", "%41", "é"] {
        let (world, root, _) = world_with(&[]).await;
        let user = world.outsider(id);
        world.get(ME).by(&user).await.ok();
        let encoded: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let address = format!("{USERS}/{encoded}");
        assert_eq!(world.get(address.as_str()).by(&root).await.ok()["id"], id);
        let audit = world
            .get(format!("/api/admin/audit?user_id={encoded}"))
            .by(&root)
            .await;
        assert_eq!(audit.ok()[0]["subject_id"], id);
        world.delete(address).by(&root).await.no_content();
    }
}

#[actix_web::test]
async fn an_account_that_is_not_there_is_not_found() {
    let (world, root, _) = world_with(&[]).await;
    for id in [NOTHING, "x", "me", "%00", "%20", &"x".repeat(129)] {
        let address = format!("{USERS}/{id}");
        let revoke = format!("{address}/revoke-sessions");
        for call in [
            world.get(address.as_str()),
            world.delete(address.as_str()),
            world.patch(address.as_str()).json(&json!({"disabled": true})),
            world.post(revoke),
        ] {
            let problem = call.by(&root).await.problem("not_found");
            assert_eq!(problem["detail"], "there is no such user");
        }
    }
}

mod change {
    use super::*;

    #[actix_web::test]
    async fn a_role_acts_on_tokens_that_are_out() {
        let (world, root, people) = world_with(&["ada"]).await;
        let ada = &people[0];
        world.get(USERS).by(ada).await.problem("forbidden");
        let promoted = change(&world, &root, ada, json!({"role": "admin"})).await.ok();
        assert_eq!(promoted["role"], "admin");
        world.get(USERS).by(ada).await.ok();
        assert_eq!(world.get(ME).by(ada).await.ok()["role"], "admin");
        change(&world, &root, ada, json!({"role": "user"})).await.ok();
        world.get(USERS).by(ada).await.problem("forbidden");
    }

    #[actix_web::test]
    async fn a_disabled_account_is_shut_out_until_it_is_enabled() {
        let (world, root, people) = world_with(&["ada"]).await;
        let ada = &people[0];
        let program = world.program_of(ada, &["account:read"]).await;
        let disabled = change(&world, &root, ada, json!({"disabled": true})).await.ok();
        assert_eq!(disabled["disabled"], true);
        for person in [ada, &program] {
            world.get(ME).by(person).await.problem("account_disabled");
        }
        let login = |password| json!({"email": "ada@example.com", "password": password});
        let right = world.post("/api/auth/login").json(&login(PASSWORD)).await;
        right.problem("account_disabled");
        let wrong = world.post("/api/auth/login").json(&login("wrong")).await;
        wrong.problem("invalid_credentials");
        change(&world, &root, ada, json!({"disabled": false})).await.ok();
        for person in [ada, &program] {
            world.get(ME).by(person).await.ok();
        }
        world.log_in("ada@example.com").await;
    }

    #[actix_web::test]
    async fn what_is_absent_stays() {
        let (world, root, people) = world_with(&["ada"]).await;
        let ada = &people[0];
        let both = json!({"role": "admin", "disabled": true});
        let changed = change(&world, &root, ada, both).await.ok();
        assert_eq!(
            (&changed["role"], &changed["disabled"]),
            (&json!("admin"), &json!(true))
        );
        assert_eq!(change(&world, &root, ada, json!({})).await.ok(), changed);
        let role = change(&world, &root, ada, json!({"role": "user"})).await.ok();
        assert_eq!(role["disabled"], true);
    }

    #[actix_web::test]
    async fn a_merge_patch_is_taken_as_well() {
        let (world, root, people) = world_with(&["ada"]).await;
        let patch = world.patch(address(&people[0])).by(&root);
        let changed = patch
            .body("application/merge-patch+json", r#"{"disabled":true}"#)
            .await;
        assert_eq!(changed.ok()["disabled"], true);
    }

    #[actix_web::test]
    async fn the_whole_account_may_be_sent_back_as_it_was_received() {
        let (world, root, people) = world_with(&["ada"]).await;
        let outsider = world.outsider("u1");
        world.get(ME).by(&outsider).await.ok();
        for person in [&people[0], &outsider] {
            let mut account = world.get(address(person)).by(&root).await.ok();
            assert_eq!(change(&world, &root, person, account.clone()).await.ok(), account);
            account["disabled"] = json!(true);
            assert_eq!(change(&world, &root, person, account.clone()).await.ok(), account);
        }
    }

    #[actix_web::test]
    async fn an_account_that_never_logged_in_may_be_sent_back_as_well() {
        let (world, root, _) = world_with(&[]).await;
        let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
        let ada = world
            .post("/api/auth/register")
            .json(&credentials)
            .await
            .created();
        let ada = format!("{USERS}/{}", ada["id"].as_str().unwrap());
        let account = world.get(&*ada).by(&root).await.ok();
        assert_eq!(account["last_login_at"], Value::Null);
        let sent_back = world.patch(&*ada).by(&root).json(&account).await.ok();
        assert_eq!(sent_back, account);
    }

    #[actix_web::test]
    async fn nothing_else_can_be_changed_and_nothing_can_be_cleared() {
        let (world, root, people) = world_with(&["ada"]).await;
        let faulty =
            json!({"role": null, "disabled": null, "name": "Ada", "issuer": 1, "email": "no address"});
        change(&world, &root, &people[0], faulty).await.faults([
            ("/role", "required"),
            ("/disabled", "required"),
            ("/name", "unknown_field"),
            ("/issuer", "read_only"),
            ("/email", "read_only"),
        ]);
        let other = json!({
            "id": root.id, "email": "x@example.com", "created_at": "2026-11-21T09:30:00.000Z", "issuer": "better-auth",
            "last_login_at": null, "disabled": true,
        });
        change(&world, &root, &people[0], other).await.faults([
            ("/id", "read_only"),
            ("/email", "read_only"),
            ("/created_at", "read_only"),
            ("/issuer", "read_only"),
            ("/last_login_at", "read_only"),
        ]);
        let stands = world.get(address(&people[0])).by(&root).await.ok();
        assert_eq!(stands["disabled"], false);
        let faulty = json!({"role": "root", "disabled": "yes"});
        change(&world, &root, &people[0], faulty)
            .await
            .faults([("/role", "invalid_value"), ("/disabled", "invalid_type")]);
    }
}

#[actix_web::test]
async fn one_enabled_admin_remains() {
    let (world, root, people) = world_with(&["ada"]).await;
    let ada = &people[0];
    let demote = || json!({"role": "user"});
    let disable = || json!({"disabled": true});
    // An admin who is shut out does not count.
    change(&world, &root, ada, json!({"role": "admin", "disabled": true}))
        .await
        .ok();
    change(&world, &root, &root, demote()).await.problem("last_admin");
    change(&world, &root, &root, disable())
        .await
        .problem("last_admin");
    world.delete(address(&root)).by(&root).await.problem("last_admin");
    assert_eq!(world.get(ME).by(&root).await.ok()["role"], "admin");
    change(&world, &root, ada, json!({"disabled": false})).await.ok();
    change(&world, &root, &root, demote()).await.ok();
    change(&world, ada, ada, disable()).await.problem("last_admin");
}

#[actix_web::test]
async fn a_deleted_account_is_gone_with_its_tokens() {
    let (world, root, people) = world_with(&["ada"]).await;
    let ada = &people[0];
    let program = world.program_of(ada, &["account:read"]).await;
    world.delete(address(ada)).by(&root).await.no_content();
    for person in [ada, &program] {
        world.get(ME).by(person).await.problem("unauthenticated");
    }
    world.get(address(ada)).by(&root).await.problem("not_found");
    world.delete(address(ada)).by(&root).await.problem("not_found");
}

mod revoke_sessions {
    use super::*;

    #[actix_web::test]
    async fn no_token_that_is_out_works_any_more_and_a_login_does() {
        let (world, root, people) = world_with(&["ada"]).await;
        let ada = &people[0];
        let tokens = world.tokens("ada@example.com").await;
        let program = world.program_of(ada, &["account:read"]).await;
        let revoke = format!("{}/revoke-sessions", address(ada));
        world.post(revoke).by(&root).await.no_content();
        world.get(ME).by(ada).await.problem("session_revoked");
        world.get(ME).by(&program).await.problem("unauthenticated");
        let refresh = json!({"refresh_token": tokens["refresh_token"]});
        let refreshed = world.post("/api/auth/refresh").json(&refresh).await;
        refreshed.problem("session_revoked");
        let again = world.log_in("ada@example.com").await;
        world.get(ME).bearer(&again).await.ok();
        world.get(ME).by(&root).await.ok();
    }

    #[actix_web::test]
    async fn another_issuer_s_tokens_of_before_are_cut_off() {
        let (world, root, _) = world_with(&[]).await;
        let ada = world.outsider("u1");
        world.get(ME).by(&ada).await.ok();
        world.wait(Duration::from_secs(1));
        let revoke = format!("{}/revoke-sessions", address(&ada));
        world.post(revoke).by(&root).await.no_content();
        world.get(ME).by(&ada).await.problem("session_revoked");
        let again = world.outsider("u1");
        world.get(ME).by(&again).await.ok();
    }
}

#[actix_web::test]
async fn an_admin_by_the_word_of_another_issuer_administers_as_long_as_its_token_says_so() {
    let (world, root, _) = world_with(&[]).await;
    let mut says = claims(&world.outsider("u1").token).unwrap();
    says["admin"] = json!(true);
    let boss = token(&says);
    world.get(USERS).bearer(&boss).await.ok();
    assert_eq!(world.get(ME).bearer(&boss).await.ok()["role"], "admin");
    let kept = world.get(format!("{USERS}/u1")).by(&root).await.ok();
    assert_eq!(kept["role"], "user");
}
