/** Recordings in the order of the library: newest first, under their day. */
import type { RecordingSummary, UnixMs } from "../host/host";
import { day } from "../words/format";

export interface Day {
  label: string;
  items: RecordingSummary[];
}

export function byDay(items: readonly RecordingSummary[], now: UnixMs): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const label = day(item.startedAt, now);
    const last = days.at(-1);
    if (last?.label === label) last.items.push(item);
    else days.push({ label, items: [item] });
  }
  return days;
}
