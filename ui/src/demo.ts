/**
 * The window in a browser, without a trusted side: invented recordings, and a session that plays a script. For looking
 * at every view (`npx vite preview`), for example `?view=live&theme=dark`. The program never loads it.
 *
 * Also: updates=new and the like, wayland (=portal), close, keys, library, speakers, terms, part=shortcut and the like.
 *
 * view: welcome · empty · arming · live · long · endless (turns) · finishing · reading · settings · search; trouble: mic · network · start · outage; budget: fine · near · spent · offline; microphone: muted · dead; click: test ids
 */
import { FakeHost } from "./host/fake";
import type {
  CommandError,
  Cost,
  Device,
  Encryption,
  Metered,
  RecordingId,
  RecordingState,
  Snapshot,
  StoredTurn,
  Theme,
  TokenEntry,
  TokensSeen,
  Updates,
  Word,
} from "./host/host";
import type { OpenedSession, SessionOptions } from "./session/driver";
import type { AppState } from "./state/app.svelte";
import type { World } from "./state/world";

const SECOND = 16_000;
const FRAME_MS = 50;
const LIVE: RecordingId = "harbour";

/** Starts of turns in seconds. */
const MEETING: [at: number, text: string][] = [
  [2282, "The dredging starts on the second of December, and it will take nine working days if the weather holds."],
  [2299, "Nine days with one barge or with two? Last year we paid for two and saw only one."],
  [
    2338,
    "One barge. I asked them to put it in the contract this time, with a penalty for every day that it lies idle.",
  ],
  [2354, "Good. Then I would like to see the soundings before we sign anything, because the chart from"],
];
const TAIL = "the spring survey was half a metre off at the eastern wall".split(" ");

const PAST: [id: string, title: string, ago: string, minutes: number, words: number, offline: boolean, gaps: number][] =
  [
    ["lindqvist", "Interview, Dr Lindqvist", "0 08:41", 36, 5120, false, 0],
    ["lecture", "Lecture 9: tides and currents", "1 14:15", 88, 11_904, true, 0],
    ["insurer", "Call with the insurer", "1 11:30", 12, 1630, false, 0],
    ["boathouse", "Notes on the boathouse roof", "1 09:05", 4, 512, true, 0],
    ["budget", "Budget review", "4 16:00", 52, 7348, false, 1],
    ["choir", "Choir rehearsal, talk in the break", "5 19:20", 9, 1204, true, 0],
  ];

class DemoHost extends FakeHost {
  override devices = async () => ({ ok: true, value: DEVICES }) as const;
  #meter: ReturnType<typeof setInterval> | undefined;
  override meterOpen = async (_deviceId: string | null, receive: (metered: Metered) => void) => {
    clearInterval(this.#meter);
    let look = 0;
    this.#meter = setInterval(() => {
      look += 1;
      receive(heard(this.microphone, look));
    }, 100);
    return { ok: true, value: null } as const;
  };
  override meterClose = async () => {
    clearInterval(this.#meter);
    return { ok: true, value: null } as const;
  };
  /** `muted`, `dead`, or null for one that works. */
  microphone: string | null = null;

  override recordingStart = async (isPrivate = false) => {
    const recordingId = `demo-${Date.now()}`;
    const startedAt = Date.now();
    this.keep({ recordingId, startedAt, state: "recording", title: "New recording", isPrivate });
    this.turnTo({ live: { kind: "arming", recordingId, startedAt }, failure: null });
    setTimeout(
      () =>
        this.turnTo({ live: { kind: "recording", recordingId, startedAt, deviceName: "Blue Yeti", isMuted: false } }),
      900,
    );
    return { ok: true, value: null } as const;
  };

  turnTo(changes: Partial<RecordingState>): void {
    this.state = { ...this.state, recording: { ...this.state.recording, ...changes } };
    this.tell({ kind: "recordingChanged", state: this.state.recording });
    this.tell({ kind: "historyChanged", recordingId: LIVE });
  }
}

const DEVICES: Device[] = [
  { id: "yeti", name: "Blue Yeti", isDefault: true, isMonitor: false },
  { id: "builtin", name: "Built-in Audio Analog Stereo", isDefault: false, isMonitor: false },
  { id: "monitor", name: "Monitor of Built-in Audio", isDefault: false, isMonitor: true },
];

export function demo(
  search: URLSearchParams,
): Pick<World, "host" | "openSession"> & { visit: (app: AppState) => void } {
  const view = search.get("view") ?? "empty";
  const host = new DemoHost(snapshot(search, view));
  if (view !== "empty" && view !== "welcome") for (const past of PAST) keepPast(host, past, view);
  if (host.state.recording.live.kind !== "idle" || view === "finishing") keepLive(host, view, search);
  if (view === "endless") keepEndless(host, Number(search.get("turns") ?? 100_000), search.has("speakers"));
  void host.bookmarkSet("lindqvist", 17 * SECOND, "the penalty, ask for the clause");
  void host.bookmarkSet("lindqvist", 64 * SECOND, "");
  host.seen = tokens();
  if (search.has("wayland")) {
    host.shortcuts = { ...host.shortcuts, isListening: false, isAskable: search.get("wayland") === "portal" };
    host.willGive = [
      { deed: "toggle", keys: "Ctrl+Alt+R" },
      { deed: "talk", keys: "Super+Space" },
      { deed: "captions", keys: "" },
    ];
  }
  if (search.has("speakers")) cast(host);
  host.microphone = search.get("microphone");
  host.seenFacts = {
    facts: [
      { topic: "version", value: "Sotto 0.1.0" },
      { topic: "webview", value: "WebKitGTK 2.50.6" },
      { topic: "system", value: "Debian GNU/Linux 12 (bookworm) 6.1.0-40-amd64 x86_64" },
      { topic: "desktop", value: "GNOME, wayland" },
      { topic: "microphones", value: "Blue Yeti (default); Built-in Audio Analog Stereo" },
      { topic: "hosts", value: "streaming.assemblyai.com" },
    ],
    timing: [
      {
        measures: [
          { what: "spool", count: 44_120, p50: 2_300, p95: 8_700, p99: 10_200, max: 31_000 },
          { what: "feedDepth", count: 44_120, p50: 0, p95: 0, p99: 1, max: 3 },
          { what: "socket", count: 43_980, p50: 3_900, p95: 11_200, p99: 14_600, max: 38_000 },
          { what: "painted", count: 2_310, p50: 9_100, p95: 15_900, p99: 19_800, max: 42_000 },
        ],
        droppedFrames: 0,
        clockError: 1_200,
      },
    ],
    log: "2026-11-29T10:02:11Z  INFO sotto: a recording begins\n2026-11-29T10:38:47Z  INFO sotto: it is complete",
  };
  return {
    host,
    openSession: (wish) => play(host, wish, search),
    visit: (app) => {
      if (view === "reading") app.read("lindqvist");
      if (view === "settings") app.showSettings(search.get("part"));
      if (view === "search") app.library.search("barge");
      if (search.has("library")) app.isLibraryShown = true;
      if (search.has("keys")) app.areKeysShown = true;
      if (search.has("close")) app.isCloseAsked = true;
      setTimeout(() => scroll(search.get("scroll")), 900);
      for (const [i, id] of search.getAll("click").entries()) setTimeout(() => press(id), 300 + i * 200);
      // The last words of a recording that this window saw from its start.
      if (view === "finishing") setTimeout(() => host.turnTo({ live: { kind: "idle" }, finishing: [LIVE] }), 300);
    },
  };
}

/** Somebody tries a microphone, and says something after a second. */
function heard(microphone: string | null, look: number): Metered {
  if (microphone === "dead") return { kind: "dead" };
  if (microphone === "muted") return { kind: "level", dbfs: -100, isSpeech: false, isMuted: true };
  const isSpeech = look > 10;
  const dbfs = isSpeech ? -34 + 16 * Math.sin(look * 1.3) : -66;
  return { kind: "level", dbfs, isSpeech, isMuted: false };
}

/** A recording with two further sessions, and then a key that was withdrawn. */
function tokens(): TokensSeen {
  const entry = (hour: string, usedFor: TokenEntry["usedFor"], outcome: TokenEntry["outcome"]): TokenEntry => ({
    at: today(0, hour),
    issuer: "assemblyai",
    usedFor,
    lifeSeconds: 300,
    sessionSeconds: 10_800,
    outcome,
  });
  const refused = ["10:31", "10:30", "10:28", "10:27", "10:26"].map((hour) => entry(hour, "start", "keyRejected"));
  const granted = [
    entry("10:12", "continue", "granted"),
    entry("10:07", "continue", "granted"),
    entry("10:02", "start", "granted"),
  ];
  return { entries: [...refused, ...granted], unusual: { kind: "refused", count: 5 } };
}

/** Who talks, as a recogniser tells it in two sessions, and as far as somebody has said who it is. */
function cast(host: FakeHost): void {
  for (const [id, opened] of host.recordings) {
    const turns = opened.turns.map((turn, i) => {
      const leg = i < opened.turns.length - 2 ? 0 : 3;
      if (turn.isFallback || i === 3) return { ...turn, leg };
      const speaker = i % 2 === 0 ? "A" : "B";
      return { ...turn, leg, speaker, words: turn.words.map((word) => ({ ...word, speaker })) };
    });
    host.recordings.set(id, {
      ...opened,
      turns,
      speakers: { voices: [{ leg: 0, label: "A", name: "Ingrid Lindqvist" }], stretches: [] },
    });
  }
}

/** Where the build can look for newer versions. */
function updates(kind: string | null): Updates {
  const version = "0.2.0";
  if (kind === "new") return { kind, version, isInstallable: true };
  if (kind === "packages") return { kind: "new", version, isInstallable: false };
  if (kind === "failed") return { kind, error: { code: "UpdateNotGenuine", message: "" } };
  return { kind: kind === null ? "absent" : "unknown" };
}

function scroll(to: string | null): void {
  const list = document.querySelector<HTMLElement>("[data-testid=live-text], [data-testid=reading-text]");
  if (list !== null && to !== null) list.scrollTop = Number(to);
}

function press(testid: string): void {
  document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.click();
}

function snapshot(search: URLSearchParams, view: string): Partial<Snapshot> {
  const base = new FakeHost().state;
  const trouble = search.get("trouble");
  const theme = (search.get("theme") ?? "system") as Theme;
  const isCloud = search.get("recogniser") !== "offline";
  const isAtEnd = search.get("budget") === "offline";
  const budget = isAtEnd ? "spent" : ((search.get("budget") ?? "unset") as Cost["budget"]);
  return {
    version: "0.1.0",
    updates: updates(search.get("updates")),
    tellsPaints: false,
    settings: {
      ...base.settings,
      theme,
      isAudioKept: search.has("sound"),
      isLookingForUpdates: search.has("updates"),
      language: search.get("language") === "de" ? "de" : "system",
      isWelcomed: view !== "welcome",
      recogniser: isCloud ? "assemblyai" : "offline",
      recognition: {
        ...base.settings.recognition,
        tellsSpeakers: search.has("speakers"),
        keyTerms: search.has("terms") ? ["Lindqvist", "dredging barge", "Sotto"] : [],
      },
      cost: { ...base.settings.cost, budgetCents: budget === "unset" ? 0 : 500, isOfflineAtBudget: isAtEnd },
    },
    cost: isCloud ? spent(budget) : base.cost,
    key: search.has("nokey") || view === "welcome" ? { kind: "missing" } : { kind: "saved", store: "GNOME Keyring" },
    encryption: encryption(search.get("encryption")),
    foundKey: search.has("found") ? { kind: "environment" } : { kind: "none" },
    recogniser:
      isCloud && !isAtEnd
        ? { kind: "assemblyai", label: "AssemblyAI · English", isReady: true, problem: null }
        : base.recogniser,
    recording: {
      live: liveState(view, trouble),
      isPrivate: search.has("private"),
      finishing: [],
      failure: trouble === "start" ? MIC_BUSY : null,
    },
  };
}

function encryption(kind: string | null): Encryption {
  if (kind === "on") return { kind, keyring: { kind: "saved", store: "GNOME Keyring" }, inTheClear: 0 };
  if (kind === "locked") return { kind, keyring: { kind: "missing" } };
  if (kind === "working") return { kind, isEncrypting: true, done: 38, total: 100 };
  return { kind: "off" };
}

/** At 15 cents an hour. */
function spent(budget: Cost["budget"]): Cost {
  const at = (minutes: number) => ({ openMs: minutes * 60_000, micros: minutes * 2_500 });
  const month = { unset: 812, fine: 812, near: 1_704, spent: 2_020 }[budget];
  const recordings = [{ recordingId: LIVE, spent: at(40) }];
  return { today: at(76), thisMonth: at(month), lastMonth: at(1_385), budget, recordings };
}

const MIC_BUSY: CommandError = { code: "MicBusy", message: "device or resource busy (os error 16)" };

function liveState(view: string, trouble: string | null): RecordingState["live"] {
  const at = { recordingId: LIVE, startedAt: today(0, "10:02"), deviceName: "Blue Yeti" };
  if (view === "arming") return { kind: "arming", ...at };
  if (trouble === "mic") return { kind: "micLost", ...at, error: { code: "MicLost", message: "the device is gone" } };
  return ["live", "long", "finishing", "fresh"].includes(view)
    ? { kind: "recording", ...at, isMuted: false }
    : { kind: "idle" };
}

function keepPast(
  host: FakeHost,
  [id, title, ago, minutes, words, offline, gaps]: (typeof PAST)[number],
  view: string,
): void {
  const [days = "0", clock = "10:00"] = ago.split(" ");
  const source = offline ? "offline" : "assemblyai";
  const turns = MEETING.flatMap(([at, text], i) => [
    turn(id, i * 2, at - 2280, text),
    turn(id, i * 2 + 1, at - 2272, "They say the barge can wait, and the tide will not."),
  ]);
  const startedAt = today(Number(days), clock);
  const snippet = view === "search" ? "with one \u{E000}barge\u{E001} or with two? Last year we paid for two" : null;
  host.keep({ recordingId: id, title, startedAt, snippet, samples: minutes * 60 * SECOND, words, source, gaps }, turns);
}

const ENDLESS: RecordingId = "endless";

/** A hundred hours and more: turns that are made when somebody asks for them. */
function keepEndless(host: FakeHost, count: number, tellsSpeakers: boolean): void {
  const every = 4 * SECOND;
  const make = (n: number): StoredTurn => {
    const made = turn(ENDLESS, n, 4 * n, `${MEETING[n % 4]?.[1] ?? ""} Item ${n}.`);
    const tiled = { ...made, from: n * every, to: (n + 1) * every };
    const [leg, speaker] = [n < count / 2 ? 0 : 1, n % 6 < 3 ? "A" : "B"];
    return tellsSpeakers ? { ...tiled, leg, speaker } : tiled;
  };
  const summary = { recordingId: ENDLESS, title: "The whole archive", startedAt: today(2, "08:00") };
  host.keep({ ...summary, samples: count * every, words: count * 20, source: "assemblyai" });
  const voices = [0, 1].flatMap((leg) => ["A", "B"].map((label) => ({ leg, label })));
  host.endless.set(ENDLESS, { count, every, turn: make, edits: new Map(), voices: tellsSpeakers ? voices : [] });
}

function keepLive(host: FakeHost, view: string, search: URLSearchParams): void {
  const isLong = view === "long";
  const early = Array.from({ length: isLong ? 4000 : 0 }, (_, i) => turn(LIVE, i, i * 0.55, MEETING[i % 3]?.[1] ?? ""));
  const late =
    view === "arming" || view === "fresh" ? [] : MEETING.map(([at, text], i) => turn(LIVE, 10_000 + i, at, text));
  const gap = { recordingId: LIVE, from: 2311 * SECOND, to: 2338 * SECOND, cause: "notTranscribed" } as const;
  const startedAt = today(0, "10:02");
  const summary = { recordingId: LIVE, title: "Harbour committee, weekly", startedAt, state: "recording" } as const;
  const isOutage = search.get("trouble") === "outage";
  const turns = late.map((one, i) =>
    isOutage && i > 1 ? ({ ...one, source: "offline", isFallback: true } as const) : one,
  );
  host.keep(summary, [...early, ...turns], late.length > 0 && !isOutage ? [gap] : []);
}

/** Levels and words of a talk that goes on for as long as somebody looks. */
function play(host: DemoHost, wish: SessionOptions, search: URLSearchParams): OpenedSession {
  const isOld = wish.recordingId === LIVE && !["fresh", "arming"].includes(search.get("view") ?? "");
  let frame = isOld ? (2361 * SECOND) / 800 : 0;
  let shown = isOld ? 6 : 0;
  const { receive, onLevel, recordingId } = wish;
  receive({ kind: "resumed" });
  const isAway = search.get("trouble") === "network";
  if (isAway) {
    const reason = { kind: "network", code: null, detail: "close 1006" } as const;
    receive({ kind: "phaseChanged", phase: { kind: "reconnecting", reason, attempt: 5, retryAt: 0 } });
  } else if (search.get("trouble") === "outage") {
    const reason = { kind: "network", code: null, detail: "close 1006" } as const;
    const phase = { kind: "streaming", source: "offline", behind: 0, standsInFor: reason } as const;
    receive({ kind: "phaseChanged", phase });
    receive({ kind: "holesChanged", holes: [{ kind: "healing", from: 2312 * SECOND, to: 2337 * SECOND }] });
  } else
    receive({ kind: "phaseChanged", phase: { kind: "streaming", source: "assemblyai", behind: 0, standsInFor: null } });

  const step = () => {
    const { live, finishing } = host.state.recording;
    if (live.kind === "recording") frame += 1;
    const captured = frame * 800;
    const level = -46 + 30 * Math.abs(Math.sin(frame / 3.1) * Math.sin(frame / 1.7)) + 4 * Math.sin(frame);
    if (live.kind === "recording") onLevel(level, Math.sin(frame / 11) > -0.6, captured);
    if (frame % 6 === 0 && !isAway && live.kind === "recording") shown = Math.min(TAIL.length, shown + 1);
    const words = TAIL.slice(0, live.kind === "arming" ? 0 : shown).map((text, i): Word => {
      const from = captured - (shown - i) * 5000;
      return { text, from, to: from + 4000, confidence: 0.8 };
    });
    receive({ kind: "tentative", leg: 1, turnOrder: 0, words });
    receive({
      kind: "ledgerChanged",
      ledger: { captured, transcribed: Math.max(0, captured - 9 * SECOND) },
    });
    if (finishing.includes(recordingId)) receive({ kind: "phaseChanged", phase: { kind: "finishing" } });
    const isEnding = finishing.includes(recordingId) && search.get("view") !== "finishing";
    if (isEnding || (shown === TAIL.length && frame % 60 === 0 && live.kind === "recording")) {
      const end = turn(recordingId, frame, captured / SECOND - 5, `${TAIL.join(" ")}.`);
      receive({ kind: "tentative", leg: 1, turnOrder: 0, words: [] });
      receive({ kind: "turnCommitted", turn: end });
      void host.turnCommit(1, end);
      shown = 0;
    }
    if (isEnding) void host.recordingFinish(recordingId);
  };
  // The beginning is written down while somebody reads further down.
  const early = (i: number) => turn(recordingId, 20_000 + i, -60 + i * 2.4, "What was said before anybody listened.");
  const late = search.has("heal")
    ? setTimeout(() => {
        for (let i = 0; i < 24; i += 1) receive({ kind: "turnCommitted", turn: early(i) });
      }, 3_000)
    : undefined;
  // A screen's worth of the past at once, so that a picture taken early shows it.
  for (let i = 0; i < (isOld ? 30 : 0); i += 1) step();
  shown = isOld ? 7 : 0;
  const beat = setInterval(step, FRAME_MS);
  return {
    reconfigure: () => {},
    retry: () => {},
    pause: () => {},
    close: () => {
      clearInterval(beat);
      clearTimeout(late);
    },
  };
}

function turn(recordingId: RecordingId, turnOrder: number, at: number, text: string): StoredTurn {
  const words = text.split(" ").map((word, i) => {
    const from = Math.round(at * SECOND) + i * 5000;
    return { text: word, from, to: from + 4000, confidence: 0.9 };
  });
  const [from, to] = [words[0]?.from ?? 0, words.at(-1)?.to ?? 0];
  return {
    recordingId,
    leg: 0,
    turnOrder,
    from,
    to,
    text,
    words,
    source: "assemblyai",
    isFallback: false,
    editedText: null,
  };
}

function today(daysAgo: number, clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const date = new Date();
  date.setDate(date.getDate() - daysAgo);
  return date.setHours(hours, minutes, 0, 0);
}
