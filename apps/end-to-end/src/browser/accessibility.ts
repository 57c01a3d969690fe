import { expect } from "@jest/globals";
import axe from "axe-core";
import type { Page } from "playwright-core";

type InPage = Readonly<{ axe: typeof axe }>;

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What another colour scheme can make wrong that was right in the first one. */
const ofColours = ["color-contrast", "link-in-text-block"];

/**
 * Fails when axe finds anything against WCAG 2.2 AA, and names rule and elements. Frames aren't looked into: our pages
 * have none.
 *
 * @param only `colours` for a page that was right in another colour scheme
 */
export async function expectAccessible(page: Page, only: "all" | "colours" = "all"): Promise<void> {
  // Half a megabyte: it stays in the document.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const runOnly: axe.RunOnly =
    only === "all" ? { type: "tag", values: standards } : { type: "rule", values: ofColours };
  const found = await page.evaluate(async (rules) => {
    // What passes isn't asked for: to name each of its elements takes longer than all rules.
    const { violations } = await (globalThis as unknown as InPage).axe.run({
      resultTypes: ["violations"],
      runOnly: rules,
    });
    return violations.map(({ id, help, nodes }) => ({
      rule: `${id}: ${help}`,
      elements: nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`),
    }));
  }, runOnly);
  expect(found).toEqual([]);
}
