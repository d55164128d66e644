//! What holds of every tool that there is, made from what the tools say of themselves: a new one cannot be forgotten.

use rmcp::model::Tool;
use serde_json::{Map, Value, json};
use taskwell_domain::Scope;

use crate::world::{Conversation, NOTHING, World, only};

/// The argument that is one too many.
const NONSENSE: &str = "nonsense";

/// Some arguments that a tool must refuse, and the fault that it must find in them.
struct Bad {
    arguments: Value,
    pointer: String,
    code: &'static str,
}

impl Bad {
    fn value(name: &str, value: Value, code: &'static str) -> Self {
        Self::at(format!("/{name}"), name, value, code)
    }

    fn at(pointer: String, name: &str, value: Value, code: &'static str) -> Self {
        let arguments = Map::from_iter([(name.to_owned(), value)]);
        Self {
            arguments: arguments.into(),
            pointer,
            code,
        }
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        none => panic!("an argument has a type, not {none}"),
    }
}

/// Whatever an argument of that schema cannot be.
fn bad_values(name: &str, schema: &Value) -> Vec<Bad> {
    let types = types(schema);
    let mut bad: Vec<Bad> = [
        ("string", json!("x")),
        ("integer", json!(7)),
        ("boolean", json!(true)),
        ("array", json!([])),
        ("object", json!({})),
    ]
    .into_iter()
    .filter(|(kind, _)| !types.contains(kind))
    .map(|(_, value)| Bad::value(name, value, "invalid_type"))
    .collect();
    if !types.contains(&"null") {
        bad.push(Bad::value(name, Value::Null, "required"));
    }
    if let Some(longest) = schema["maxLength"].as_u64() {
        let text = json!("1".repeat(usize::try_from(longest).unwrap() + 1));
        bad.push(Bad::value(name, text, "too_long"));
    }
    if schema.get("enum").is_some() {
        bad.push(Bad::value(name, json!("no such word"), "invalid_value"));
    }
    if let Some(least) = schema["minimum"].as_i64() {
        bad.push(Bad::value(name, json!(least - 1), "out_of_range"));
    }
    if let Some(most) = schema["maximum"].as_u64() {
        bad.push(Bad::value(name, json!(most + 1), "out_of_range"));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        let items = vec![json!({}); usize::try_from(most).unwrap() + 1];
        bad.push(Bad::value(name, json!(items), "too_many"));
    }
    if schema["minItems"] == 1 {
        bad.push(Bad::value(name, json!([]), "too_short"));
    }
    bad
}

/// Whatever the arguments of that tool cannot be.
fn bad_arguments(tool: &Tool) -> Vec<Bad> {
    let schema = json!(*tool.input_schema);
    let fields = schema["properties"].as_object().unwrap();
    let required = schema["required"].as_array().into_iter().flatten();
    let missing = required.map(|name| Bad {
        arguments: json!({}),
        pointer: format!("/{}", name.as_str().unwrap()),
        code: "required",
    });
    let mut bad: Vec<Bad> = missing.collect();
    bad.push(Bad::value(NONSENSE, json!(1), "unknown_field"));
    for (name, schema) in fields {
        bad.extend(bad_values(name, schema));
    }
    bad
}

async fn tools(assistant: &Conversation) -> Vec<Tool> {
    let tools = assistant.client.list_all_tools().await.unwrap();
    assert!(!tools.is_empty());
    tools
}

fn takes(tool: &Tool, name: &str) -> bool {
    tool.input_schema["properties"].get(name).is_some()
}

fn is_reading(tool: &Tool) -> bool {
    tool.annotations.as_ref().unwrap().read_only_hint.unwrap()
}

#[tokio::test]
async fn finds_what_is_missing_unknown_of_another_type_or_beyond_its_bounds() {
    let world = World::new();
    let ada = world.ada().await;
    for tool in tools(&ada).await {
        for Bad {
            arguments,
            pointer,
            code,
        } in bad_arguments(&tool)
        {
            let problem = ada
                .problem(&tool.name, arguments.clone(), "validation_failed")
                .await;
            let faults = problem["errors"].as_array().unwrap();
            let is_found = |fault: &Value| fault["pointer"] == *pointer && fault["code"] == code;
            assert!(
                faults.iter().any(is_found),
                "{} {arguments:.200}: {code} at {pointer}, not {problem}",
                tool.name
            );
        }
    }
    assert_eq!(ada.latest(&world).await, 0);
}

#[tokio::test]
async fn is_about_the_user_of_the_token_alone() {
    let world = World::new();
    let ada = world.ada().await;
    let bob = world.ada().await;
    let task = bob.task("Bob's").await;
    for tool in tools(&ada).await {
        let name = &*tool.name;
        let named = json!({"user_id": bob.actor.user_id.as_str()});
        ada.problem(name, named, "user_mismatch").await;
        if takes(&tool, "task_id") {
            let theirs = json!({"task_id": task["id"]});
            ada.problem(name, theirs, "forbidden").await;
        }
        if takes(&tool, "operations") {
            for operation in [
                json!({"op": "update", "id": task["id"], "title": "Mine"}),
                json!({"op": "complete", "id": task["id"]}),
                json!({"op": "move", "id": task["id"], "after": NOTHING}),
                json!({"op": "delete", "id": task["id"]}),
            ] {
                ada.problem(name, json!({"operations": [operation]}), "forbidden")
                    .await;
            }
        }
    }
    assert_eq!(bob.call("get_task", json!({"task_id": task["id"]})).await, task);
    assert_eq!(ada.latest(&world).await, 0);
}

#[tokio::test]
async fn needs_a_token_that_opens_what_it_says_that_it_does() {
    let world = World::new();
    let user = world.user().await;
    let both = world
        .assistant(&user, only(&[Scope::TasksRead, Scope::TasksWrite]))
        .await;
    let reader = world.assistant(&user, only(&[Scope::TasksRead])).await;
    let writer = world.assistant(&user, only(&[Scope::TasksWrite])).await;
    let other = world.assistant(&user, only(&[Scope::AccountRead])).await;
    for tool in tools(&both).await {
        let (opens, closed) = if is_reading(&tool) {
            (&reader, &writer)
        } else {
            (&writer, &reader)
        };
        let nonsense = json!({NONSENSE: 1});
        for without in [closed, &other] {
            without
                .problem(&tool.name, nonsense.clone(), "insufficient_scope")
                .await;
        }
        opens.problem(&tool.name, nonsense, "validation_failed").await;
    }
}

/// Arguments with which a tool does something, on a task that recurs.
fn good_arguments(tool: &str, task: &Value) -> Value {
    let id = &task["id"];
    match tool {
        "list_tasks" | "what_changed" => json!({}),
        "find_tasks" => json!({"q": "milk"}),
        "get_task" | "complete_task" | "delete_task" => json!({"task_id": id}),
        "add_task" => json!({"title": "Buy bread"}),
        "update_task" => json!({"task_id": id, "completed": true}),
        "bulk_update" => json!({"operations": [{"op": "complete", "id": id}]}),
        "undo" => json!({"seq": task["version"]}),
        _ => panic!("{tool} needs arguments here"),
    }
}

#[tokio::test]
async fn does_no_more_the_second_time_and_takes_nothing_away_if_it_says_so() {
    let world = World::new();
    for number in 0.. {
        let ada = world.ada().await;
        let new = json!({"title": "Buy milk", "due_date": "2999-05-01", "recurrence": "FREQ=DAILY"});
        let task = ada.call("add_task", new).await;
        let all = tools(&ada).await;
        let Some(tool) = all.get(number) else { break };
        let hints = tool.annotations.clone().unwrap();
        let arguments = good_arguments(&tool.name, &task);
        ada.call(&tool.name, arguments.clone()).await;
        let once = ada.latest(&world).await;
        assert_eq!(once == 1, is_reading(tool), "{}", tool.name);
        let there = ada.result("get_task", json!({"task_id": task["id"]})).await;
        if hints.destructive_hint == Some(false) {
            assert_eq!(there.structured_content, Some(task), "{}", tool.name);
        }
        ada.result(&tool.name, arguments).await;
        if hints.idempotent_hint == Some(true) {
            assert_eq!(ada.latest(&world).await, once, "{}", tool.name);
        }
    }
}

#[tokio::test]
async fn does_nothing_if_it_is_only_to_be_tried() {
    let world = World::new();
    let ada = world.ada().await;
    let new = json!({"title": "Buy milk", "due_date": "2999-05-01", "recurrence": "FREQ=DAILY"});
    let task = ada.call("add_task", new).await;
    let listed = ada.call("list_tasks", json!({})).await;
    for tool in tools(&ada).await.iter().filter(|tool| !is_reading(tool)) {
        let mut arguments = good_arguments(&tool.name, &task);
        arguments["dry_run"] = json!(true);
        ada.call(&tool.name, arguments).await;
        assert_eq!(ada.latest(&world).await, 1, "{}", tool.name);
        assert_eq!(ada.call("list_tasks", json!({})).await, listed, "{}", tool.name);
    }
}
