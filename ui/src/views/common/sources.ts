/** The menus of microphone and recogniser, the same in the header and in the settings. */
import type { Device, RecogniserStatus, Settings } from "../../host/host";
import type { MenuItem, MenuSection } from "../../parts/menu";
import { say } from "../../words/say";

const SYSTEM_DEFAULT = "";

export function deviceSections(devices: readonly Device[], chosen: string | null): MenuSection[] {
  const normal = devices.find((device) => device.isDefault && !device.isMonitor);
  const label = normal === undefined ? say.chips.systemDefault : say.chips.systemDefaultNamed(normal.name);
  const system = { id: SYSTEM_DEFAULT, label, isChosen: chosen === null };
  const item = ({ id, name }: Device): MenuItem => ({ id, label: name, isChosen: id === chosen });
  const [monitors, microphones] = [devices.filter((d) => d.isMonitor), devices.filter((d) => !d.isMonitor)];
  const sections = [{ id: "device", heading: say.chips.microphones, items: [system, ...microphones.map(item)] }];
  if (monitors.length === 0) return sections;
  return [...sections, { id: "monitor", heading: say.chips.monitors, items: monitors.map(item) }];
}

/** A menu's choice as the setting. */
export function chosenDevice(id: string): Pick<Settings, "deviceId"> {
  return { deviceId: id === SYSTEM_DEFAULT ? null : id };
}

type Choice = Settings["recogniser"];
const CHOICES: readonly Choice[] = ["assemblyai", "assemblyaiEu", "offline"];

export function recogniserSections(chosen: Choice): MenuSection[] {
  const items = CHOICES.map((id) => {
    return { id, label: say.settings[id], note: say.settings[`${id}Note`], isChosen: id === chosen };
  });
  return [{ id: "recogniser", heading: say.chips.recogniser, items }];
}

export function isChoice(id: string): id is Choice {
  return (CHOICES as readonly string[]).includes(id);
}

/** What the recogniser is called on its chip. */
export function recogniserLabel(recogniser: RecogniserStatus): string {
  return recogniser.label || say.source[recogniser.kind];
}
