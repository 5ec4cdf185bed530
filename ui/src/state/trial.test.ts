import { beforeEach, describe, expect, it } from "vitest";
import { FakeHost } from "../host/fake";
import type { Metered } from "../host/host";
import { MicrophoneTrial } from "./trial.svelte";
import type { World } from "./world";

let host: FakeHost;
let trial: MicrophoneTrial;

const level = (dbfs: number, isSpeech = false, isMuted = false): Metered => ({
  kind: "level",
  dbfs,
  isSpeech,
  isMuted,
});
const says = (metered: Metered) => host.meter?.receive(metered);

beforeEach(() => {
  host = new FakeHost();
  trial = new MicrophoneTrial({ host } as unknown as World);
});

describe("trying a microphone", () => {
  it("shows the level, and remembers that a voice was heard", async () => {
    await trial.begin("yeti");
    expect(host.called("meterOpen")).toEqual([["yeti"]]);
    expect(trial.state).toEqual({ kind: "opening" });
    says(level(-80));
    expect(trial.state).toEqual({ kind: "on", isMuted: false, hasSpoken: false });
    expect(trial.bars.at(-1)).toEqual({ height: 0, isSpeech: false });
    says(level(-12, true));
    expect(trial.bars.at(-1)).toEqual({ height: 1, isSpeech: true });
    says(level(-80));
    expect(trial.state).toEqual({ kind: "on", isMuted: false, hasSpoken: true });
  });

  it("tells a muted one from a dead one, and says why one cannot be opened", async () => {
    await trial.begin(null);
    says({ kind: "dead" });
    expect(trial.state).toEqual({ kind: "dead" });
    says(level(-100, false, true));
    expect(trial.state).toEqual({ kind: "on", isMuted: true, hasSpoken: false });
    host.refuse("meterOpen", "MicBusy", "busy");
    await trial.begin(null);
    expect(trial.state).toEqual({ kind: "failed", error: { code: "MicBusy", message: "busy" } });
    expect(trial.isOpen).toBe(false);
  });

  it("lets go when it is over, once, and hears nothing afterwards", async () => {
    await trial.begin(null);
    const receive = host.meter?.receive;
    trial.end();
    trial.end();
    expect(host.called("meterClose")).toHaveLength(1);
    expect(host.meter).toBeNull();
    receive?.(level(-12, true));
    expect(trial.state).toEqual({ kind: "off" });
  });

  it("hears only the one that was chosen last", async () => {
    await trial.begin("yeti");
    const first = host.meter?.receive;
    await trial.begin("built-in");
    first?.({ kind: "lost", error: { code: "MicLost", message: "gone" } });
    expect(trial.state).toEqual({ kind: "opening" });
    says({ kind: "ended" });
    expect(trial.state).toEqual({ kind: "off" });
  });
});
