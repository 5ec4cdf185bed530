/** The settings as the trusted side has them; a change shows at once and goes back if it was refused. */
import type { CommandError, Device, Settings, SettingsPatch } from "../host/host";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class Preferences {
  value = $state.raw<Settings>({
    isWelcomed: true,
    recogniser: "offline",
    recognition: {
      model: "universal-streaming-english",
      language: null,
      keyTerms: [],
      turnTaking: "balanced",
      isFormatted: true,
      tellsSpeakers: false,
      mostSpeakers: null,
    },
    deviceId: null,
    toggleShortcut: "CommandOrControl+Alt+R",
    captionsShortcut: "CommandOrControl+Alt+C",
    talkShortcut: "CommandOrControl+Alt+Space",
    dictation: "off",
    isAutostarted: false,
    isCloseExplained: false,
    captions: { isShown: false, size: 27, lines: 2, look: "dark", font: "inter", place: "free", isClickThrough: false },
    ownModel: null,
    theme: "system",
    language: "system",
    broker: null,
    keepDays: 0,
    isAudioKept: false,
    tokenSeconds: 480,
    sessionSeconds: 10_800,
    isOfflineTakeover: true,
    takeoverSeconds: 8,
    isOfflineRedone: true,
    idleMinutes: 5,
    cost: { rateMills: 150, selfHostedRateMills: 0, budgetCents: 0, isOfflineAtBudget: false },
    notifications: "important",
    isLookingForUpdates: false,
  });
  devices = $state.raw<readonly Device[]>([]);

  readonly #world: World;
  readonly #toasts: Toasts;

  constructor(world: World, toasts: Toasts) {
    this.#world = world;
    this.#toasts = toasts;
  }

  get device(): Device | null {
    const { deviceId } = this.value;
    return this.devices.find((device) => (deviceId === null ? device.isDefault : device.id === deviceId)) ?? null;
  }

  async update(patch: SettingsPatch): Promise<boolean> {
    const error = await this.change(patch);
    if (error !== null) this.#toasts.fail(error);
    return error === null;
  }

  /** For who tells of a refusal in its place; null: it was done. */
  async change(patch: SettingsPatch): Promise<CommandError | null> {
    const before = this.value;
    this.value = { ...before, ...patch };
    const answer = await this.#world.host.settingsUpdate(patch);
    this.value = answer.ok ? answer.value : before;
    return answer.ok ? null : answer.error;
  }

  /** The system may be told otherwise behind our back; what it says comes as an event. */
  async checkAutostart(): Promise<void> {
    const answer = await this.#world.host.autostartCheck();
    if (!answer.ok) this.#toasts.fail(answer.error);
  }

  async loadDevices(): Promise<void> {
    const devices = await this.#world.host.devices();
    if (devices.ok) this.devices = devices.value;
    else this.#toasts.fail(devices.error);
  }
}
