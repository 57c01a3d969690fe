import { randomUUID } from "node:crypto";
import { createWrappedEnvironmentKey, EnvironmentKeyRing, localKeyEncryptionKey } from "@kvsync/keys";
import {
  saveSecret,
  createEnvironment,
  createProject,
  createSecrets,
  createTeam,
  createWorkspace,
  ensureWrappedDataKey,
  raiseWantedGeneration,
  readWrappedDataKey,
  removeSecrets,
  type Database,
} from "@kvsync/store";
import { capturingLogger } from "@kvsync/testing";
import { BigRuns } from "../sync/big-runs.ts";
import type { Clock } from "../clock.ts";
import { defaultRetryPolicy } from "../sync/retry.ts";
import { runSync, type RunDependencies } from "../sync/run.ts";
import { MemoryStore } from "../vault/memory/memory-store.ts";
import { MemoryVault } from "../vault/memory/memory-vault.ts";
import { Coverage } from "./coverage.ts";
import { Life, type Fault } from "./mortal.ts";

const keyEncryptionKey = localKeyEncryptionKey(Buffer.alloc(32, 9));

/** A sync with its environment's secrets, by id. */
export type ModelSync = Readonly<{
  syncId: string;
  environmentId: string;
  projectId: string;
  secrets: Map<string, { name: string; value: string }>;
}>;

/** What a worker process meets on its way. */
export type Fate = Readonly<{
  /** Before which effect, on the vault or the database, it is killed; counted from 0. */
  killAt?: number;
  faults?: readonly Fault[];
  /** Told each request to the vault. */
  onCall?: (kind: string) => void;
}>;

/** A vault, two syncs on it, and a clock that only moves when it is told to, or when somebody waits. */
export class World {
  readonly database: Database;
  readonly store: MemoryStore;
  readonly syncs: readonly ModelSync[];
  readonly coverage: Coverage;
  #now = Date.parse("2026-06-01T00:00:00Z");
  #monotonic = 1_000_000;
  #skew = 0;

  private constructor(database: Database, syncs: readonly ModelSync[], coverage: Coverage) {
    this.coverage = coverage;
    this.database = database;
    this.syncs = syncs;
    this.store = new MemoryStore({ now: () => this.#now, deleteMs: 2_000, recoverMs: 2_000 });
  }

  /** @param coverage told what happens */
  static async create(database: Database, coverage = new Coverage()): Promise<World> {
    const slug = `w-${randomUUID()}`;
    const workspace = await createWorkspace(database, { name: slug, slug, teamName: "first" });
    const team = await createTeam(database, workspace.id, "team");
    // Of its own, since names are claimed per vault.
    const vaultUrl = `https://m${randomUUID().slice(0, 8)}.vault.azure.net`;
    const syncs: ModelSync[] = [];
    for (const name of ["one", "two"]) {
      const input = { workspaceId: workspace.id, teamId: team.id, name, slug: name };
      const project = await createProject(database, input);
      const environment = await createEnvironment(database, {
        projectId: project.id,
        name,
        hasPersonalOverrides: false,
      });
      await ensureWrappedDataKey(database, environment.id, async () => ({
        wrappedKey: await createWrappedEnvironmentKey(keyEncryptionKey, environment.id),
        keyEncryptionKeyId: keyEncryptionKey.id,
      }));
      const sync = await database.sync.create({
        data: {
          workspaceId: workspace.id,
          projectId: project.id,
          environmentId: environment.id,
          name,
          state: "active",
          tenantId: randomUUID(),
          clientId: randomUUID(),
          vaultUrl,
          namePolicy: "hyphenate",
          removalBrakePercent: 100,
          wantedGeneration: 1,
          wantedCheck: 1,
          checkTrigger: "initial",
          connectedAt: new Date(0),
          activatedAt: new Date(0),
        },
      });
      syncs.push({
        syncId: sync.id,
        environmentId: environment.id,
        projectId: project.id,
        secrets: new Map(),
      });
    }
    return new World(database, syncs, coverage);
  }

  /** Time as the workers see it. Their wall clock may be wrong; waiting takes no real time. */
  readonly clock: Clock = {
    now: () => this.#now + this.#skew,
    monotonic: () => this.#monotonic,
    wait: async (ms) => this.pass(ms),
  };

  pass(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
  }

  /** The workers' wall clock jumps, forth or back. */
  skew(ms: number): void {
    this.#skew += ms;
  }

  /** Leases end, as they do when their time passes without a renewal. */
  async expireLeases(): Promise<void> {
    this.pass(60_000);
    const ids = this.syncs.map(({ syncId }) => syncId);
    await this.database.$executeRaw`
      UPDATE "Sync" SET "leaseExpiresAt" = now() - interval '1 second'
      WHERE "leaseExpiresAt" IS NOT NULL AND "id" = ANY(${ids}::uuid[])`;
  }

  async setSecret(sync: ModelSync, name: string, value: string): Promise<void> {
    const { environmentId, projectId, secrets } = sync;
    const known = [...secrets].find(([, secret]) => secret.name === name)?.[0];
    const secretId = known ?? randomUUID();
    const key = await this.#keys().get(environmentId);
    if (key === null) throw new Error("the environment has no key");
    await this.database.$pipelined(async (transaction) => {
      if (known === undefined)
        createSecrets(transaction, projectId, [
          { id: secretId, name, note: "", type: "runtime", dataType: "text" },
        ]);
      const sealed = {
        secretId,
        environmentId,
        ciphertext: key.encrypt(secretId, value),
        fingerprint: key.fingerprint(secretId, value),
        length: value.length,
      };
      saveSecret(transaction, secretId, { put: [sealed] });
      await raiseWantedGeneration(transaction, [environmentId]);
    });
    secrets.set(secretId, { name, value });
  }

  async renameSecret(sync: ModelSync, from: string, to: string): Promise<void> {
    const { environmentId, secrets } = sync;
    const entry = [...secrets].find(([, secret]) => secret.name === from);
    if (entry === undefined || [...secrets.values()].some(({ name }) => name === to)) return;
    const [secretId, { value }] = entry;
    await this.database.$pipelined(async (transaction) => {
      saveSecret(transaction, secretId, { row: { name: to } });
      await raiseWantedGeneration(transaction, [environmentId]);
    });
    secrets.set(secretId, { name: to, value });
  }

  async removeSecret(sync: ModelSync, name: string): Promise<void> {
    const { environmentId, secrets } = sync;
    const secretId = [...secrets].find(([, secret]) => secret.name === name)?.[0];
    if (secretId === undefined) return;
    await this.database.$pipelined(async (transaction) => {
      removeSecrets(transaction, [secretId]);
      await raiseWantedGeneration(transaction, [environmentId]);
    });
    secrets.delete(secretId);
  }

  /** Something is wanted, as after a change that makes no difference. */
  async wantRun({ syncId }: ModelSync): Promise<void> {
    await this.database.sync.update({
      where: { id: syncId },
      data: { wantedGeneration: { increment: 1 } },
    });
  }

  /** One run of a worker process that may die or meet faults on the way. */
  async run(
    sync: ModelSync,
    { killAt = -1, faults = [], onCall = () => undefined }: Fate = {},
  ): Promise<string> {
    const life = new Life(killAt, faults, onCall, (what) => this.coverage.count(what));
    const database = life.reach(this.database);
    const vault = new MemoryVault(this.store, life.intercept);
    const dependencies: RunDependencies = {
      database,
      vaults: { open: () => ({ vault }) as never },
      budgets: { of: () => ({ takeWrite: freely, takeRead: freely, hold: freely }) },
      environmentKeys: this.#keys(),
      retry: { ...defaultRetryPolicy, attemptsPerRun: 3 },
      concurrency: 2,
      clock: this.clock,
      owner: `worker-${randomUUID()}`,
      bigRuns: new BigRuns(),
      logger: capturingLogger("model").logger,
    };
    try {
      const outcome = await runSync(dependencies, sync.syncId, new AbortController().signal);
      this.coverage.count(`run ${outcome.kind}`);
      return outcome.kind;
    } catch (error) {
      if (!life.isDead) throw error;
      return "killed";
    }
  }

  #keys(): EnvironmentKeyRing<null> {
    return new EnvironmentKeyRing<null>(keyEncryptionKey, (id) => readWrappedDataKey(this.database, id));
  }
}

const freely = async (): Promise<void> => undefined;
