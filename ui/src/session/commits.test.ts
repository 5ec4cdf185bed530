import { describe, expect, it } from "vitest";
import { Commits } from "./commits";
import type { Commit } from "./io";

const [A, B] = [{}, {}];
const commit = (from: number): Commit => ({ kind: "replacement", range: { from, to: from + 800 }, turns: [] });

describe("writes on their way to the disk", () => {
  it("go one at a time, in the order in which they came, whoever sent them", () => {
    const commits = new Commits();
    expect([commits.isEmpty, commits.next(0)]).toEqual([true, null]);
    commits.push(A, commit(0));
    commits.push(B, commit(800));
    expect(commits.isEmpty).toBe(false);
    expect(commits.next(0)).toEqual(commit(0));
    expect(commits.next(1000)).toBeNull();
    expect(commits.stored()).toEqual({ owner: A, commit: commit(0) });
    expect(commits.next(1000)).toEqual(commit(800));
    expect(commits.stored()?.owner).toBe(B);
    expect([commits.isEmpty, commits.stored()]).toEqual([true, null]);
  });

  it("are known by their owner until they are stored", () => {
    const commits = new Commits();
    commits.push(A, commit(0));
    expect([commits.has(A), commits.has(B)]).toEqual([true, false]);
    commits.next(0);
    expect(commits.has(A)).toBe(true);
    commits.stored();
    expect(commits.has(A)).toBe(false);
  });

  it("are tried again when one fails, the same one, and later each time", () => {
    const commits = new Commits();
    commits.push(A, commit(0));
    commits.push(A, commit(800));
    commits.next(0);
    expect(commits.wakesAt).toBeNull();
    commits.failed(0, () => 1);
    expect(commits.wakesAt).toBe(500);
    expect(commits.next(499)).toBeNull();
    expect(commits.next(500)).toEqual(commit(0));
    commits.failed(500, () => 1);
    expect(commits.wakesAt).toBe(1500);
  });
});
