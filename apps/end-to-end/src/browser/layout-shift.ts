import type { Page } from "playwright-core";

/** From now on each document of the page adds up by how much its content jumps without anybody having done anything. */
export async function measureLayoutShift(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; what: string[] }[] = [];
    (globalThis as unknown as { layoutShifts: typeof shifts }).layoutShifts = shifts;
    type Shift = PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: readonly { node: Node | null }[];
    };
    const note = (entries: PerformanceEntryList): void => {
      for (const shift of entries as Shift[]) {
        if (shift.hadRecentInput) continue;
        const what = shift.sources.map(({ node }) => (node as Element | null)?.outerHTML ?? "?");
        shifts.push({ value: shift.value, what: what.map((html) => html.slice(0, 120)) });
      }
    };
    new PerformanceObserver((list) => note(list.getEntries())).observe({
      type: "layout-shift",
      buffered: true,
    });
  });
}
