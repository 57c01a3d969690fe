import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { SyncStatesBody } from "@kvsync/contracts/api";
import { startControl, type TestControl } from "../testing/control.ts";
import {
  givenActiveSync,
  givenProject,
  givenSecrets,
  ok,
  secretIdOf,
  type GivenProject,
} from "../testing/given.ts";

let control: TestControl;
let project: GivenProject;
let environmentId: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control, 2);
  [environmentId = ""] = project.environments;
  await givenSecrets(control, project, { FAILED: "1", NEW: "1", STALE: "1", SYNCED: "1" });
});
afterAll(() => control.stop());

const statesOf = (query = ""): Promise<SyncStatesBody> =>
  ok(control, "GET", `${project.path}/sync-states?environmentId=${environmentId}${query}`);

async function givenState(
  syncId: string,
  name: string,
  state: string,
  more: Readonly<{ fingerprint?: Uint8Array<ArrayBuffer>; failureCode?: string }> = {},
): Promise<string> {
  const secretId = await secretIdOf(control, project, name);
  const data = { syncId, secretId, secretName: name, state, ...more };
  return (await control.database.syncRecord.create({ data })).id;
}

const fingerprintOf = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
  const secretId = await secretIdOf(control, project, name);
  const where = { secretId_environmentId: { secretId, environmentId } };
  const { fingerprint } = await control.database.secretValue.findUniqueOrThrow({ where });
  return new Uint8Array(fingerprint);
};

test("each secret stands in each vault as its record says, and pending where its value isn't there yet", async () => {
  const one = await givenActiveSync(control, project, environmentId);
  const other = await givenActiveSync(control, project, environmentId);
  const ended = await givenActiveSync(control, project, environmentId);
  await ok(control, "POST", `/v1/sync/${ended}/disconnect`);
  await control.database.sync.update({ where: { id: ended }, data: { state: "disconnected" } });
  const failed = await givenState(one, "FAILED", "failed", { failureCode: "VAULT_FORBIDDEN" });
  await givenState(one, "STALE", "synced", { fingerprint: new Uint8Array(32) });
  const synced = await givenState(one, "SYNCED", "synced", { fingerprint: await fingerprintOf("SYNCED") });
  await givenState(one, "SYNCED", "removing");

  const { syncs, secrets, nextCursor } = await statesOf();
  expect(syncs.map(({ id }) => id)).toEqual([one, other]);
  expect(nextCursor).toBeNull();
  const of = (index: number): unknown[] =>
    secrets[index]?.states.toSorted((a) => (a.syncId === one ? -1 : 1)) ?? [];
  const nothing = { recordId: null, code: null };
  const pending = { syncId: other, state: "pending", ...nothing };
  expect(of(0)).toEqual([
    { syncId: one, state: "failed", recordId: failed, code: "VAULT_FORBIDDEN" },
    pending,
  ]);
  expect(of(1)).toEqual([{ syncId: one, state: "pending", ...nothing }, pending]);
  expect(of(2)).toMatchObject([{ syncId: one, state: "pending", code: null }, pending]);
  expect(of(3)).toEqual([{ syncId: one, state: "synced", recordId: synced, code: null }, pending]);
});

test("is answered page by page", async () => {
  const all = (await statesOf()).secrets.map(({ secretId }) => secretId);
  const first = await statesOf("&limit=3");
  const rest = await statesOf(`&limit=3&cursor=${first.nextCursor}`);
  expect([...first.secrets, ...rest.secrets].map(({ secretId }) => secretId)).toEqual(all);
  expect(rest.nextCursor).toBeNull();
});

test("is for admins, as everything about syncs, and for environments of this project", async () => {
  const path = `${project.path}/sync-states?environmentId=`;
  for (const role of ["developer", "member"] as const) {
    const { token } = await control.token({ role });
    expect((await control.ask("GET", path + environmentId, { token })).status).toBe(403);
  }
  const elsewhere = await givenProject(control);
  expect((await control.ask("GET", path + (elsewhere.environments[0] ?? ""))).status).toBe(404);
  expect((await control.ask("GET", `${project.path}/sync-states`)).status).toBe(400);
});
