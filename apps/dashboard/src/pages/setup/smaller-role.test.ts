import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { SMALLER_ROLE } from "./smaller-role.ts";

test("the role that the set-up shows is the one that docs/azure.md explains", () => {
  const page = readFileSync(new URL("../../../../../docs/azure.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```json\n([^`]+)```/g)].map(
    ([, text = ""]) => JSON.parse(text) as unknown,
  );
  expect(blocks).toContainEqual(JSON.parse(SMALLER_ROLE));
});
