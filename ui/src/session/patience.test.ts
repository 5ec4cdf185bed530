import { describe, expect, it } from "vitest";
import { Patience } from "./patience";

/** Two legs, one after the other, that said nothing: to what is behind 500, and to what is behind 1000. */
function tried() {
  const patience = new Patience();
  patience.gaveUp(500, 1000);
  patience.gaveUp(1000, 3000);
  return patience;
}

describe("patience with a recogniser that says nothing", () => {
  it("doubles with each leg that is given up, up to sixteen times", () => {
    const patience = new Patience();
    const times = [1, 2, 3, 4, 5, 6].map((to) => {
      const { times } = patience;
      patience.gaveUp(0, to);
      return times;
    });
    expect(times).toEqual([1, 2, 4, 8, 16, 16]);
  });

  it("is as it was once a word comes from the very stretch that was not answered: the recogniser did hang", () => {
    const patience = tried();
    patience.heard(1000, 2999);
    expect(patience.times).toBe(1);
    patience.heard(1000, 5000);
    expect(patience.times).toBe(1);
  });

  it("stays when a leg that was sent all of it heard nothing in it either: that was noise", () => {
    const patience = tried();
    patience.heard(1000, 3000);
    expect(patience.times).toBe(4);
    patience.gaveUp(6000, 9000);
    patience.heard(6000, 8000);
    expect(patience.times).toBe(4);
  });

  it("learns nothing from a leg that was not sent all of it, and asks the next", () => {
    const patience = tried();
    patience.heard(1001, 4000);
    expect(patience.times).toBe(1);
    patience.gaveUp(9000, 9500);
    patience.heard(8000, 9600);
    expect(patience.times).toBe(2);
  });

  it("forgets all that with another recogniser", () => {
    const patience = tried();
    patience.forget();
    expect(patience.times).toBe(1);
    patience.heard(0, 9000);
    expect(patience.times).toBe(1);
    patience.gaveUp(0, 1000);
    patience.heard(0, 1000);
    patience.forget();
    patience.heard(0, 2000);
    expect(patience.times).toBe(1);
  });
});
