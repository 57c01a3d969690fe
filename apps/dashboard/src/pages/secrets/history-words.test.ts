import { expect, test } from "@jest/globals";
import { changeWords } from "./history-words.ts";

const names = new Map([
  ["p", "production"],
  ["s", "staging"],
]);
const NOTHING = { changed: [], removed: [], noteChanged: false };
const told = (action: string, fields: object, before = {}, after = before): string =>
  changeWords({ action, fields: { ...NOTHING, ...fields }, before, after }, (id) => names.get(id));

test.each([
  ["created it", told("secret.created", {})],
  ["changed the value in production", told("secret.updated", { changed: ["p"] })],
  [
    "changed the value in production and staging and changed the note",
    told("secret.updated", { changed: ["p", "s"], noteChanged: true }),
  ],
  ["removed the value in an environment", told("secret.updated", { removed: ["gone"] })],
  ["renamed it from OLD", told("secret.updated", {}, { name: "OLD" }, { name: "NEW" })],
  ["changed their own value", told("secret.updated", { personalChanged: ["p"] })],
  ["changed it", told("secret.updated", {})],
])("%s", (words, found) => {
  expect(found).toBe(words);
});
