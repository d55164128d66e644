//! The service itself: what it is, how it is, and its documentation.

use serde_json::json;
use taskwell_application::ports::{MockHealth, StoreError};

use crate::support::World;

#[actix_web::test]
async fn the_root_says_what_runs_and_where_it_is_described() {
    let answer = World::new().get("/").await.ok();
    let version = env!("CARGO_PKG_VERSION");
    let expected = json!({
        "message": "Todo API is running", "version": version, "docs": "/docs", "openapi": "/openapi.json",
    });
    assert_eq!(answer, expected);
}

#[actix_web::test]
async fn a_server_that_is_well_is_live_and_ready() {
    let world = World::new();
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(world.get(path).await.ok(), json!({"status": "ok"}));
    }
}

#[actix_web::test]
async fn a_server_that_drains_is_live_but_not_ready() {
    let world = World::new();
    world.drain.begin();
    world.get("/health/live").await.ok();
    world.get("/health/ready").await.problem("unavailable");
}

#[actix_web::test]
async fn a_server_without_its_database_is_live_but_not_ready() {
    let world = World::with(|setup| {
        let mut health = MockHealth::new();
        health
            .expect_check()
            .returning(|| Err(StoreError::Unavailable("connection refused".into())));
        setup.health = std::sync::Arc::new(health);
    });
    world.get("/health/live").await.ok();
    world.get("/health/ready").await.problem("unavailable");
}

#[actix_web::test]
async fn the_document_is_served_as_json() {
    let answer = World::new().get("/openapi.json").await;
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.body, taskwell_web::openapi_json().unwrap());
}

mod docs {
    //! The documentation page works without any other server.

    use super::*;

    /// The values of the attributes of a page that make a browser fetch something.
    fn references(html: &str) -> Vec<&str> {
        let attributes = ["src=\"", "href=\""];
        let starts = attributes
            .iter()
            .flat_map(|attribute| html.match_indices(attribute).map(|(at, found)| at + found.len()));
        starts
            .map(|start| html[start..].split('"').next().unwrap())
            .collect()
    }

    #[actix_web::test]
    async fn the_page_names_only_files_that_are_served_here() {
        let world = World::new();
        let page = world.get("/docs").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("Content-Type"), Some("text/html"));
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        assert!(html.contains(r#"<base href="/docs/">"#), "{html}");
        let files: Vec<&str> = references(&html)
            .into_iter()
            .filter(|reference| *reference != "/docs/")
            .collect();
        assert!(files.len() >= 3, "{html}");
        for file in files {
            assert!(!file.contains("//"), "{file} is somewhere else");
            let file = file.trim_start_matches("./");
            let answer = world.get(format!("/docs/{file}")).await;
            assert_eq!(answer.status, 200, "{file}");
            assert!(!answer.body.is_empty(), "{file}");
            assert_eq!(
                answer.header("Cache-Control"),
                Some("public, max-age=3600"),
                "{file}"
            );
        }
    }

    #[actix_web::test]
    async fn a_slash_at_the_end_makes_no_difference() {
        let world = World::new();
        let (without, with) = (world.get("/docs").await, world.get("/docs/").await);
        assert_eq!(with.status, 200);
        assert_eq!(with.header("Cache-Control"), Some("no-store"));
        assert_eq!(
            with.header("Content-Security-Policy"),
            without.header("Content-Security-Policy")
        );
        assert_eq!(with.body, without.body);
    }

    #[actix_web::test]
    async fn the_page_reads_this_document() {
        let script = World::new().get("/docs/swagger-initializer.js").await;
        let script = String::from_utf8(script.body.to_vec()).unwrap();
        assert!(script.contains("/openapi.json"), "{script}");
        assert!(!script.contains("http"), "{script}");
    }

    #[actix_web::test]
    async fn the_page_may_load_nothing_from_elsewhere() {
        let world = World::new();
        for path in ["/docs", "/docs/index.html", "/docs/swagger-ui-bundle.js"] {
            let answer = world.get(path).await;
            let policy = answer.header("Content-Security-Policy").unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            assert!(policy.contains("script-src 'self';"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!policy.contains("http"), "{policy}");
        }
    }

    #[actix_web::test]
    async fn a_file_that_the_page_does_not_have_is_not_found() {
        let world = World::new();
        for path in ["/docs/nope", "/docs//", "/docs/a/b", "/docs/..%2fCargo.toml"] {
            world.get(path).await.problem("not_found");
        }
    }
}
