/** Finding words in a text: upper and lower case are the same, and spaces are spaces. */

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

/** The text in pieces, which joined are the text. */
export function pieces(text: string, query: string): readonly Piece[] {
  const pattern = patternOf(query);
  if (pattern === null) return [{ text, isHit: false }];
  const out: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) out.push({ text: text.slice(at, match.index), isHit: false });
    out.push({ text: match[0], isHit: true });
    at = match.index + match[0].length;
  }
  if (at < text.length || out.length === 0) out.push({ text: text.slice(at), isHit: false });
  return out;
}

export function countHits(text: string, query: string): number {
  const pattern = patternOf(query);
  return pattern === null ? 0 : [...text.matchAll(pattern)].length;
}

function patternOf(query: string): RegExp | null {
  const words = query
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return null;
  return new RegExp(words.map(escaped).join("\\s+"), "giu");
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
