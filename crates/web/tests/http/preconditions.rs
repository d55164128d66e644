//! Conditional requests (RFC 9110, section 13): a task's version is its entity tag.

use serde_json::{Value, json};

use crate::support::{Answer, Call, Person, World};

/// A task with the version 2, beside another one.
struct Edited {
    world: World,
    ada: Person,
    task: Value,
    /// One to move it behind.
    other: Value,
}

impl Edited {
    async fn new() -> Self {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let task = world.task(&ada, "Buy milk").await;
        let address = format!("/api/tasks/{}", task["id"].as_str().unwrap());
        let task = world
            .patch(address)
            .by(&ada)
            .json(&json!({"title": "Buy oat milk"}))
            .await
            .ok();
        assert_eq!(task["version"], 2);
        let other = world.task(&ada, "Call Bob").await;
        Self {
            world,
            ada,
            task,
            other,
        }
    }

    fn address(&self) -> String {
        format!("/api/tasks/{}", self.task["id"].as_str().unwrap())
    }

    /// The calls that change the task, each on a task of its own.
    fn write(&self, how: &str) -> Call<'_> {
        let world = &self.world;
        let call = match how {
            "PUT" => world.put(self.address()).json(&json!({"title": "Buy soy milk"})),
            "PATCH" => world
                .patch(self.address())
                .json(&json!({"title": "Buy soy milk"})),
            "complete" => world.patch(format!("{}/complete", self.address())),
            "move" => world
                .post(format!("{}/move", self.address()))
                .json(&json!({"after": self.other["id"]})),
            "DELETE" => world.delete(self.address()),
            other => panic!("{other} is no write"),
        };
        call.by(&self.ada)
    }

    async fn now(&self) -> Answer {
        self.world.get(self.address()).by(&self.ada).await
    }
}

const WRITES: [&str; 5] = ["PUT", "PATCH", "complete", "move", "DELETE"];

#[actix_web::test]
async fn a_write_on_the_present_version_is_made() {
    for how in WRITES {
        for condition in [
            r#""2""#,
            "*",
            r#""1", "2""#,
            r#""9","2""#,
            r#"W/"2", "2""#,
            r#""x,y", "2""#,
        ] {
            let edited = Edited::new().await;
            let answer = edited.write(how).header("If-Match", condition).await;
            assert!([200, 204].contains(&answer.status), "{condition}: {answer}");
        }
    }
}

#[actix_web::test]
async fn a_write_on_any_other_version_is_refused_with_the_task_as_it_stands() {
    let edited = Edited::new().await;
    for how in WRITES {
        for condition in [
            r#""1""#,
            r#""3""#,
            r#""1", "3""#,
            r#"W/"2""#,
            r#""02""#,
            r#""""#,
            r#""x""#,
            r#""99999999999999999999999""#,
        ] {
            let answer = edited.write(how).header("If-Match", condition).await;
            let problem = answer.problem("precondition_failed");
            assert_eq!(problem["current"], edited.task, "{how} {condition}");
        }
    }
    assert_eq!(edited.now().await.ok(), edited.task);
}

#[actix_web::test]
async fn a_condition_may_stand_in_several_lines() {
    let edited = Edited::new().await;
    let call = edited
        .write("PUT")
        .header("If-Match", r#""1""#)
        .header("If-Match", r#""2""#);
    assert_eq!(call.await.ok()["version"], 4);
}

#[actix_web::test]
async fn a_condition_that_cannot_be_read_is_a_fault_of_that_header() {
    let edited = Edited::new().await;
    for condition in [
        "2",
        "x",
        "",
        ",",
        r#""2"#,
        r#""2" "3""#,
        r#""2", 3"#,
        r#"*, "2""#,
        r#"w/"2""#,
        "\"é\"",
    ] {
        for how in WRITES {
            let answer = edited.write(how).header("If-Match", condition).await;
            answer.faults([("?If-Match", "invalid_format")]);
        }
        let read = edited.world.get(edited.address()).by(&edited.ada);
        let answer = read.header("If-None-Match", condition).await;
        answer.faults([("?If-None-Match", "invalid_format")]);
    }
    assert_eq!(edited.now().await.ok(), edited.task);
}

#[actix_web::test]
async fn a_version_in_the_body_counts_as_a_condition() {
    for method in ["PUT", "PATCH"] {
        let edited = Edited::new().await;
        let stale = json!({"title": "Buy soy milk", "version": 1});
        let problem = edited
            .write(method)
            .json(&stale)
            .await
            .problem("precondition_failed");
        assert_eq!(problem["current"], edited.task);
        let fresh = json!({"title": "Buy soy milk", "version": 2});
        assert_eq!(edited.write(method).json(&fresh).await.ok()["version"], 4);
    }
}

#[actix_web::test]
async fn of_two_conditions_both_must_hold() {
    let edited = Edited::new().await;
    for (header, version) in [(r#""1""#, 2), (r#""2""#, 1), (r#""1""#, 1), (r#""1", "3""#, 2)] {
        let body = json!({"title": "Buy soy milk", "version": version});
        let answer = edited.write("PATCH").json(&body).header("If-Match", header).await;
        answer.problem("precondition_failed");
    }
    let body = json!({"title": "Buy soy milk", "version": 2});
    let answer = edited
        .write("PATCH")
        .json(&body)
        .header("If-Match", r#""1", "2""#)
        .await;
    assert_eq!(answer.ok()["version"], 4);
}

#[actix_web::test]
async fn a_stale_condition_is_told_even_if_nothing_would_change() {
    let edited = Edited::new().await;
    let body = json!({"title": edited.task["title"]});
    let answer = edited.write("PUT").json(&body).header("If-Match", r#""1""#).await;
    answer.problem("precondition_failed");
}

#[actix_web::test]
async fn a_stale_condition_is_told_before_stale_values() {
    let edited = Edited::new().await;
    let received_before =
        json!({"title": "Buy soy milk", "version": 1, "updated_at": "2020-01-01T00:00:00.000Z"});
    let answer = edited.write("PUT").json(&received_before).await;
    answer.problem("precondition_failed");
}

#[actix_web::test]
async fn what_the_client_has_already_is_not_sent_again() {
    let edited = Edited::new().await;
    for condition in [r#""2""#, r#"W/"2""#, r#""1", "2""#, r#""1", W/"2""#, "*"] {
        let read = edited.world.get(edited.address()).by(&edited.ada);
        let answer = read.header("If-None-Match", condition).await;
        assert_eq!(answer.header("ETag"), Some(r#""2""#), "{condition}");
        answer.not_modified();
    }
}

#[actix_web::test]
async fn what_the_client_does_not_have_is_sent() {
    let edited = Edited::new().await;
    for condition in [r#""1""#, r#""3", W/"1""#, r#""""#, r#""02""#] {
        let read = edited.world.get(edited.address()).by(&edited.ada);
        let answer = read.header("If-None-Match", condition).await;
        assert_eq!(answer.header("ETag"), Some(r#""2""#), "{condition}");
        assert_eq!(answer.ok(), edited.task, "{condition}");
    }
}
