import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { deliveryProblems } from "./delivery-problems.ts";
import { WEBHOOK_TEST, webhookEventTypes } from "./events.ts";

const page = readFileSync(new URL("../../../../docs/webhooks.md", import.meta.url), "utf8");

test.each([...webhookEventTypes, WEBHOOK_TEST, ...Object.keys(deliveryProblems)])(
  "the documentation explains %s",
  (name) => {
    expect(page).toContain(`| \`${name}\``);
  },
);
