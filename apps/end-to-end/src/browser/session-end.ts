import type { Page } from "playwright-core";

/** Ends the session while somebody types, does what needs one, and signs in again in place. */
export async function acrossTheEndOfASession(
  page: Page,
  password: string,
  act: () => Promise<void>,
): Promise<void> {
  await page.context().clearCookies();
  await act();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.getByRole("textbox", { name: "Password" }).fill(password);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();
  await again.waitFor({ state: "detached" });
}
