import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import {
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  grantRole,
  ok,
  recordsOf,
  runsOf,
  settled,
} from "./scenario.ts";
import { formsOf, readPlaces, type Places } from "./searched.ts";
import { startTestSystem, type TestSystem } from "./system.ts";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.ts";

const marks: string[] = [];
/** A value by which it would be recognised anywhere. */
function canary(before = "", after = ""): string {
  const mark = `canary-${randomBytes(12).toString("hex")}`;
  marks.push(mark);
  return before + mark + after;
}
const answer = (status: number, code: string) => ({ kind: "answer", status, code }) as const;

describe("the value of a secret", () => {
  let system: TestSystem;
  let places: Places;
  const syncs: Record<string, string> = {};
  beforeAll(async () => {
    system = await startTestSystem();
    const { output } = await startWorkerProcess(system);
    await system.startWorker();
    syncs["good and bad"] = await failInEveryWay();
    syncs["without a role"] = await failAsAWhole();
    syncs["drifted"] = await succeedTwice();
    await provokeBadRequests();
    places = await readPlaces(system, output(), Object.values(syncs));
  }, 60_000);
  afterAll(async () => {
    await killWorkerProcesses();
    await system.stop();
  });

  /** One secret for each way in which a write fails, beside good ones. */
  async function failInEveryWay(): Promise<string> {
    const project = await givenProject(system, {
      plain: canary(),
      MULTI_LINE: canary("-----BEGIN KEY-----\n", `\n${canary()}\n-----END KEY-----\n`),
      json: canary('{"password":"', '"}'),
      "in-url": canary("postgres://user:", "@host/database?ssl=true"),
      "too-large": canary("", "x".repeat(25_600)),
      "dotted.name": canary(),
      COLLIDING_ONE: canary(),
      "colliding-one": canary(),
      "was-there": canary(),
      refused: canary(),
      forbidden: canary(),
      "server-error": canary(),
      dropped: canary(),
      "answer-dropped": canary(),
      throttled: canary(),
    });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "was-there", { value: canary() });
    const rule = { operation: "setSecret", vault: vault.name } as const;
    system.azure.knobs.patch({
      faults: [
        { ...rule, secret: "refused", effect: answer(400, "BadParameter") },
        {
          ...rule,
          secret: "forbidden",
          effect: { ...answer(403, "Forbidden"), innererror: "ForbiddenByRbac" },
        },
        { ...rule, secret: "server-error", effect: answer(500, "InternalServerError") },
        { ...rule, secret: "dropped", effect: { kind: "drop" } },
        { ...rule, secret: "answer-dropped", when: "after", remaining: 1, effect: { kind: "drop" } },
        { ...rule, secret: "throttled", remaining: 2, effect: answer(429, "Throttled") },
      ],
    });
    const syncId = await givenSync(system, project, vault, { namePolicy: "hyphenate" });
    await settled(system, syncId, 30_000);
    return syncId;
  }

  async function failAsAWhole(): Promise<string> {
    const project = await givenProject(system, { one: canary() });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    for (const { id } of system.azure.resources.roleAssignments(vault.id))
      system.azure.resources.deleteRoleAssignment(id);
    await changeSecret(system, project, "one", canary());
    await until("a run has failed", async () => (await runsOf(system, syncId))[0]?.state === "failed");
    grantRole(system, vault);
    return syncId;
  }

  async function succeedTwice(): Promise<string> {
    const project = await givenProject(system, { one: canary() });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    system.azure.knobs.advance(2_000);
    system.azure.seedSecret(vault.name, "one", { value: canary() });
    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await settled(system, syncId);
    return syncId;
  }

  /** Requests whose refusal might repeat what they brought. */
  async function provokeBadRequests(): Promise<void> {
    const { path, environmentId } = await givenProject(system, { taken: canary() });
    const secret = (key: string, value: unknown): object => ({
      environments: [environmentId],
      secrets: [{ key, value }],
    });
    const bodies = [
      secret("bad name!", canary()),
      secret("taken", canary()),
      secret("wrong-type", { inner: canary() }),
      secret("nul", canary("\0")),
      `{"environments":["${environmentId}"],"secrets":[{"key":"broken","value":"${canary()}"`,
      { ...secret("unknown-field", canary()), [canary()]: 1 },
    ];
    for (const body of bodies.slice(0, 5)) {
      const refused = await system.call("POST", `${path}/secret`, body);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.status).toBeLessThan(500);
      expect(found(JSON.stringify(refused.body))).toEqual([]);
    }
    await system.call("POST", `${path}/secret`, bodies[5]);
  }

  const found = (text: string): string[] =>
    marks.filter((mark) => formsOf(mark).some((form) => text.includes(form)));

  test("met success and every kind of failure on its way", async () => {
    const records = await recordsOf(system, syncs["good and bad"] ?? "");
    const codes = [...records].map(([name, { state, failure }]) => [name, failure?.code ?? state]);
    expect(Object.fromEntries(codes)).toEqual({
      plain: "synced",
      MULTI_LINE: "synced",
      json: "synced",
      "in-url": "synced",
      "too-large": "VALUE_TOO_LARGE",
      "dotted.name": "NAME_UNSUPPORTED",
      COLLIDING_ONE: "NAME_COLLISION",
      "colliding-one": "NAME_COLLISION",
      "was-there": "VAULT_SECRET_EXISTS",
      refused: "VAULT_REQUEST_REFUSED",
      forbidden: "VAULT_ROLE_MISSING",
      "server-error": "VAULT_UNAVAILABLE",
      dropped: "VAULT_UNREACHABLE",
      "answer-dropped": "synced",
      throttled: "synced",
    });
  });

  test.each([
    "redis",
    "logs of control and workers",
    "output of a worker's process",
    "database",
    "api",
    "Bull Board",
  ])("is not in: %s, nor is a token", (place) => {
    const text = places[place] ?? "";
    expect(found(text)).toEqual([]);
    expect(text.match(/.{0,60}eyJ[\w-]{10,}.{0,20}/)?.[0]).toBeUndefined();
    expect(text).not.toContain(system.adminToken);
  });

  test("would be found, as the search finds what is harmless in each place", () => {
    const [syncId = ""] = Object.values(syncs);
    for (const place of ["redis", "database", "api", "Bull Board"]) expect(places[place]).toContain(syncId);
    // Either worker may have had the run that failed as a whole.
    const logged = `${places["logs of control and workers"]}${places["output of a worker's process"]}`;
    expect(logged).toContain(syncs["without a role"]);
    expect(places["output of a worker's process"]).toContain('"msg":"ready"');
    expect(places["database"]).toContain("colliding-one");
    expect(places["api"]).toContain("colliding-one");
    for (const form of formsOf(marks[0] ?? "")) expect(found(`before ${form} after`)).toEqual([marks[0]]);
    const inside = Buffer.from(`12${marks[0]}345`).toString("base64");
    expect(found(inside)).toEqual([marks[0]]);
  });
});
