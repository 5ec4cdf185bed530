// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeHost } from "../host/fake";
import type { StoredTurn } from "../host/host";
import type { SessionOptions } from "../session/driver";
import type { Policy } from "../session/io";
import { AppState } from "./app.svelte";
import { finals } from "./rows";
import type { World } from "./world";

interface Opened {
  wish: SessionOptions;
  isClosed: boolean;
  retries: number;
  policies: Policy[];
  pauses: (number | null)[];
}

let host: FakeHost;
let opened: Opened[];
let paints: (() => void)[];
let waits: (() => void)[];
let app: AppState;

const world = (): World => ({
  host,
  openSession: (wish) => {
    const session: Opened = { wish, isClosed: false, retries: 0, policies: [], pauses: [] };
    opened.push(session);
    queueMicrotask(() => wish.receive({ kind: "resumed" }));
    return {
      retry: () => (session.retries += 1),
      reconfigure: (policy) => void session.policies.push(policy),
      pause: (at) => void session.pauses.push(at),
      close: () => (session.isClosed = true),
    };
  },
  paint: (work) => void paints.push(work),
  afterPaint: (work) => void paints.push(work),
  isHidden: () => false,
  now: () => 1_700_000_100_000,
  openSpeaker: () => ({ now: 0, play: () => {}, close: () => {} }),
  later: (_ms, work) => {
    waits.push(work);
    return () => (waits = waits.filter((one) => one !== work));
  },
});

/** Lets answers come and paints everything that waits for it. */
async function settle() {
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const work of paints.splice(0)) work();
  }
  flushSync();
}

async function pass() {
  for (const work of waits.splice(0)) work();
  await settle();
}

const turn = (recordingId: string, turnOrder: number, from: number, text: string): StoredTurn => ({
  recordingId,
  leg: 0,
  turnOrder,
  from,
  to: from + 16_000,
  text,
  words: text.split(" ").map((word) => ({ text: word, from, to: from + 8000, confidence: 1 })),
  source: "offline",
  isFallback: false,
  editedText: null,
});

const texts = () => app.current?.rows.map((row) => (row.kind === "text" ? finals(row) + row.tail : row.kind));

beforeEach(() => {
  host = new FakeHost();
  opened = [];
  paints = [];
  waits = [];
  app = new AppState(world());
});

describe("what is asked of a recogniser", () => {
  const cloud = { kind: "assemblyai", label: "AssemblyAI · English", isReady: true, problem: null } as const;

  test("reaches a session that runs, and only if it changes what that is asked for", async () => {
    host.state = { ...host.state, recogniser: cloud };
    await app.open();
    await host.recordingStart();
    const [session] = opened as [Opened];
    const { recognition } = host.state.settings;
    expect(session.wish.policy?.recognition).toEqual(recognition);

    await app.preferences.update({ recognition: { ...recognition, keyTerms: ["Sotto"] } });
    expect(session.policies.map((policy) => policy.recognition.keyTerms)).toEqual([["Sotto"]]);
    // How many there are says nothing while nobody is told apart, and neither does a theme.
    await app.preferences.update({ recognition: { ...recognition, keyTerms: ["Sotto"], mostSpeakers: 3 } });
    await app.preferences.update({ theme: "dark" });
    expect(session.policies).toHaveLength(1);
    // The chip has another label then, and that is no second reason.
    await app.preferences.update({ recognition: { ...recognition, model: "whisper-rt" } });
    host.tell({ kind: "recogniserChanged", status: { ...cloud, label: "AssemblyAI · Whisper" } });
    expect(session.policies).toHaveLength(2);
  });

  test("is nothing that the offline engine does not take", async () => {
    await app.open();
    await host.recordingStart();
    const { recognition } = host.state.settings;
    const wish = { ...recognition, keyTerms: ["Sotto"], tellsSpeakers: true, model: "whisper-rt" } as const;
    await app.preferences.update({ recognition: { ...wish, keyTerms: [...wish.keyTerms] } });
    expect(opened[0]?.policies).toEqual([]);
    await app.preferences.update({ recognition: { ...recognition, turnTaking: "patient" } });
    expect(opened[0]?.policies).toHaveLength(1);
  });
});

describe("sessions", () => {
  test("a recording that anybody starts gets one session, and it is closed when the recording is through", async () => {
    await app.open();
    await host.recordingStart();
    await settle();
    expect(opened.map(({ wish }) => wish.recordingId)).toEqual(["recording-0"]);
    expect(app.lamp.light).toBe("connecting");

    await host.recordingStop();
    expect(app.isFinishing).toBe(true);
    expect(opened[0]?.isClosed).toBe(false);

    await host.recordingFinish("recording-0");
    expect(opened).toHaveLength(1);
    expect(opened[0]?.isClosed).toBe(true);
    expect(app.current?.recordingId).toBe("recording-0");
    expect(app.lamp.light).toBe("ready");
  });

  test("a reload takes up the live recording and the unfinished ones", async () => {
    host.keep({ recordingId: "old" }, [turn("old", 0, 0, "before")]);
    host.keep({ recordingId: "now" }, [turn("now", 0, 0, "stored words")]);
    const live = { kind: "recording", recordingId: "now", startedAt: 1, deviceName: "Mic", isMuted: false } as const;
    host.state = { ...host.state, recording: { live, isPrivate: false, finishing: ["old"], failure: null } };
    await app.open();
    await settle();
    expect(opened.map(({ wish }) => wish.recordingId)).toEqual(["now", "old"]);
    expect(texts()).toEqual(["stored words"]);
  });

  test("what a session says before history answered is not lost, and not shown twice", async () => {
    host.keep({ recordingId: "now" }, [turn("now", 0, 0, "stored words")]);
    const live = { kind: "recording", recordingId: "now", startedAt: 1, deviceName: "Mic", isMuted: false } as const;
    host.state = { ...host.state, recording: { live, isPrivate: false, finishing: [], failure: null } };
    await app.open();
    opened[0]?.wish.receive({ kind: "turnCommitted", turn: turn("now", 0, 0, "stored words") });
    opened[0]?.wish.receive({ kind: "turnCommitted", turn: turn("now", 1, 16_000, "new words") });
    await settle();
    expect(texts()).toEqual(["stored words new words"]);
  });

  test("changes between listening and the snapshot's answer are not lost", async () => {
    const opening = app.open();
    await host.recordingStart();
    await opening;
    await settle();
    expect(app.isCapturing).toBe(true);
    expect(opened).toHaveLength(1);
  });
});

describe("a pause", () => {
  test("is told to the session and shown in its place, with its length once it is over", async () => {
    await app.open();
    await host.recordingStart();
    await settle();
    const { receive } = (opened[0] as Opened).wish;
    await host.turnCommit(1, turn("recording-0", 0, 0, "before"));
    receive({ kind: "turnCommitted", turn: turn("recording-0", 0, 0, "before") });
    await app.togglePause();
    await settle();
    expect([app.lamp.light, opened[0]?.pauses]).toEqual(["paused", [16_000]]);
    expect(texts()).toEqual(["before", "pause"]);
    await app.togglePause();
    receive({ kind: "turnCommitted", turn: turn("recording-0", 1, 16_000, "after") });
    await settle();
    expect([app.isCapturing, opened[0]?.pauses]).toEqual([true, [16_000, null]]);
    expect(opened).toHaveLength(1);
  });

  test("that was there before a reload is told to the new session", async () => {
    host.keep({ recordingId: "now" }, [turn("now", 0, 0, "stored words")]);
    const live = { kind: "paused", recordingId: "now", startedAt: 1, at: 32_000, since: 5 } as const;
    host.state = { ...host.state, recording: { live, finishing: [], failure: null, isPrivate: false } };
    await app.open();
    await settle();
    expect(opened[0]?.pauses).toEqual([32_000]);
  });

  test("from which the microphone does not come back is told, and goes on", async () => {
    await app.open();
    await host.recordingStart();
    await app.togglePause();
    host.refuse("recordingGoOn", "MicMissing");
    await app.togglePause();
    expect(app.recording.live.kind).toBe("paused");
    expect(app.toasts.list).toHaveLength(1);
  });
});

describe("the live recording", () => {
  const begin = async () => {
    await app.open();
    await host.recordingStart();
    await settle();
    return (opened[0] as Opened).wish;
  };
  const tail = (text: string) =>
    ({ kind: "tentative", leg: 0, turnOrder: 0, words: turn("", 0, 0, text).words }) as const;

  test("the first text is told once, and only after it was painted", async () => {
    const { receive } = await begin();
    receive(tail("hello"));
    expect(host.called("recordingFirstText")).toEqual([]);
    await settle();
    receive(tail("hello there"));
    await settle();
    expect(host.called("recordingFirstText")).toEqual([["recording-0"]]);
    expect(texts()).toEqual(["hello there"]);
  });

  test("many events make one change of the page", async () => {
    const { receive } = await begin();
    for (const text of ["a", "a b", "a b c"]) receive(tail(text));
    expect(paints).toHaveLength(1);
  });

  test("a screen reader is given each final once, and nothing tentative", async () => {
    const { receive } = await begin();
    receive(tail("ever tried"));
    await settle();
    expect(app.current?.spoken).toEqual([]);
    receive({ kind: "turnCommitted", turn: turn("recording-0", 0, 0, "Ever tried.") });
    await settle();
    expect(app.current?.spoken.map(({ text }) => text)).toEqual(["Ever tried."]);
  });

  test("the timer runs from frames", async () => {
    const { onLevel } = await begin();
    for (let frame = 0; frame < 40; frame += 1) onLevel(-20, true, frame * 800);
    expect(app.current?.level.heard).toBe(40 * 800);
    expect(app.lamp.light).toBe("hearing");
  });

  test("what stands around the words changes with the meter, and not with them", async () => {
    const { receive, onLevel } = await begin();
    receive(tail("ever tried"));
    receive({ kind: "ledgerChanged", ledger: { captured: 800, transcribed: 0 } });
    await settle();
    expect(app.current?.rows).toHaveLength(1);
    expect([app.current?.isWriting, app.current?.ledger.captured]).toEqual([false, 0]);
    for (let frame = 0; frame < 5; frame += 1) onLevel(-20, true, frame * 800);
    expect([app.current?.isWriting, app.current?.ledger.captured]).toEqual([true, 800]);
    expect(waits).toEqual([]);
  });

  test("where no meter moves it changes a moment later, and at once with the session's state", async () => {
    const { receive } = await begin();
    receive({ kind: "ledgerChanged", ledger: { captured: 800, transcribed: 0 } });
    receive({ kind: "ledgerChanged", ledger: { captured: 800, transcribed: 800 } });
    expect(waits).toHaveLength(1);
    await pass();
    expect(app.current?.ledger.transcribed).toBe(800);
    receive({ kind: "ledgerChanged", ledger: { captured: 1600, transcribed: 1600 } });
    receive({ kind: "phaseChanged", phase: { kind: "ended", reason: null } });
    expect(app.current?.ledger.transcribed).toBe(1600);
  });

  test("a key that is set anywhere wakes what waits for one", async () => {
    await app.open();
    await host.recordingStart();
    await settle();
    host.tell({ kind: "keyChanged", status: { kind: "saved", store: "keyring" } });
    expect(app.key.status.kind).toBe("saved");
    expect(opened[0]?.retries).toBe(1);
  });

  test("a retry goes to the session", async () => {
    await begin();
    app.retry();
    expect(opened[0]?.retries).toBe(1);
  });
});

describe("the first run", () => {
  beforeEach(() => {
    host.state = { ...host.state, settings: { ...host.state.settings, isWelcomed: false } };
  });

  test("asks, and offline needs no key", async () => {
    await app.open();
    expect(app.isWelcome).toBe(true);
    await app.preferences.update({ recogniser: "offline", isWelcomed: true });
    expect(app.isWelcome).toBe(false);
  });

  test("stands back when a recording is started from elsewhere", async () => {
    await app.open();
    await host.recordingStart();
    expect(app.isWelcome).toBe(false);
  });

  test("a key's verdict is told, and the key is in no state of the window", async () => {
    await app.open();
    host.keyCheck = { kind: "rejected", message: "401" };
    expect(await app.key.save("0123456789abcdef")).toBe(false);
    expect(app.key.verdict.kind).toBe("rejected");
    host.keyCheck = { kind: "works", status: { kind: "saved", store: "Secret Service" } };
    expect(await app.key.save("0123456789abcdef")).toBe(true);
    expect(app.key.verdict.kind).toBe("works");
    expect(app.key.isSaved).toBe(true);
    expect(JSON.stringify([app.key.verdict, app.key.status])).not.toContain("0123456789abcdef");
  });

  test("a check that could not be made is told apart from a wrong key", async () => {
    await app.open();
    host.keyCheck = { kind: "unreachable", message: "dns" };
    await app.key.save("0123456789abcdef");
    expect(app.key.verdict.kind).toBe("unreachable");
  });
});

describe("the library", () => {
  const keep = () => {
    host.keep({ recordingId: "a", title: "Harbour", startedAt: 2000 }, [turn("a", 0, 0, "one barge")]);
    host.keep({ recordingId: "b", title: "Choir", startedAt: 1000 }, [turn("b", 0, 0, "two songs")]);
  };
  const titles = () => app.library.items.map(({ title }) => title);

  test("is newest first, and searched by what was said", async () => {
    keep();
    await app.open();
    await settle();
    expect(titles()).toEqual(["Harbour", "Choir"]);
    app.library.search("son");
    app.library.search("songs");
    expect(waits.length).toBe(1);
    await pass();
    expect(titles()).toEqual(["Choir"]);
  });

  test("is not asked for while it is locked, when a private recording is marked", async () => {
    host = new FakeHost({ encryption: { kind: "locked", keyring: { kind: "missing" } } });
    app = new AppState(world());
    await app.open();
    await app.toggle(true);
    await settle();
    await app.bookmark(null);
    await pass();
    expect(app.current?.bookmarks.list).toHaveLength(1);
    expect(host.called("historyPage")).toEqual([]);
    expect(app.toasts.list.some((toast) => toast.isProblem)).toBe(false);
  });

  test("an answer that comes late does not overwrite a newer one", async () => {
    keep();
    await app.open();
    app.library.query = "barge";
    const slow = app.library.load();
    app.library.query = "songs";
    await Promise.all([app.library.load(), slow]);
    expect(titles()).toEqual(["Choir"]);
  });

  test("what was deleted comes back with one press", async () => {
    keep();
    await app.open();
    await settle();
    app.read("a");
    await settle();
    if (app.route.kind !== "reading") throw new Error("not reading");
    await app.remove(app.route.reading);
    expect(titles()).toEqual(["Choir"]);
    expect(app.route.kind).toBe("live");
    app.toasts.list[0]?.action?.run();
    await settle();
    expect(titles()).toEqual(["Harbour", "Choir"]);
  });

  test("a name that is refused goes back", async () => {
    keep();
    await app.open();
    await settle();
    host.refuse("recordingRename", "DiskFull");
    await app.library.rename("a", "Port");
    expect(titles()[0]).toBe("Harbour");
    expect(app.toasts.list[0]?.isProblem).toBe(true);
  });
});

describe("trouble", () => {
  test("a start that failed says what happened and can be put away", async () => {
    const failure = { code: "MicBusy", message: "busy" } as const;
    host.state = { ...host.state, recording: { live: { kind: "idle" }, isPrivate: false, finishing: [], failure } };
    await app.open();
    const shown = app.notice;
    expect(shown?.id).toBe("start MicBusy");
    if (shown !== null) app.dismiss(shown);
    expect(app.notice).toBeNull();
  });

  test("a private recording that could not be started is tried again as a private one", async () => {
    const failure = { code: "MicBusy", message: "busy" } as const;
    host.state = { ...host.state, recording: { live: { kind: "idle" }, isPrivate: true, finishing: [], failure } };
    await app.open();
    expect(app.isPrivate).toBe(false);
    app.retry();
    await settle();
    expect(host.called("recordingStart")).toEqual([[true]]);
    expect(app.isPrivate).toBe(true);
    await app.toggle();
    await host.recordingFinish("recording-0");
    await app.library.load();
    expect(app.isPrivate).toBe(true);
    // Whatever the library lists meanwhile.
    app.library.query = "what nobody said";
    await app.library.load();
    expect(app.library.find("recording-0")).toBeNull();
    expect(app.isPrivate).toBe(true);

    await app.toggle();
    await settle();
    expect(host.called("recordingStart")).toEqual([[true], [false]]);
    expect(app.isPrivate).toBe(false);
  });

  test("a shortcut that is taken stays what it was, and says so", async () => {
    await app.open();
    host.refuse("settingsUpdate", "ShortcutTaken");
    await app.shortcuts.choose("toggle", "CommandOrControl+Alt+T");
    expect(app.preferences.value.toggleShortcut).toBe("CommandOrControl+Alt+R");
    expect(app.shortcuts.problem("toggle")?.code).toBe("ShortcutTaken");
    host.refuse("settingsUpdate", null);
    await app.shortcuts.choose("toggle", "CommandOrControl+Alt+T");
    expect(app.shortcuts.problem("toggle")).toBeNull();
  });

  test("a shortcut that was taken before the window opened says so as well", async () => {
    const error = { code: "ShortcutTaken", message: "taken" } as const;
    host.shortcuts = { ...host.shortcuts, problems: [{ deed: "talk", error }] };
    await app.open();
    await app.shortcuts.load();
    expect(app.shortcuts.problem("talk")).toEqual(error);
    expect(app.shortcuts.problem("toggle")).toBeNull();
  });

  test("a shortcut is tried until it is pressed, or the settings are left", async () => {
    await app.open();
    await app.shortcuts.tryOut();
    expect([app.shortcuts.trial.kind, host.isTrying]).toEqual(["waiting", true]);
    host.tell({ kind: "shortcutPressed", deed: "talk" });
    expect(app.shortcuts.trial).toEqual({ kind: "came", deed: "talk" });
    expect(host.isTrying).toBe(false);
    await app.shortcuts.tryOut();
    app.shortcuts.stopTrying();
    expect([app.shortcuts.trial.kind, host.isTrying]).toEqual(["none", false]);
  });

  test("keys of ours that are pressed for another deed reach the program instead of the page, and are told", async () => {
    await app.open();
    await app.shortcuts.record("toggle");
    expect([app.shortcuts.trial, host.isTrying]).toEqual([{ kind: "recording", deed: "toggle" }, true]);
    host.tell({ kind: "shortcutPressed", deed: "captions" });
    expect([app.shortcuts.trial.kind, host.isTrying]).toEqual(["none", false]);
    expect(app.shortcuts.problem("toggle")?.code).toBe("ShortcutOurs");
    await app.shortcuts.record("toggle");
    host.tell({ kind: "shortcutPressed", deed: "toggle" });
    expect([app.shortcuts.trial.kind, app.shortcuts.problem("toggle")]).toEqual(["none", null]);
    // A page that is left, and one that nobody presses anything in, leave no dead keys behind.
    await app.shortcuts.record("toggle");
    app.shortcuts.stopTrying();
    expect([app.shortcuts.trial.kind, host.isTrying]).toEqual(["none", false]);
  });

  test("settings that are asked for in the tray are shown", async () => {
    await app.open();
    host.tell({ kind: "settingsWanted" });
    expect(app.route.kind).toBe("settings");
  });
});

describe("an audio file", () => {
  test("becomes a recording that is read while it is written down", async () => {
    await app.open();
    host.chosenFile = { recordingId: "file", title: "Interview 3", isDamaged: false };
    const importing = app.importFile();
    expect(app.isImporting).toBe(true);
    await importing;
    await settle();
    expect(app.isImporting).toBe(false);
    expect(app.route).toMatchObject({ kind: "reading", reading: { recordingId: "file" } });
    expect(opened.map(({ wish }) => wish.recordingId)).toEqual(["file"]);
    opened[0]?.wish.receive({ kind: "ledgerChanged", ledger: { captured: 48_000, transcribed: 16_000 } });
    await pass();
    expect(app.progressOf("file")).toEqual({ captured: 48_000, transcribed: 16_000 });
    await app.giveUp("file");
    expect(host.called("recordingGiveUp")).toEqual([["file"]]);
    expect(app.progressOf("file")).toBeNull();
  });

  test("that is damaged says so, and one that is none changes nothing", async () => {
    await app.open();
    host.chosenFile = { recordingId: "file", title: "Torn", isDamaged: true };
    await app.importFile();
    expect(app.toasts.list.map((toast) => toast.text)).toEqual([
      "Only the beginning of the file could be read. It is being written down.",
    ]);
    app.showLive();
    host.refuse("recordingImport", "FileUnreadable");
    await app.importFile();
    expect(app.route.kind).toBe("live");
    expect(app.toasts.list.at(-1)?.isProblem).toBe(true);
    host.refuse("recordingImport", null);
    host.chosenFile = null;
    await app.importFile();
    expect(app.route.kind).toBe("live");
  });
});

describe("the cost of the cloud", () => {
  const cloud = () => {
    host.state = {
      ...host.state,
      settings: { ...host.state.settings, recogniser: "assemblyai" },
      recogniser: { kind: "assemblyai", label: "AssemblyAI · English", isReady: true, problem: null },
    };
  };

  test("is that of the recording on the sheet, and nothing offline", async () => {
    cloud();
    await app.open();
    await app.toggle();
    expect(app.spentHere).toBeNull();
    await host.usageAdd("recording-0", "assemblyai", 3_600_000);
    await host.usageAdd("another", "assemblyai", 3_600_000);
    expect(app.spentHere).toBe(150_000);
    expect(app.cost?.today).toEqual({ openMs: 7_200_000, micros: 300_000 });
    await host.usageAdd("recording-0", "selfHosted", 3_600_000);
    expect(app.spentHere).toBe(150_000);
  });

  test("is told when the budget is near, spent, and when the offline engine goes on for it", async () => {
    cloud();
    await app.open();
    host.costIs({ budget: "fine" });
    expect(app.notice).toBeNull();
    host.costIs({ budget: "near" });
    expect(app.notice).toMatchObject({ id: "budgetNear", problem: { action: "openCost" } });
    if (app.notice !== null) app.dismiss(app.notice);
    expect(app.notice).toBeNull();
    host.costIs({ budget: "spent" });
    expect(app.notice?.id).toBe("budgetSpent");
    host.tell({ kind: "recogniserChanged", status: { kind: "offline", label: "", isReady: true, problem: null } });
    expect(app.notice?.id).toBe("budgetOffline");
  });

  test("is no business of whoever chose the offline engine, and of less weight than a lost microphone", async () => {
    await app.open();
    host.costIs({ budget: "spent" });
    expect(app.notice).toBeNull();
    host.tell({ kind: "settingsChanged", settings: { ...host.state.settings, recogniser: "assemblyai" } });
    expect(app.notice?.id).toBe("budgetOffline");
    const problem = { code: "KeyMissing", message: "" } as const;
    host.tell({ kind: "recogniserChanged", status: { kind: "assemblyai", label: "", isReady: false, problem } });
    expect(app.notice?.id).toBe("recogniser KeyMissing");
  });

  test("is counted anew when the settings are opened, and so is what the system does at its start", async () => {
    await app.open();
    host.state = { ...host.state, cost: { ...host.state.cost, today: { openMs: 5, micros: 7 } } };
    host.willStart = true;
    app.showSettings("cost");
    await settle();
    expect(app.cost?.today.micros).toBe(7);
    expect(app.preferences.value.isAutostarted).toBe(true);
  });
});
