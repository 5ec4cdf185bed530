import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeHost } from "../host/fake";
import type { CommittedTurn } from "../host/host";
import { openSession, type PathObserver } from "./driver";
import type { SessionEvent } from "./events";
import { FRAME_BYTES } from "./feed";
import { FRAME, type Policy } from "./io";
import { PLAIN } from "./recognition";

/** What the driver may use of a browser's socket. */
class FakeSocket {
  static all: FakeSocket[] = [];
  /** Addresses that the policy forbids. */
  static blocked: string | null = null;
  binaryType = "blob";
  bufferedAmount = 0;
  sent: (string | Uint8Array)[] = [];
  isClosed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    if (FakeSocket.blocked !== null && url.includes(FakeSocket.blocked)) throw new Error("blocked by the policy");
    this.url = url;
    FakeSocket.all.push(this);
  }

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.isClosed = true;
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  get texts(): unknown[] {
    return this.sent.filter((one) => typeof one === "string").map((one) => JSON.parse(one as string));
  }

  get frames(): number {
    return this.sent.filter((one) => typeof one !== "string").length;
  }
}

function frame(n: number, isSpeech = false): ArrayBuffer {
  const data = new ArrayBuffer(FRAME_BYTES);
  new DataView(data).setUint32(12, isSpeech ? 1 : 0, true);
  new DataView(data).setBigUint64(0, BigInt(n * FRAME), true);
  new DataView(data).setFloat32(8, -30, true);
  return data;
}

const settled = () => vi.advanceTimersByTimeAsync(1);

let host: FakeHost;
let events: SessionEvent[];
let levels: number[];
let listeners: Map<string, () => void>;
let observer: PathObserver | null;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  vi.stubGlobal("WebSocket", FakeSocket);
  listeners = new Map();
  const target = {
    addEventListener: (name: string, act: () => void) => listeners.set(name, act),
    removeEventListener: (name: string) => listeners.delete(name),
  };
  vi.stubGlobal("document", target);
  vi.stubGlobal("window", target);
  FakeSocket.all = [];
  FakeSocket.blocked = null;
  host = new FakeHost();
  [events, levels, observer] = [[], [], null];
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function opened(policy?: Policy) {
  await host.recordingStart();
  const session = openSession({
    host,
    recordingId: "recording-0",
    receive: (event) => events.push(event),
    onLevel: (_dbfs, _isSpeech, sample) => levels.push(sample),
    tokenSeconds: 120,
    sessionSeconds: 600,
    observer,
    ...(policy === undefined ? {} : { policy }),
  });
  await settled();
  return session;
}

async function connected(policy?: Policy) {
  const session = await opened(policy);
  const [feed, leg] = [
    FakeSocket.all.find((one) => one.url.includes("feed")),
    FakeSocket.all.find((one) => one.url.includes("v3/ws")),
  ];
  if (feed === undefined || leg === undefined) throw new Error("two sockets were to be opened");
  feed.onopen?.();
  leg.says({ type: "Begin", id: "1", expires_at: 1_700_010_800 });
  return { session, feed, leg };
}

describe("the driver", () => {
  it("tells an observer what passes the edges, and asks for the time where the frames come from", async () => {
    const told: string[] = [];
    observer = {
      opened: (ask) => ask("what time is it"),
      fed: (data) => told.push(typeof data === "string" ? data : "frame"),
      sent: (leg, pcm, buffered) => told.push(`sent ${leg} ${pcm.byteLength} ${buffered}`),
      received: () => told.push("received"),
      handled: () => told.push("handled"),
      closed: () => told.push("closed"),
    };
    const { session, feed, leg } = await connected();
    expect(feed.sent[0]).toBe("what time is it");
    leg.bufferedAmount = 12;
    await vi.advanceTimersByTimeAsync(50);
    feed.onmessage?.({ data: frame(0) });
    feed.onmessage?.({ data: "a text" });
    leg.onmessage?.({ data: new ArrayBuffer(8) });
    session.close();
    expect(told).toEqual(["received", "handled", "frame", "sent 0 1600 12", "a text", "closed"]);
  });

  it("has the time counted for which a paid socket is open, from Begin on", async () => {
    host.state = { ...host.state, recogniser: { ...host.state.recogniser, kind: "assemblyai" } };
    const { feed, leg, session } = await connected();
    await vi.advanceTimersByTimeAsync(5_100);
    feed.onmessage?.({ data: frame(0) });
    await settled();
    expect(host.called("usageAdd")).toEqual([["recording-0", "assemblyai", 5_100]]);
    await vi.advanceTimersByTimeAsync(899);
    session.close();
    expect(leg.isClosed).toBe(true);
    const told = host.called("usageAdd").map(([, , ms]) => ms as number);
    expect(told.reduce((sum, ms) => sum + ms)).toBe(6_000);
  });

  it("has no time counted before Begin, whatever else the recogniser says", async () => {
    host.state = { ...host.state, recogniser: { ...host.state.recogniser, kind: "assemblyai" } };
    const session = await opened();
    const leg = FakeSocket.all.find((one) => one.url.includes("v3/ws"));
    leg?.says({ type: "Warning" });
    await vi.advanceTimersByTimeAsync(3_000);
    leg?.says({ type: "Begin", id: "1", expires_at: 1_700_010_800 });
    await vi.advanceTimersByTimeAsync(2_000);
    session.close();
    expect(host.called("usageAdd")).toEqual([["recording-0", "assemblyai", 2_000]]);
  });

  it("has nothing counted for the engine inside the program, and keeps what could not be stored", async () => {
    const offline = await connected();
    await vi.advanceTimersByTimeAsync(6_000);
    offline.feed.onmessage?.({ data: frame(0) });
    offline.session.close();
    expect(host.called("usageAdd")).toEqual([]);
    FakeSocket.all = [];
    host.state = { ...host.state, recogniser: { ...host.state.recogniser, kind: "assemblyai" } };
    host.refuse("usageAdd", "DiskFull");
    const cloud = await connected();
    await vi.advanceTimersByTimeAsync(6_000);
    cloud.feed.onmessage?.({ data: frame(0) });
    await settled();
    host.refuse("usageAdd", null);
    await vi.advanceTimersByTimeAsync(5_000);
    cloud.feed.onmessage?.({ data: frame(1) });
    expect(host.called("usageAdd").at(-1)?.[2]).toBe(11_001);
  });

  it("takes a recording from the first frame to its end", async () => {
    const { feed, leg } = await connected();
    expect(host.called("tokenMint")).toEqual([["chosen", 120, 600]]);
    expect(feed.binaryType).toBe("arraybuffer");
    expect(feed.texts).toEqual([{ kind: "follow" }]);
    for (let n = 0; n < 30; n += 1) {
      await vi.advanceTimersByTimeAsync(50);
      feed.onmessage?.({ data: frame(n) });
    }
    expect(leg.frames).toBe(30);
    expect((leg.sent[0] as Uint8Array).byteLength).toBe(1600);
    expect(levels).toHaveLength(30);

    await host.recordingStop();
    feed.says({ kind: "end", to: 30 * FRAME });
    expect(leg.texts).toEqual([{ type: "Terminate" }]);
    const words = [{ text: "Hello.", start: 100, end: 600, confidence: 0.9, word_is_final: true }];
    leg.says({ type: "Turn", turn_order: 0, end_of_turn: true, turn_is_formatted: true, transcript: "Hello.", words });
    leg.says({ type: "Termination" });
    await settled();
    expect(host.called("turnCommit")).toMatchObject([
      [1, { recordingId: "recording-0", leg: 0, turnOrder: 0, from: 0, text: "Hello." }],
      [1, { text: "", to: 30 * FRAME }],
    ]);
    expect(host.called("recordingFinish")).toEqual([["recording-0"]]);
    expect(events).toContainEqual({ kind: "phaseChanged", phase: { kind: "ended", reason: null } });
    expect(FakeSocket.all.every((one) => one.isClosed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners.size).toBe(0);
  });

  it("sets no timer for a deadline that moves away with each frame, and still keeps it", async () => {
    const { feed, leg } = await connected();
    feed.onmessage?.({ data: frame(0, true) });
    const set = vi.spyOn(globalThis, "setTimeout");
    for (let n = 1; n < 60; n += 1) {
      await vi.advanceTimersByTimeAsync(50);
      feed.onmessage?.({ data: frame(n, true) });
    }
    expect(set.mock.calls.length).toBeLessThan(3);
    set.mockRestore();
    expect(leg.isClosed).toBe(false);
    // No answer at all, and no frame that could wake anybody.
    await vi.advanceTimersByTimeAsync(20_000);
    expect(leg.isClosed).toBe(true);
  });

  it("opens a new leg with a new token when the socket closes", async () => {
    const { leg } = await connected();
    leg.onclose?.({ code: 1006, reason: "" });
    await vi.advanceTimersByTimeAsync(1000);
    const tokens = FakeSocket.all.flatMap((one) => new URL(one.url).searchParams.get("token") ?? []);
    expect(tokens).toEqual(["fake-1", "fake-2"]);
  });

  it("closes the socket of a leg that is given up", async () => {
    const { leg } = await connected();
    leg.says({ type: "Error", error_code: 3005, error: "Session Cancelled: An error occurred" });
    expect([leg.isClosed, leg.onmessage, leg.onclose]).toEqual([true, null, null]);
  });

  it("asks nothing of a socket that closed when its leg was due to end, while another is open", async () => {
    const holes = [{ from: 0, to: 20 * FRAME }];
    const point = { from: 30 * FRAME, captured: 30 * FRAME, nextLeg: 0, claim: 1, holes, fallback: [] };
    host.recordingResume = async (recordingId) => ({ ok: true, value: { recordingId, ...point } });
    const { session, leg } = await connected();
    await settled();
    session.pause(30 * FRAME);
    vi.setSystemTime(Date.now() + 5_000);
    leg.onclose?.({ code: 1006, reason: "" });
    expect(leg.texts).toEqual([]);
    expect(FakeSocket.all.filter((one) => one.url.includes("v3/ws") && !one.isClosed)).toHaveLength(2);
  });

  it("ends a leg three seconds after the recording was paused, and opens another when it goes on", async () => {
    const { session, feed, leg } = await connected();
    feed.onmessage?.({ data: frame(0) });
    session.pause(FRAME);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(leg.texts).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(leg.texts).toEqual([{ type: "Terminate" }]);
    leg.says({ type: "Termination" });
    await settled();
    expect(host.called("tokenMint")).toHaveLength(1);
    session.pause(null);
    expect(host.called("tokenMint")).toHaveLength(2);
  });

  it("tries again in time although the system's clock was set back", async () => {
    host.refuse("tokenMint", "Offline");
    await opened();
    const before = host.called("tokenMint").length;
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(host.called("tokenMint").length).toBeGreaterThan(before + 2);
  });

  it("stores who spoke after all in a turn that is stored", async () => {
    const { feed, leg } = await connected();
    for (let n = 0; n < 20; n += 1) feed.onmessage?.({ data: frame(n) });
    const words = [{ text: "Hi.", start: 100, end: 600, confidence: 0.9, word_is_final: true }];
    leg.says({ type: "Turn", turn_order: 0, end_of_turn: true, turn_is_formatted: true, transcript: "Hi.", words });
    await settled();
    const revisions = [{ turn_order: 0, speaker_label: "B", words: [{ ...words[0], speaker: "B" }] }];
    leg.says({ type: "SpeakerRevision", revisions });
    await settled();
    const anew = { leg: 0, turnOrder: 0, speaker: "B", words: ["B"] };
    expect(host.called("turnRelabel")).toEqual([[1, "recording-0", anew]]);
    expect(events).toContainEqual({ kind: "turnRelabelled", anew });
  });

  it("opens the feed again when it is lost", async () => {
    const { feed } = await connected();
    feed.onclose?.({ code: 1006, reason: "" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.called("feedOpen")).toHaveLength(2);
  });

  it("takes the frames over a channel where the window may open no socket to loopback", async () => {
    const session = await opened();
    const [feed] = FakeSocket.all.filter((one) => one.url.includes("feed"));
    feed?.onclose?.({ code: 1006, reason: "" });
    await settled();
    expect(host.channel?.asked).toEqual(['{"kind":"follow"}']);
    FakeSocket.all.at(-1)?.says({ type: "Begin", id: "1", expires_at: 1_700_010_800 });
    host.channel?.receive(frame(0));
    await vi.advanceTimersByTimeAsync(50);
    host.channel?.receive(frame(1));
    expect(levels).toEqual([0, FRAME]);
    session.close();
    expect(host.channel?.isClosed).toBe(true);
  });

  it("takes the frames over a channel where the policy forbids the feed's address", async () => {
    FakeSocket.blocked = "feed";
    await opened();
    await settled();
    expect([host.called("feedChannel").length, host.channel?.asked]).toEqual([1, ['{"kind":"follow"}']]);
  });

  it("shows the newest level only, not those of what is heard again", async () => {
    const { feed } = await connected();
    for (const n of [3, 4, 4, 0, 1, 5]) feed.onmessage?.({ data: frame(n) });
    expect(levels.map((sample) => sample / FRAME)).toEqual([3, 4, 5]);
  });

  it("survives a policy that forbids the address, and bytes that are no frame", async () => {
    FakeSocket.blocked = "v3/ws";
    await opened();
    await settled();
    const reason = { kind: "network", detail: "1006 the window may not open this address" };
    expect(events.at(-1)).toMatchObject({ kind: "phaseChanged", phase: { kind: "reconnecting", reason } });
    FakeSocket.all[0]?.onmessage?.({ data: new ArrayBuffer(3) });
  });

  it("wakes when the window is shown, and tries at once when the system is online", async () => {
    host.refuse("tokenMint", "Offline");
    await opened();
    await vi.advanceTimersByTimeAsync(60_000);
    host.refuse("tokenMint", null);
    const before = host.called("tokenMint").length;
    listeners.get("online")?.();
    await settled();
    expect(host.called("tokenMint").length).toBe(before + 1);
    expect(listeners.has("visibilitychange")).toBe(true);
  });

  it("asks the feed for the past that a leg lacks", async () => {
    const { feed } = await connected();
    feed.onmessage?.({ data: frame(9) });
    expect(feed.texts).toContainEqual({ kind: "replay", from: 0, until: 10 * FRAME });
  });

  it("waits while a leg's socket holds much, and asks again when it has let go of it", async () => {
    const { feed, leg } = await connected();
    leg.bufferedAmount = 1_000_000;
    feed.onmessage?.({ data: frame(0) });
    expect(leg.frames).toBe(0);
    leg.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(100);
    expect(feed.texts.at(-1)).toEqual({ kind: "replay", from: 0, until: FRAME });
  });

  it("asks for the usual times, five minutes of a token and three hours of a session, where none are given", async () => {
    await host.recordingStart();
    openSession({ host, recordingId: "recording-0", receive: () => {}, onLevel: () => {} });
    await settled();
    expect(host.called("tokenMint")).toEqual([["chosen", 300, 10_800]]);
  });

  it("tells how loud it is, and whether that is speech", async () => {
    const told: unknown[] = [];
    await host.recordingStart();
    openSession({ host, recordingId: "recording-0", receive: () => {}, onLevel: (...level) => told.push(level) });
    await settled();
    const [feed] = FakeSocket.all;
    feed?.onopen?.();
    feed?.onmessage?.({ data: frame(0) });
    expect(told).toEqual([[-30, false, 0]]);
  });

  it("makes nothing of a text that is no end", async () => {
    const { feed, leg } = await connected();
    const before = events.length;
    feed.says({ kind: "other" });
    leg.onmessage?.({ data: new ArrayBuffer(8) });
    expect([events.length, leg.texts]).toEqual([before, []]);
  });

  it("asks the offline engine where the policy says so, and another recogniser where that is another", async () => {
    host.refuse("tokenMint", "KeyRejected");
    const session = await opened();
    expect(host.called("tokenMint").map(([wanted]) => wanted)).toEqual(["chosen"]);
    session.reconfigure({ fallbackAfter: 0, isRedone: false, idleAfter: null, recognition: PLAIN });
    await settled();
    expect(host.called("tokenMint").map(([wanted]) => wanted)).toEqual(["chosen", "chosen", "fallback"]);
  });

  it("asks again when the user says so", async () => {
    host.refuse("tokenMint", "KeyRejected");
    const session = await opened();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(host.called("tokenMint")).toHaveLength(1);
    session.retry();
    await settled();
    expect(host.called("tokenMint")).toHaveLength(2);
  });

  it("puts what the chosen recogniser says in the place of what stood in for it", async () => {
    const words = [{ text: "low", from: 0, to: 8000, confidence: 0.5 }];
    const range = { leg: 0, turnOrder: 0, from: 0, to: 30 * FRAME };
    const stored = { recordingId: "recording-0", ...range, text: "low", words, source: "offline", isFallback: true };
    const resumed = { recordingId: "recording-0", from: 30 * FRAME, captured: 30 * FRAME, nextLeg: 1, claim: 7 };
    host.recordingResume = async () => ({
      ok: true,
      value: { ...resumed, holes: [], fallback: [stored as CommittedTurn] },
    });
    const { feed } = await connected({ fallbackAfter: 3000, isRedone: true, idleAfter: null, recognition: PLAIN });
    for (let n = 30; n < 34; n += 1) feed.onmessage?.({ data: frame(n) });
    await settled();
    const redoing = FakeSocket.all.filter((one) => one.url.includes("v3/ws"))[1];
    if (redoing === undefined) throw new Error("nobody redoes it");
    redoing.says({ type: "Begin", id: "2", expires_at: 1_700_010_800 });
    expect(feed.texts).toContainEqual({ kind: "replay", from: 0, until: 30 * FRAME });
    for (let n = 0; n < 30; n += 1) feed.onmessage?.({ data: frame(n) });
    const said = [{ text: "Hello.", start: 100, end: 600, confidence: 0.9, word_is_final: true }];
    redoing.says({
      type: "Turn",
      turn_order: 0,
      end_of_turn: true,
      turn_is_formatted: true,
      transcript: "Hello.",
      words: said,
    });
    redoing.says({ type: "Termination" });
    await settled();
    const [claim, place, turns] = host.called("turnsReplace")[0] ?? [];
    expect([claim, place]).toEqual([7, { from: 0, to: 30 * FRAME }]);
    expect(turns).toMatchObject([
      { recordingId: "recording-0", text: "Hello.", from: 0, isFallback: false },
      { text: "" },
    ]);
  });

  it("tells a refusal to store, and stores again", async () => {
    const { feed, leg } = await connected();
    host.refuse("turnCommit", "DiskFull");
    for (let n = 0; n < 30; n += 1) feed.onmessage?.({ data: frame(n) });
    const words = [{ text: "Hi.", start: 100, end: 600, confidence: 0.9, word_is_final: true }];
    leg.says({ type: "Turn", turn_order: 0, end_of_turn: true, turn_is_formatted: true, transcript: "Hi.", words });
    await settled();
    expect(events).toContainEqual(expect.objectContaining({ kind: "storingFailed" }));
    host.refuse("turnCommit", null);
    await vi.advanceTimersByTimeAsync(1000);
    expect(events).toContainEqual(expect.objectContaining({ kind: "turnCommitted" }));
  });

  it("tries again when it is given no feed, by either way", async () => {
    host.refuse("feedOpen", "Unexpected");
    await opened();
    await vi.advanceTimersByTimeAsync(2000);
    expect(host.called("feedOpen").length).toBeGreaterThan(1);
    host.refuse("feedOpen", null);
    host.refuse("feedChannel", "Unexpected");
    await vi.advanceTimersByTimeAsync(16_000);
    FakeSocket.all.find((one) => one.url.includes("feed"))?.onclose?.({ code: 1006, reason: "" });
    await vi.advanceTimersByTimeAsync(16_000);
    const [sockets, channels] = [host.called("feedOpen").length, host.called("feedChannel").length];
    expect(channels).toBeGreaterThan(1);
    await vi.advanceTimersByTimeAsync(16_000);
    // The socket was refused once: only the channel is asked for from then on.
    expect([host.called("feedOpen").length, host.called("feedChannel").length > channels]).toEqual([sockets, true]);
  });

  it("lets go of what comes after it was closed", async () => {
    await host.recordingStart();
    const options = { host, recordingId: "recording-0", receive: () => {}, onLevel: () => {} };
    const early = openSession(options);
    early.close();
    await settled();
    expect(FakeSocket.all).toEqual([]);
    const session = openSession(options);
    await settled();
    const [feed] = FakeSocket.all.filter((one) => one.url.includes("feed"));
    feed?.onclose?.({ code: 1006, reason: "" });
    session.close();
    await settled();
    expect(host.channel?.isClosed).toBe(true);
  });

  it("hears nothing more of a leg that it closed", async () => {
    const { session, leg } = await connected();
    session.close();
    expect([leg.onmessage, leg.onclose, leg.isClosed]).toEqual([null, null, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets go of everything when it is closed", async () => {
    const { session, feed } = await connected();
    session.close();
    expect(FakeSocket.all.every((one) => one.isClosed)).toBe(true);
    expect(feed.onmessage).toBeNull();
    const told = events.length;
    session.retry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.length).toBe(told);
  });
});
