import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "../random.ts";
import { OrderedNames } from "./ordered-names.ts";

const all = (names: OrderedNames): string[] =>
  Array.from({ length: names.size }, (_, index) => names.at(index) ?? "");

describe("Ordered names", () => {
  test("stay sorted and unique like a sorted set, whatever is added and deleted", () => {
    const random = seededRandom(7);
    const names = new OrderedNames();
    const model = new Set<string>();
    for (let step = 0; step < 5000; step += 1) {
      const name = `N-${String(Math.floor(random() * 500))}`;
      if (random() < 0.6) {
        names.add(name);
        model.add(name);
      } else {
        names.delete(name);
        model.delete(name);
      }
    }
    expect(all(names)).toEqual([...model].toSorted());
  });

  test("find the place after a name, whether or not it is there", () => {
    const names = new OrderedNames();
    names.addAll(["C", "A", "C"]);
    expect(all(names)).toEqual(["A", "C"]);
    expect([names.indexAfter("A"), names.indexAfter("B"), names.indexAfter("C")]).toEqual([1, 1, 2]);
  });
});
