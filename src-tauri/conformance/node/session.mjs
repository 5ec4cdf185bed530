// A session of the SDK's transcriber, and everything that it told its listeners.

import { AssemblyAI, StreamingTranscriber } from "assemblyai";
import assert from "node:assert/strict";

export const PATIENCE = 60_000;
const EVENTS = ["open", "turn", "speechStarted", "warning", "heartbeat", "silence", "error", "close"];

/** The SDK insists on wss, which a loopback service has no certificate for: the scheme is put right from outside. */
class LoopbackTranscriber extends StreamingTranscriber {
  connectionUrl() {
    const url = super.connectionUrl();
    url.protocol = "ws:";
    return url;
  }
}

export function client(service, apiKey = service.key) {
  return new AssemblyAI({ apiKey, streamingBaseUrl: service.base });
}

export function token(service, options = { expires_in_seconds: 60 }) {
  return client(service).streaming.createTemporaryToken(options);
}

export class Session {
  events = [];
  #waiting = new Set();

  constructor(service, parameters = {}) {
    const credential = parameters.token ? {} : { apiKey: service.key };
    this.rate = parameters.sampleRate ?? 16000;
    this.transcriber = new LoopbackTranscriber({
      websocketBaseUrl: `${service.base.replace(/^http/, "wss")}/v3/ws`,
      sampleRate: this.rate,
      speechModel: "universal-streaming-english",
      connectTimeout: PATIENCE,
      maxConnectionRetries: 0,
      ...credential,
      ...parameters,
    });
    for (const kind of EVENTS) {
      this.transcriber.on(kind, (...told) => this.#heard(kind, told));
    }
  }

  static async open(service, parameters) {
    const session = new Session(service, parameters);
    session.begin = await session.transcriber.connect();
    return session;
  }

  #heard(kind, told) {
    this.events.push({ kind, told, message: told[0] });
    for (const look of this.#waiting) look();
  }

  of(kind) {
    return this.events.filter((event) => event.kind === kind).map((event) => event.message);
  }

  /** The first message of a kind for which `matches` holds. */
  wait(kind, matches = () => true) {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        const found = this.of(kind).find(matches);
        if (found !== undefined) {
          end();
          resolve(found);
        }
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`no ${kind} came, but ${this.kinds()}`));
      }, PATIENCE);
      this.#waiting.add(look);
      look();
    });
  }

  kinds() {
    return [...new Set(this.events.map((event) => event.kind))].sort();
  }

  say(audio, frameMs = 100) {
    const size = 2 * Math.floor((this.rate * frameMs) / 1000);
    for (let first = 0; first < audio.length; first += size) {
      this.transcriber.sendAudio(audio.slice(first, first + size));
    }
  }

  /** Terminates, and says how long the SDK waited for the answer: it gives up after `PATIENCE`. */
  async end() {
    const began = performance.now();
    await this.transcriber.close(true, PATIENCE);
    const took = performance.now() - began;
    assert.ok(took < PATIENCE, "no Termination came");
    return took;
  }

  turns() {
    return this.of("turn");
  }

  finals(formatted) {
    const isWanted = (turn) => formatted === undefined || turn.turn_is_formatted === formatted;
    return this.turns().filter((turn) => turn.end_of_turn && turn.words.length > 0 && isWanted(turn));
  }

  text(formatted) {
    return this.finals(formatted)
      .map((turn) => turn.transcript)
      .join(" ");
  }
}

/** A session from `Begin` to `Termination`. */
export async function whole(service, audio, parameters) {
  const session = await Session.open(service, parameters);
  session.say(audio);
  await session.end();
  return session;
}

/** A connection that has to be refused before `Begin`, with this code and these words. */
export async function refused(service, code, words, parameters) {
  const session = new Session(service, parameters);
  const error = await session.transcriber.connect().then(
    () => assert.fail("the session began"),
    (error) => error,
  );
  assert.equal(error.code, code, `${error.code}: ${error.message}`);
  assert.ok(error.message.includes(words), error.message);
  assert.deepEqual(session.kinds(), []);
}

/** A session that began and has to be ended by what `act` does: an error, then a close with the same code. */
export async function broken(service, code, words, parameters, act) {
  const session = await Session.open(service, parameters);
  act(session);
  const error = await session.wait("error");
  assert.equal(error.code, code, `${error.code}: ${error.message}`);
  assert.ok(error.message.includes(words), error.message);
  await session.wait("close");
  const { told } = session.events.find((event) => event.kind === "close");
  assert.deepEqual(told, [code, "See Error message for details"]);
}
