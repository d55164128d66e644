//! For whom a proxy asks. How the headers are read is tested where they are; here is what comes of it.

use serde_json::{Value, json};

use crate::support::{Call, PASSWORD, World};

const PROXY: &str = "10.0.0.1";

fn world_behind_a_proxy() -> World {
    World::with(|setup| setup.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()])
}

/// The address that a login is said to have come from, in the list of sessions and in the audit trail.
async fn seen(world: &World, prepare: impl for<'w> Fn(Call<'w>) -> Call<'w>) -> Value {
    let root = world.admin("root@example.com").await;
    let credentials = json!({"email": "root@example.com", "password": PASSWORD});
    let login = prepare(world.post("/api/auth/login").json(&credentials));
    let tokens = login.await.ok();
    let access = tokens["access_token"].as_str().unwrap();
    let sessions = world.get("/api/auth/sessions").bearer(access).await.ok();
    let current = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["current"] == true);
    let ip = current.unwrap()["ip"].clone();
    let audit = world.get("/api/admin/audit?limit=1").by(&root).await.ok();
    assert_eq!(audit[0]["ip"], ip);
    ip
}

#[actix_web::test]
async fn a_trusted_proxy_is_believed() {
    for (name, value) in [
        ("X-Forwarded-For", "198.51.100.7, 203.0.113.9"),
        (
            "Forwarded",
            "for=198.51.100.7, for=\"203.0.113.9:4711\";proto=https",
        ),
    ] {
        let world = world_behind_a_proxy();
        let ip = seen(&world, |call| call.from(PROXY).header(name, value)).await;
        assert_eq!(ip, "203.0.113.9", "{name}");
    }
}

#[actix_web::test]
async fn nobody_else_is() {
    for (name, value) in [
        ("X-Forwarded-For", "198.51.100.7"),
        ("Forwarded", "for=198.51.100.7"),
    ] {
        let world = world_behind_a_proxy();
        let ip = seen(&world, |call| call.from("203.0.113.9").header(name, value)).await;
        assert_eq!(ip, "203.0.113.9", "{name}");
        let world = World::new();
        let ip = seen(&world, |call| call.from(PROXY).header(name, value)).await;
        assert_eq!(ip, PROXY, "{name}");
    }
}
