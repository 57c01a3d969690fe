import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AuditPageBody, AuditStateBody } from "@kvsync/contracts/api";
import { saveVerification, verifyChain } from "@kvsync/store";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenForeignWorkspace, givenProject, givenSecrets, ok, secretIdOf } from "../testing/given.ts";

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
  await ok(control, "DELETE", `${own.path}/secret/${id}`);
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
    ["secret.deleted", "KEY2"],
    ["token.created", "noted token"],
    ["token.revoked", "noted token"],
  ]);
  const [, , , , , viewed, updated, list] = events;
  expect(viewed).toMatchObject({ kind: "VIEW", entity: { id }, environment: { id: environmentId } });
  expect(updated).toMatchObject({
    fields: { changed: [environmentId], removed: [], noteChanged: false },
    before: { name: "KEY" },
    after: { name: "KEY2" },
    actor: { kind: "token", name: "test admin" },
    project: { id: own.id, name: own.slug },
  });
  expect(list).toMatchObject({ fields: { count: 2, names: ["KEY2", "OTHER"] } });
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

test("where the entry can't be written, no value is answered", async () => {
  const other = await startControl();
  try {
    const own = await givenProject(other, 1);
    await givenSecrets(other, own, { KEY: CANARY });
    await other.database
      .$executeRaw`ALTER TABLE "AuditEvent" ADD CONSTRAINT "broken" CHECK ("action" <> 'secret.viewed') NOT VALID`;
    for (const path of [`${own.path}/secret`, `${own.path}/secret/KEY`]) {
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
