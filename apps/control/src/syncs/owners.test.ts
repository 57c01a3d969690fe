import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { savePlan } from "@kvsync/store";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenForeignWorkspace, givenProject, ok } from "../testing/given.ts";

type Blocked = Readonly<{
  secretName: string;
  failure: Readonly<{ message: string }> | null;
  ownedBy: Readonly<{ syncId: string; name: string | null }> | null;
}>;

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

test("who owns a secret in the vault is named where it is a sync of the workspace, and is an id alone elsewhere", async () => {
  const project = await givenProject(control);
  const [syncId, ours] = [await givenActiveSync(control, project), await givenActiveSync(control, project)];
  await control.database.sync.update({ where: { id: ours }, data: { name: "The other one" } });
  const { syncId: theirs } = await givenForeignWorkspace(control);
  const owners = { ours, theirs, unknown: randomUUID(), "no id": "somebody" };
  const rows = Object.entries(owners).map(([secretName, owner]) => ({
    secretId: randomUUID(),
    secretName,
    vaultName: secretName,
    failureCode: "VAULT_SECRET_OWNED" as const,
    failureFields: { vaultName: secretName, owner },
  }));
  await control.database.syncRecord.createMany({
    data: rows.map((row) => ({ ...row, syncId, state: "blocked" })),
  });
  const { id: planId } = await control.database.syncPlan.create({ data: { syncId } });
  const plan = { id: planId, syncId, state: "ready", counts: { blocked: rows.length }, digest: "d" } as const;
  const settings = { asks: null, generation: 1, vaultSecretCount: 4, overrides: {} };
  await control.database.$transaction(async (transaction) =>
    savePlan(
      transaction,
      { ...plan, ...settings },
      rows.map((row, position) => ({ ...row, position, kind: "blocked", recordId: null, reason: null })),
    ),
  );

  const { records } = await ok<{ records: Blocked[] }>(control, "GET", `/v1/sync/${syncId}/records`);
  const { actions } = await ok<{ actions: Blocked[] }>(control, "GET", `/v1/sync/${syncId}/plans/${planId}`);
  for (const shown of [records, actions]) {
    expect(Object.fromEntries(shown.map(({ secretName, ownedBy }) => [secretName, ownedBy]))).toEqual({
      ours: { syncId: ours, name: "The other one" },
      theirs: { syncId: theirs, name: null },
      unknown: { syncId: owners.unknown, name: null },
      "no id": null,
    });
    const messages = shown.map(({ failure }) => failure?.message ?? "");
    expect(messages).toContain(
      `The vault's secret “ours” belongs to another sync, “The other one” (${ours}).`,
    );
    expect(messages).toContain(`The vault's secret “theirs” belongs to another sync, ${theirs}.`);
  }
});
