import { describe, expect, it } from "vitest";
import type { RecogniserKind, Token } from "../host/host";
import { OpenTime } from "./openTime";

const T0 = 1_700_000_000_000;

function token(recogniser: RecogniserKind): Token {
  return { token: "t", expiresAt: T0, socketUrl: "ws://127.0.0.1:9/v3/ws", recogniser, paceLimit: 2 };
}

const cloud = token("assemblyai");
const sum = (pieces: { ms: number }[]) => pieces.reduce((all, { ms }) => all + ms, 0);

describe("the time that sockets are open", () => {
  it("is told every five seconds, and at once when a socket ends", () => {
    const time = new OpenTime();
    time.began(1, cloud, null, T0);
    expect(time.due(T0 + 4_999)).toEqual([]);
    expect(time.due(T0 + 5_000)).toEqual([{ paid: "assemblyai", ms: 5_000 }]);
    expect(time.due(T0 + 6_000)).toEqual([]);
    time.ended(1, T0 + 7_500);
    expect(time.due(T0 + 7_500)).toEqual([{ paid: "assemblyai", ms: 2_500 }]);
    expect(time.due(T0 + 99_000)).toEqual([]);
  });

  it("counts two sockets that are open at once twice: each is paid for", () => {
    const time = new OpenTime();
    time.began(1, cloud, null, T0);
    time.began(2, cloud, null, T0 + 1_000);
    time.ended(1, T0 + 3_000);
    time.ended(2, T0 + 4_000);
    expect(time.due(T0 + 4_000)).toEqual([{ paid: "assemblyai", ms: 6_000 }]);
  });

  it("costs nothing offline, and nothing before `Begin`", () => {
    const time = new OpenTime();
    time.began(1, token("offline"), null, T0);
    time.ended(1, T0 + 60_000);
    time.ended(2, T0 + 60_000);
    expect(time.due(T0 + 60_000)).toEqual([]);
  });

  it("ends with the session, however long the system slept", () => {
    const time = new OpenTime();
    time.began(1, cloud, T0 + 60_000, T0);
    expect(sum(time.due(T0 + 8 * 3_600_000))).toBe(60_000);
    time.ended(1, T0 + 8 * 3_600_000);
    expect(sum(time.due(T0 + 8 * 3_600_000))).toBe(0);
    const endless = new OpenTime();
    endless.began(1, cloud, null, T0);
    expect(sum(endless.due(T0 + 24 * 3_600_000))).toBe(10_800_000);
  });

  it("keeps what could not be stored, and tells recognisers apart", () => {
    const time = new OpenTime();
    time.began(1, cloud, null, T0);
    time.began(2, token("selfHosted"), null, T0);
    const [first, second] = time.due(T0 + 5_000);
    expect([first?.paid, second?.paid]).toEqual(["assemblyai", "selfHosted"]);
    if (first !== undefined) time.giveBack(first);
    expect(time.due(T0 + 10_000)).toEqual([
      { paid: "assemblyai", ms: 10_000 },
      { paid: "selfHosted", ms: 5_000 },
    ]);
  });

  it("adds up to the whole, however often it is asked", () => {
    const time = new OpenTime();
    time.began(1, cloud, null, T0);
    let all = 0;
    for (let at = 0; at <= 60_000; at += 50) all += sum(time.due(T0 + at));
    time.ended(1, T0 + 60_049);
    expect(all + sum(time.due(T0 + 60_049))).toBe(60_049);
  });
});
