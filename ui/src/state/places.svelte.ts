/**
 * The rows of a text that is being written, at their places in a list. A word that comes changes one row: the list stays the same
 * object, and nobody looks through the others for what is new in them.
 */
import type { Row } from "./rows";

export class Place {
  readonly key: string;
  row: Row;

  constructor(row: Row) {
    this.key = row.key;
    this.row = $state.raw(row);
  }
}

export class Places {
  #list: readonly Place[] = [];

  /** Where these rows are; the same list as before while it has the same rows in the same order. */
  of(rows: readonly Row[]): readonly Place[] {
    const before = this.#list;
    const isSame = rows.length === before.length && rows.every((row, i) => row.key === before[i]?.key);
    if (isSame) {
      before.forEach((place, i) => {
        place.row = rows[i] as Row;
      });
      return before;
    }
    const known = new Map(before.map((place) => [place.key, place]));
    this.#list = rows.map((row) => {
      const place = known.get(row.key) ?? new Place(row);
      place.row = row;
      return place;
    });
    return this.#list;
  }
}
