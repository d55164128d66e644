//! An assistant, as a program would be one: JSON-RPC by hand.

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::{Answer, Client};

/// What the last revision wants with every request.
const ABOUT_US: &str = r#"{
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "0"},
    "io.modelcontextprotocol/clientCapabilities": {}
}"#;

/// Somebody who speaks with the tools.
pub(crate) struct Assistant {
    client: Client,
    revision: &'static str,
    calls: AtomicU64,
}

impl Assistant {
    /// With the token of `client`, in that revision of the protocol.
    pub(crate) fn new(client: &Client, revision: &'static str) -> Self {
        Self {
            client: client.clone(),
            revision,
            calls: AtomicU64::new(1),
        }
    }

    /// A request, ready to be sent.
    pub(crate) fn request(&self, method: &str, params: Value) -> RequestBuilder {
        let id = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        message["params"] = params;
        let mut request = self
            .client
            .request(Method::POST, "/mcp")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", self.revision);
        if self.revision >= "2026-07-28" {
            message["params"]["_meta"] = serde_json::from_str(ABOUT_US).expect("it is JSON");
            request = request.header("Mcp-Method", method);
            if let Some(name) = params_name(&message) {
                request = request.header("Mcp-Name", name);
            }
        }
        request.json(&message)
    }

    /// The result of a request.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Value {
        let answer = Answer::to(self.request(method, params)).await.is(200);
        assert!(answer.get("error").is_none(), "{answer:#}");
        answer["result"].clone()
    }

    /// The names of the tools that are there.
    pub(crate) async fn tools(&self) -> Vec<String> {
        let listed = self.ask("tools/list", json!({})).await;
        let tools = listed["tools"].as_array().expect("there is a list").iter();
        tools
            .map(|tool| tool["name"].as_str().expect("a tool has a name").to_owned())
            .collect()
    }

    /// What a tool answers, if it does what it should.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self
            .ask("tools/call", json!({"name": tool, "arguments": arguments}))
            .await;
        assert_eq!(result["isError"], false, "{result:#}");
        answered(&result)
    }

    /// The problem that a tool answers with that code.
    pub(crate) async fn refused(&self, tool: &str, arguments: Value, code: &str) -> Value {
        let result = self
            .ask("tools/call", json!({"name": tool, "arguments": arguments}))
            .await;
        assert_eq!(result["isError"], true, "{result:#}");
        assert_eq!(result["structuredContent"]["code"], code, "{result:#}");
        answered(&result)
    }
}

/// The structured content, which is there as text as well.
pub(crate) fn answered(result: &Value) -> Value {
    let text = result["content"][0]["text"].as_str().expect("there is text");
    let content = serde_json::from_str::<Value>(text).expect("it is JSON");
    assert_eq!(content, result["structuredContent"]);
    content
}

fn params_name(message: &Value) -> Option<String> {
    message["params"]["name"].as_str().map(str::to_owned)
}
