import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

type Code = Readonly<{ deviceCode: string; userCode: string; verificationUriComplete: string }>;
const CLIENT = { clientId: "kvsync-cli" };

async function requestCode(): Promise<Code> {
  return (await site.system.call("POST", "/v1/auth/device/code", CLIENT, "")).body;
}

async function poll(deviceCode: string): Promise<Readonly<{ accessToken?: string; error?: string }>> {
  return (await site.system.call("POST", "/v1/auth/device/token", { ...CLIENT, deviceCode }, "")).body;
}

describe("signing in a device, in a browser", () => {
  test("by its link: shows who asks, and lets it in", async () => {
    const { deviceCode, userCode, verificationUriComplete } = await requestCode();
    const page = await site.openPage();
    await page.goto(verificationUriComplete);
    expect(await page.getByLabel("Code").inputValue()).toBe(userCode);
    await inspectPage(page, "device");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("kvsync-cli").waitFor();
    await inspectPage(page, "device-decide", { reload: false });
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Signed in" }).waitFor();
    const { accessToken = "" } = await poll(deviceCode);
    const me = await site.system.call("GET", "/v1/me", undefined, accessToken);
    expect(me.body).toMatchObject({ email: site.system.admin.email });
  }, 240_000);

  test("by a typed code, in whichever letters, and denies it", async () => {
    const { deviceCode, userCode } = await requestCode();
    const expected = [{ status: 404, path: /^\/v1\/auth\/device\/look$/u }];
    const page = await site.openPage({ expected });
    await page.goto("/device");
    await page.getByLabel("Code").fill("zzzz zzzz");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("DEVICE_NOT_FOUND").waitFor();

    await page.getByLabel("Code").fill(userCode.toLowerCase().replace("-", " "));
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "Denied" }).waitFor();
    expect(await poll(deviceCode)).toEqual({ error: "access_denied" });
  }, 120_000);
});
