import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { NewTokenBody, TokenBody } from "@kvsync/contracts/api";
import { everywhere, startControl, type Given, type TestControl } from "../../testing/control.ts";
import { givenProject, type GivenProject } from "../../testing/given.ts";
import { givenPerson, type GivenPerson } from "../../testing/people.ts";

const TOKENS = "/v1/workspace/default/tokens";
const WISH = { name: "ci", permission: "read", scope: everywhere, expiresIn: "24h" };

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control, 2);
});
afterAll(() => control.stop());

async function create({ ask }: Pick<GivenPerson, "ask">, changes: object = {}): Promise<NewTokenBody> {
  const { status, body, text } = await ask<NewTokenBody>("POST", TOKENS, { body: { ...WISH, ...changes } });
  expect([status, text]).toEqual([201, text]);
  return body;
}
const statusOf = async (token: string, path = "/v1/me", given: Given = {}): Promise<number> =>
  (await control.ask("GET", path, { ...given, token })).status;

describe("a person's token", () => {
  test("may what its permission says and the person may", async () => {
    const developer = await givenPerson(control, { role: "developer" });
    const { token: reading } = await create(developer);
    const { token: writing } = await create(developer, { permission: "read-write" });
    const body = { environments: project.environments, secrets: [{ key: "FROM_TOKEN", value: "v" }] };
    const write = async (token: string) =>
      (await control.ask("POST", `${project.path}/secret`, { token, body })).status;
    expect(await write(reading)).toBe(403);
    expect(await write(writing)).toBe(201);
    expect(await statusOf(writing, "/v1/sync")).toBe(403);
    expect((await control.ask("GET", "/v1/me", { token: writing })).body).toEqual({
      id: developer.userId,
      email: developer.email,
      name: "A Person",
    });
  });

  test("a member makes only those that read; nobody chooses another role than their own", async () => {
    const member = await givenPerson(control, { role: "member" });
    await create(member);
    for (const [changes, named] of [
      [{ permission: "read-write" }, "permission"],
      [{ role: "admin" }, "role"],
    ] as const) {
      const answer = await member.ask("POST", TOKENS, { body: { ...WISH, ...changes } });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(`${named}: `);
    }
  });

  test("lies within its maker's scope, of the person and of the token that makes it", async () => {
    const [inside = "", outside = ""] = project.environments;
    const scope = { ...everywhere, all: false, environments: [inside] };
    const person = await givenPerson(control, { role: "developer", scope });
    await create(person, { scope });
    const refused = [
      everywhere,
      { ...scope, environments: [outside] },
      { ...scope, projects: [project.id] },
      { ...scope, teams: [control.teamId] },
    ];
    for (const wanted of refused) {
      const answer = await person.ask("POST", TOKENS, { body: { ...WISH, scope: wanted } });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain("scope: ");
    }
    const whole = await givenPerson(control, { role: "developer" });
    const { token } = await create(whole, { scope, permission: "read-write" });
    for (const wanted of refused)
      expect((await control.ask("POST", TOKENS, { token, body: { ...WISH, scope: wanted } })).status).toBe(
        400,
      );
    expect((await control.ask("POST", TOKENS, { token, body: { ...WISH, scope } })).status).toBe(201);
  });

  test("never outlives the token that makes it, and one that only reads makes none", async () => {
    const person = await givenPerson(control);
    const { token, expiresAt } = await create(person, { permission: "read-write" });
    const child = await control.ask<NewTokenBody>("POST", TOKENS, {
      token,
      body: { ...WISH, expiresIn: "6m" },
    });
    expect(child.body.expiresAt).toBe(expiresAt);
    const { token: reading } = await create(person);
    expect((await control.ask("POST", TOKENS, { token: reading, body: WISH })).status).toBe(403);
  });

  test("narrows with the person's scope from the next request on", async () => {
    const person = await givenPerson(control, { role: "developer" });
    const { token } = await create(person);
    const [inside = "", outside = ""] = project.environments;
    const scope = { ...everywhere, all: false, environments: [inside] };
    await control.database.member.update({ where: { id: person.memberId }, data: { scope } });
    const path = `${project.path}/secret?environmentId=`;
    expect(await statusOf(token, path + inside)).toBe(200);
    expect(await statusOf(token, path + outside)).toBe(404);
  });
});

describe("lists and revocation", () => {
  test("people see and revoke their own, admins all", async () => {
    const [one, other, admin] = [
      await givenPerson(control, { role: "developer" }),
      await givenPerson(control, { role: "member" }),
      await givenPerson(control),
    ];
    const own = await create(one);
    const theirs = await create(other);
    const list = async ({ ask }: GivenPerson) => (await ask<TokenBody[]>("GET", TOKENS)).body;
    expect(await list(one)).toMatchObject([
      { id: own.id, isOwner: true, role: "developer", type: "static", user: { email: one.email } },
    ]);
    const all = new Map((await list(admin)).map((token) => [token.id, token]));
    expect(all.get(own.id)).toMatchObject({ isOwner: false, user: { id: one.userId } });
    expect(all.get(theirs.id)).toMatchObject({ role: "member" });
    expect((await one.ask("DELETE", `${TOKENS}/${theirs.id}`)).status).toBe(404);
    expect((await one.ask("DELETE", `${TOKENS}/${own.id}`)).status).toBe(200);
    expect(await statusOf(own.token)).toBe(401);
    expect((await admin.ask("DELETE", `${TOKENS}/${theirs.id}`)).status).toBe(200);
    expect((await admin.ask("DELETE", `${TOKENS}/${theirs.id}`)).status).toBe(404);
  });

  test("a token of the operators' that is no admin's sees and makes none", async () => {
    const { token } = await control.token({ role: "developer" });
    expect(await statusOf(token, TOKENS)).toBe(403);
    expect((await control.ask("POST", TOKENS, { token, body: WISH })).status).toBe(403);
  });
});

describe("rotation", () => {
  test("gives another value with the same settings, and the old one and its JWT are dead at once", async () => {
    const person = await givenPerson(control, { role: "developer" });
    const scope = { ...everywhere, all: false, projects: [project.id] };
    const old = await create(person, { permission: "read-write", scope, expiresIn: "5d" });
    const jwt = await control.ask<{ accessToken: string }>("POST", "/v1/auth/exchange", { token: old.token });
    const { status, body } = await person.ask<NewTokenBody>("POST", `${TOKENS}/${old.id}/rotate`);
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "ci", permission: "read-write", scope });
    expect(body.token).not.toBe(old.token);
    expect(Math.abs(Date.parse(body.expiresAt ?? "") - Date.parse(old.expiresAt ?? ""))).toBeLessThan(60_000);
    expect(await statusOf(old.token)).toBe(401);
    expect(await statusOf(jwt.body.accessToken)).toBe(401);
    expect(await statusOf(body.token)).toBe(200);
    expect((await person.ask("POST", `${TOKENS}/${old.id}/rotate`)).status).toBe(404);
  });

  test("of two at once one wins", async () => {
    const person = await givenPerson(control);
    const { id } = await create(person);
    const answers = await Promise.all([1, 2].map(() => person.ask("POST", `${TOKENS}/${id}/rotate`)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 404]);
  });

  test("gives nobody another's value, not even an admin", async () => {
    const [person, admin] = [await givenPerson(control, { role: "developer" }), await givenPerson(control)];
    const { id, token } = await create(person);
    expect((await admin.ask("POST", `${TOKENS}/${id}/rotate`)).status).toBe(403);
    expect(await statusOf(token)).toBe(200);
    const operators = await control.token({ role: "admin" });
    const { body, status } = await admin.ask<NewTokenBody>("POST", `${TOKENS}/${operators.id}/rotate`);
    expect([status, body.expiresAt]).toEqual([201, null]);
  });
});
