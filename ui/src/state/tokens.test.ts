import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { TokensSeen } from "../host/host";
import type { Toasts } from "./toasts.svelte";
import { TokenTrail } from "./tokens.svelte";
import type { World } from "./world";

const SEEN: TokensSeen = { entries: [], unusual: { kind: "many", count: 40 } };

let host: FakeHost;
let failed: string[];
let trail: TokenTrail;

beforeEach(() => {
  host = new FakeHost();
  host.seen = SEEN;
  failed = [];
  const toasts = { fail: ({ code }: { code: string }) => failed.push(code) };
  trail = new TokenTrail({ host } as unknown as World, toasts as unknown as Toasts);
});

describe("the trail of tokens", () => {
  test("is read when somebody looks, and anew each time", async () => {
    expect(trail.seen).toBeNull();
    await trail.show();
    expect(trail.seen).toEqual(SEEN);
    trail.hide();
    host.seen = { entries: [], unusual: null };
    await trail.show();
    expect(trail.seen?.unusual).toBeNull();
  });

  test("that cannot be read says so and shows nothing", async () => {
    host.refuse("tokensSeen", "DiskFull");
    await trail.show();
    expect(trail.seen).toBeNull();
    expect(failed).toEqual(["DiskFull"]);
  });
});
