/**
 * Whether a list that grows at its end should keep its end in sight. Pure: the list reports what it sees.
 *
 * The reader wins: a move away from the end stops it, coming back to the end starts it again. Growth, a row measured
 * anew or a window resized never stop it, for those are no wishes of the reader.
 */

/** In CSS pixels. */
export interface Sight {
  offset: number;
  viewport: number;
  content: number;
}

export interface Following {
  isFollowing: boolean;
  seen: Sight;
}

/** So near to the end counts as the end. */
export const NEAR_PX = 40;

export const atStart: Following = { isFollowing: true, seen: { offset: 0, viewport: 0, content: 0 } };

export function follow(before: Following, seen: Sight): Following {
  if (distance(seen) <= NEAR_PX) return { isFollowing: true, seen };
  const hasShrunk = seen.content < before.seen.content || seen.viewport !== before.seen.viewport;
  const isReaderAway = seen.offset < before.seen.offset && !hasShrunk;
  return { isFollowing: before.isFollowing && !isReaderAway, seen };
}

function distance({ offset, viewport, content }: Sight): number {
  return content - offset - viewport;
}
