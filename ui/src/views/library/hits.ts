/** A snippet of the search in parts; the trusted side marks hits with two characters that nobody types. */
export interface Part {
  text: string;
  isHit: boolean;
}

const [FROM, TO] = ["\u{E000}", "\u{E001}"];

export function hits(snippet: string): Part[] {
  return snippet
    .split(FROM)
    .flatMap((piece, i) => {
      if (i === 0) return [{ text: piece, isHit: false }];
      const [hit = "", ...rest] = piece.split(TO);
      return [
        { text: hit, isHit: true },
        { text: rest.join(""), isHit: false },
      ];
    })
    .filter((part) => part.text !== "");
}
