import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { manySecrets, valuesIn, versionsOf, writesTo } from "./disturbances.ts";
import {
  addSecrets,
  changeSecret,
  createSync,
  connectSync,
  givenProject,
  givenSync,
  givenVault,
  ok,
  recordsOf,
  removeSecret,
  settled,
  trustSync,
  type Failure,
  type TestProject,
  type TestVault,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

type ShownPlan = Readonly<{
  id: string;
  state: string;
  asks: string | null;
  counts: Readonly<Record<string, number>>;
  vaultSecretCount: number | null;
  actions: ReadonlyArray<
    Readonly<{ kind: string; secretName: string; vaultName: string | null; failure: Failure | null }>
  >;
  nextCursor: string | null;
}>;
type Awaiting = Readonly<{ awaiting: Readonly<{ planId: string; asks: string }> | null }>;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await system.startWorker();
});
afterAll(() => system.stop());

const planOf = (syncId: string, query = ""): Promise<ShownPlan> =>
  ok<ShownPlan>(system, "GET", `/v1/sync/${syncId}/plan${query}`);
const kindsOf = ({ actions }: ShownPlan): Record<string, string> =>
  Object.fromEntries(actions.map(({ kind, vaultName, secretName }) => [vaultName ?? secretName, kind]));
const countsOf = ({ counts }: ShownPlan): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
const awaiting = async (syncId: string): Promise<Awaiting["awaiting"]> =>
  (await ok<Awaiting>(system, "GET", `/v1/sync/${syncId}`)).awaiting;
const idOf = async (project: TestProject, name: string): Promise<string> =>
  (await ok<{ id: string }>(system, "GET", `${project.path}/secret/${name}`)).id;
const callsTo = (vault: TestVault): number => system.azure.requests({ vault: vault.name }).length;

const fault = (vault: TestVault, operation: "listSecrets" | "deleteSecret", status: number) =>
  ({ vault: vault.name, operation, effect: { kind: "answer", status } }) as const;

async function approve(syncId: string): Promise<void> {
  const plan = await awaiting(syncId);
  await ok(system, "POST", `/v1/sync/${syncId}/plans/${plan?.planId}/approve`);
}

async function given(
  secrets: Readonly<Record<string, string>>,
): Promise<{ project: TestProject; vault: TestVault; syncId: string }> {
  const project = await givenProject(system, secrets);
  const vault = await givenVault(system);
  const syncId = await givenSync(system, project, vault);
  await settled(system, syncId);
  return { project, vault, syncId };
}

describe("a plan", () => {
  test("shows what a run would do, with other settings too, and does nothing of it", async () => {
    const { project, vault, syncId } = await given({ A_KEY: "1", other: "2", big: "x".repeat(25_601) });
    system.azure.seedSecret(vault.name, "A-KEY", { value: "theirs" });
    await ok(system, "POST", `/v1/sync/${syncId}/pause`);
    await changeSecret(system, project, "other", "3");
    const before = writesTo(system, vault);

    const plan = await planOf(syncId);
    expect(plan).toMatchObject({ state: "ready", asks: null, vaultSecretCount: 2, nextCursor: null });
    expect(countsOf(plan)).toEqual({ blocked: 2, update: 1 });
    expect(plan.actions.map(({ failure }) => failure?.code)).toEqual([
      "NAME_UNSUPPORTED",
      "VALUE_TOO_LARGE",
      undefined,
    ]);
    expect(kindsOf(await planOf(syncId, "?namePolicy=hyphenate"))).toMatchObject({ "A-KEY": "blocked" });
    const adopts = await planOf(syncId, "?namePolicy=hyphenate&existingPolicy=adopt");
    expect(kindsOf(adopts)).toMatchObject({ "A-KEY": "adopt" });
    const moved = await planOf(syncId, "?prefix=p-&limit=1");
    expect(countsOf(moved)).toEqual({ blocked: 2, create: 1, delete: 1 });
    expect(moved.nextCursor).not.toBeNull();
    expect(writesTo(system, vault)).toBe(before);
    expect(system.azure.peek(vault.name, "other")).toBe("2");
  });

  test("goes by the records alone when told not to look, without one request to the vault", async () => {
    const { vault, syncId } = await given({ a: "1" });
    const before = callsTo(vault);
    expect(countsOf(await planOf(syncId, "?look=false"))).toEqual({ keep: 1 });
    expect(callsTo(vault)).toBe(before);
  });

  test("says why it can't be worked out", async () => {
    const { vault, syncId } = await given({ a: "1" });
    system.azure.knobs.patch({ faults: [fault(vault, "listSecrets", 403)] });
    try {
      expect(await planOf(syncId)).toMatchObject({ state: "failed", failure: { hint: expect.any(String) } });
    } finally {
      system.azure.knobs.patch({ faults: [] });
    }
  });

  test("of a new sync waits for approval where the sync is set to ask", async () => {
    const project = await givenProject(system, { a: "1", b: "2" });
    const vault = await givenVault(system);
    const syncId = await createSync(system, project);
    trustSync(system, vault, syncId);
    await connectSync(system, syncId, vault);
    const { environmentId } = project;
    await ok(system, "POST", `/v1/sync/${syncId}/link`, { environmentId, firstPlan: "ask" });
    expect((await settled(system, syncId)).lastRun).toMatchObject({ state: "awaiting_approval" });
    expect(writesTo(system, vault)).toBe(0);
    const outdated = await awaiting(syncId);
    expect(outdated).toMatchObject({ asks: "first-plan" });

    // Another name makes it another plan; the approval of the first one is worth nothing any more.
    await addSecrets(system, project, { c: "3" });
    await until("the plan has changed", async () => (await awaiting(syncId))?.planId !== outdated?.planId);
    const late = await system.call("POST", `/v1/sync/${syncId}/plans/${outdated?.planId}/approve`);
    expect([late.status, late.body]).toMatchObject([409, { code: "PLAN_NOT_AWAITING" }]);

    // Another value doesn't.
    await changeSecret(system, project, "a", "new");
    await settled(system, syncId);
    await approve(syncId);
    await settled(system, syncId);
    expect(valuesIn(system, vault, ["a", "b", "c"])).toEqual({ a: "new", b: "2", c: "3" });
    expect(await awaiting(syncId)).toBeNull();
    const { events } = await ok<{ events: unknown[] }>(system, "GET", `/v1/sync/${syncId}/audit`);
    expect(events).toContainEqual(
      expect.objectContaining({
        action: "plan.approved",
        fields: expect.objectContaining({ asks: "first-plan" }),
      }),
    );
  });
});

describe("the brake on mass removal", () => {
  test("stops before the first removal, asks, and costs nothing while it waits", async () => {
    const { project, vault, syncId } = await given(manySecrets(10));
    await ok(system, "POST", `/v1/sync/${syncId}/pause`);
    for (let index = 0; index < 6; index += 1) await removeSecret(system, project, `name-00${index}`);
    await addSecrets(system, project, { added: "goes through" });
    await ok(system, "POST", `/v1/sync/${syncId}/resume`);
    const sync = await settled(system, syncId);
    expect(sync).toMatchObject({
      state: "active",
      lastRun: { state: "awaiting_approval", counts: { held: 6 } },
    });
    expect(await awaiting(syncId)).toMatchObject({ asks: "removals" });
    expect(system.azure.peek(vault.name, "added")).toBe("goes through");
    const removing = [...(await recordsOf(system, syncId, "&state=removing")).values()];
    expect(removing.map(({ failure }) => failure?.code)).toEqual(Array(6).fill("REMOVAL_AWAITS_APPROVAL"));

    const before = callsTo(vault);
    // An event that changes nothing in the vault: the value of a secret that no policy can write.
    await addSecrets(system, project, { "not.valid": "1" });
    expect((await settled(system, syncId)).lastRun).toMatchObject({ trigger: "change", checkedVault: false });
    expect(callsTo(vault)).toBe(before);

    await approve(syncId);
    await settled(system, syncId);
    await until("all is removed", () => system.azure.peek(vault.name, "name-005") === undefined);
    expect(await awaiting(syncId)).toBeNull();
    expect((await recordsOf(system, syncId, "&state=synced")).size).toBe(5);
  });

  test("lets go by itself when the secrets are there again", async () => {
    const { project, vault, syncId } = await given(manySecrets(6));
    await ok(system, "POST", `/v1/sync/${syncId}/pause`);
    for (let index = 0; index < 6; index += 1) await removeSecret(system, project, `name-00${index}`);
    await ok(system, "POST", `/v1/sync/${syncId}/resume`);
    await settled(system, syncId);
    expect(await awaiting(syncId)).toMatchObject({ asks: "removals" });
    await addSecrets(system, project, manySecrets(6));
    await until("nothing waits any more", async () => (await awaiting(syncId)) === null);
    await settled(system, syncId);
    expect(valuesIn(system, vault, ["name-000", "name-005"])).toEqual({
      "name-000": "value 0",
      "name-005": "value 5",
    });
  });
});

describe("what somebody changes in the vault a moment after our write", () => {
  const currentOf = (vault: TestVault, name: string) => {
    const { store } = system.azure.resources.vault(vault.name);
    const secret = store.get(name, system.azure.clock.now());
    if (secret === undefined) throw new Error(`there is no secret ${name}`);
    return {
      version: secret.current,
      amend: (change: Partial<typeof secret.current>) =>
        store.replaceVersion(secret, { ...secret.current, ...change, updated: system.azure.clock.seconds() }),
    };
  };

  test("a disabled secret stays disabled, though its value changes at once, until somebody enables it", async () => {
    const project = await givenProject(system, { one: "1", two: "1" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    currentOf(vault, "one").amend({ enabled: false });
    await changeSecret(system, project, "one", "2");
    await changeSecret(system, project, "two", "2");
    expect((await settled(system, syncId)).lastRun?.state).toBe("completed_with_failures");
    expect(currentOf(vault, "one").version).toMatchObject({ enabled: false });
    expect(currentOf(vault, "two").version).toMatchObject({ enabled: true, value: "2" });
    const records = await recordsOf(system, syncId);
    expect(records.get("one")).toMatchObject({
      state: "blocked",
      failure: { code: "VAULT_SECRET_DISABLED" },
    });
    expect(records.get("two")?.state).toBe("synced");

    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await settled(system, syncId);
    expect((await recordsOf(system, syncId)).get("one")?.state).toBe("blocked");
    const before = versionsOf(system, vault, "one");
    currentOf(vault, "one").amend({ enabled: true });
    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await settled(system, syncId);
    expect((await recordsOf(system, syncId)).get("one")?.state).toBe("synced");
    expect(currentOf(vault, "one").version).toMatchObject({ enabled: true, value: "2" });
    expect(versionsOf(system, vault, "one")).toBe(before);
  });

  test("tags and type survive, though its value changes at once", async () => {
    const project = await givenProject(system, { one: "1" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    const { version, amend } = currentOf(vault, "one");
    amend({ tags: { ...version.tags, team: "x" }, contentType: "text/plain" });
    await changeSecret(system, project, "one", "2");
    await settled(system, syncId);
    expect((await recordsOf(system, syncId)).get("one")?.state).toBe("synced");
    expect(currentOf(vault, "one").version).toMatchObject({
      value: "2",
      contentType: "text/plain",
      tags: { team: "x" },
    });
    // What was put back is known: nothing is left to write.
    const before = versionsOf(system, vault, "one");
    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await settled(system, syncId);
    expect(versionsOf(system, vault, "one")).toBe(before);
  });
});

describe("what was in the vault before", () => {
  test("is taken over a secret at a time, keeps what it had around its value, and is noted", async () => {
    const project = await givenProject(system, { one: "ours", two: "ours" });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "one", {
      value: "theirs",
      tags: { team: "x" },
      contentType: "text/plain",
    });
    system.azure.seedSecret(vault.name, "two", { value: "theirs" });
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    expect((await recordsOf(system, syncId)).get("one")?.failure?.code).toBe("VAULT_SECRET_EXISTS");

    const secretId = await idOf(project, "one");
    await ok(system, "POST", `/v1/sync/${syncId}/adopt`, { secretIds: [secretId] });
    expect((await settled(system, syncId)).lastRun?.counts).toMatchObject({ adopted: 1, blocked: 1 });
    expect(valuesIn(system, vault, ["one", "two"])).toEqual({ one: "ours", two: "theirs" });
    const item = system.azure.resources.vault(vault.name).store.get("one", system.azure.clock.now());
    expect(item?.versions.at(-1)).toMatchObject({ contentType: "text/plain", tags: { team: "x" } });
    const events = await until("the audit log tells of the run that adopted it", async () => {
      type Events = { events: Array<{ action: string; fields: { adopted?: number } }> };
      const log = (await ok<Events>(system, "GET", `/v1/sync/${syncId}/audit`)).events;
      return log.some(({ fields }) => fields.adopted === 1) && log;
    });
    const allowed = events.filter(({ action }) => action === "adoption.allowed");
    expect(allowed).toMatchObject([{ fields: { secretId, secretName: "one" } }]);
    expect(events.filter(({ fields }) => fields.adopted === 1)).toMatchObject([
      { action: "run.ended", actor: { kind: "system", name: expect.stringMatching(/^worker ./) } },
    ]);
  });

  test("is taken over in the first run where the link says so, and never again by itself", async () => {
    const project = await givenProject(system, { one: "ours" });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "one", { value: "theirs" });
    system.azure.seedSecret(vault.name, "later", { value: "theirs" });
    const syncId = await createSync(system, project);
    trustSync(system, vault, syncId);
    await connectSync(system, syncId, vault);
    const { environmentId } = project;
    await ok(system, "POST", `/v1/sync/${syncId}/link`, { environmentId, existingPolicy: "adopt-once" });
    expect((await settled(system, syncId)).lastRun?.counts).toMatchObject({ adopted: 1 });
    await addSecrets(system, project, { later: "ours" });
    await settled(system, syncId);
    expect(await ok(system, "GET", `/v1/sync/${syncId}`)).toMatchObject({ existingPolicy: "fail" });
    expect((await recordsOf(system, syncId)).get("later")?.failure?.code).toBe("VAULT_SECRET_EXISTS");
  });

  test("belongs to a disconnected sync: another one may adopt it", async () => {
    const { project, vault, syncId } = await given({ one: "1" });
    await ok(system, "POST", `/v1/sync/${syncId}/disconnect`, { secrets: "leave" });
    const next = await givenSync(system, project, vault);
    await settled(system, next);
    expect((await recordsOf(system, next)).get("one")?.failure?.code).toBe("VAULT_SECRET_LEFT");
    await ok(system, "POST", `/v1/sync/${next}/adopt`, { secretIds: [await idOf(project, "one")] });
    expect((await settled(system, next)).lastRun?.counts).toMatchObject({ adopted: 1, blocked: 0 });
  });
});

describe("a name of its own", () => {
  test("wins over prefix and policy, and moves the secret: written there first, then removed here", async () => {
    const { project, vault, syncId } = await given({ "with.dot": "1", plain: "2" });
    expect((await recordsOf(system, syncId)).get("with.dot")?.failure?.code).toBe("NAME_UNSUPPORTED");
    const secretId = await idOf(project, "with.dot");
    await ok(system, "PUT", `/v1/sync/${syncId}/names/${secretId}`, { vaultName: "Chosen" });
    await settled(system, syncId);
    expect(system.azure.peek(vault.name, "Chosen")).toBe("1");
    const taken = await system.call("PUT", `/v1/sync/${syncId}/names/${await idOf(project, "plain")}`, {
      vaultName: "CHOSEN",
    });
    expect([taken.status, taken.body]).toMatchObject([409, { code: "NAME_TAKEN" }]);

    await ok(system, "PUT", `/v1/sync/${syncId}/names/${secretId}`, { vaultName: "Other" });
    await settled(system, syncId);
    expect(valuesIn(system, vault, ["Chosen", "Other"])).toEqual({ Chosen: undefined, Other: "1" });
    const order = system.azure
      .requests({ vault: vault.name })
      .filter(({ secret }) => /^(chosen|other)$/i.test(secret ?? ""))
      .map(({ operation }) => operation);
    expect(order.indexOf("deleteSecret")).toBeGreaterThan(order.lastIndexOf("setSecret"));
  });

  test("or another prefix moves every secret, and asks before it removes the old ones", async () => {
    const { vault, syncId } = await given(manySecrets(6));
    await connectSync(system, syncId, vault, { prefix: "p-" });
    await settled(system, syncId);
    expect(system.azure.peek(vault.name, "p-name-000")).toBe("value 0");
    expect(system.azure.peek(vault.name, "name-000")).toBe("value 0");
    await approve(syncId);
    await settled(system, syncId);
    await until("the old ones are gone", () => system.azure.peek(vault.name, "name-005") === undefined);
    expect(versionsOf(system, vault, "p-name-000")).toBe(1);
  });
});
