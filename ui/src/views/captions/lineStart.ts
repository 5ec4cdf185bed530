/** Where lines begin in text that the browser has laid out. */

/** The first character of `node` whose line begins at or below `top` (in pixels of the window); its length if none does. */
export function firstBelow(node: Text, top: number): number {
  const range = document.createRange();
  let [low, high] = [0, node.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    range.setStart(node, middle);
    range.setEnd(node, middle + 1);
    if (range.getBoundingClientRect().top >= top) high = middle;
    else low = middle + 1;
  }
  return low;
}
