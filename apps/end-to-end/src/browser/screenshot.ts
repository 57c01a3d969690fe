import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const folder = fileURLToPath(new URL("../../../../test-results/screenshots", import.meta.url));

/** A picture of the whole page, or of the window where a dialog covers it, as `test-results/screenshots/<name>-<width>-<scheme>.png`. */
export async function takePicture(page: Page, name: string, scheme: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const width = page.viewportSize()?.width ?? 0;
  await page.screenshot({
    path: join(folder, `${name}-${width}-${scheme}.png`),
    fullPage: (await page.getByRole("dialog").count()) === 0,
    animations: "disabled",
    // Hiding it would put a style into the page, which its content security policy refuses.
    caret: "initial",
  });
}
