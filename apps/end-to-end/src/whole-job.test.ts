import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import {
  addSecrets,
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  grantRole,
  ok,
  recordsOf,
  removeSecret,
  runsOf,
  settled,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

describe("the whole job, from an environment to a vault", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker();
  });
  afterAll(() => system.stop());

  test("secrets arrive, each with its own outcome, and bad names stop no other", async () => {
    const project = await givenProject(system, {
      "plain-name": "one",
      UNDER_SCORED: "two",
      "dotted.name": "three",
      "too-long": "x".repeat(25_601),
      "at-the-limit": "y".repeat(25_600),
      empty: "",
      unicode: "Grüße 👋",
    });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    const sync = await settled(system, syncId);

    expect(sync.state).toBe("active");
    expect(sync.lastRun).toMatchObject({ trigger: "initial", state: "completed_with_failures", total: 7 });
    expect(sync.lastRun?.counts).toMatchObject({ created: 4, blocked: 3, failed: 0 });
    expect(system.azure.peek(vault.name, "plain-name")).toBe("one");
    expect(system.azure.peek(vault.name, "at-the-limit")).toBe("y".repeat(25_600));
    expect(system.azure.peek(vault.name, "empty")).toBe("");
    expect(system.azure.peek(vault.name, "unicode")).toBe("Grüße 👋");
    const records = await recordsOf(system, syncId);
    expect(records.get("UNDER_SCORED")?.failure?.code).toBe("NAME_UNSUPPORTED");
    expect(records.get("dotted.name")?.failure?.code).toBe("NAME_UNSUPPORTED");
    expect(records.get("too-long")?.failure?.code).toBe("VALUE_TOO_LARGE");
    expect([...(await recordsOf(system, syncId, "&state=blocked")).keys()].toSorted()).toEqual([
      "UNDER_SCORED",
      "dotted.name",
      "too-long",
    ]);
  });

  test("a change is pushed by itself, a renamed secret moves, a removed one goes", async () => {
    const project = await givenProject(system, { one: "1", two: "2", three_: "3" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);

    await changeSecret(system, project, "one", "1 again");
    await changeSecret(system, project, "three_", "3", "three");
    await changeSecret(system, project, "two", "2", "second");
    await removeSecret(system, project, "one");
    await addSecrets(system, project, { four: "4" });
    await until("the vault equals the source", () => system.azure.peek(vault.name, "four") === "4");
    await settled(system, syncId);

    expect(system.azure.peek(vault.name, "three")).toBe("3");
    expect(system.azure.peek(vault.name, "second")).toBe("2");
    expect(system.azure.peek(vault.name, "two")).toBeUndefined();
    expect(system.azure.peek(vault.name, "one")).toBeUndefined();
    expect([...(await recordsOf(system, syncId)).keys()].toSorted()).toEqual(["four", "second", "three"]);
  });

  test("a change that changes nothing costs no request to the vault, and no run ever reads a value", async () => {
    const project = await givenProject(system, { one: "1" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    const before = system.azure.requests({ vault: vault.name }).length;
    const versions = system.azure.requests({ vault: vault.name, operation: "setSecret" }).length;

    await changeSecret(system, project, "one", "1");
    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await until("the run by hand has ended", async () => {
      const [latest] = await runsOf(system, syncId);
      return latest?.trigger === "manual" && latest.state === "succeeded";
    });

    const after = system.azure.requests({ vault: vault.name });
    expect(after.slice(before).map(({ operation }) => operation)).toEqual(["listSecrets"]);
    expect(system.azure.requests({ vault: vault.name, operation: "setSecret" })).toHaveLength(versions);
    expect(system.azure.requests({ vault: vault.name, operation: "getSecret" })).toEqual([]);
  });

  test("names that collide once mapped all fail, naming each other, until one is renamed", async () => {
    const project = await givenProject(system, { A_B: "1", "a-b": "2", C: "3" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault, { namePolicy: "hyphenate" });
    await settled(system, syncId);

    const records = await recordsOf(system, syncId);
    expect(records.get("A_B")?.failure).toMatchObject({ code: "NAME_COLLISION" });
    expect(records.get("A_B")?.failure?.message).toContain("“a-b”");
    expect(records.get("a-b")?.failure?.message).toContain("“A_B”");
    expect(system.azure.peek(vault.name, "C")).toBe("3");
    expect(system.azure.peek(vault.name, "A-B")).toBeUndefined();

    await changeSecret(system, project, "a-b", "2", "other");
    await until("both are there", () => system.azure.peek(vault.name, "A-B") === "1");
    await settled(system, syncId);
    expect(system.azure.peek(vault.name, "other")).toBe("2");
  });

  test("a secret that was in the vault before is neither overwritten nor deleted", async () => {
    const project = await givenProject(system, { mine: "ours", free: "ours" });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "mine", { value: "theirs" });
    system.azure.seedSecret(vault.name, "other", { value: "theirs" });
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);

    expect(system.azure.peek(vault.name, "mine")).toBe("theirs");
    expect(system.azure.peek(vault.name, "other")).toBe("theirs");
    expect(system.azure.peek(vault.name, "free")).toBe("ours");
    expect((await recordsOf(system, syncId)).get("mine")?.failure?.code).toBe("VAULT_SECRET_EXISTS");
  });

  test("a paused sync writes nothing, and catches up when it is resumed", async () => {
    const project = await givenProject(system, { one: "1" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    await ok(system, "POST", `/v1/sync/${syncId}/pause`);
    await changeSecret(system, project, "one", "2");
    expect((await system.call("POST", `/v1/sync/${syncId}/run`)).status).toBe(409);
    expect(system.azure.peek(vault.name, "one")).toBe("1");

    await ok(system, "POST", `/v1/sync/${syncId}/resume`);
    await settled(system, syncId);
    expect(system.azure.peek(vault.name, "one")).toBe("2");
  });

  test("a disconnected sync leaves its secrets in the vault and does nothing any more", async () => {
    const project = await givenProject(system, { one: "1" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    await ok(system, "POST", `/v1/sync/${syncId}/disconnect`);
    await changeSecret(system, project, "one", "2");
    const answer = await system.call("POST", `/v1/sync/${syncId}/run`);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "SYNC_STATE" });
    expect(system.azure.peek(vault.name, "one")).toBe("1");
  });

  test("the data actions that the documentation names are enough, without the one that reads values", async () => {
    const vault = await givenVault(system, { role: false });
    grantRole(system, vault, await documentedRole(system));
    const project = await givenProject(system, { one: "1", two: "2", taken: "3" });
    system.azure.seedSecret(vault.name, "taken", { value: "theirs" });
    const syncId = await givenSync(system, project, vault);
    expect(await settled(system, syncId)).toMatchObject({ state: "active" });

    await removeSecret(system, project, "two");
    await until("it is removed", () => system.azure.peek(vault.name, "two") === undefined);
    await settled(system, syncId);
    await addSecrets(system, project, { two: "2 again" });
    await until("it is recovered and written", () => system.azure.peek(vault.name, "two") === "2 again");
    system.azure.seedSecret(vault.name, "one", { value: "somebody else’s" });
    await ok(system, "PATCH", `/v1/sync/${syncId}`, { existingPolicy: "adopt" });
    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await until("all is as it should be", async () => {
      const [latest] = await runsOf(system, syncId);
      return latest?.trigger === "manual" && latest.state === "succeeded";
    });

    expect(["one", "two", "taken"].map((name) => system.azure.peek(vault.name, name))).toEqual([
      "1",
      "2 again",
      "3",
    ]);
    const refused = system.azure.requests({ vault: vault.name }).filter(({ outcome }) => outcome === 403);
    // Tidying up after the validation, which can be left out.
    expect(new Set(refused.map(({ operation }) => operation))).toEqual(new Set(["purgeDeletedSecret"]));
  });
});

/** A role of what docs/deciding.md lists, but for what can be left out. @returns its id */
async function documentedRole({ azure }: TestSystem): Promise<string> {
  const page = await readFile(new URL("../../../docs/deciding.md", import.meta.url), "utf8");
  const [, table = ""] = page.split("## Data actions");
  const rows = table.split("\n").filter((line) => line.startsWith("|") && !line.includes("can be left out"));
  const dataActions = rows.flatMap((row) => {
    const [, action] = /`(\w+(?:\/action)?)` *\|$/u.exec(row) ?? [];
    return action === undefined ? [] : [`Microsoft.KeyVault/vaults/secrets/${action}`];
  });
  expect(dataActions).toHaveLength(4);
  const id = randomUUID();
  azure.resources.putRoleDefinition(id, {
    properties: { roleName: `Push alone ${id}`, permissions: [{ dataActions }] },
  });
  return id;
}
