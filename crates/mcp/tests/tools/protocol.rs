//! What the tools say of themselves, and to whom.

use rmcp::model::{CacheScope, ProtocolVersion};
use serde_json::{Value, json};
use taskwell_domain::{Grant, Scope};

use crate::world::{World, only, without_initialize};

const READING: [&str; 4] = ["list_tasks", "find_tasks", "get_task", "what_changed"];
const WRITING: [&str; 6] = [
    "add_task",
    "update_task",
    "complete_task",
    "delete_task",
    "bulk_update",
    "undo",
];

#[tokio::test]
async fn both_revisions_are_spoken() {
    let world = World::new();
    let user = world.user().await;
    let older = world.assistant(&user, Grant::Everything).await;
    let told = older.client.peer_info().unwrap();
    assert_eq!(told.protocol_version, ProtocolVersion::V_2025_11_25);
    let told = json!(*told);
    assert_eq!(told["serverInfo"]["name"], "taskwell");
    assert!(told["instructions"].as_str().unwrap().contains("undo"));
    assert_eq!(told["capabilities"], json!({"tools": {}}));
    let newer = world
        .conversation(&user, Grant::Everything, without_initialize())
        .await;
    let task = newer.task("Buy milk").await;
    assert_eq!(older.call("get_task", json!({"task_id": task["id"]})).await, task);
    let listed = newer.client.list_tools(None).await.unwrap();
    assert_eq!(listed.cache_scope, Some(CacheScope::Private));
}

#[tokio::test]
async fn a_token_sees_and_uses_only_what_it_opens() {
    let world = World::new();
    let user = world.user().await;
    let both = [&READING[..], &WRITING].concat();
    for (grant, open) in [
        (only(&[Scope::TasksRead]), &READING[..]),
        (only(&[Scope::TasksWrite]), &WRITING),
        (only(&[Scope::AccountRead]), &[]),
        (Grant::Everything, &both),
    ] {
        let assistant = world.assistant(&user, grant).await;
        let listed = assistant.client.list_all_tools().await.unwrap();
        let names: Vec<&str> = listed.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names, open);
        for closed in both.iter().filter(|name| !open.contains(name)) {
            assistant
                .problem(closed, json!({"nonsense": true}), "insufficient_scope")
                .await;
        }
    }
}

#[tokio::test]
async fn a_token_that_is_revoked_meanwhile_opens_nothing_more() {
    let world = World::new();
    let ada = world.ada().await;
    ada.task("Buy milk").await;
    ada.revoke();
    ada.problem("list_tasks", json!({}), "unauthenticated").await;
    let refused = ada.client.list_tools(None).await.unwrap_err().to_string();
    assert!(refused.contains("no valid token was sent"), "{refused}");
}

#[tokio::test]
async fn hints_say_what_a_tool_does() {
    let world = World::new();
    let ada = world.ada().await;
    for tool in ada.client.list_all_tools().await.unwrap() {
        let hints = tool.annotations.clone().unwrap();
        let name = &*tool.name;
        assert_eq!(hints.read_only_hint, Some(READING.contains(&name)), "{name}");
        let only_adds = name == "add_task" || READING.contains(&name);
        assert_eq!(hints.destructive_hint, Some(!only_adds), "{name}");
        let does_no_more = name == "delete_task" || READING.contains(&name);
        assert_eq!(hints.idempotent_hint, Some(does_no_more), "{name}");
        assert_eq!(hints.open_world_hint, Some(false), "{name}");
        assert!(tool.title.is_some() && tool.description.is_some(), "{name}");
    }
}

#[tokio::test]
async fn schemas_stand_alone_and_are_closed() {
    let world = World::new();
    let ada = world.ada().await;
    for tool in ada.client.list_all_tools().await.unwrap() {
        let name = &*tool.name;
        let input = json!(*tool.input_schema);
        assert_eq!(
            (&input["type"], &input["additionalProperties"]),
            (&json!("object"), &json!(false)),
            "{name}"
        );
        let has = |field: &str| input["properties"].get(field).is_some();
        assert!(has("user_id"), "{name}");
        assert_eq!(has("dry_run"), WRITING.contains(&name), "{name}");
        for field in input["properties"].as_object().unwrap().values() {
            assert!(field.get("description").is_some(), "{name}: {field}");
        }
        let output = json!(*tool.output_schema.clone().unwrap());
        assert_eq!(output["type"], "object", "{name}");
        for schema in [&input, &output] {
            references(schema, &mut |target| {
                let defined = target
                    .strip_prefix("#/$defs/")
                    .map(|target| &schema["$defs"][target]);
                assert!(defined.is_some_and(Value::is_object), "{name}: {target}");
            });
        }
    }
}

fn references(schema: &Value, see: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                see(target);
            }
            members.values().for_each(|member| references(member, see));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, see)),
        _ => {}
    }
}

#[tokio::test]
async fn there_are_no_other_tools() {
    let world = World::new();
    let ada = world.ada().await;
    let call = rmcp::model::CallToolRequestParams::new("drop_tasks");
    let refused = ada.client.call_tool(call).await.unwrap_err().to_string();
    assert!(refused.contains("there is no such tool"), "{refused}");
}
