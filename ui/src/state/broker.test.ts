import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import { BrokerEntry } from "./broker.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

let host: FakeHost;
let said: string[];
let entry: BrokerEntry;

beforeEach(() => {
  host = new FakeHost();
  said = [];
  const toasts = { say: (text: string) => said.push(text), fail: ({ code }: { code: string }) => said.push(code) };
  entry = new BrokerEntry({ host } as unknown as World, toasts as unknown as Toasts);
});

describe("a team's token broker", () => {
  test("is used once it gave a token, and what it wants to see is in no state of the window", async () => {
    expect(await entry.save(" https://tokens.example/token ", " pass ")).toBe(true);
    expect(host.called("brokerSave")).toEqual([["https://tokens.example/token", "…"]]);
    expect(host.state.settings.broker).toBe("https://tokens.example/token");
    expect(JSON.stringify(entry.verdict)).not.toContain("pass");
    await entry.forget();
    expect(host.state.settings.broker).toBeNull();
  });

  test("wants no credential where none is given", async () => {
    await entry.save("https://tokens.example/token", "  ");
    expect(host.called("brokerSave")).toEqual([["https://tokens.example/token", null]]);
  });

  test("that refuses, is away or has no good address says which", async () => {
    host.keyCheck = { kind: "rejected", message: "401" };
    expect(await entry.save("https://tokens.example/token", "")).toBe(false);
    expect(entry.verdict).toMatchObject({ kind: "failed", details: "401" });
    const rejected = entry.verdict;
    host.keyCheck = { kind: "unreachable", message: "timed out" };
    await entry.save("https://tokens.example/token", "");
    expect(entry.verdict).not.toEqual(rejected);
    host.refuse("brokerSave", "Invalid");
    await entry.save("http://tokens.example/token", "");
    expect(entry.verdict).toMatchObject({ kind: "failed", text: expect.stringContaining("https://") });
    host.refuse("brokerForget", "KeyringDenied");
    await entry.forget();
    expect(said).toEqual(["KeyringDenied"]);
  });
});
