import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import { FRAME_BYTES } from "../session/feed";
import { Player } from "./player.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

const SECOND = 16_000;
const LENGTH = 30 * SECOND;

let host: FakeHost;
let clock: number;
let played: { at: number; length: number }[];
let closed: number;
let steps: (() => void)[];
let failed: string[];
let player: Player;

beforeEach(() => {
  host = new FakeHost();
  [clock, closed, played, steps, failed] = [100, 0, [], [], []];
  const speaker = () => ({
    get now() {
      return clock;
    },
    play: (samples: Float32Array, at: number) => void played.push({ at, length: samples.length }),
    close: () => {
      closed += 1;
    },
  });
  const world = { host, openSpeaker: speaker, later: (_ms: number, work: () => void) => void steps.push(work) };
  const toasts = { fail: ({ code }: { code: string }) => failed.push(code) };
  player = new Player(world as unknown as World, toasts as unknown as Toasts, "kept");
});

/** Answers the last request with all of its frames. */
function deliver(): void {
  const { from, until } = JSON.parse(host.channel?.asked.at(-1) ?? "{}") as { from: number; until: number };
  for (let at = from; at < until; at += 800) {
    const data = new ArrayBuffer(FRAME_BYTES);
    new DataView(data).setBigUint64(0, BigInt(at), true);
    host.channel?.receive(data);
  }
}

function step(seconds: number): void {
  clock += seconds;
  for (const work of steps.splice(0)) work();
}

describe("playing a recording", () => {
  test("asks ahead, plays without a seam, and ends at its beginning", async () => {
    await player.play(LENGTH);
    expect(player.phase).toBe("loading");
    deliver();
    expect(player.phase).toBe("playing");
    expect(played.map(({ at }) => Math.round((at - 100.1) * 10) / 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    step(4.1);
    expect(player.position).toBe(4 * SECOND);
    expect(host.channel?.asked).toHaveLength(1);
    step(1.5);
    expect(host.channel?.asked).toHaveLength(2);
    deliver();
    step(10);
    deliver();
    expect(played.reduce((sum, { length }) => sum + length, 0)).toBe(LENGTH);
    step(20);
    expect([player.phase, player.position, closed]).toEqual(["idle", 0, 1]);
    expect(host.channel?.isClosed).toBe(true);
  });

  test("stays where it was paused and goes on there", async () => {
    await player.play(LENGTH);
    deliver();
    step(2.1);
    player.pause();
    expect(player.position).toBe(2 * SECOND);
    step(5);
    expect(player.position).toBe(2 * SECOND);
    await player.play(LENGTH);
    expect(host.channel?.asked).toEqual([JSON.stringify({ kind: "replay", from: 2 * SECOND, until: 12 * SECOND })]);
  });

  test("jumps, and begins anew behind its end", async () => {
    player.seek(LENGTH, 7 * SECOND + 5);
    expect([player.phase, player.position]).toEqual(["idle", 7 * SECOND + 5]);
    await player.play(LENGTH);
    expect(player.position).toBe(7 * SECOND);
    player.seek(LENGTH, 20 * SECOND);
    await Promise.resolve();
    expect(host.channel?.asked).toEqual([JSON.stringify({ kind: "replay", from: 20 * SECOND, until: LENGTH })]);
    await player.play(LENGTH, LENGTH);
    expect(player.position).toBe(0);
  });

  test("what comes late of an earlier press is not heard", async () => {
    await player.play(LENGTH);
    const earlier = host.channel;
    await player.play(LENGTH, 5 * SECOND);
    expect(earlier?.isClosed).toBe(true);
    earlier?.receive(new ArrayBuffer(FRAME_BYTES));
    expect(played).toEqual([]);
  });

  test("twice as fast takes half the time, and goes on from where it was when the speed changes", async () => {
    await player.play(LENGTH);
    deliver();
    step(2.1);
    player.setSpeed(LENGTH, 2);
    await Promise.resolve();
    expect(JSON.parse(host.channel?.asked[0] ?? "{}")).toMatchObject({ from: 2 * SECOND });
    played = [];
    deliver();
    step(3.1);
    expect(player.position).toBe(8 * SECOND);
    deliver();
    step(5);
    deliver();
    const seconds = played.reduce((sum, { length }) => sum + length, 0) / SECOND;
    expect(Math.abs(seconds - 14)).toBeLessThan(0.06);
    for (const [i, { at, length }] of played.entries()) {
      expect(played[i + 1]?.at ?? at + length / SECOND).toBeCloseTo(at + length / SECOND);
    }
    expect(player.speed).toBe(2);
  });

  test("sound that is gone says so", async () => {
    host.refuse("feedChannel", "NotFound");
    await player.play(LENGTH);
    expect([player.phase, closed]).toEqual(["idle", 1]);
    expect(failed).toEqual(["NotFound"]);
  });
});
