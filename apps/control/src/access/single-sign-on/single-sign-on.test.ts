import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { SessionBody, SingleSignOnBody } from "@kvsync/contracts/api";
import { openBrowser, type Browser } from "../../testing/browser.ts";
import {
  everywhere,
  randomName,
  startControl,
  type Answer,
  type TestControl,
} from "../../testing/control.ts";
import { givenForeignWorkspace, ok } from "../../testing/given.ts";
import {
  startIdentityProvider,
  type Account,
  type IdentityProvider,
} from "../../testing/identity-provider.ts";
import { FROM_HERE, givenPerson } from "../../testing/people.ts";

const SETTINGS = "/v1/workspace/default/single-sign-on";

let control: TestControl;
let idp: IdentityProvider;
beforeAll(async () => {
  control = await startControl();
  idp = await startIdentityProvider(control.origin);
});
afterAll(async () => {
  await idp.stop();
  await control.stop();
});

const wish = (changes: object = {}) => ({
  name: "Contoso",
  issuer: idp.issuer,
  clientId: idp.clientId,
  clientSecret: idp.clientSecret,
  domains: ["contoso.example"],
  join: null,
  ...changes,
});
const setUp = (changes: object = {}): Promise<SingleSignOnBody> =>
  ok<SingleSignOnBody>(control, "PUT", SETTINGS, wish(changes));
const account = (changes: Partial<Account> = {}): Account => {
  const sub = randomName("subject");
  return { sub, email: `${sub}@contoso.example`, email_verified: true, name: "Grace Hopper", ...changes };
};

/** Signs in at the provider as an account, in a browser of its own. */
async function signInAs(
  who: Account | null,
  { id }: Pick<SingleSignOnBody, "id">,
  { browser = openBrowser(control), next = "/account" }: { browser?: Browser; next?: string } = {},
): Promise<Answer & { browser: Browser; back: URL }> {
  idp.become(who);
  const begun = await browser.visit(`/sign-in/sso/${id}?next=${encodeURIComponent(next)}`);
  expect(begun.status).toBe(302);
  const back = await idp.visit(begun.headers.get("location") ?? "");
  const answer = await browser.visit(back.pathname + back.search);
  return { ...answer, browser, back };
}
const problemOf = ({ headers }: Answer): string | null =>
  new URL(headers.get("location") ?? "", control.origin).searchParams.get("problem");
const sessionOf = async (browser: Browser): Promise<SessionBody> => (await browser.visit("/v1/session")).body;

describe("signing in through an organisation", () => {
  test("lets somebody new join, with a fresh session, and leads to where they wanted", async () => {
    const join = { role: "developer", scope: everywhere };
    const provider = await setUp({ join });
    const who = account();
    const browser = openBrowser(control);
    await browser.visit(`/sign-in/sso/${provider.id}`);
    const before = browser.cookie();
    const answer = await signInAs(who, provider, { browser, next: "/w/default/projects?a=b#c" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/w/default/projects?a=b#c");
    expect(browser.cookie()).not.toBe(before);
    expect(await sessionOf(browser)).toMatchObject({
      user: { email: who.email, name: "Grace Hopper" },
      method: "single-sign-on",
      workspaces: [{ slug: "default", ...join, isOwner: false }],
    });
    const again = await signInAs({ ...who, email: "other@elsewhere.example" }, provider);
    expect((await sessionOf(again.browser)).user.email).toBe(who.email);
  });

  test("asks with PKCE, state and nonce, for this control's own address", async () => {
    const { id, callbackUrl } = await setUp();
    const { headers } = await openBrowser(control).visit(`/sign-in/sso/${id}`);
    const { origin, searchParams } = new URL(headers.get("location") ?? "");
    expect(origin).toBe(idp.issuer);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: idp.clientId,
      response_type: "code",
      redirect_uri: callbackUrl,
      scope: "openid email profile",
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  test("lets in who is a member or invited, and nobody else, where nobody may join", async () => {
    const provider = await setUp();
    const member = account();
    const { userId } = await givenPerson(control, { role: "member", email: member.email ?? "" });
    const signedIn = await signInAs(member, provider);
    expect((await sessionOf(signedIn.browser)).user.id).toBe(userId);
    const invited = account();
    await ok(control, "POST", "/v1/workspace/default/members", {
      email: invited.email,
      role: "member",
      scope: everywhere,
    });
    const joined = await signInAs(invited, provider);
    expect((await sessionOf(joined.browser)).workspaces).toMatchObject([{ role: "member" }]);
    const stranger = account();
    const refused = await signInAs(stranger, provider);
    expect(problemOf(refused)).toBe("NOT_A_MEMBER");
    expect((await refused.browser.visit("/v1/session")).status).toBe(401);
    expect(await control.database.user.count({ where: { email: stranger.email ?? "" } })).toBe(0);
  });

  test.each([
    ["an address that isn't vouched for", { email_verified: false }, "EMAIL_NOT_VERIFIED"],
    ["an address of another domain", { email: "x@evil.example" }, "EMAIL_OF_ANOTHER_DOMAIN"],
    ["an address of a subdomain", { email: "x@sub.contoso.example" }, "EMAIL_OF_ANOTHER_DOMAIN"],
    [
      "an address with the domain in front",
      { email: "x@contoso.example@evil.example" },
      "EMAIL_OF_ANOTHER_DOMAIN",
    ],
  ])("refuses %s", async (_what, changes, problem) => {
    const provider = await setUp({ join: { role: "admin", scope: everywhere } });
    const before = await control.database.user.count();
    const answer = await signInAs(account(changes), provider);
    expect([answer.status, problemOf(answer)]).toEqual([303, problem]);
    expect(await control.database.user.count()).toBe(before);
  });

  test("another subject with the address of somebody who is bound is refused: it may have been given away", async () => {
    const provider = await setUp({ join: { role: "developer", scope: everywhere } });
    const first = account();
    await signInAs(first, provider);
    expect(problemOf(await signInAs({ ...first, sub: randomName("subject") }, provider))).toBe(
      "SSO_CONFLICT",
    );
  });

  test("a provider that refuses leads back with that, and changes nothing", async () => {
    const provider = await setUp();
    expect(problemOf(await signInAs(null, provider))).toBe("SSO_DENIED");
  });

  test("an answer is taken once, in the browser that asked, with its state, and in time", async () => {
    const provider = await setUp({ join: { role: "developer", scope: everywhere } });
    const { back, browser } = await signInAs(account(), provider);
    const path = back.pathname + back.search;
    for (const other of [browser, openBrowser(control)])
      expect(problemOf(await other.visit(path))).toBe("SSO_EXPIRED");
    const third = openBrowser(control);
    await third.visit(`/sign-in/sso/${provider.id}`);
    expect(problemOf(await third.visit(path))).toBe("SSO_EXPIRED");
    const late = openBrowser(control);
    const { headers } = await late.visit(`/sign-in/sso/${provider.id}`);
    const answer = await idp.visit(headers.get("location") ?? "");
    await control.database.$executeRaw`
      UPDATE "session" SET "sess" = jsonb_set("sess"::jsonb, '{pending,at}', '0') WHERE "sess"::jsonb ? 'pending'`;
    expect(problemOf(await late.visit(answer.pathname + answer.search))).toBe("SSO_EXPIRED");
  });

  test("a code that was sent elsewhere, and a token for another sign-in, are refused", async () => {
    const provider = await setUp({ join: { role: "developer", scope: everywhere } });
    for (const [place, value] of [
      ["verifier", "x".repeat(43)],
      ["nonce", "y".repeat(43)],
    ] as const) {
      idp.become(account());
      const browser = openBrowser(control);
      const { headers } = await browser.visit(`/sign-in/sso/${provider.id}`);
      const back = await idp.visit(headers.get("location") ?? "");
      await control.database.$executeRaw`
        UPDATE "session" SET "sess" = jsonb_set("sess"::jsonb, ARRAY['pending', ${place}], to_jsonb(${value}::text))
        WHERE "sess"::jsonb ? 'pending'`;
      expect([place, problemOf(await browser.visit(back.pathname + back.search))]).toEqual([
        place,
        "SSO_FAILED",
      ]);
    }
  });

  test("an unknown provider, and one that can't be reached, lead back with that", async () => {
    const browser = openBrowser(control);
    for (const id of ["nonsense", "00000000-0000-4000-8000-000000000000"])
      expect(problemOf(await browser.visit(`/sign-in/sso/${id}`))).toBe("SSO_UNAVAILABLE");
    const { id } = await setUp();
    await control.database.singleSignOn.update({ where: { id }, data: { issuer: "http://127.0.0.1:9" } });
    expect(problemOf(await browser.visit(`/sign-in/sso/${id}`))).toBe("SSO_UNAVAILABLE");
  });

  test.each(["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", ""])(
    "never leads to “%s” afterwards",
    async (next) => {
      const provider = await setUp({ join: { role: "member", scope: everywhere } });
      expect((await signInAs(account(), provider, { next })).headers.get("location")).toBe("/");
    },
  );
});

describe("a session through an organisation", () => {
  test("opens that organisation's workspace alone, by session, device and invitation", async () => {
    const provider = await setUp();
    const who = account();
    const { userId } = await givenPerson(control, { email: who.email ?? "" });
    const foreign = await givenForeignWorkspace(control);
    const data = { workspaceId: foreign.workspaceId, userId, role: "admin", scope: everywhere };
    await control.database.member.create({ data });
    const { browser } = await signInAs(who, provider);
    expect((await sessionOf(browser)).workspaces.map(({ slug }) => slug)).toEqual(["default"]);
    expect((await browser.visit(`/v1/workspace/${foreign.workspaceId}/members`)).status).toBe(404);
    const codes = await ok<{ userCode: string; deviceCode: string }>(
      control,
      "POST",
      "/v1/auth/device/code",
      {
        clientId: "kvsync-cli",
      },
    );
    await browser.send("POST", "/v1/auth/device/decide", { userCode: codes.userCode, approve: true });
    const { accessToken: token } = await ok<{ accessToken: string }>(
      control,
      "POST",
      "/v1/auth/device/token",
      {
        clientId: "kvsync-cli",
        deviceCode: codes.deviceCode,
      },
    );
    const workspaces = await control.ask<Array<{ slug: string }>>("GET", "/v1/workspace", { token });
    expect(workspaces.body.map(({ slug }) => slug)).toEqual(["default"]);
    const third = await givenForeignWorkspace(control);
    const invited = await control.ask<{ token: string }>(
      "POST",
      `/v1/workspace/${third.workspaceId}/members`,
      {
        token: third.token,
        body: { email: who.email, role: "admin", scope: everywhere },
      },
    );
    const accepted = await browser.send("POST", "/v1/invitations/accept", { token: invited.body.token });
    expect(accepted).toMatchObject({ status: 401, body: { code: "SIGN_IN_NEEDED" } });
  });

  test("ends when single sign-on does, and when issuer or client become others", async () => {
    const join = { role: "member", scope: everywhere };
    const one = await signInAs(account(), await setUp({ join }));
    expect((await one.browser.visit("/v1/session")).status).toBe(200);
    await control.database.singleSignOn.updateMany({ data: { clientId: "was another" } });
    await setUp({ join });
    expect((await one.browser.visit("/v1/session")).status).toBe(401);
    const two = await signInAs(account(), await setUp({ join }));
    await ok(control, "DELETE", SETTINGS);
    expect((await two.browser.visit("/v1/session")).status).toBe(401);
    expect(await control.ask("GET", SETTINGS)).toMatchObject({
      status: 404,
      body: { code: "SINGLE_SIGN_ON_NOT_FOUND" },
    });
  });
});

describe("its settings", () => {
  test("are answered without the client secret, which is kept sealed, and stays where none is given", async () => {
    const made = await setUp({ domains: ["Contoso.example", "contoso.example", "b.example"] });
    expect(made).toEqual({
      id: expect.any(String),
      name: "Contoso",
      issuer: idp.issuer,
      clientId: idp.clientId,
      hasClientSecret: true,
      domains: ["contoso.example", "b.example"],
      join: null,
      callbackUrl: `${control.origin}/sign-in/sso/callback`,
    });
    const { clientSecret: _secret, ...rest } = wish({ join: { role: "member", scope: everywhere } });
    const changed = await ok<SingleSignOnBody>(control, "PUT", SETTINGS, rest);
    expect(changed).toMatchObject({ id: made.id, hasClientSecret: true });
    expect((await signInAs(account(), changed)).headers.get("location")).toBe("/account");
    const row = await control.database.singleSignOn.findUniqueOrThrow({ where: { id: made.id } });
    expect(Buffer.from(row.clientSecret ?? []).includes(idp.clientSecret)).toBe(false);
    const events = JSON.stringify(
      await control.database.auditEvent.findMany({ where: { action: "single-sign-on.changed" } }),
      (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    );
    for (const text of [events, control.logs.join(), (await control.ask("GET", SETTINGS)).text])
      expect(text).not.toContain(idp.clientSecret);
  });

  test("take the stored secret to no other issuer", async () => {
    await setUp();
    const { clientSecret: _secret, ...rest } = wish({ issuer: "http://localhost:9" });
    const answer = await control.ask("PUT", SETTINGS, { body: rest });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("clientSecret: must be given again");
  });

  test.each([
    [{ issuer: "ftp://x.example" }, "issuer"],
    [{ issuer: "https://user:pass@x.example" }, "issuer"],
    [{ issuer: "http://id.example.com" }, "issuer: must be an https address"],
    [{ issuer: "http://127.0.0.1:9" }, "issuer: doesn't answer"],
    [{ domains: [] }, "domains"],
    [{ domains: ["nonsense"] }, "domains.0: must be a domain"],
    [{ join: { role: "owner", scope: everywhere } }, "join.role"],
    [{ clientId: "" }, "clientId"],
  ])("refuse %j with 400", async (changes, problem) => {
    const answer = await control.ask<{ message: string }>("PUT", SETTINGS, { body: wish(changes) });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(problem);
  });

  test("an address' ways to sign in follow from its domain alone", async () => {
    const { id } = await setUp();
    const options = async (email: string) =>
      (await control.ask("POST", "/v1/sign-in/options", { token: null, body: { email }, headers: FROM_HERE }))
        .body;
    const ways = { password: true, singleSignOn: [{ id, name: "Contoso" }] };
    expect(await options("nobody@Contoso.example")).toEqual(ways);
    expect(await options((await givenPerson(control)).email)).toEqual({ password: true, singleSignOn: [] });
  });
});

test("where private addresses aren't allowed, no provider inside the network is asked", async () => {
  const strict = await startControl({ singleSignOnPrivate: false });
  try {
    for (const issuer of [
      idp.issuer,
      "https://127.0.0.1:1",
      "https://localhost:1",
      "https://[::ffff:10.0.0.1]",
      "https://169.254.169.254",
    ]) {
      const answer = await strict.ask<{ message: string }>("PUT", SETTINGS, { body: wish({ issuer }) });
      expect([issuer, answer.status]).toEqual([issuer, 400]);
      expect(answer.body.message).toMatch(/^issuer: must (be an https|not be an|not lead to an) address/);
    }
  } finally {
    await strict.stop();
  }
});
