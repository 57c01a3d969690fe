import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AuditPageBody, AuditStateBody } from "@kvsync/contracts/api";
import { INSTALLATION, saveVerification, verifyChain } from "@kvsync/store";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenForeignWorkspace, givenProject, givenSecrets, ok, secretIdOf } from "../testing/given.ts";
import { FROM_HERE, givenPerson } from "../testing/people.ts";

const AUDIT = "/v1/workspace/default/audit";
const CANARY = "canary-value-8f1c";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const audit = (query = ""): Promise<AuditPageBody> =>
  ok<AuditPageBody>(control, "GET", `${AUDIT}?limit=200${query}`);

test("what is done to teams, projects, environments, secrets and tokens is noted, in order and without values", async () => {
  const from = new Date().toISOString();
  const { workspaceId } = control;
  await ok(control, "POST", "/v1/workspace/default/team", { name: "noted team" });
  const own = await givenProject(control, 1);
  await givenSecrets(control, own, { KEY: CANARY, OTHER: CANARY });
  const id = await secretIdOf(control, own, "KEY");
  const [environmentId = ""] = own.environments;
  const values = [{ environmentId, value: `${CANARY}2` }];
  const update = { name: "KEY2", type: "runtime", dataType: "text", values };
  await ok(control, "PUT", `${own.path}/secret/${id}`, update);
  await ok(control, "PUT", `${own.path}/secret/${id}`, update);
  await ok(control, "GET", `${own.path}/secret`);
  await ok(control, "GET", `${own.path}/secret?values=false`);
  await ok(control, "GET", `${own.path}/secret/${id}/value?environmentId=${environmentId}`);
  await ok(control, "PATCH", `${own.path}/secret/${id}`, { note: CANARY });
  await ok(control, "DELETE", `${own.path}/secret/${id}`);
  const text = `OTHER=${CANARY}3\nNEW=${CANARY}4`;
  const wish = { environmentId, text, format: "env", onExisting: "update" };
  await ok(control, "POST", `${own.path}/secret-import`, { ...wish, mode: "preview" });
  await ok(control, "POST", `${own.path}/secret-import`, { ...wish, mode: "apply" });
  const token = await ok<{ id: string; token: string }>(control, "POST", "/v1/workspace/default/tokens", {
    name: "noted token",
    permission: "read",
    role: "member",
    scope: { all: true },
    expiresIn: "24h",
  });
  await ok(control, "DELETE", `/v1/workspace/default/tokens/${token.id}`);

  const page = await audit(`&from=${from}`);
  const events = page.events.toReversed();
  expect(events.map(({ action, entity }) => [action, entity.name])).toEqual([
    ["team.created", "noted team"],
    ["project.created", own.slug],
    ["environment.created", "environment 0"],
    ["secret.created", "KEY"],
    ["secret.created", "OTHER"],
    ["secret.viewed", "KEY"],
    ["secret.updated", "KEY2"],
    ["secret.viewed", null],
    ["secret.viewed", "KEY2"],
    ["secret.updated", "KEY2"],
    ["secret.deleted", "KEY2"],
    ["secret.updated", "OTHER"],
    ["secret.created", "NEW"],
    ["token.created", "noted token"],
    ["token.revoked", "noted token"],
  ]);
  const [, , , , , viewed, updated, list, , noted] = events;
  expect(viewed).toMatchObject({ kind: "VIEW", entity: { id }, environment: { id: environmentId } });
  expect(updated).toMatchObject({
    fields: { changed: [environmentId], removed: [], noteChanged: false },
    before: { name: "KEY" },
    after: { name: "KEY2" },
    actor: { kind: "token", name: "test admin" },
    project: { id: own.id, name: own.slug },
  });
  expect(list).toMatchObject({ fields: { count: 2, names: ["KEY2", "OTHER"] } });
  expect(noted?.fields).toEqual({ changed: [], removed: [], noteChanged: true });
  expect(JSON.stringify(page)).not.toMatch(/canary/);
  expect(JSON.stringify(page)).not.toContain(token.token);
  expect((await verifyChain(control.database, workspaceId, { opens: async () => true })).problem).toBeNull();
});

test("a list of many values is one entry, with the first names and how many there are", async () => {
  const own = await givenProject(control, 1);
  const names = Array.from({ length: 120 }, (_, index) => `N${String(index).padStart(3, "0")}`);
  await givenSecrets(control, own, Object.fromEntries(names.map((name) => [name, "v"])));
  await ok(control, "GET", `${own.path}/secret`);
  const { events } = await ok<AuditPageBody>(control, "GET", `${AUDIT}?limit=1`);
  expect(events[0]).toMatchObject({
    action: "secret.viewed",
    fields: { count: 120, names: names.slice(0, 100) },
  });
});

test("personal values are noted like others, told apart", async () => {
  const own = await givenProject(control, 1);
  const [environmentId = ""] = own.environments;
  const person = await givenPerson(control);
  const change = { hasPersonalOverrides: true };
  await ok(control, "PATCH", `${own.path}/environment/${environmentId}`, change);
  await givenSecrets(control, own, { KEY: CANARY });
  const id = await secretIdOf(control, own, "KEY");
  const values = [{ environmentId, value: CANARY, isPersonal: true }];
  const path = `${own.path}/secret/${id}`;
  expect((await person.ask("PATCH", path, { body: { values } })).status).toBe(200);
  expect((await person.ask("PATCH", path, { body: { values } })).status).toBe(200);
  const reveal = `${path}/value?environmentId=${environmentId}&isPersonal=true`;
  expect((await person.ask("GET", reveal)).status).toBe(200);
  const removal = [{ environmentId, value: null, isPersonal: true }];
  expect((await person.ask("PATCH", path, { body: { values: removal } })).status).toBe(200);
  const { events } = await audit(`&actor=${person.userId}&entity=secret`);
  expect(events.toReversed().map(({ action, fields }) => [action, fields])).toEqual([
    ["secret.updated", { changed: [], removed: [], noteChanged: false, personalChanged: [environmentId] }],
    ["secret.viewed", { count: 1, environmentIds: [environmentId], personal: 1 }],
    ["secret.updated", { changed: [], removed: [], noteChanged: false, personalRemoved: [environmentId] }],
  ]);
  expect(events[0]?.actor).toMatchObject({ kind: "person", id: person.userId });
});

test("many at once are one entry: an import, a deletion", async () => {
  const own = await givenProject(control, 1);
  const names = Array.from({ length: 101 }, (_, index) => `N${String(index).padStart(3, "0")}`);
  await givenSecrets(control, own, Object.fromEntries(names.map((name) => [name, "v"])));
  const list = await ok<Array<{ id: string }>>(control, "GET", `${own.path}/secret?values=false`);
  const secrets = list.map(({ id }) => ({ id }));
  await ok(control, "POST", `${own.path}/secret-deletion`, { secrets });
  const { events } = await ok<AuditPageBody>(control, "GET", `${AUDIT}?limit=2`);
  expect(events).toMatchObject([
    { action: "secret.deleted", entity: { id: null }, fields: { count: 101, names: names.slice(0, 100) } },
    { action: "secret.imported", entity: { id: null }, fields: { count: 101, new: 101 } },
  ]);
});

test("an address that is nobody's is noted where no workspace is meant, and each member's try in their workspace", async () => {
  const address = "nobody-at-all@example.com";
  const body = { email: address, password: CANARY };
  const answer = await control.ask("POST", "/v1/session", { body, token: null, headers: FROM_HERE });
  expect(answer.status).toBe(401);
  const [refused] = await control.database.auditEvent.findMany({ where: { actorName: address } });
  expect(refused).toMatchObject({ workspaceId: INSTALLATION, action: "session.refused", entityId: null });
  expect((await verifyChain(control.database, INSTALLATION, { opens: async () => true })).problem).toBeNull();
});

test("where the entry can't be written, no value is answered", async () => {
  const other = await startControl();
  try {
    const own = await givenProject(other, 1);
    await givenSecrets(other, own, { KEY: CANARY, OTHER: CANARY });
    const id = await secretIdOf(other, own, "OTHER");
    await other.database
      .$executeRaw`ALTER TABLE "AuditEvent" ADD CONSTRAINT "broken" CHECK ("action" <> 'secret.viewed') NOT VALID`;
    const [environmentId] = own.environments;
    for (const path of ["", "/KEY", `/${id}/value?environmentId=${environmentId}`].map(
      (rest) => `${own.path}/secret${rest}`,
    )) {
      const { status, text } = await other.ask("GET", path);
      expect([path, status]).toEqual([path, 500]);
      expect(text).not.toContain(CANARY);
    }
  } finally {
    await other.stop();
  }
});

test("is filtered by action, entity, actor and time, and read page by page", async () => {
  const { id: tokenId, token } = await control.token({ role: "admin" });
  for (let index = 0; index < 5; index += 1)
    await control.ask("POST", "/v1/workspace/default/team", {
      token,
      body: { name: `team ${tokenId} ${index}` },
    });
  const all = await audit(`&actor=${tokenId}`);
  expect(all.events).toHaveLength(5);
  const [newest, , , , oldest] = all.events;
  expect((await audit(`&actor=${tokenId}&action=project.created`)).events).toEqual([]);
  expect((await audit(`&actor=${tokenId}&entity=team&action=team.created`)).events).toHaveLength(5);
  expect((await audit(`&entityId=${newest?.entity.id}`)).events).toEqual([newest]);
  expect((await audit(`&actor=${tokenId}&to=${oldest?.at}`)).events).toEqual([]);
  const seen: unknown[] = [];
  for (let cursor = ""; ;) {
    const query = `${AUDIT}?limit=2&actor=${tokenId}${cursor}`;
    const { events, nextCursor } = await ok<AuditPageBody>(control, "GET", query);
    seen.push(...events);
    if (nextCursor === null) break;
    cursor = `&cursor=${nextCursor}`;
  }
  expect(seen).toEqual(all.events);
});

test("refuses filters that name nothing, whoever isn't an admin, and other workspaces", async () => {
  for (const query of ["?action=x", "?entity=x", "?actor=x", "?from=yesterday", "?cursor=x", "?limit=201"])
    expect([query, (await control.ask("GET", AUDIT + query)).status]).toEqual([query, 400]);
  const { token } = await control.token({ role: "developer" });
  const theirs = await givenForeignWorkspace(control);
  for (const path of [AUDIT, `${AUDIT}/state`]) {
    expect((await control.ask("GET", path, { token })).status).toBe(403);
    expect((await control.ask("GET", path, { token: theirs.token })).status).toBe(404);
  }
});

test("the state tells the chain's end, and what a verification found", async () => {
  const { workspaceId, database } = control;
  const state = (): Promise<AuditStateBody> => ok<AuditStateBody>(control, "GET", `${AUDIT}/state`);
  const { head } = await verifyChain(database, workspaceId, { opens: async () => true });
  const hash = Buffer.from(head.hash).toString("hex");
  expect(await state()).toEqual({ sequence: head.sequence, hash, verifiedAt: null, problem: null });
  await saveVerification(database, workspaceId, head.sequence, { code: "ENTRY_MISSING", sequence: 2 });
  expect((await state()).problem).toMatchObject({
    code: "ENTRY_MISSING",
    sequence: 2,
    message: "Audit entry 2 is missing.",
  });
  await saveVerification(database, workspaceId, head.sequence, null);
  expect(await state()).toMatchObject({ verifiedAt: expect.any(String), problem: null });
});
