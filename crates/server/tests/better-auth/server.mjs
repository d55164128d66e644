// A real Better Auth server for Taskwell's tests. See README.md.
//
//   node server.mjs [EdDSA|ES256|RS256|PS256]
//
// Prints one line of JSON on stdout when it is ready and ends when its
// stdin closes or on SIGTERM. Everything lives in memory.

import { Console } from "node:console";
import { randomBytes, webcrypto } from "node:crypto";
import { createServer } from "node:http";

const KEY_PAIRS = {
  EdDSA: { alg: "EdDSA", crv: "Ed25519" },
  ES256: { alg: "ES256" },
  RS256: { alg: "RS256", modulusLength: 2048 },
  PS256: { alg: "PS256", modulusLength: 2048 },
};

const algorithm = process.argv[2] ?? "EdDSA";
if (!Object.hasOwn(KEY_PAIRS, algorithm)) {
  process.stderr.write(`unknown algorithm ${algorithm}, known: ${Object.keys(KEY_PAIRS).join(", ")}\n`);
  process.exit(2);
}

// Node 18, which Debian 12 and Ubuntu 24.04 bring, has it but not as a global.
globalThis.crypto ??= webcrypto;

// Stop with the test that started us, also when it was killed.
const stop = () => process.exit(0);
process.stdin.on("end", stop).on("close", stop).on("error", stop).resume();
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

// Stdout belongs to the one line for the test; all logs go to stderr.
globalThis.console = new Console(process.stderr, process.stderr);

// Better Auth also reads its configuration from the environment. Behave the
// same on every machine: production mode, nothing inherited. (With NODE_ENV or
// TEST set to a test mode, Better Auth would skip its origin checks.)
for (const name of Object.keys(process.env)) {
  if (/^(BETTER_AUTH_|AUTH_SECRET)|^TEST$/.test(name)) delete process.env[name];
}
process.env.NODE_ENV = "production";

// Imported only now, because some of it reads the environment on import.
const { betterAuth } = await import("better-auth");
const { memoryAdapter } = await import("better-auth/adapters/memory");
const { toNodeHandler } = await import("better-auth/node");
const { jwt } = await import("better-auth/plugins/jwt");

const db = { user: [], session: [], account: [], verification: [], jwks: [] };

// Like Better Auth's own rotation, an expired key no longer signs but stays
// published for the grace period (30 days). A withdrawn key is gone at once.
// Either way the next key is made when the next token is signed.
function rotate(withdraw) {
  const old = db.jwks.map((row) => row.id);
  if (withdraw) {
    db.jwks.length = 0;
  } else {
    const past = new Date(Date.now() - 1000);
    for (const row of db.jwks) row.expiresAt ??= past;
  }
  return { [withdraw ? "withdrawn" : "expired"]: old };
}

let handleAuth;

const server = createServer((request, response) => {
  const [path, query] = request.url.split("?");
  if (request.method === "POST" && path === "/test/rotate") {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(rotate(query === "withdraw")));
  } else {
    handleAuth(request, response);
  }
});

// A pooled connection should not be closed under a client that pauses.
server.keepAliveTimeout = 60_000;

// The base URL needs the port, so Better Auth is made after listening.
await new Promise((resolve, reject) => {
  server.once("error", reject).listen(0, "127.0.0.1", resolve);
});
const url = `http://127.0.0.1:${server.address().port}`;

const auth = betterAuth({
  baseURL: url,
  secret: randomBytes(32).toString("base64url"),
  database: memoryAdapter(db),
  emailAndPassword: { enabled: true },
  plugins: [jwt({ jwks: { keyPairConfig: KEY_PAIRS[algorithm] } })],
  // On in production mode: three sign-ups in ten seconds, then 429.
  rateLimit: { enabled: false },
  // Nothing leaves the machine.
  telemetry: { enabled: false },
});
handleAuth = toNodeHandler(auth);
await auth.$context;

process.stdout.write(`${JSON.stringify({ url })}\n`);
