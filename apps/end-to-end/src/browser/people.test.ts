import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startIdentityProvider, type IdentityProvider } from "@kvsync/control/identity-provider";
import { until } from "@kvsync/testing";
import type { Page } from "playwright-core";
import { kvsync } from "../command-line.ts";
import { inspectPage } from "./inspect.ts";
import { acrossTheEndOfASession } from "./session-end.ts";
import { signIn, startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
  const team = (await site.system.call("GET", "/v1/workspace/default/team")).body as Array<{ id: string }>;
  for (const slug of ["webshop", "billing"]) {
    const project = { name: slug === "webshop" ? "Webshop" : "Billing", slug, teamId: team[0]?.id };
    await site.system.call("POST", "/v1/workspace/default/project", project);
    for (const name of ["development", "production"])
      await site.system.call("POST", `/v1/workspace/default/project/${slug}/environment`, { name });
  }
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

const PASSWORD = "seven brown foxes over the fence";
const MEMBERS = "/w/default/settings/members";

/** What a dialog shows once. Closes it as it wants to be closed. */
async function takeOnce(page: Page, label: string, pattern: RegExp): Promise<string> {
  const field = page.getByRole("group", { name: label, exact: true });
  await field.waitFor();
  const value = pattern.exec(await field.innerText())?.[0] ?? "";
  expect(await page.getByRole("button", { name: "Done" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByLabel("I have copied it").check();
  await page.getByRole("button", { name: "Done" }).click();
  await field.waitFor({ state: "detached" });
  return value;
}

/** Invites through the members' page. @returns the link, as it is shown there once */
async function invite(page: Page, email: string, role: "Developer" | "Member", at?: string): Promise<string> {
  await page.goto(MEMBERS);
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("radio", { name: role }).check();
  if (at !== undefined) {
    await page.getByRole("checkbox", { name: /^Everything/u }).uncheck();
    await page.getByRole("checkbox", { name: new RegExp(`^${at}`, "u") }).check();
  }
  await page.getByRole("button", { name: "Create invitation" }).click();
  return takeOnce(page, "Invitation link", /http\S+\/invitation#\S+/u);
}

/** Follows an invitation's link in a browser of its own, as somebody new. */
async function accept(link: string, name: string, page: Page): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Choose a password").fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
}

/** The links of the navigation, in their order. */
async function navigation(page: Page): Promise<string[]> {
  const links = page.getByRole("navigation", { name: "Workspace" }).getByRole("link");
  return (await links.allInnerTexts()).map((text) => text.trim());
}

async function chooseAction(page: Page, of: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${of}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

const refused = [{ status: 403, path: /^\/v1\//u }];

describe("people and what they may, in a browser", () => {
  test("a developer of one project is invited, joins, sees that project and no more, and is removed", async () => {
    const admin = await site.openPage();
    await admin.goto(MEMBERS);
    await admin.getByRole("button", { name: "Invite" }).click();
    await admin.getByRole("checkbox", { name: /^Everything/u }).uncheck();
    await admin.getByRole("button", { name: "What is in Webshop" }).click();
    await admin.getByRole("checkbox", { name: /^production/u }).check();
    await inspectPage(admin, "members-invite", { reload: false });
    const link = await invite(admin, "dev@example.com", "Developer", "Webshop");
    await admin.getByRole("table", { name: "Invitations" }).getByText("dev@example.com").waitFor();

    const expected = [
      ...refused,
      { status: 400, path: /^\/v1\/invitations\/accept$/u },
      { status: 404, path: /^\/v1\//u },
    ];
    const developer = await site.openPage({ signedOut: true, expected });
    const name = developer.getByLabel("Your name");
    await inspectPage(developer, "invitation", { address: link, ready: async () => name.waitFor() });
    await name.fill("Dev Eloper");
    await developer.getByLabel("Choose a password").fill("short");
    await developer.getByRole("button", { name: "Join" }).click();
    await developer.getByText("Must have at least 12 characters").first().waitFor();
    expect(await name.inputValue()).toBe("Dev Eloper");
    await accept(link, "Dev Eloper", developer);

    await developer.getByRole("navigation").getByRole("link", { name: "Webshop" }).waitFor();
    expect(await navigation(developer)).toEqual(["Projects", "Webshop", "API tokens"]);
    await developer.goto("/w/default/projects/webshop/secrets");
    await developer.getByRole("button", { name: "Add secret" }).first().waitFor();
    expect(await developer.getByRole("link", { name: "Syncs" }).count()).toBe(0);
    for (const path of ["/w/default/projects/billing/secrets", "/w/somebody-elses/projects"]) {
      await developer.goto(path);
      await developer.getByText("There is nothing at this address").waitFor();
    }
    const closed = developer.getByText("You may not see this");
    await inspectPage(developer, "members-refused", {
      address: MEMBERS,
      ready: async () => closed.waitFor(),
    });
    const over = developer.getByRole("heading", { name: "This invitation is no longer valid" });
    await inspectPage(developer, "invitation-over", { address: link, ready: async () => over.waitFor() });

    const row = admin.getByRole("row", { name: /Dev Eloper/u });
    await inspectPage(admin, "members", {
      ready: async () => admin.getByText("Dev Eloper").first().waitFor(),
    });
    await chooseAction(admin, "Dev Eloper", "Change role or scope");
    await admin.getByRole("radio", { name: "Member" }).check();
    await admin.getByRole("button", { name: "Save" }).click();
    await row.getByText("Member", { exact: true }).waitFor();
    await developer.goto("/w/default/projects/webshop/secrets");
    await developer.getByRole("tab", { name: "development" }).waitFor();
    expect(await developer.getByRole("button", { name: "Add secret" }).count()).toBe(0);

    await chooseAction(admin, "Dev Eloper", "Remove");
    await admin.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    await developer.goto("/w/default/projects/webshop/secrets");
    await developer.getByText("There is nothing at this address").waitFor();
  }, 300_000);

  test("an admin of one project joins with the account that they have, and sees what such an admin may", async () => {
    const { system } = site;
    const { database } = system;
    const email = "known@example.com";
    const { passwordHash } = await database.user.findUniqueOrThrow({ where: { email: system.admin.email } });
    await database.user.create({ data: { email, name: "Known Already", passwordHash } });
    const { id } = await database.project.findFirstOrThrow({ where: { slug: "webshop" } });
    const scope = { all: false, teams: [], projects: [id], environments: [] };
    const invitation = { email, role: "admin", scope };
    const { path } = (await system.call("POST", "/v1/workspace/default/members", invitation)).body as {
      path: string;
    };

    // In a browser in which somebody else is signed in, in a session of its own: joining ends it.
    const expected = [...refused, { status: 401, path: /^\/v1\//u }];
    const page = await site.openPage({ signedOut: true, expected });
    await signIn(page, system.admin);
    await page.goto(path);
    await page.getByText(`Joining signs you in as ${email} instead`).waitFor();
    const password = page.getByLabel("Your password");
    await password.fill("not the password");
    await page.getByRole("button", { name: "Sign in and join" }).click();
    await page.getByText("SIGN_IN_FAILED").waitFor();
    expect(await password.inputValue()).toBe("not the password");
    await inspectPage(page, "invitation-account", { reload: false });
    await password.fill(system.admin.password);
    await page.getByRole("button", { name: "Sign in and join" }).click();

    await page.getByRole("button", { name: "Account of Known Already" }).waitFor();
    await page.getByRole("navigation").getByRole("link", { name: "Webshop" }).click();
    await page.getByRole("button", { name: "Add secret" }).first().waitFor();
    expect(await navigation(page)).toEqual(["Projects", "Webshop", "Secrets", "API tokens"]);
    await page.goto(MEMBERS);
    await page.getByText("You may not see this").waitFor();
  }, 300_000);

  test("a token is made, shown once, rotated and revoked; a member's only reads", async () => {
    const admin = await site.openPage();
    const works = async (token: string): Promise<boolean> =>
      (await site.system.call("GET", "/v1/me", undefined, token)).status === 200;
    await admin.goto("/w/default/settings/tokens");
    await admin.getByRole("button", { name: "New token" }).click();
    await admin.getByLabel(/^Name/u).fill("deploy");
    await admin.getByRole("button", { name: "Create token" }).click();
    await admin.getByText("Choose at least one place").waitFor();
    await inspectPage(admin, "tokens-new", { reload: false });

    await admin.getByRole("checkbox", { name: /^Everything/u }).check();
    await admin.getByRole("button", { name: "Create token" }).click();
    const first = await takeOnce(admin, "Token", /ek_live_\S+/u);
    expect(await works(first)).toBe(true);
    await inspectPage(admin, "tokens", { ready: async () => admin.getByText("deploy").first().waitFor() });
    expect(await admin.content()).not.toContain(first);

    await chooseAction(admin, "deploy", "Rotate");
    await admin.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
    const second = await takeOnce(admin, "Token", /ek_live_\S+/u);
    expect([await works(first), await works(second)]).toEqual([false, true]);

    await chooseAction(admin, "deploy", "Revoke");
    await admin.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await admin.getByText("deploy was revoked").first().waitFor();
    expect(await works(second)).toBe(false);
    await admin.getByLabel(/that expired or were revoked/u).check();
    await admin.getByText("Revoked", { exact: true }).first().waitFor();

    const member = await site.openPage({ signedOut: true });
    await accept(await invite(admin, "reader@example.com", "Member"), "Only Reads", member);
    await member.goto("/w/default/settings/tokens");
    await member.getByRole("button", { name: "New token" }).first().click();
    expect(await member.getByRole("radio", { name: "Read and write" }).isDisabled()).toBe(true);
    expect(await member.getByText("deploy").count()).toBe(0);
  }, 300_000);
});

describe("single sign-on, in a browser", () => {
  let provider: IdentityProvider;
  beforeAll(async () => {
    provider = await startIdentityProvider(site.system.issuer);
  });
  afterAll(async () => provider.stop());

  test("is set up by an admin, lets those in whom the provider vouches for, and turns others away", async () => {
    const expected = [
      { status: 404, path: /^\/v1\/workspace\/default\/single-sign-on$/u },
      { status: 400, path: /^\/v1\/workspace\/default\/single-sign-on$/u },
      { status: 401, path: /^\/v1\//u },
    ];
    const admin = await site.openPage({ expected });
    await admin.goto("/w/default/settings/single-sign-on");
    await admin.getByLabel(/^Name/u).fill("Contoso");
    await admin.getByLabel("Issuer").fill(`${provider.issuer}/elsewhere`);
    await admin.getByLabel("Client id").fill(provider.clientId);
    await admin.getByLabel("Client secret", { exact: true }).fill(provider.clientSecret);
    await admin.getByRole("combobox", { name: "Domains" }).fill("contoso.example");
    await admin.keyboard.press("Enter");
    await admin.getByRole("radio", { name: "Everybody at the provider" }).check();
    await admin.getByRole("button", { name: "Save" }).click();
    // The message stands at the field, and what was typed is kept.
    await admin.locator("[aria-invalid=true]").waitFor();
    await inspectPage(admin, "single-sign-on-refused", { reload: false });
    await admin.getByLabel("Issuer").fill(provider.issuer);
    const save = admin.getByRole("button", { name: "Save" });
    await acrossTheEndOfASession(admin, site, async () => save.click());
    const attempt = admin.getByRole("link", { name: "Sign in with Contoso" });
    await inspectPage(admin, "single-sign-on", { ready: async () => attempt.waitFor() });
    expect(await admin.content()).not.toContain(provider.clientSecret);

    const visits = [provider.issuer];
    const known = {
      sub: "grace",
      email: "grace@contoso.example",
      email_verified: true,
      name: "Grace Hopper",
    };
    const somebody = await site.openPage({ signedOut: true, visits });
    provider.become(null);
    await throughProvider(somebody, known.email);
    await somebody.getByText("SSO_DENIED").waitFor();
    provider.become({ ...known, email_verified: false });
    await throughProvider(somebody, known.email);
    await somebody.getByText("EMAIL_NOT_VERIFIED").waitFor();
    provider.become(known);
    await throughProvider(somebody, known.email);
    await somebody.getByRole("button", { name: "Account of Grace Hopper" }).waitFor();
    // The projects come after the frame of the page.
    await somebody.getByRole("navigation").getByRole("link", { name: "Billing" }).waitFor();
    expect(await navigation(somebody)).toEqual(["Projects", "Webshop", "Billing", "API tokens"]);

    await admin.getByRole("button", { name: "Remove single sign-on" }).click();
    await admin.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await admin.getByText("Not set up").waitFor();
    await somebody.goto("/w/default/projects");
    await somebody.getByRole("heading", { name: "Sign in" }).waitFor();
  }, 300_000);

  async function throughProvider(page: Page, email: string): Promise<void> {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in with single sign-on" }).click();
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(({ origin, pathname, search }) => {
      const isBack = pathname !== "/sign-in" || search.includes("problem=");
      return origin === site.system.issuer && isBack;
    });
  }
});

describe("kvsync login, with a browser", () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "kvsync-login-"));
  });
  const call = (line: string, onOutput?: (text: string) => void) =>
    kvsync(line.split(" "), {
      cwd,
      env: { XDG_CONFIG_HOME: cwd, KVSYNC_SERVER: site.system.issuer },
      ...(onOutput === undefined ? {} : { onOutput }),
    });

  /** Begins to sign in. @returns the address that it says to open */
  async function begin(): Promise<Readonly<{ ended: ReturnType<typeof kvsync>; address: URL }>> {
    let notes = "";
    const ended = call("login", (text) => {
      notes += text;
    });
    const address = await until("the address to open", () => /http\S+user_code=\S+/u.exec(notes)?.[0]);
    return { ended, address: new URL(address) };
  }

  test("signs in by the link that it shows, works as that person, and signs out", async () => {
    const { ended, address } = await begin();
    const page = await site.openPage({ signedOut: true });
    await page.goto(address.href);
    // Nobody is signed in here yet: the sign-in leads back to the code.
    await page.getByLabel("E-mail").fill(site.system.admin.email);
    await page.getByLabel(/^Password/u).fill(site.system.admin.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByLabel("Code").waitFor();
    expect(await page.getByLabel("Code").inputValue()).toBe(address.searchParams.get("user_code"));
    await inspectPage(page, "device");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("kvsync-cli").waitFor();
    await inspectPage(page, "device-decide", { reload: false });
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Signed in" }).waitFor();
    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining(site.system.admin.email) });
    const { stdout } = await call("whoami --json");
    expect(JSON.parse(stdout)).toMatchObject({ user: { email: site.system.admin.email } });
    const left = await call("logout --json");
    expect(JSON.parse(left.stdout)).toMatchObject({ signedOut: true, endedAtServer: true });
    expect((await call("whoami")).code).toBe(3);
  }, 180_000);

  test("is denied by a code that is typed, in whichever letters; another browser is too late then", async () => {
    const { ended, address } = await begin();
    const expected = [{ status: 404, path: /^\/v1\/auth\/device\/(?:look|decide)$/u }];
    const late = await site.openPage({ expected });
    await late.goto(address.href);
    await late.getByRole("button", { name: "Continue" }).click();
    await late.getByRole("button", { name: "Approve" }).waitFor();
    const page = await site.openPage({ expected });
    await page.goto("/device");
    await page.getByLabel("Code").fill("zzzz zzzz");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("DEVICE_NOT_FOUND").waitFor();
    const code = address.searchParams.get("user_code") ?? "";
    await page.getByLabel("Code").fill(code.toLowerCase().replace("-", " "));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "Denied" }).waitFor();
    expect(await ended).toMatchObject({ code: 3, stderr: expect.stringContaining("denied in the browser") });
    await late.getByRole("button", { name: "Approve" }).click();
    await late.getByRole("heading", { name: "This sign-in waits no more" }).waitFor();
    await inspectPage(late, "device-too-late", { reload: false });
  }, 120_000);
});
