import { describe, expect, it } from "vitest";
import { of, resumePoint, Script, turn } from "../../tests/script";
import { FRAME } from "./io";

const SECOND = 20;
const speaking = (from: number, to: number) => (frame: number) => frame >= from && frame < to;

describe("start", () => {
  it("asks for the resume point, the feed and a token at once, and sends nothing before Begin", () => {
    const script = new Script();
    expect(script.give({ kind: "started" }).map((one) => one.kind)).toEqual(["resume", "openFeed", "event", "event"]);
    const resumed = script.give({
      kind: "resumed",
      answer: { ok: true, value: resumePoint() },
    });
    expect(of(resumed, "mint")).toEqual([{ kind: "mint", leg: 0, recogniser: "chosen" }]);
    expect(of(script.give({ kind: "feedOpened" }), "follow")).toHaveLength(1);
    script.frames(0, 30);
    script.mint(0);
    expect(script.all("send")).toEqual([]);
    expect(script.phase).toEqual({ kind: "connecting" });
  });

  it("asks a feed that is not open yet for nothing", () => {
    const script = new Script();
    script.give({ kind: "started" });
    script.give({ kind: "resumed", answer: { ok: true, value: resumePoint(0, 0, { captured: 20 * FRAME }) } });
    script.connect(0);
    expect(script.all("replay")).toEqual([]);
    script.give({ kind: "feedOpened" });
    expect(script.all("replay")).toEqual([{ kind: "replay", from: 0, until: 20 * FRAME }]);
  });

  it("loses no word spoken during token and connect: the leg begins at sample 0 and catches up", () => {
    const script = new Script().begin();
    script.frames(0, 2 * SECOND);
    script.connect(0);
    expect(script.all("replay")[0]).toEqual({ kind: "replay", from: 0, until: 20 * FRAME });
    for (let n = 0; n < 20; n += 1) script.frame(n);
    expect(script.all("send").map((one) => one.pcm[0])).toEqual([...Array(20).keys()]);
  });

  it("takes a recording up where the stored turns end, on a leg of its own number", () => {
    const script = new Script().begin(40 * FRAME, 3);
    script.frames(50, 1);
    script.connect(3);
    expect(script.all("replay")[0]?.from).toBe(40 * FRAME);
  });

  it("hears what was captured before the window was there, without waiting for a frame", () => {
    const script = new Script().begin(40 * FRAME, 3, { captured: 100 * FRAME }).connect(3);
    expect(script.all("replay")).toEqual([{ kind: "replay", from: 40 * FRAME, until: 60 * FRAME }]);
    expect(script.phase).toMatchObject({ kind: "streaming", behind: 3 * 16_000 });
  });
});

describe("sending", () => {
  it("sends each frame once: no 2 % of doubled audio, however often it comes", () => {
    const script = new Script().begin().connect(0);
    for (let n = 0; n < 100; n += 1) {
      script.now += 50;
      script.frame(n);
      script.frame(n);
      if (n > 0) script.frame(n - 1);
    }
    expect(script.all("send").map((one) => one.pcm[0])).toEqual([...Array(100).keys()]);
  });

  it("paces what lies behind: a short backlog at twice real time, not more", () => {
    const script = new Script().begin();
    script.frames(0, 4 * SECOND);
    script.connect(0);
    const asked = () => script.all("replay").reduce((sum, one) => sum + (one.until - one.from), 0) / FRAME;
    const serve = () => {
      for (const { from, until } of of(script.effects.splice(0), "replay")) {
        for (let at = from; at < until; at += FRAME) sent += of(script.frame(at / FRAME), "send").length;
      }
    };
    let sent = 0;
    expect(asked()).toBe(20);
    serve();
    for (let i = 0; i < 10; i += 1) {
      script.pass(100);
      serve();
    }
    expect(sent).toBeGreaterThanOrEqual(55);
    expect(sent).toBeLessThanOrEqual(60);
  });

  it("waits while the socket holds more than it can hand on", () => {
    const script = new Script().begin().connect(0, { paceLimit: null });
    script.give({ kind: "buffered", leg: 0, bytes: 1_000_000 });
    expect(of(script.frames(0, 10), "send")).toEqual([]);
    script.give({ kind: "buffered", leg: 0, bytes: 0 });
    script.pass(50);
    expect(script.all("replay")).toEqual([{ kind: "replay", from: 0, until: 10 * FRAME }]);
  });

  it("asks nothing of a feed that is away, and asks again when it is back", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 5);
    script.give({ kind: "feedClosed", error: null });
    script.effects.splice(0);
    script.pass(5000);
    expect(script.all("openFeed")).toHaveLength(1);
    script.give({ kind: "feedOpened" });
    script.frames(30, 1);
    expect(script.all("replay")[0]?.from).toBe(5 * FRAME);
  });
});

describe("turns", () => {
  it("shows partials from their words, not from a transcript that lacks the last one", () => {
    const script = new Script().begin(160 * FRAME).connect(0);
    script.hear(
      0,
      turn(
        0,
        [
          ["the", 100, 200],
          ["quick", 250, 400],
        ],
        "partial",
      ),
    );
    const words = script.events("tentative").at(-1)?.words ?? [];
    expect(words.map((word) => [word.text, word.from])).toEqual([
      ["the", 160 * FRAME + 1600],
      ["quick", 160 * FRAME + 4000],
    ]);
  });

  it("holds an unformatted final until the formatted one of the same turn", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 30, speaking(2, 10));
    script.hear(0, turn(0, [["hello", 100, 500]], "unformatted"));
    expect(script.all("store")).toEqual([]);
    script.hear(0, turn(0, [["Hello.", 100, 500]], "formatted"));
    expect(script.written).toEqual(["Hello."]);
  });

  it.each([
    ["two seconds", (script: Script) => script.pass(2000)],
    ["the next turn", (script: Script) => script.hear(0, turn(1, [["next", 900, 1000]], "partial"))],
    ["the loss of its leg", (script: Script) => script.give({ kind: "closed", leg: 0, code: 1006, reason: "" })],
  ])("takes the unformatted final as it is after %s", (_, happens) => {
    const script = new Script().begin().connect(0);
    script.frames(0, 30, speaking(2, 10));
    script.hear(0, turn(0, [["hello", 100, 500]], "unformatted"));
    happens(script);
    expect(script.written).toEqual(["hello"]);
  });

  it("ignores a formatted twin that comes after all", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 30, speaking(2, 10));
    script.hear(0, turn(0, [["hello", 100, 500]], "unformatted"));
    script.pass(2000);
    script.hear(0, turn(0, [["Hello.", 100, 500]], "formatted"));
    script.stored();
    expect(script.all("store")).toHaveLength(1);
  });

  it("drops empty finals", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 30);
    script.hear(0, turn(0, [], "unformatted"));
    script.pass(3000);
    expect(script.all("store")).toEqual([]);
  });

  it("says a turn is final only when it is stored, and tries again for ever when it cannot be", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 30, speaking(2, 10));
    script.hear(0, turn(0, [["hi", 100, 500]], "formatted"));
    for (let i = 0; i < 5; i += 1) {
      script.give({ kind: "stored", answer: { ok: false, error: { code: "DiskFull", message: "" } } });
      script.pass(16_000);
    }
    expect(script.all("store")).toHaveLength(6);
    expect(script.events("turnCommitted")).toEqual([]);
    expect(script.events("storingFailed")[0]?.failure.code).toBe("DiskFull");
    script.stored();
    expect(script.events("turnCommitted").map((event) => event.turn.text)).toEqual(["hi"]);
  });

  it("stores one turn at a time, so that no later one is on disk before an earlier one", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 60, (n) => speaking(2, 10)(n) || speaking(30, 40)(n));
    script.hear(0, turn(0, [["one", 100, 500]], "formatted"));
    script.hear(0, turn(1, [["two", 1500, 2000]], "formatted"));
    expect(script.all("store")).toHaveLength(1);
    script.stored();
    const turns = script.turns;
    expect(turns[1]?.from).toBe(turns[0]?.to);
  });

  it("puts the boundary into the pause after the last word, before the next turn that has begun", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40, (n) => speaking(2, 10)(n) || speaking(20, 40)(n));
    // The recogniser's end of the word is 60 ms early.
    script.hear(0, turn(0, [["one", 100, 440]], "formatted"));
    const to = (script.turns[0]?.to ?? 0) / FRAME;
    expect(to).toBeGreaterThanOrEqual(10);
    expect(to).toBeLessThan(20);
  });
});

describe("stop", () => {
  const recorded = () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40, speaking(20, 38));
    return script;
  };

  it("sends the tail before Terminate, and waits for the last turn: it is not lost", () => {
    const script = recorded();
    // Two frames that the window has not seen yet.
    const stopped = script.give({ kind: "stopped", to: 42 * FRAME });
    expect(of(stopped, "finish")).toEqual([]);
    expect(of(stopped, "replay")).toEqual([{ kind: "replay", from: 40 * FRAME, until: 42 * FRAME }]);
    script.frame(40);
    expect(of(script.frame(41), "finish")).toEqual([{ kind: "finish", leg: 0 }]);
    expect(script.phase).toEqual({ kind: "finishing" });
    script.hear(0, turn(0, [["last", 1000, 1900]], "unformatted"));
    script.hear(0, { kind: "termination" });
    expect(script.all("conclude")).toEqual([]);
    script.stored();
    expect(of(script.stored(), "conclude")).toHaveLength(1);
    expect(script.written).toEqual(["last", ""]);
    expect(script.turns.map((one) => [one.from, one.to])).toEqual([
      [0, 39 * FRAME],
      [39 * FRAME, 42 * FRAME],
    ]);
    script.give({ kind: "concluded", answer: { ok: true, value: null } });
    expect(script.phase).toEqual({ kind: "ended", reason: null });
    expect(script.events("ledgerChanged").at(-1)?.ledger).toMatchObject({
      captured: 42 * FRAME,
      transcribed: 42 * FRAME,
    });
    expect(script.wakesAt).toBeNull();
  });

  it("hears the tail again on a new leg when no Termination comes within 5 s", () => {
    const script = recorded();
    script.give({ kind: "stopped", to: 40 * FRAME });
    expect(of(script.pass(4900), "close")).toEqual([]);
    expect(of(script.pass(200), "close")).toEqual([{ kind: "close", leg: 0 }]);
    script.pass(600);
    script.connect(1);
    expect(script.all("replay").at(-1)).toEqual({ kind: "replay", from: 0, until: 20 * FRAME });
  });

  it("covers silence by a turn without words, so that nobody hears it again", () => {
    const script = new Script().begin().connect(0);
    script.frames(0, 40);
    script.give({ kind: "stopped", to: 40 * FRAME });
    script.hear(0, { kind: "termination" });
    expect(script.turns).toEqual([expect.objectContaining({ from: 0, to: 40 * FRAME, text: "", words: [] })]);
    expect(of(script.stored(), "conclude")).toHaveLength(1);
  });

  it("concludes without a socket when all is covered already", () => {
    const script = new Script().begin(40 * FRAME, 2);
    expect(of(script.give({ kind: "stopped", to: 40 * FRAME }), "conclude")).toHaveLength(1);
    expect(of(script.mint(2), "open")).toEqual([]);
  });

  it("finishes later from the spool when the network was away at the stop", () => {
    const script = new Script().begin();
    script.refuse(0, "Offline");
    script.frames(0, 10);
    script.give({ kind: "stopped", to: 10 * FRAME });
    expect(script.phase.kind).not.toBe("ended");
    script.pass(1000);
    script.connect(1);
    for (let n = 0; n < 10; n += 1) script.frame(n);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 1 }]);
  });

  it("gives up quietly when the recording is gone", () => {
    const script = recorded();
    script.hear(0, turn(0, [["last", 1000, 1900]], "formatted"));
    script.give({ kind: "stored", answer: { ok: false, error: { code: "NotFound", message: "" } } });
    expect(script.phase).toMatchObject({ kind: "ended", reason: { code: "NotFound" } });
    expect(script.wakesAt).toBeNull();
  });
});

describe("rotation", () => {
  it("opens the next leg before the token's end, and cuts over in a pause, at the sample sent last", () => {
    const script = new Script().begin().connect(0, { expiresAt: 1_700_000_000_000 + 60_000 });
    let n = 0;
    for (; n < 2000 && script.all("mint").length < 2; n += 1) {
      script.frames(n, 1);
      if (n % 40 === 0) script.hear(0, { kind: "other", type: "Heartbeat" });
    }
    expect(script.now - 1_700_000_000_000).toBeLessThan(50_000);
    script.connect(1);
    const sent = script.all("send").length;
    script.frames(n, 10);
    expect(script.all("finish")).toEqual([{ kind: "finish", leg: 0 }]);
    expect(
      script
        .all("send")
        .slice(sent)
        .every((one) => one.leg === 1),
    ).toBe(true);
    expect(
      script
        .all("send")
        .map((one) => one.leg)
        .lastIndexOf(0),
    ).toBe(sent - 1);
  });

  it("holds the new leg's turns until the old one has closed, so that the axis is tiled", () => {
    const script = new Script().begin().connect(0, { expiresAt: 1_700_000_000_000 + 60_000 });
    let n = 0;
    for (; n < 2000 && script.all("mint").length < 2; n += 1) script.frames(n, 1);
    script.connect(1);
    script.frames(n, 40, speaking(n + 5, n + 15));
    script.hear(1, turn(0, [["new", 250, 750]], "formatted"));
    expect(script.all("store")).toEqual([]);
    script.hear(0, turn(0, [["old", 1000, 2000]], "formatted"));
    script.hear(0, { kind: "termination" });
    script.stored();
    const turns = script.turns;
    expect(turns.map((one) => [one.leg, one.text])).toEqual([
      [0, "old"],
      [1, "new"],
    ]);
    expect(turns[1]?.from).toBe(turns[0]?.to);
  });

  it("never cuts inside a word: without a pause the next leg hears again what no final covers", () => {
    const script = new Script().begin().connect(0, { expiresAt: 1_700_000_000_000 + 60_000 });
    const talk = (from: number, count: number) => {
      for (let n = from; n < from + count; n += 1) {
        script.frames(n, 1, () => true);
        script.hear(
          0,
          turn(
            0,
            [
              ["on", 0, n * 50],
              ["and", 0, n * 50],
            ],
            "partial",
          ),
        );
      }
    };
    talk(0, 1000);
    script.connect(1);
    talk(1000, 180);
    expect(script.all("finish")).toEqual([]);
    expect(script.all("close")).toEqual([{ kind: "close", leg: 0 }]);
    expect(script.all("replay").at(-1)).toEqual({ kind: "replay", from: 0, until: 20 * FRAME });
    expect(script.events("phaseChanged").some(({ phase }) => phase.kind === "reconnecting")).toBe(false);
  });
});
