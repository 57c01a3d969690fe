import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What another colour scheme can make wrong that was right in the first one. */
const ofColours = ["color-contrast", "link-in-text-block"];

/**
 * Fails when axe finds anything against WCAG 2.2 AA, and names rule and elements.
 *
 * @param only `colours` for a page that was right in another colour scheme
 */
export async function expectAccessible(page: Page, only: "all" | "colours" = "all"): Promise<void> {
  const axe = new AxeBuilder({ page })
    // What passes isn't asked for: to name each of its elements takes longer than all rules. Before the rules, which it
    // would take off.
    .options({ resultTypes: ["violations"] })
    // Our pages have no frames, whose results a page of its own would have to bring together.
    .setLegacyMode();
  const { violations } = await (
    only === "all" ? axe.withTags(standards) : axe.withRules(ofColours)
  ).analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    elements: nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`),
  }));
  expect(found).toEqual([]);
}
