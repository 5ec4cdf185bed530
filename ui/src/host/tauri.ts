/** The trusted side, reached through Tauri. With the generated bindings the only file that knows Tauri. */
import { Channel } from "@tauri-apps/api/core";
import { commands, events } from "./bindings";
import type { CaptionsHost, CommandError, FeedLine, Host, HostEvent, Metered, RecordingId, Result } from "./host";

export function tauriHost(): Host {
  return {
    snapshot: () => asked(commands.snapshot()),
    listen: (receive) => events.hostEvent.listen((event) => receive(event.payload as HostEvent)),

    recordingStart: (isPrivate = false) => asked(commands.recordingStart(isPrivate)),
    recordingStop: () => asked(commands.recordingStop()),
    recordingPause: () => asked(commands.recordingPause()),
    recordingGoOn: () => asked(commands.recordingGoOn()),
    recordingFinish: (recordingId) => asked(commands.recordingFinish(recordingId)),
    recordingResume: (recordingId) => asked(commands.recordingResume(recordingId)),
    recordingFirstText: (recordingId) => asked(commands.recordingFirstText(recordingId)),
    recordingPainted: (recordingId, to) => asked(commands.recordingPainted(recordingId, to)),
    recordingGiveUp: (recordingId) => asked(commands.recordingGiveUp(recordingId)),

    recordingImport: () => asked(commands.recordingImport()),
    feedOpen: (recordingId) => asked(commands.feedOpen(recordingId)),
    feedChannel,
    tokenMint: (recogniser, expires, maxSession) => asked(commands.tokenMint(recogniser, expires, maxSession)),
    turnCommit: (claim, turn) => asked(commands.turnCommit(claim, turn)),
    turnRelabel: (claim, recordingId, anew) => asked(commands.turnRelabel(claim, recordingId, anew)),
    turnsReplace: (claim, { from, to }, turns) => asked(commands.turnsReplace(claim, from, to, turns)),

    historyPage: (query, filter, before, limit) => asked(commands.historyPage(query, filter, before, limit)),
    recordingOpen: (recordingId) => asked(commands.recordingOpen(recordingId)),
    recordingTurns: (recordingId, from, to) => asked(commands.recordingTurns(recordingId, from, to)),
    recordingFind: (recordingId, query) => asked(commands.recordingFind(recordingId, query)),
    recordingRename: (recordingId, title) => asked(commands.recordingRename(recordingId, title)),
    turnEdit: (recordingId, leg, turnOrder, text) => asked(commands.turnEdit(recordingId, leg, turnOrder, text)),
    speakersName: (recordingId, changes) => asked(commands.speakersName(recordingId, changes)),
    bookmarkSet: (recordingId, at, note) => asked(commands.bookmarkSet(recordingId, at, note)),
    bookmarkRemove: (recordingId, at) => asked(commands.bookmarkRemove(recordingId, at)),
    recordingDelete: (recordingId) => asked(commands.recordingDelete(recordingId)),
    recordingRestore: (recordingId) => asked(commands.recordingRestore(recordingId)),
    recordingExport: (recordingId, format) => asked(commands.recordingExport(recordingId, format)),
    recordingSaveSound: (recordingId) => asked(commands.recordingSaveSound(recordingId)),
    recordingCopy: (recordingId, isTimed) => asked(commands.recordingCopy(recordingId, isTimed)),

    keySave: (key) => asked(commands.keySave(key)),
    keyImport: () => asked(commands.keyImport()),
    keyForget: () => asked(commands.keyForget()),
    brokerSave: (address, credential) => asked(commands.brokerSave(address, credential)),
    brokerForget: () => asked(commands.brokerForget()),
    encryptionOffer: () => asked(commands.encryptionOffer()),
    encryptionWithdraw: () => asked(commands.encryptionWithdraw()),
    encryptionBegin: (lastGroup) => asked(commands.encryptionBegin(lastGroup)),
    encryptionEnd: () => asked(commands.encryptionEnd()),
    encryptionUnlock: (recoveryKey) => asked(commands.encryptionUnlock(recoveryKey)),
    encryptionRetry: () => asked(commands.encryptionRetry()),
    encryptionKey: () => asked(commands.encryptionKey()),
    encryptionKeyCopy: () => asked(commands.encryptionKeyCopy()),
    encryptionKeySave: () => asked(commands.encryptionKeySave()),
    tokensSeen: () => asked(commands.tokensSeen()),
    usageAdd: (recordingId, recogniser, openMs) => asked(commands.usageAdd(recordingId, recogniser, openMs)),
    costRead: () => asked(commands.costRead()),

    modelStatus: () => asked(commands.modelStatus()),
    modelChoose: () => asked(commands.modelChoose()),
    modelSpeak: (language) => asked(commands.modelSpeak(language)),
    modelForget: () => asked(commands.modelForget()),
    captionsSay: (text) => asked(commands.captionsSay(text)),
    diagnostics: () => asked(commands.diagnostics()),
    diagnosticsCopy: () => asked(commands.diagnosticsCopy()),
    timingReport: (recordingId, report) => asked(commands.timingReport(recordingId, report)),
    windowClose: () => asked(commands.windowClose()),
    programQuit: () => asked(commands.programQuit()),
    updatesLook: () => asked(commands.updatesLook()),
    updatesInstall: () => asked(commands.updatesInstall()),
    shortcutsStatus: () => asked(commands.shortcutsStatus()),
    shortcutTry: (isOn) => asked(commands.shortcutTry(isOn)),
    shortcutCopy: () => asked(commands.shortcutCopy()),
    shortcutsAsk: () => asked(commands.shortcutsAsk()),
    settingsUpdate: (patch) => asked(commands.settingsUpdate(patch)),
    autostartCheck: () => asked(commands.autostartCheck()),
    devices: () => asked(commands.devices()),
    meterOpen: (deviceId, receive) => {
      const channel = new Channel<Metered>(receive);
      return asked(commands.meterOpen(deviceId, { id: channel.toJSON() }));
    },
    meterClose: () => asked(commands.meterClose()),
  };
}

export function tauriCaptionsHost(): CaptionsHost {
  return {
    open: () => asked(commands.captionsOpen()),
    listen: (receive) => events.captionsChanged.listen((event) => receive(event.payload)),
    close: () => asked(commands.captionsClose()),
  };
}

async function feedChannel(
  recordingId: RecordingId,
  receive: (data: ArrayBuffer | string) => void,
): Promise<Result<FeedLine>> {
  // Frames arrive as bytes; the one text, which says the end, as the value that it encodes.
  const channel = new Channel<ArrayBuffer | object>((data) =>
    receive(data instanceof ArrayBuffer ? data : JSON.stringify(data)),
  );
  const answer = await asked<null>(commands.feedChannel(recordingId, { id: channel.toJSON() }));
  if (!answer.ok) return answer;
  // A line that has ended answers no more; the next window asks anew.
  const ask = (text: string) => void asked(commands.feedAsk(recordingId, text));
  const close = () => void asked(commands.feedClose(recordingId));
  return { ok: true, value: { ask, close } };
}

/** A command that failed rejects; here the rejection becomes a value, once and for all. */
async function asked<T>(command: Promise<unknown>): Promise<Result<T>> {
  try {
    return { ok: true, value: (await command) as T };
  } catch (error) {
    return { ok: false, error: commandError(error) };
  }
}

/** Anything that is not one of ours (a permission refused, a broken bridge) is `Unexpected`. */
function commandError(error: unknown): CommandError {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    return error as CommandError;
  }
  return { code: "Unexpected", message: error instanceof Error ? error.message : String(error) };
}
