import type { Page } from "playwright-core";

/**
 * Resolves when nothing in the page says that it is busy, nothing moves, fonts and images are there, and it has been drawn. Not when
 * the network is quiet: pages may keep asking for news.
 */
export async function untilCalm(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isBusy = document.querySelector("[aria-busy=true], [data-loading=true]") !== null;
    // Colours fade from one to the next; what goes round for ever says so by its endless end.
    const isMoving = document
      .getAnimations()
      .some(
        (one) => one.playState === "running" && Number.isFinite(one.effect?.getComputedTiming().endTime ?? 0),
      );
    return !isBusy && !isMoving && [...document.images].every((image) => image.complete);
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
