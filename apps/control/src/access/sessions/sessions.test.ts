import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuditPageBody, SessionBody } from "@kvsync/contracts/api";
import { openBrowser, signedInBrowser, type Browser } from "../../testing/browser.ts";
import { everywhere, startControl, type TestControl } from "../../testing/control.ts";
import { ok } from "../../testing/given.ts";
import { FROM_HERE, givenPerson, signIn } from "../../testing/people.ts";

const AUDIT = "/v1/workspace/default/audit";

let control: TestControl;
beforeAll(async () => {
  control = await startControl({ trustProxy: 1 });
});
afterAll(() => control.stop());

/** Each from another address, as attempts that fail are counted by it. */
let addresses = 0;
const fromElsewhere = (): Browser => openBrowser(control, `10.0.0.${(addresses += 1)}`);

const WRONG = {
  code: "SIGN_IN_FAILED",
  message: "This e-mail address and password don't belong together.",
};

describe("signing in", () => {
  test("the page is the dashboard's, and sets no cookie", async () => {
    const { status, headers, text } = await fromElsewhere().visit("/sign-in?next=/ops/queues");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/html/);
    expect(text).toContain('<div id="root">');
    expect(headers.get("set-cookie")).toBeNull();
  });

  test("with the right password begins a session, whose cookie scripts and other sites can't use", async () => {
    const { email, password, userId } = await givenPerson(control, { isOwner: true });
    const browser = fromElsewhere();
    const { status, headers, body } = await browser.signIn(` ${email.toUpperCase()}`, password);
    expect(status).toBe(201);
    const { expiresAt, ...session } = body as SessionBody;
    expect(session).toEqual({
      user: { id: userId, email, name: "A Person" },
      workspaces: [
        {
          id: control.workspaceId,
          name: "Default",
          slug: "default",
          role: "admin",
          isOwner: true,
          scope: everywhere,
        },
      ],
      method: "password",
    });
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(11 * 3_600_000);
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Lax");
    expect(cookie).toContain("Path=/");
    expect((await browser.visit("/v1/session")).body).toMatchObject(session);
    expect(control.logs.join("\n")).not.toContain(password);
  });

  test("a wrong password, an unknown address and a person without a password are answered alike", async () => {
    const { email, userId } = await givenPerson(control);
    const answers = [
      await fromElsewhere().signIn(email, "wrong"),
      await fromElsewhere().signIn("x@y.example", "wrong"),
    ];
    await control.database.user.update({ where: { id: userId }, data: { passwordHash: null } });
    answers.push(await fromElsewhere().signIn(email, `password of ${email}`));
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(WRONG);
      expect(headers.get("set-cookie")).toBeNull();
    }
  });

  test.each([
    [{ email: "", password: "x" }, "email"],
    [{ email: "a@b.example", password: "" }, "password"],
    [{ email: "a@b.example", password: "x".repeat(1_001) }, "password"],
    [{ email: "a@b.example", password: "nul \0" }, "NUL"],
    [{ email: "a@b.example" }, "password"],
    [{ email: "a@b.example", password: "x", token: "y" }, "token"],
  ])("%j is refused with 400, naming “%s”", async (body, named) => {
    const answer = await fromElsewhere().send("POST", "/v1/session", body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(named);
  });

  test("makes a new session, so that a planted one is worth nothing", async () => {
    const person = await givenPerson(control);
    const browser = await signedInBrowser(control, person);
    const planted = browser.cookie();
    await browser.signIn(person.email, person.password);
    expect(browser.cookie()).not.toBe(planted);
    const headers = { cookie: planted ?? "" };
    expect((await control.ask("GET", "/v1/session", { token: null, headers })).status).toBe(401);
  });

  test("by a page of another site is refused, and so is signing out", async () => {
    const { email, password, ask } = await givenPerson(control);
    const foreign = [
      { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      {},
    ];
    for (const headers of foreign) {
      const browser = fromElsewhere();
      const answer = await browser.send("POST", "/v1/session", { email, password }, headers);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: "FOREIGN_ORIGIN" });
      expect(browser.cookie()).toBeUndefined();
    }
    const out = await ask("DELETE", "/v1/session", { headers: { "sec-fetch-site": "cross-site" } });
    expect(out.status).toBe(403);
    expect((await ask("GET", "/v1/session")).status).toBe(200);
  });

  test("takes JSON alone, and a browser that tells the origin alone is let in from this site", async () => {
    const { email, password } = await givenPerson(control);
    const form = await fromElsewhere().submit("/v1/session", { email, password });
    expect(form.status).toBe(415);
    const headers = { origin: control.origin };
    const answer = await fromElsewhere().send("POST", "/v1/session", { email, password }, headers);
    expect(answer.status).toBe(201);
  });
});

describe("too many wrong passwords", () => {
  const guess = (email: string, password = "wrong") => fromElsewhere().signIn(email, password);

  test.each(["a known", "an unknown"])(
    "lock %s address from the fifth on, for the right one too",
    async (kind) => {
      const email = kind === "a known" ? (await givenPerson(control)).email : "nobody@example.com";
      for (let tries = 0; tries < 5; tries += 1) expect((await guess(email)).status).toBe(401);
      const { status, body, headers } = await guess(email, `password of ${email}`);
      expect(status).toBe(429);
      expect(body).toMatchObject({ code: "SIGN_IN_LOCKED" });
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(20);
      expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(30);
    },
  );

  test("lock for longer each time, and the right one ends it", async () => {
    const { email, password } = await givenPerson(control);
    const unlock = () => control.database.guessCount.updateMany({ data: { lockedUntil: null } });
    const locks: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await unlock();
      expect((await guess(email)).status).toBe(401);
      const locked = await guess(email);
      if (locked.status === 429) locks.push(Math.round(Number(locked.headers.get("retry-after")) / 10) * 10);
      else tries += 1;
    }
    expect(locks).toEqual([30, 60, 120]);
    await unlock();
    expect((await guess(email, password)).status).toBe(201);
    expect((await guess(email)).status).toBe(401);
    expect((await guess(email, password)).status).toBe(201);
  });

  test("can't be had by many at once", async () => {
    const { email } = await givenPerson(control);
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess(email)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  test("from one address lock that address, whoever they were for", async () => {
    const browser = fromElsewhere();
    for (let tries = 0; tries < 10; tries += 1)
      expect((await browser.signIn(`nobody-${tries}@example.com`, "wrong")).status).toBe(401);
    const { email, password } = await givenPerson(control);
    const { status, body, headers } = await browser.signIn(email, password);
    expect([status, body]).toMatchObject([429, { code: "SIGN_IN_LOCKED" }]);
    expect(headers.get("retry-after")).toBe("60");
    expect((await guess(email, password)).status).toBe(201);
  });
});

describe("a session", () => {
  test("opens the queues; without one, they lead to the sign-in and back", async () => {
    const browser = await signedInBrowser(control);
    const path = "/ops/queues";
    expect((await browser.visit(path)).status).toBe(200);
    const { status, headers } = await openBrowser(control).visit(path);
    expect(status).toBe(302);
    expect(headers.get("location")).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
  });

  test("works for the API too, but changes nothing from another site", async () => {
    const { ask } = await givenPerson(control);
    const create = (name: string, headers: Record<string, string>) =>
      ask("POST", "/v1/workspace/default/team", { body: { name }, headers });
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }])
      expect(await create("Foreign", headers)).toMatchObject({
        status: 403,
        body: { code: "FOREIGN_ORIGIN" },
      });
    expect((await create("Own", FROM_HERE)).status).toBe(201);
    const teams = await ok<Array<{ name: string }>>(control, "GET", "/v1/workspace/default/team");
    expect(teams.map(({ name }) => name).toSorted()).toEqual(["Default", "Own"]);
  });

  test("ends with signing out, on the server too; signing out twice is no error", async () => {
    const { ask } = await givenPerson(control);
    expect((await ask("DELETE", "/v1/session")).status).toBe(204);
    expect((await ask("GET", "/v1/session")).status).toBe(401);
    expect((await ask("DELETE", "/v1/session")).status).toBe(204);
  });

  test("needs a new sign-in after a week, however much it is used", async () => {
    const { ask, userId } = await givenPerson(control);
    const eightDays = Date.now() - 8 * 86_400_000;
    await control.database.$executeRaw`
      UPDATE "session" SET "sess" = jsonb_set("sess"::jsonb, '{signedInAt}', to_jsonb(${eightDays}::float8))
      WHERE "sess"->>'userId' = ${userId}`;
    expect((await ask("GET", "/v1/session")).status).toBe(401);
  });

  test("is none of a token's, and its person's name can be changed from it", async () => {
    expect((await control.ask("GET", "/v1/session")).status).toBe(401);
    expect((await control.ask("PATCH", "/v1/me", { body: { name: "x" } })).status).toBe(403);
    const { ask, userId, email } = await givenPerson(control);
    expect((await ask("PATCH", "/v1/me", { body: { name: " Ada " } })).body).toEqual({
      id: userId,
      email,
      name: "Ada",
    });
    expect((await ask<SessionBody>("GET", "/v1/session")).body.user.name).toBe("Ada");
  });
});

describe("changing one's password", () => {
  const CHANGED = "something else entirely";

  test("ends the other sessions, renews this one, and the old password isn't taken any more", async () => {
    const person = await givenPerson(control);
    const { email, password } = person;
    const other = await signIn(control, email, password);
    const browser = await signedInBrowser(control, person);
    const before = browser.cookie();
    const body = { current: password, password: CHANGED };
    expect((await browser.send("POST", "/v1/session/password", body)).status).toBe(204);
    expect(browser.cookie()).not.toBe(before);
    expect((await browser.visit("/v1/session")).status).toBe(200);
    for (const cookie of [other, before ?? ""])
      expect((await control.ask("GET", "/v1/session", { token: null, headers: { cookie } })).status).toBe(
        401,
      );
    expect((await fromElsewhere().signIn(email, password)).status).toBe(401);
    expect((await fromElsewhere().signIn(email, CHANGED)).status).toBe(201);
  });

  test.each([
    ["short", "at least 12"],
    ["x".repeat(201), "at most 200"],
    ["abababababababab", "at least 5 different"],
  ])("to “%s” is refused with 400", async (password, problem) => {
    const person = await givenPerson(control);
    const body = { current: person.password, password };
    const answer = await person.ask<{ message: string }>("POST", "/v1/session/password", { body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(`password: must have ${problem}`);
  });

  test("needs the current one, and guessing at it locks", async () => {
    const { ask } = await givenPerson(control);
    const body = { current: "wrong", password: CHANGED };
    for (let tries = 0; tries < 5; tries += 1) {
      const answer = await ask("POST", "/v1/session/password", { body });
      expect(answer).toMatchObject({ status: 400, body: { code: "PASSWORD_WRONG" } });
    }
    expect((await ask("POST", "/v1/session/password", { body })).status).toBe(429);
  });

  test("is for who has one: neither for a token nor for who signs in through an organisation", async () => {
    const body = { current: "x", password: CHANGED };
    expect((await control.ask("POST", "/v1/session/password", { body })).status).toBe(401);
    const { ask, userId } = await givenPerson(control);
    await control.database.user.update({ where: { id: userId }, data: { passwordHash: null } });
    expect(await ask("POST", "/v1/session/password", { body })).toMatchObject({
      status: 400,
      body: { code: "NO_PASSWORD" },
    });
  });
});

test("sign-ins, refusals, sign-outs and changes of passwords are noted, without the password", async () => {
  const { userId, email, password, ask } = await givenPerson(control);
  await fromElsewhere().signIn(email, "wrong");
  await ask("POST", "/v1/session/password", {
    body: { current: password, password: "something else entirely" },
  });
  const cookie = await signIn(control, email, "something else entirely");
  await control.ask("DELETE", "/v1/session", { token: null, headers: { cookie, ...FROM_HERE } });
  const { events } = await ok<AuditPageBody>(control, "GET", `${AUDIT}?entityId=${userId}`);
  events.reverse();
  expect(events.map(({ action }) => action)).toEqual([
    "session.begun",
    "session.refused",
    "password.changed",
    "session.begun",
    "session.ended",
  ]);
  expect(events[1]?.actor).toEqual({ kind: "anonymous", id: null, name: email });
  expect(events[3]?.actor).toMatchObject({ kind: "person", id: userId });
  expect(JSON.stringify(events)).not.toContain(password);
});
