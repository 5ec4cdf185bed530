/** What captions can be written in, and whether this system has it. */
import type { CaptionFont } from "../host/host";

const LEGIBLE = ["Atkinson Hyperlegible Next", "Atkinson Hyperlegible"];

/** Families in the order in which they are tried; each ends with one that is always there. */
export const FAMILIES: Record<CaptionFont, string> = {
  inter: "var(--font)",
  system: 'system-ui, -apple-system, "Segoe UI", sans-serif',
  serif: 'Charter, "Source Serif 4", Georgia, "Noto Serif", "DejaVu Serif", serif',
  mono: 'ui-monospace, "Cascadia Mono", Menlo, "Noto Sans Mono", "DejaVu Sans Mono", monospace',
  hyperlegible: [...LEGIBLE.map((name) => `"${name}"`), "sans-serif"].join(", "),
};

/** How wide a text is in these families. */
export type Measure = (families: string) => number;

/**
 * A browser does not say which families a system has. One that it has is as wide as itself, whatever stands behind it;
 * one that it has not is as wide as what stands behind it.
 */
export function offeredFonts(measure: Measure): CaptionFont[] {
  const always: CaptionFont[] = ["inter", "system", "serif", "mono"];
  return LEGIBLE.some((name) => isThere(name, measure)) ? [...always, "hyperlegible"] : always;
}

function isThere(name: string, measure: Measure): boolean {
  return measure(`"${name}", monospace`) === measure(`"${name}", serif`);
}

/** By a canvas that is never shown. */
export function canvasMeasure(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  return (families) => {
    if (context === null) return 0;
    context.font = `40px ${families}`;
    return context.measureText("mmmmWWiill0O1lI").width;
  };
}
