import { expect } from "@jest/globals";
import type { Page } from "playwright-core";

const greatestShift = 0.1;

/** Fails when the content has jumped by 0.1 or more in sum, as web vitals measure it, since the document began. */
export async function expectStableLayout(page: Page): Promise<void> {
  const shifts = await page.evaluate(
    () => (globalThis as unknown as { layoutShifts: { value: number; what: string[] }[] }).layoutShifts,
  );
  const sum = shifts.reduce((total, shift) => total + shift.value, 0);
  expect({ sum, shifts: sum < greatestShift ? [] : shifts }).toEqual({ sum, shifts: [] });
}

/** Fails when the page can be scrolled sideways, and names what is too wide. What scrolls in itself may be wide. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const tooWide = await page.evaluate(() => {
    const root = document.documentElement;
    const width = root.clientWidth;
    if (root.scrollWidth <= width) return [];
    const sticking = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    );
    return [`${root.scrollWidth} of ${width} px`, ...sticking.map((one) => one.outerHTML.slice(0, 160))];
  });
  expect(tooWide.slice(0, 6)).toEqual([]);
}
