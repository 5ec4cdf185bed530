import { beforeEach, describe, expect, test } from "vitest";
import { Painting } from "./painting";

let isHidden: boolean;
let frames: (() => void)[];
let tasks: (() => void)[];
let micro: (() => void)[];
let done: string[];
let painting: Painting;

beforeEach(() => {
  [isHidden, frames, tasks, micro, done] = [false, [], [], [], []];
  painting = new Painting({
    isHidden: () => isHidden,
    nextFrame: (work) => void frames.push(work),
    nextTask: (work) => void tasks.push(work),
    soon: (work) => void micro.push(work),
  });
});

function run(works: (() => void)[]) {
  for (const work of works.splice(0)) work();
}

const does = (what: string) => () => void done.push(what);

describe("painting", () => {
  const several = ["a", "b", "c", "d", "e"];

  test("the first changes of a frame are made at once, the others with the next one", () => {
    for (const one of several) painting.paint(does(one));
    run(micro);
    expect(done).toEqual(["a", "b", "c"]);
    expect(frames).toHaveLength(1);
    run(frames);
    expect(done).toEqual(several);
    painting.paint(does("f"));
    run(micro);
    expect(done.at(-1)).toBe("f");
  });

  test("a final text does not wait for a frame behind one that changed nothing", () => {
    painting.paint(() => {});
    painting.paint(does("final"));
    run(micro);
    expect(done).toEqual(["final"]);
  });

  test("what is on the page is on the screen in the task after the next frame", () => {
    painting.afterPaint(does("told"));
    painting.afterPaint(does("as well"));
    run(micro);
    run(frames);
    expect(done).toEqual([]);
    run(tasks);
    expect(done).toEqual(["told", "as well"]);
  });

  test("a change that waited for its frame is on the screen in the task after that one, and not after another", () => {
    for (const one of ["a", "b", "c"]) painting.paint(does(one));
    painting.paint(() => painting.afterPaint(does("told")));
    run(micro);
    run(frames);
    expect(frames).toEqual([]);
    run(tasks);
    expect(done).toEqual(["a", "b", "c", "told"]);
  });

  test("a change between a frame and its picture is not taken for a part of it", () => {
    painting.afterPaint(does("told"));
    run(frames);
    painting.paint(() => painting.afterPaint(does("later")));
    run(micro);
    run(tasks);
    expect(done).toEqual(["told"]);
    run(frames);
    run(tasks);
    expect(done).toEqual(["told", "later"]);
  });

  test("a hidden window waits for no frame", () => {
    isHidden = true;
    painting.paint(does("a"));
    painting.afterPaint(does("told"));
    run(micro);
    expect([done, frames]).toEqual([["a", "told"], []]);
  });

  test("what waits for a frame when the window is hidden is done then, and not when it is shown", () => {
    for (const one of several) painting.paint(does(one));
    run(micro);
    painting.afterPaint(does("told"));
    isHidden = true;
    painting.hidden();
    expect(done).toEqual([...several, "told"]);
    isHidden = false;
    run(frames);
    run(tasks);
    expect(done).toHaveLength(6);
    painting.paint(does("f"));
    run(micro);
    expect(done.at(-1)).toBe("f");
  });
});
