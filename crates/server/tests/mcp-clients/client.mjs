// The official TypeScript client: plans, does, lists what it did itself, undoes. Says in one line of JSON what it saw.
//
//   TASKWELL_URL, TASKWELL_TOKEN             over HTTP
//   TASKWELL, and what that needs to start   over standard input and output

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { TASKWELL_URL, TASKWELL_TOKEN, TASKWELL, ...others } = process.env;
const transport = TASKWELL
  ? new StdioClientTransport({ command: TASKWELL, args: ["mcp"], env: { ...others, TASKWELL_TOKEN } })
  : new StreamableHTTPClientTransport(new URL(`${TASKWELL_URL}/mcp`), {
      requestInit: { headers: { Authorization: `Bearer ${TASKWELL_TOKEN}` } },
    });
const client = new Client({ name: "test", version: "0" });
await client.connect(transport);

async function call(name, args) {
  const result = await client.callTool({ name, arguments: args });
  return { failed: result.isError, ...result.structuredContent };
}

// From now on the client holds every answer against the schema of its tool.
const { tools } = await client.listTools();
const added = await call("add_task", { title: "Plan the feast", due_date: "2027-05-01" });
const refused = await call("add_task", { title: "", tag: "feast" });
const found = await call("find_tasks", { q: "feast" });
const since = added.version - 1;
const done = await call("bulk_update", {
  operations: [{ op: "create", title: "Buy candles" }, { op: "complete", id: added.id }],
});
const own = await call("what_changed", { since, own: true });
const undone = await call("undo", { seq: done.results[0].version });
const gone = await call("delete_task", { task_id: added.id });
await client.close();

console.log(JSON.stringify({
  server: client.getServerVersion().name,
  tools: tools.map((tool) => tool.name),
  refused: [refused.failed, refused.code, refused.errors.map((error) => error.pointer)],
  found: found.tasks.length,
  own: own.changes.map((change) => [change.kind, change.actor.kind]),
  undone: undone.tasks.length,
  gone: gone.deleted_at !== undefined,
}));
