// The checks by name, and how they are run: one line of JSON each.

import { pcm } from "./speech.mjs";
import { whole } from "./session.mjs";

const checks = [];

/** A check, and the item of the protocol notes that it is about. */
export function check(name, note, run) {
  checks.push({ name, note, run });
}

/** The services, the recording, and the sessions that more than one check looks at. */
class Stage {
  #made = new Map();

  constructor({ service, strict, speech }) {
    Object.assign(this, { service, strict, path: speech });
  }

  pcm(seconds = 12, rate = 16000, begin = 0) {
    return this.#once(`pcm ${seconds} ${rate} ${begin}`, () => pcm(this.path, seconds, rate, begin));
  }

  formatted() {
    return this.#once("formatted", () => whole(this.service, this.pcm(), { formatTurns: true }));
  }

  unformatted() {
    return this.#once("unformatted", () => whole(this.service, this.pcm(), {}));
  }

  universal3() {
    const parameters = { speechModel: "universal-3-5-pro", mode: "balanced" };
    return this.#once("universal 3", () => whole(this.service, this.pcm(), parameters));
  }

  #once(name, make) {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name);
  }
}

export async function run(given) {
  const stage = new Stage(given);
  for (const { name, note, run: body } of checks) {
    let line;
    try {
      line = { name, note, pass: true, detail: String((await body(stage)) ?? "") };
    } catch (error) {
      line = { name, note, pass: false, detail: String(error?.message ?? error).slice(0, 400) };
    }
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
