/** How fast a leg may be sent audio. Pure numbers; a token bucket in samples. */
import type { Sample } from "../host/host";
import { type Ms, SAMPLES_PER_MS } from "./io";

/** A backlog up to this is caught up briskly; bursts of that length were tolerated on the wire. */
const SHORT: Sample = 5000 * SAMPLES_PER_MS;
const BRISK = 2;
/** What may be sent at once after a pause of the event loop. */
export const BURST: Sample = 1000 * SAMPLES_PER_MS;

/** Times real time, by the backlog; `limit` is the recogniser's (`Token.paceLimit`), null for none. */
export function rate(limit: number | null, backlog: Sample): number {
  if (limit === null) return Number.POSITIVE_INFINITY;
  return backlog <= SHORT ? Math.min(limit, BRISK) : 1;
}

export interface Bucket {
  readonly credit: Sample;
  readonly at: Ms;
}

export function fullBucket(now: Ms): Bucket {
  return { credit: BURST, at: now };
}

export function refilled(bucket: Bucket, timesRealTime: number, now: Ms): Bucket {
  if (timesRealTime === Number.POSITIVE_INFINITY) return { credit: Number.POSITIVE_INFINITY, at: now };
  const earned = Math.max(0, now - bucket.at) * SAMPLES_PER_MS * timesRealTime;
  return { credit: Math.min(BURST, bucket.credit + earned), at: now };
}

export function spent(bucket: Bucket, samples: Sample): Bucket {
  return { ...bucket, credit: bucket.credit - samples };
}

/** When the credit will reach `samples`. */
export function affordableAt(bucket: Bucket, timesRealTime: number, samples: Sample): Ms {
  const missing = samples - bucket.credit;
  return missing <= 0 ? bucket.at : bucket.at + missing / (SAMPLES_PER_MS * timesRealTime);
}
