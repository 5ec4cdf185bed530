/**
 * Finds settings by what can be read in them: labels, notes and choices alike, so that a new setting is found without being
 * listed anywhere. A group whose heading matches is shown as a whole.
 */

/** Hides what does not match; says whether anything is left. */
export function showMatching(column: HTMLElement, query: string): boolean {
  const wanted = query.trim().toLowerCase().split(/\s+/);
  let heading: HTMLElement | null = null;
  let isAny = false;
  for (const element of column.querySelectorAll<HTMLElement>(":scope > h2, :scope > .card")) {
    if (element.tagName === "H2") {
      heading = element;
      heading.hidden = true;
      continue;
    }
    const title = heading?.textContent ?? "";
    const isShown = showParts(element, (text) =>
      wanted.every((word) => `${title} ${text}`.toLowerCase().includes(word)),
    );
    element.hidden = !isShown;
    if (isShown && heading !== null) heading.hidden = false;
    isAny ||= isShown;
  }
  return isAny;
}

function showParts(card: HTMLElement, matches: (text: string) => boolean): boolean {
  const parts = [...card.querySelectorAll<HTMLElement>(".part")];
  if (parts.length === 0) return matches(textOf(card));
  for (const part of parts) part.hidden = !matches(textOf(part));
  return parts.some((part) => !part.hidden);
}

/** Labels that are read out count as well as those that are seen. */
function textOf(element: HTMLElement): string {
  const labelled = [...element.querySelectorAll("[aria-label]")].map((one) => one.getAttribute("aria-label"));
  return [element.textContent, ...labelled].join(" ");
}
