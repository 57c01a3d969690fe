import { expect, test } from "@jest/globals";
import { auditActions } from "@kvsync/contracts";
import { ACTIONS, actionWords, ENTITIES, entityWords, fieldWords, valueWords } from "./audit-words.ts";

test("every action and every kind of thing can be searched for, once", () => {
  const compare = (one: string, other: string): number => one.localeCompare(other);
  const shown = ACTIONS.flatMap(({ actions }) => actions);
  expect(shown.toSorted(compare)).toEqual(Object.keys(auditActions).toSorted(compare));
  const entities = new Set(Object.values(auditActions).map(({ entity }) => entity));
  expect(Object.keys(ENTITIES).toSorted(compare)).toEqual([...entities].toSorted(compare));
});

test("an action that isn't known is told in its own words", () => {
  expect(actionWords("session.refused")).toBe("Sign-in refused");
  expect(actionWords("vault.burnt-down")).toBe("Vault burnt down");
});

test("what it was done to is told by name, or by number", () => {
  const entity = { type: "secret", id: null, name: null };
  expect(entityWords({ entity: { ...entity, name: "KEY" }, fields: { count: 1 } })).toBe("KEY");
  expect(entityWords({ entity, fields: { count: 12 } })).toBe("12 secrets");
  expect(entityWords({ entity: { ...entity, type: "signing-key" }, fields: {} })).toBe("signing key");
});

test("details in words", () => {
  expect(fieldWords("vaultUrl")).toBe("vault url");
  expect(valueWords(null)).toBe("none");
  expect(valueWords(false)).toBe("false");
  expect(valueWords([])).toBe("none");
  expect(valueWords(["a", "b"])).toBe("a\nb");
});
