import type { Page } from "playwright-core";
import type { Site } from "./site.ts";

/** Ends the admin's session while somebody types, does what needs one, and signs in again in place. */
export async function acrossTheEndOfASession(
  page: Page,
  site: Site,
  act: () => Promise<void>,
): Promise<void> {
  await site.endSession(page);
  await act();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.getByRole("textbox", { name: "Password" }).fill(site.system.admin.password);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();
  await again.waitFor({ state: "detached" });
}
