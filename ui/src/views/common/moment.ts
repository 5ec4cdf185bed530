/** The moment that the reader is at. */
import type { Sample } from "../../host/host";

/** Of the sentence that has the focus, else of the first row that is in sight; null where there is no text. */
export function momentInSight(): Sample | null {
  const focused = document.activeElement?.closest<HTMLElement>("[data-from]");
  const found = focused ?? [...document.querySelectorAll<HTMLElement>("[data-row][data-from]")].find(isInSight);
  return found?.dataset["from"] === undefined ? null : Number(found.dataset["from"]);
}

function isInSight(row: HTMLElement): boolean {
  const view = row.closest("section")?.getBoundingClientRect();
  const { top, bottom } = row.getBoundingClientRect();
  return view !== undefined && bottom > view.top + 24 && top < view.bottom;
}
