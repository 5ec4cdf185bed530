import { expect, it } from "vitest";
import { explain, faults } from "./promise";
import { World } from "./world";

it("x", () => {
  for (const seed of [291975109, 251935161]) {
    const w = new World(seed).run();
    if (faults(w).length) throw new Error(explain(w, seed));
  }
});
