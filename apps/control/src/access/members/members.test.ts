import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuditPageBody, MemberBody, RbacBody, SessionBody } from "@kvsync/contracts/api";
import { openBrowser } from "../../testing/browser.ts";
import { everywhere, randomName, startControl, type TestControl } from "../../testing/control.ts";
import { givenProject, ok } from "../../testing/given.ts";
import { givenPerson } from "../../testing/people.ts";

const MEMBERS = "/v1/workspace/default/members";
const INVITATIONS = "/v1/workspace/default/invitations";
const NIL = "00000000-0000-4000-8000-000000000000";
const PASSWORD = "a rather long password";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
  // So that others can be removed.
  await givenPerson(control);
});
afterAll(() => control.stop());

type Invited = Readonly<{ id: string; token: string; path: string; email: string }>;
const invite = (email: string, changes: object = {}): Promise<Invited> =>
  ok<Invited>(control, "POST", MEMBERS, { email, role: "developer", scope: everywhere, ...changes });
const address = (): string => `${randomName("new")}@example.com`;
const accept = (token: string, more: object = { name: "Ada", password: PASSWORD }) =>
  openBrowser(control).send("POST", "/v1/invitations/accept", { token, ...more });

describe("members", () => {
  test("a change of role or scope acts on the next request of session and token", async () => {
    const { ask, memberId, userId } = await givenPerson(control, { role: "developer" });
    const project = await givenProject(control);
    const own = await givenProject(control);
    const { token } = await control.token({ userId, role: null });
    const create = (given: object) => ask("POST", `${project.path}/secret`, given);
    const body = { environments: project.environments, secrets: [{ key: randomName("K"), value: "v" }] };
    expect((await create({ body })).status).toBe(201);
    const { body: changed } = await control.ask<MemberBody>("PATCH", `${MEMBERS}/${memberId}`, {
      body: { role: "member" },
    });
    expect(changed).toMatchObject({ id: memberId, role: "member", user: { id: userId } });
    expect((await create({ body })).status).toBe(403);
    const byToken = await control.ask("POST", `${project.path}/secret`, { token, body });
    expect(byToken.status).toBe(403);
    const scope = { ...everywhere, all: false, projects: [own.id] };
    await ok(control, "PATCH", `${MEMBERS}/${memberId}`, { scope });
    expect((await ask("GET", `${project.path}/secret`)).status).toBe(404);
    expect((await control.ask("GET", `${project.path}/secret`, { token })).status).toBe(404);
    expect((await ask("GET", `${own.path}/secret`)).status).toBe(200);
  });

  test("removing one ends at once what they had: session, token, its JWT, sign-in from a command line", async () => {
    const { ask, memberId, userId } = await givenPerson(control);
    const { token, id } = await control.token({ userId, role: null });
    const { body: exchanged } = await control.ask<{ accessToken: string }>("POST", "/v1/auth/exchange", {
      token,
    });
    const login = await control.token({ userId, role: null, workspaceId: null, type: "login" });
    const statuses = async (): Promise<number[]> => {
      const asked = [token, exchanged.accessToken, login.token].map((bearer) =>
        control.ask("GET", MEMBERS, { token: bearer }),
      );
      return (await Promise.all([ask("GET", MEMBERS), ...asked])).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    await ok(control, "DELETE", `${MEMBERS}/${memberId}`);
    // Session and sign-in are the person's, who may have other workspaces; the token was this one's.
    expect(await statuses()).toEqual([404, 401, 401, 404]);
    expect((await control.database.apiToken.findUniqueOrThrow({ where: { id } })).revokedAt).not.toBeNull();
    expect((await ask<SessionBody>("GET", "/v1/session")).body.workspaces).toEqual([]);
    expect((await control.ask("DELETE", `${MEMBERS}/${memberId}`)).status).toBe(404);
  });

  test("the owner can't be removed, demoted or narrowed", async () => {
    const { memberId } = await givenPerson(control, { isOwner: true });
    const path = `${MEMBERS}/${memberId}`;
    const narrow = { ...everywhere, all: false, teams: [control.teamId] };
    for (const [method, body] of [
      ["DELETE", undefined],
      ["PATCH", { role: "developer" }],
      ["PATCH", { scope: narrow }],
    ] as const)
      expect(await control.ask(method, path, { body })).toMatchObject({
        status: 409,
        body: { code: "OWNER_STAYS" },
      });
    expect((await control.ask("PATCH", path, { body: { role: "admin" } })).status).toBe(200);
  });

  test("the last admin stays, also when two are removed at once", async () => {
    const other = await startControl();
    try {
      const [one, two] = [await givenPerson(other), await givenPerson(other)];
      const narrow = { ...everywhere, all: false, teams: [other.teamId] };
      await givenPerson(other, { scope: narrow });
      const paths = [one, two].map(({ memberId }) => `${MEMBERS}/${memberId}`);
      const answers = await Promise.all(paths.map((path) => other.ask("DELETE", path)));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "LAST_ADMIN" });
    } finally {
      await other.stop();
    }
  });

  test.each([
    [{}, "needs a role or a scope"],
    [{ role: "owner" }, "role"],
    [{ scope: { all: false } }, "scope"],
    [{ scope: { all: false, teams: [NIL] } }, "nothing here has the id"],
  ])("a change to %j is refused with 400", async (body, problem) => {
    const { memberId } = await givenPerson(control);
    const answer = await control.ask<{ message: string }>("PATCH", `${MEMBERS}/${memberId}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(problem);
  });
});

describe("an invitation", () => {
  test("lets somebody new choose name and password, and signs them in", async () => {
    const project = await givenProject(control);
    const scope = { ...everywhere, all: false, projects: [project.id] };
    const email = address();
    const { token, path } = await invite(email.toUpperCase(), { role: "member", scope });
    expect(path).toBe(`/invitation#${token}`);
    const looked = await openBrowser(control).send("POST", "/v1/invitations/look", { token });
    expect(looked.body).toEqual({
      email,
      workspace: { name: "Default", slug: "default" },
      role: "member",
      needsPassword: true,
    });
    const { status, body, headers } = await accept(token);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      user: { email, name: "Ada" },
      workspaces: [{ slug: "default", role: "member", isOwner: false, scope }],
    });
    expect(headers.getSetCookie()).toHaveLength(1);
    expect((await openBrowser(control).signIn(email, PASSWORD)).status).toBe(201);
  });

  test("is for once, however many use it at once", async () => {
    const { token } = await invite(address());
    const answers = await Promise.all([accept(token), accept(token), accept(token)]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await accept(token)).toMatchObject({ status: 404, body: { code: "INVITATION_NOT_FOUND" } });
  });

  test("doesn't get anybody into an account that exists; its owner joins when signed in", async () => {
    const other = await control.database.workspace.create({ data: { name: "O", slug: randomName("o") } });
    const { email, ask } = await givenPerson(control, { workspaceId: other.id });
    const { token } = await invite(email);
    const looked = await openBrowser(control).send("POST", "/v1/invitations/look", { token });
    expect(looked.body).toMatchObject({ needsPassword: false });
    const stranger = await givenPerson(control, { workspaceId: other.id });
    for (const answer of [
      await accept(token),
      await stranger.ask("POST", "/v1/invitations/accept", { body: { token } }),
    ])
      expect(answer).toMatchObject({ status: 401, body: { code: "SIGN_IN_NEEDED" } });
    const joined = await ask<SessionBody>("POST", "/v1/invitations/accept", { body: { token } });
    expect(joined.status).toBe(201);
    expect(joined.body.workspaces.map(({ slug }) => slug).toSorted()).toEqual(
      ["default", other.slug].toSorted(),
    );
  });

  test("ends by withdrawing it, by a newer one, and with time", async () => {
    const email = address();
    const first = await invite(email);
    const second = await invite(email);
    expect((await accept(first.token)).status).toBe(404);
    await ok(control, "DELETE", `${INVITATIONS}/${second.id}`);
    expect((await accept(second.token)).status).toBe(404);
    const third = await invite(email);
    await control.database.invitation.update({ where: { id: third.id }, data: { expiresAt: new Date() } });
    expect((await accept(third.token)).status).toBe(404);
    const list = await ok<RbacBody[]>(control, "GET", "/v1/workspace/default/rbac");
    expect(list.filter(({ user }) => user.email === email)).toMatchObject([
      { status: "expired", user: { name: "" } },
    ]);
  });

  test("isn't made for a member, nor taken with a bad password, and its token is kept as a hash", async () => {
    const { email } = await givenPerson(control);
    const body = { email, role: "member", scope: everywhere };
    expect(await control.ask("POST", MEMBERS, { body })).toMatchObject({
      status: 409,
      body: { code: "EXISTS" },
    });
    const { id, token } = await invite(address());
    for (const more of [{ name: "x" }, { password: PASSWORD }, { name: "x", password: "short" }])
      expect((await accept(token, more)).status).toBe(400);
    const row = await control.database.invitation.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(token);
    expect((await control.ask("GET", INVITATIONS)).text).not.toContain(token);
    expect((await accept(token)).status).toBe(201);
  });
});

test("the list in Enkryptify's shape has members and open invitations", async () => {
  const { memberId, userId, email } = await givenPerson(control, { role: "developer" });
  const invited = await invite(address());
  const list = await ok<RbacBody[]>(control, "GET", "/v1/workspace/default/rbac/");
  expect(list).toContainEqual({
    id: memberId,
    workspaceId: control.workspaceId,
    user: { id: userId, email, name: "A Person" },
    role: "developer",
    status: "account-created",
    isOwner: false,
    scope: everywhere,
    invitedAt: expect.any(String),
  });
  expect(list.find(({ id }) => id === invited.id)).toMatchObject({ status: "invite-sent", isOwner: false });
});

test("each change is noted, with who made it and what was before", async () => {
  const { memberId } = await givenPerson(control, { role: "developer" });
  const { id } = await invite(address());
  await ok(control, "PATCH", `${MEMBERS}/${memberId}`, { role: "member" });
  await ok(control, "DELETE", `${MEMBERS}/${memberId}`);
  await ok(control, "DELETE", `${INVITATIONS}/${id}`);
  const { events } = await ok<AuditPageBody>(control, "GET", "/v1/workspace/default/audit?limit=4");
  expect(events.toReversed().map(({ action }) => action)).toEqual([
    "member.invited",
    "member.changed",
    "member.removed",
    "invitation.revoked",
  ]);
  const changed = events.find(({ action }) => action === "member.changed");
  expect(changed).toMatchObject({ before: { role: "developer" }, after: { role: "member" } });
});
