import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails when axe finds anything against WCAG 2.2 AA, and names rule and elements. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(standards)
    // What passes isn't asked for: to name each of its elements takes longer than all rules.
    .options({ resultTypes: ["violations"] })
    // Our pages have no frames, whose results a page of its own would have to bring together.
    .setLegacyMode()
    .analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    elements: nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`),
  }));
  expect(found).toEqual([]);
}
