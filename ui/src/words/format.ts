/** Times and counts as people read them. */

import type { Language } from "../host/host";

const SAMPLES_PER_MINUTE = 16_000 * 60;

/** Made when it is needed first: each takes milliseconds, and a start needs hardly any. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** `comma`: what stands between the day of the week and its date. */
function formatsOf(locale: string, comma: string) {
  const form = (options: Intl.DateTimeFormatOptions) =>
    once(() => new Intl.DateTimeFormat(locale, { hour12: false, ...options }));
  const number = (options: Intl.NumberFormatOptions) => once(() => new Intl.NumberFormat(locale, options));
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  return {
    comma,
    clockTime: form(clock),
    dayWithin: form({ weekday: "long", day: "numeric", month: "long" }),
    dayBefore: form({ day: "numeric", month: "long", year: "numeric" }),
    short: form({ weekday: "short", day: "numeric", month: "short" }),
    exact: form({ day: "numeric", month: "short", ...clock, second: "2-digit" }),
    whole: number({}),
    tenths: number({ minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    dollars: number({ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" }),
    amount: number({ minimumFractionDigits: 2, maximumFractionDigits: 3, useGrouping: false }),
    near: once(() => new Intl.RelativeTimeFormat(locale, { numeric: "auto" })),
    languages: once(() => new Intl.DisplayNames(locale, { type: "language" })),
  };
}

const FORMATS = { en: formatsOf("en-GB", ""), de: formatsOf("de-DE", ",") };
let spoken = FORMATS.en;

/** From now on as readers of this language write them. */
export function formatIn(language: Language): void {
  spoken = FORMATS[language];
}

/** "24 Nov, 10:02:07" */
export function second(at: number): string {
  return spoken.exact().format(at);
}

export function time(at: number): string {
  return spoken.clockTime().format(at);
}

/** "Tue 24 Nov, 10:02" */
export function moment(at: number): string {
  return `${spoken.short().format(at).replace(",", spoken.comma)}, ${time(at)}`;
}

export function count(n: number): string {
  return spoken.whole().format(n);
}

/** "4.2", of milliseconds. */
export function milliseconds(micros: number): string {
  return spoken.tenths().format(micros / 1000);
}

/** "$0.02", "0,02 $"; what is less than a cent is said to be. */
export function money(micros: number): string {
  if (micros > 0 && micros < 10_000) return `< ${spoken.dollars().format(0.01)}`;
  return spoken.dollars().format(micros / 1e6);
}

/** "0.15", as it is typed. */
export function amount(n: number): string {
  return spoken.amount().format(n);
}

/** "1.25×" */
export function fold(n: number): string {
  return `${spoken.whole().format(n)}×`;
}

/** "45 s", "36 min", "1 h 28 min": as exact as anybody cares for. */
export function duration(samples: number): string {
  const minutes = Math.round(samples / SAMPLES_PER_MINUTE);
  if (samples < SAMPLES_PER_MINUTE) return `${Math.round(samples / 16_000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** "3:10", "1:03:10" */
export function span(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "Today", "Yesterday", "Friday 20 November"; "Heute", "Gestern", "Freitag, 20. November". */
export function day(at: number, now: number): string {
  const age = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (age === 0 || age === 1) return capitalised(spoken.near().format(-age, "day"));
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear ? spoken.dayWithin().format(at).replace(",", spoken.comma) : spoken.dayBefore().format(at);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** A language by its BCP 47 code, in the language that is spoken; the code where it has no name. */
export function languageName(code: string): string {
  return spoken.languages().of(code) ?? code;
}
