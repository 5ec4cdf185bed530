import { describe, expect, it } from "vitest";
import { Sockets } from "./sockets";

describe("sockets of the chosen recogniser", () => {
  const opened = (...legs: number[]) => {
    const sockets = new Sockets();
    for (const leg of legs) sockets.opened(leg);
    return sockets;
  };

  it("are four at most, as long as nobody says otherwise", () => {
    expect(opened(0, 1, 2).hasRoom).toBe(true);
    const full = opened(0, 1, 2, 3);
    expect([full.hasRoom, full.open]).toEqual([false, 4]);
    full.closed(1);
    expect([full.hasRoom, full.open, full.isShared]).toEqual([true, 3, true]);
  });

  it("are as many as were open when one more was refused", () => {
    const sockets = opened(0, 1, 2);
    sockets.refused(2);
    expect([sockets.open, sockets.hasRoom, sockets.isShared]).toEqual([2, false, true]);
    sockets.closed(0);
    expect(sockets.hasRoom).toBe(true);
  });

  it("are one at a time where the second was refused: then nothing heals beside", () => {
    const sockets = opened(0, 1);
    sockets.refused(1);
    expect([sockets.hasRoom, sockets.isShared]).toEqual([false, false]);
  });

  it("are still one when the first was refused, for an old one of ours may have been in the way", () => {
    const sockets = opened(0);
    sockets.refused(0);
    expect([sockets.open, sockets.hasRoom, sockets.isShared]).toEqual([0, true, false]);
  });
});
