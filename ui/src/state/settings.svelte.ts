/** The settings as the trusted side has them; a change shows at once and goes back if it was refused. */
import type { CommandError, Device, Settings, SettingsPatch } from "../host/host";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class Preferences {
  value = $state.raw<Settings>({
    isWelcomed: true,
    recogniser: "offline",
    deviceId: null,
    toggleShortcut: "CommandOrControl+Alt+R",
    captionsShortcut: "CommandOrControl+Alt+C",
    captions: { isShown: false, size: 27, lines: 2, look: "dark", isClickThrough: false },
    ownModel: null,
    theme: "system",
    isAudioKept: false,
    tokenSeconds: 480,
    sessionSeconds: 10_800,
    isOfflineTakeover: true,
    takeoverSeconds: 8,
    isOfflineRedone: true,
  });
  devices = $state.raw<readonly Device[]>([]);
  /** Why the shortcut that was asked for is not the shortcut. */
  shortcutError = $state.raw<CommandError | null>(null);

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
    const before = this.value;
    this.value = { ...before, ...patch };
    const answer = await this.#world.host.settingsUpdate(patch);
    this.value = answer.ok ? answer.value : before;
    if (patch.toggleShortcut !== undefined) this.shortcutError = answer.ok ? null : answer.error;
    else if (!answer.ok) this.#toasts.fail(answer.error);
    return answer.ok;
  }

  async loadDevices(): Promise<void> {
    const devices = await this.#world.host.devices();
    if (devices.ok) this.devices = devices.value;
    else this.#toasts.fail(devices.error);
  }
}
