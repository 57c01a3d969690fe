import { describe, expect, test } from "@jest/globals";
import { allOperations, catalogue } from "./catalogue.ts";

const SHAPES = allOperations.map((operation) => [operation.id, operation] as const);

describe("the catalogue", () => {
  test("has one operation for a method and path, with parameters of any name", () => {
    const addresses = allOperations.map(
      ({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`,
    );
    expect(addresses).toEqual([...new Set(addresses)]);
  });

  test("names an operation as its key is called", () => {
    expect(allOperations.map(({ id }) => id)).toEqual(Object.keys(catalogue));
  });

  test.each(SHAPES)(
    "%s describes each parameter of its path, with an example that it takes",
    (_id, operation) => {
      const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const shape = operation.params?.shape ?? {};
      expect(Object.keys(shape)).toEqual(inPath);
      for (const schema of Object.values(shape)) {
        const example: unknown = schema.meta()?.["example"];
        expect(schema.safeParse(example)).toMatchObject({ success: true });
      }
    },
  );

  test.each(SHAPES)(
    "%s has an example exactly if it takes a body, and takes it",
    (_id, { body, example }) => {
      expect(example === undefined).toBe(body === undefined);
      if (body !== undefined) expect(body.safeParse(example)).toMatchObject({ success: true });
    },
  );

  test.each(SHAPES)("%s has an answer of success", (_id, { answers }) => {
    expect(Object.keys(answers).some((status) => Number(status) < 400)).toBe(true);
  });
});
