/** Times and counts as people read them. */

const LANGUAGE = "en-GB";
const SAMPLES_PER_MINUTE = 16_000 * 60;

const clockTime = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hour12: false });
const dayWithin = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long" });
const dayBefore = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", day: "numeric", month: "short" });
const whole = new Intl.NumberFormat(LANGUAGE);

const languages = new Intl.DisplayNames("en", { type: "language" });

export function time(at: number): string {
  return clockTime.format(at);
}

/** "Tue 24 Nov, 10:02" */
export function moment(at: number): string {
  return `${short.format(at).replace(",", "")}, ${time(at)}`;
}

export function count(n: number): string {
  return whole.format(n);
}

/** "45 s", "36 min", "1 h 28 min": as exact as anybody cares for. */
export function duration(samples: number): string {
  const minutes = Math.round(samples / SAMPLES_PER_MINUTE);
  if (samples < SAMPLES_PER_MINUTE) return `${Math.round(samples / 16_000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** "Today", "Yesterday", "Friday 20 November". */
export function day(at: number, now: number): string {
  const age = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (age === 0) return "Today";
  if (age === 1) return "Yesterday";
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear ? dayWithin.format(at).replace(",", "") : dayBefore.format(at);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** A language by its BCP 47 code, in English; the code where it has no name. */
export function languageName(code: string): string {
  return languages.of(code) ?? code;
}
