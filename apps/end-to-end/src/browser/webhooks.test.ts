import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { startReceiver, until, type Receiver } from "@kvsync/testing";
import { Webhook } from "standardwebhooks";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
let receiver: Receiver;
beforeAll(async () => {
  site = await startSite();
  receiver = await startReceiver();
  await site.system.startWorker();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => {
  await site.stop();
  await receiver.stop();
});

test("a webhook is made, tested, looked into, sent again and deleted", async () => {
  const expected = [{ status: 400, path: /^\/v1\/workspace\/default\/webhooks$/u }];
  const page = await site.openPage({ expected });
  await page.goto("/w/default/settings/webhooks");
  await page.getByText("No webhook yet").waitFor();

  await page.getByRole("button", { name: "New webhook" }).click();
  const address = page.getByLabel(/^Address/u);
  await address.fill(receiver.origin.replace("://", "://me:mine@"));
  await page.getByLabel(/^Description/u).fill("The on-call channel");
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByText("must have no user or password").waitFor();
  expect(await page.getByLabel(/^Description/u).inputValue()).toBe("The on-call channel");
  await inspectPage(page, "webhook-new", { reload: false });
  await address.fill(`${receiver.origin}/kvsync`);
  await page.getByRole("button", { name: "Create webhook" }).click();

  await page.getByText("Copy it now").waitFor();
  const secret =
    (await page
      .getByText(/^whsec_/u)
      .first()
      .textContent()) ?? "";
  await page.getByLabel("I have copied it").check();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText(secret).waitFor({ state: "detached" });

  await page.getByRole("link", { name: "The on-call channel" }).click();
  receiver.answer({ status: 500, headers: { "retry-after": "3600" } });
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("The receiver answered with status 500.").waitFor();
  await page.getByText("The receiver takes no deliveries").waitFor({ timeout: 30_000 });
  await page.getByRole("link", { name: "Test", exact: true }).click();
  await page.getByText("Look into the receiver's log").waitFor();
  await inspectPage(page, "webhook-delivery", {
    ready: (shown) => shown.getByRole("heading", { name: "Attempts" }).waitFor(),
  });

  await page.getByRole("button", { name: "Send again: Test" }).click();
  await page.getByText("taken with status 204").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByText("Status 204").waitFor();
  const [first, second] = await until(
    "both arrived",
    () => receiver.received.length === 2 && receiver.received,
  );
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(new Webhook(secret).verify(second?.body ?? "", second?.headers ?? {})).toMatchObject({
    type: "webhook.test",
  });

  await page.getByText("Given up", { exact: true }).click();
  await page.getByText("No delivery is in this state").waitFor();
  await page.getByText("All", { exact: true }).click();
  await inspectPage(page, "webhook", {
    ready: (shown) => shown.getByText("Status 204").waitFor(),
  });

  await page.getByRole("switch", { name: "Enabled" }).click();
  await page.getByText("The webhook is off").first().waitFor();
  expect(await page.getByRole("button", { name: "Send a test" }).isDisabled()).toBe(true);
  await page.getByRole("link", { name: "Webhooks" }).first().click();
  await page.getByText("Off", { exact: true }).waitFor();
  await inspectPage(page, "webhooks", {
    ready: (shown) => shown.getByText("The on-call channel").waitFor(),
  });

  await page.getByRole("link", { name: "The on-call channel" }).click();
  await page.getByRole("button", { name: "Actions for the webhook" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No webhook yet").waitFor();
}, 240_000);
