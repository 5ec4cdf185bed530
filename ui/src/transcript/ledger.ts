/**
 * What became of a recording, range by range, for whoever asks. Turns of one recogniser that follow each other are one
 * range; a gap comes before text, for what was never captured was not heard by anybody.
 */
import type { Gap, RecogniserKind, Sample } from "../host/host";
import type { Stored } from "./transcript";

export type Fate =
  | { kind: "heard"; source: RecogniserKind; isFallback: boolean }
  | { kind: "gap"; cause: Gap["cause"] }
  /** Kept, and on its way. */
  | { kind: "open" };

export interface LedgerRange {
  from: Sample;
  to: Sample;
  fate: Fate;
}

/** They tile `[0, end)`. */
export function ledgerRanges({ turns, gaps }: Stored, end: Sample): LedgerRange[] {
  const missing = gaps.map(({ from, to, cause }): LedgerRange => ({ from, to, fate: { kind: "gap", cause } }));
  const heard = turns.map(({ from, to, source, isFallback }): LedgerRange => {
    return { from, to, fate: { kind: "heard", source, isFallback } };
  });
  const all: LedgerRange[] = end > 0 ? [{ from: 0, to: end, fate: { kind: "open" } }] : [];
  return joined(filled(filled(all, missing), heard));
}

/** What is open in `ranges`, filled by `by` as far as it reaches. */
function filled(ranges: readonly LedgerRange[], by: readonly LedgerRange[]): LedgerRange[] {
  const sorted = by.toSorted((a, b) => a.from - b.from);
  return ranges.flatMap((range) => (range.fate.kind === "open" ? pieces(range, sorted) : [range]));
}

function pieces(open: LedgerRange, by: readonly LedgerRange[]): LedgerRange[] {
  const out: LedgerRange[] = [];
  let at = open.from;
  for (const one of by) {
    const [from, to] = [Math.max(one.from, at), Math.min(one.to, open.to)];
    if (from >= to) continue;
    if (at < from) out.push({ from: at, to: from, fate: open.fate });
    out.push({ from, to, fate: one.fate });
    at = to;
  }
  if (at < open.to) out.push({ from: at, to: open.to, fate: open.fate });
  return out;
}

function joined(ranges: readonly LedgerRange[]): LedgerRange[] {
  const out: LedgerRange[] = [];
  for (const range of ranges) {
    const last = out.at(-1);
    if (last !== undefined && isSame(last.fate, range.fate)) out[out.length - 1] = { ...last, to: range.to };
    else out.push(range);
  }
  return out;
}

function isSame(a: Fate, b: Fate): boolean {
  if (a.kind === "heard" && b.kind === "heard") return a.source === b.source && a.isFallback === b.isFallback;
  if (a.kind === "gap" && b.kind === "gap") return a.cause === b.cause;
  return a.kind === b.kind;
}
