import type { Page } from "playwright-core";
import { expectAccessible } from "./accessibility.ts";
import { expectKeyboardReachesAll } from "./keyboard.ts";
import { expectNoSidewaysScroll, expectStableLayout } from "./layout.ts";
import { untilCalm, untilHeaded } from "./loaded.ts";
import { takePicture } from "./screenshot.ts";
import { variants, wide } from "./variants.ts";

export type InspectOptions = Readonly<{
  /** Where to go first. Without it, what the page shows is loaded anew. */
  address?: string;
  /** False for what a reload would lose: an open dialog, a form half filled in. */
  reload?: boolean;
  /** Resolves when the page shows what it is there for; without it, when its heading is there. */
  ready?: (page: Page) => Promise<unknown>;
}>;

/**
 * Everything that must hold for every page: on a phone and on a large screen, in light and dark, axe finds nothing (of what colours can make wrong, where it is dark),
 * nothing scrolls sideways, the content does not jump while it loads; the keyboard reaches all and shows where it is.
 * A picture of each stays in `test-results/screenshots`. That the page logs no error is seen to by the site when it
 * closes its pages.
 *
 * @param name of the pictures, such as `sync-records`
 */
export async function inspectPage(page: Page, name: string, options: InspectOptions = {}): Promise<void> {
  const { address, reload = true, ready = untilHeaded } = options;
  let isThere = address === undefined;
  for (const { size, scheme } of variants) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    if (reload && scheme === "light") {
      await (isThere || address === undefined ? page.reload() : page.goto(address));
      isThere = true;
    }
    await ready(page);
    await untilCalm(page);
    await takePicture(page, name, scheme);
    await expectNoSidewaysScroll(page);
    // The dark colours are the same at each width.
    if (scheme === "light") await expectAccessible(page, "all");
    else if (size === wide) await expectAccessible(page, "colours");
    if (reload && scheme === "light") await expectStableLayout(page);
  }
  await page.setViewportSize(wide);
  await expectKeyboardReachesAll(page);
}
