// AssemblyAI's JavaScript SDK, as it is, against `sotto serve`.
//
// One line of JSON on standard input says where the services are: {"service": {"base", "key"}, "strict": {…}, "speech": path}.
// `strict` takes a token once and one session at a time.

import { readFileSync } from "node:fs";
import "./credentials.mjs";
import "./turns.mjs";
import "./parameters.mjs";
import "./messages.mjs";
import { run } from "./registry.mjs";

// The SDK warns of every failure that a check provokes.
console.warn = () => {};
await run(JSON.parse(readFileSync(0, "utf8")));
// A socket that the SDK gave up must not hold this up.
process.exit(0);
