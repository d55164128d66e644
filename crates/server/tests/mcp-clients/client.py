"""The official Python client: plans, does, lists what it did itself, undoes. Says in one line of JSON what it saw.

TASKWELL_URL, TASKWELL_TOKEN             over HTTP
TASKWELL, and what that needs to start   over standard input and output
MODE                                     how it connects: legacy (with initialize), or auto (without, where that is understood)
"""

import asyncio
import json
import os

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client


async def talk(server):
    async with Client(server, mode=os.environ["MODE"]) as client:

        async def call(name, **arguments):
            result = await client.call_tool(name, arguments)
            return {"failed": result.is_error, **result.structured_content}

        # From now on the client holds every answer against the schema of its tool.
        tools = (await client.list_tools()).tools
        added = await call("add_task", title="Plan the feast", due_date="2027-05-01")
        refused = await call("add_task", title="", tag="feast")
        found = await call("find_tasks", q="feast")
        operations = [{"op": "create", "title": "Buy candles"}, {"op": "complete", "id": added["id"]}]
        done = await call("bulk_update", operations=operations)
        own = await call("what_changed", since=added["version"] - 1, own=True)
        undone = await call("undo", seq=done["results"][0]["version"])
        gone = await call("delete_task", task_id=added["id"])
        return {
            "server": client.server_info.name,
            "protocol": client.protocol_version,
            "tools": [tool.name for tool in tools],
            "refused": [refused["failed"], refused["code"], [error["pointer"] for error in refused["errors"]]],
            "found": len(found["tasks"]),
            "own": [[change["kind"], change["actor"]["kind"]] for change in own["changes"]],
            "undone": len(undone["tasks"]),
            "gone": "deleted_at" in gone,
        }


async def main():
    environment = dict(os.environ)
    program = environment.pop("TASKWELL", None)
    if program:
        seen = await talk(StdioServerParameters(command=program, args=["mcp"], env=environment))
    else:
        headers = {"Authorization": f"Bearer {environment['TASKWELL_TOKEN']}"}
        async with httpx2.AsyncClient(headers=headers) as http:
            seen = await talk(streamable_http_client(f"{environment['TASKWELL_URL']}/mcp", http_client=http))
    print(json.dumps(seen))


asyncio.run(main())
