import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findActiveSigningKey, listSigningKeys } from "@kvsync/store";
import { until } from "@kvsync/testing";
import { changeSecret, givenProject, givenSync, givenVault, settled } from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

const DAY_MS = 86_400_000;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

test("workers rotate the signing keys by themselves when their time has come, and syncs go on with the new one", async () => {
  const { database } = system;
  const old = await findActiveSigningKey(database);
  await database.signingKey.updateMany({
    where: { state: "active" },
    data: { activatedAt: new Date(Date.now() - 91 * DAY_MS) },
  });
  await database.signingKey.updateMany({
    where: { state: "next" },
    data: { publishedAt: new Date(Date.now() - 2 * DAY_MS) },
  });
  await system.startWorker();
  await until("another key signs", async () => (await findActiveSigningKey(database))?.kid !== old?.kid);
  expect((await listSigningKeys(database)).map(({ state }) => state).toSorted()).toEqual([
    "active",
    "next",
    "retired",
  ]);

  const project = await givenProject(system, { one: "1" });
  const vault = await givenVault(system);
  const syncId = await givenSync(system, project, vault);
  expect((await settled(system, syncId)).state).toBe("active");
  await changeSecret(system, project, "one", "2");
  await until("the change arrives", () => system.azure.peek(vault.name, "one") === "2");
});
