/** What a menu offers. */
export interface MenuItem {
  id: string;
  label: string;
  note?: string;
  /** Undefined: the item is a deed. Else it is one of several choices. */
  isChosen?: boolean;
  /** It is chosen or not by itself, whatever else is. */
  isCheck?: boolean;
  isDanger?: boolean;
}

export interface MenuSection {
  id: string;
  heading?: string;
  items: readonly MenuItem[];
}

/** The next item for a key, around the ends; null for a key that does not move. */
export function moved(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at <= 0 ? count : at) - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
