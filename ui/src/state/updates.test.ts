import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import { Toasts } from "./toasts.svelte";
import { NewerVersions } from "./updates.svelte";
import type { World } from "./world";

let host: FakeHost;
let toasts: Toasts;
let updates: NewerVersions;
let shown = 0;

beforeEach(() => {
  host = new FakeHost({ updates: { kind: "unknown" } });
  const world = { host, later: () => () => {} } as unknown as World;
  shown = 0;
  toasts = new Toasts(world);
  updates = new NewerVersions(world, toasts, () => {
    shown += 1;
  });
  void host.listen((event) => event.kind === "updatesChanged" && updates.receive(event.updates));
});

describe("a newer version", () => {
  test("that was found by itself is said once, and leads to the settings", () => {
    host.tell({ kind: "updatesChanged", updates: { kind: "new", version: "1.2.3", isInstallable: true } });
    host.tell({ kind: "updatesChanged", updates: { kind: "new", version: "1.2.3", isInstallable: true } });
    expect(toasts.list.map(({ text }) => text)).toEqual(["Sotto 1.2.3 is there."]);
    toasts.list[0]?.action?.run();
    expect(shown).toBe(1);
  });

  test("that was asked for is not said twice", async () => {
    host.newest = { kind: "new", version: "1.2.3", isInstallable: true };
    await updates.look();
    expect(updates.known).toEqual(host.newest);
    expect(toasts.list).toEqual([]);
  });

  test("is put in place when the user wants it, and not while something is recorded", async () => {
    host.newest = { kind: "new", version: "1.2.3", isInstallable: true };
    await updates.look();
    host.refuse("updatesInstall", "Invalid");
    await updates.install();
    expect(updates.known.kind).toBe("new");
    expect(toasts.list).toHaveLength(1);
    host.refuse("updatesInstall", null);
    await updates.install();
    expect(updates.known).toEqual({ kind: "installed", version: "1.2.3" });
  });
});
