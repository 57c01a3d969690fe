import type { Page } from "playwright-core";

/**
 * Resolves when nothing in the page says that it is busy, fonts and images are there, and it has been drawn. Not when
 * the network is quiet: pages may keep asking for news.
 */
export async function untilCalm(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isBusy = document.querySelector("[aria-busy=true], [data-loading=true]") !== null;
    return !isBusy && [...document.images].every((image) => image.complete);
  });
  await page.evaluate(async () => {
    await document.fonts.ready;
    const drawn = async (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    await drawn();
    await drawn();
  });
}

/** What every page of ours has when it knows what it is about. */
export async function untilHeaded(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
}
