import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import { HistoryEncryption } from "./encryption.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

let host: FakeHost;
let said: string[];
let encryption: HistoryEncryption;

beforeEach(async () => {
  host = new FakeHost();
  said = [];
  const toasts = { say: (text: string) => said.push(text), fail: ({ code }: { code: string }) => said.push(code) };
  encryption = new HistoryEncryption({ host } as unknown as World, toasts as unknown as Toasts);
  await host.listen((event) => {
    if (event.kind === "encryptionChanged") encryption.take(event.status);
  });
});

describe("encryption of the history", () => {
  test("begins once its recovery key was typed, and the key leaves the window with the sheet", async () => {
    await encryption.offer();
    expect(encryption.words).toHaveLength(14);
    await encryption.begin("0000");
    expect(encryption.problem?.text).toContain("not the end");
    expect(encryption.status.kind).toBe("off");
    await encryption.begin(encryption.words.at(-1) ?? "");
    expect(encryption.status.kind).toBe("on");
    expect([encryption.sheet, encryption.words]).toEqual(["none", []]);
    expect(JSON.stringify(host.calls)).not.toContain(host.recoveryKey.slice(-4));
  });

  test("begins without typing where the key was saved", async () => {
    await encryption.offer();
    host.savedAs = null;
    await encryption.save();
    expect(encryption.isSaved).toBe(false);
    host.savedAs = "key.txt";
    await encryption.save();
    expect(encryption.isSaved).toBe(true);
    await encryption.begin(null);
    expect(encryption.status.kind).toBe("on");
  });

  test("that was thought better of leaves nothing behind", async () => {
    await encryption.offer();
    encryption.close();
    expect(encryption.words).toEqual([]);
    expect(host.called("encryptionWithdraw")).toHaveLength(1);
  });

  test("goes on when nobody looks, and says how it ended", async () => {
    await encryption.offer();
    host.refuse("encryptionBegin", "DiskFull");
    const begun = encryption.begin(encryption.words.at(-1) ?? "");
    encryption.close();
    await begun;
    expect(said).toEqual(["DiskFull"]);
    expect(host.called("encryptionWithdraw")).toEqual([]);
  });

  test("asks for the recovery key when the history is locked, and says why one does not open it", async () => {
    host.encryptionIs({ kind: "locked", keyring: { kind: "missing" } });
    expect(encryption.isAsking).toBe(true);
    host.refuse("encryptionUnlock", "RecoveryKeyMistyped");
    expect(await encryption.unlock("XXXX")).toBe(false);
    const mistyped = encryption.problem?.text;
    host.refuse("encryptionUnlock", "RecoveryKeyWrong");
    await encryption.unlock("XXXX");
    expect(encryption.problem?.text).not.toBe(mistyped);
    host.refuse("encryptionUnlock", null);
    expect(await encryption.unlock(host.recoveryKey)).toBe(true);
    expect([encryption.status.kind, encryption.isAsking]).toEqual(["on", false]);
    expect(JSON.stringify(host.calls)).not.toContain(host.recoveryKey.slice(0, 9));
  });

  test("ends by the user's wish only, and not while something is recorded", async () => {
    host.encryptionIs({ kind: "on", keyring: { kind: "saved", store: "Secret Service" }, inTheClear: 0 });
    encryption.askEnd();
    host.refuse("encryptionEnd", "RecordingRuns");
    await encryption.end();
    expect([encryption.sheet, encryption.status.kind]).toEqual(["end", "on"]);
    expect(encryption.problem).not.toBeNull();
    host.refuse("encryptionEnd", null);
    await encryption.end();
    expect([encryption.sheet, encryption.status.kind]).toEqual(["none", "off"]);
  });
});
