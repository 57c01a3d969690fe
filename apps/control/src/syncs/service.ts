import { ApiError, checkVaultUrl, nextScheduledTime, type Cloud, type NamePolicy } from "@kvsync/contracts";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  abandonValidations,
  changeSync,
  createSync,
  createValidation,
  lockSync,
  requestCheck,
  type Database,
  type Queryable,
  type SyncChange,
  type SyncRow,
  type SyncState,
  type ValidationRow,
} from "@kvsync/store";
import { nextState, type SyncEvent } from "./lifecycle.ts";

export type SyncServiceDependencies = Readonly<{
  database: Database;
  doorbell: Doorbell;
  cloud: Cloud;
  logger: Logger;
}>;

/** Whose sync it is. Another workspace's is answered like one that doesn't exist. */
export type SyncAddress = Readonly<{ workspaceId: string; syncId: string }>;

export type ConnectInput = Readonly<{
  tenantId: string;
  clientId: string;
  vaultUrl: string;
  prefix: string;
  namePolicy: NamePolicy;
}>;

export type SettingsInput = Readonly<{
  name?: string | undefined;
  schedule?: Readonly<{ cron: string; timeZone: string }> | null | undefined;
  removalPolicy?: "delete" | "keep" | undefined;
  driftPolicy?: "repair" | "report" | undefined;
  existingPolicy?: "fail" | "adopt" | undefined;
}>;

/**
 * What is done to syncs. Each method is one transaction that locks the sync, checks that the event fits its state, and
 * changes both the sync and what is wanted of it; the queue is rung afterwards, and a ring that fails is only logged,
 * because the sweeper finds what is wanted.
 */
export class SyncService {
  readonly #dependencies: SyncServiceDependencies;

  constructor(dependencies: SyncServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async start(
    sync: Readonly<{ workspaceId: string; projectId: string; name: string; createdById: string | null }>,
  ): Promise<SyncRow> {
    return createSync(this.#dependencies.database, sync);
  }

  /**
   * Enters or changes the Azure side. A linked sync goes on with the new settings at once; one that was failing is
   * tried again.
   *
   * @throws {ApiError} 400 `VAULT_URL_INVALID`, 404, 409 `SYNC_STATE`
   */
  async connect(address: SyncAddress, input: ConnectInput): Promise<SyncRow> {
    const verdict = checkVaultUrl(input.vaultUrl, this.#dependencies.cloud);
    if (!verdict.ok) throw new ApiError(400, "VAULT_URL_INVALID", `vaultUrl: ${verdict.problem}`);
    const { sync } = await this.#change(address, "connect", async (transaction, before, state) => {
      await abandonValidations(transaction, before.id);
      const change = {
        ...input,
        vaultUrl: verdict.vaultUrl,
        state: unfail(state, before),
        connectedAt: new Date(),
        retryAt: null,
      };
      return this.#wantAgain(transaction, before, change);
    });
    await this.#ringIfRunning(sync);
    return sync;
  }

  /**
   * Links an environment: validates first; when that succeeds the sync becomes active and runs.
   *
   * @throws {ApiError} 404, 409 `SYNC_STATE`
   */
  async link(
    address: SyncAddress,
    environmentId: string,
  ): Promise<{ sync: SyncRow; validation: ValidationRow }> {
    return this.#validate(address, "link", environmentId);
  }

  /** Validates again. @throws {ApiError} 404, 409 `SYNC_STATE` */
  async validate(
    address: SyncAddress,
    environmentId: string,
  ): Promise<{ sync: SyncRow; validation: ValidationRow }> {
    return this.#validate(address, "validate", environmentId);
  }

  /** Asks for a run that looks at the vault. @throws {ApiError} 404, 409 `SYNC_STATE` */
  async runNow(address: SyncAddress): Promise<SyncRow> {
    const { sync } = await this.#change(address, "run", async (transaction, before, state) => {
      await requestCheck(transaction, before.id, "manual");
      return changeSync(transaction, before.id, { state, retryAt: null });
    });
    await this.#ring(() => this.#dependencies.doorbell.ringRuns([sync.id], "manual"));
    return sync;
  }

  /** A run under way stops within about half a second, between two writes. @throws {ApiError} 404, 409 `SYNC_STATE` */
  async pause(address: SyncAddress): Promise<SyncRow> {
    const { sync } = await this.#change(address, "pause", (transaction, before, state) =>
      changeSync(transaction, before.id, { state }),
    );
    return sync;
  }

  /** Goes on, with a run that looks at the vault. @throws {ApiError} 404, 409 `SYNC_STATE` */
  async resume(address: SyncAddress): Promise<SyncRow> {
    const { sync } = await this.#change(address, "resume", async (transaction, before, state) => {
      await requestCheck(transaction, before.id, "manual");
      return changeSync(transaction, before.id, { state, ...scheduleChange(before, scheduleOf(before)) });
    });
    await this.#ring(() => this.#dependencies.doorbell.ringRuns([sync.id], "manual"));
    return sync;
  }

  /**
   * Changes name, schedule or policies. A changed policy is acted on by a run that looks at the vault.
   *
   * @throws {ApiError} 404, 409 `SYNC_STATE`
   */
  async configure(address: SyncAddress, input: SettingsInput): Promise<SyncRow> {
    const { schedule, ...rest } = input;
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const { sync, before } = await this.#change(address, "configure", async (transaction, current) => {
      const timing = schedule === undefined ? {} : scheduleChange(current, schedule);
      if (policiesOf({ ...current, ...given }) !== policiesOf(current))
        await requestCheck(transaction, current.id, "manual");
      return changeSync(transaction, current.id, { ...given, ...timing });
    });
    if (policiesOf(before) !== policiesOf(sync)) await this.#ringIfRunning(sync);
    return sync;
  }

  /** Ends a sync. What it wrote stays in the vault. @throws {ApiError} 404, 409 `SYNC_STATE` */
  async disconnect(address: SyncAddress): Promise<SyncRow> {
    const { sync } = await this.#change(address, "disconnect", async (transaction, before, state) => {
      await abandonValidations(transaction, before.id);
      return changeSync(transaction, before.id, {
        state,
        disconnectedAt: new Date(),
        nextScheduledAt: null,
        retryAt: null,
      });
    });
    return sync;
  }

  async #validate(
    address: SyncAddress,
    event: "link" | "validate",
    environmentId: string,
  ): Promise<{ sync: SyncRow; validation: ValidationRow }> {
    let validation: ValidationRow | undefined;
    const { sync } = await this.#change(address, event, async (transaction, before, state) => {
      await abandonValidations(transaction, before.id);
      validation = await createValidation(transaction, { syncId: before.id, environmentId });
      return changeSync(transaction, before.id, { state });
    });
    if (validation === undefined) throw new TypeError("the transaction made no validation");
    const { id } = validation;
    await this.#ring(() => this.#dependencies.doorbell.ringValidation(id, sync.id));
    return { sync, validation };
  }

  async #change(
    { workspaceId, syncId }: SyncAddress,
    event: SyncEvent,
    change: (transaction: Queryable, before: SyncRow, state: SyncState) => Promise<SyncRow>,
  ): Promise<{ before: SyncRow; sync: SyncRow }> {
    return this.#dependencies.database.$transaction(async (transaction) => {
      const before = await lockSync(transaction, workspaceId, syncId);
      if (before === null) throw syncNotFound();
      const standing = {
        state: before.state as SyncState,
        connected: before.connectedAt !== null,
        linked: before.environmentId !== null,
      };
      return { before, sync: await change(transaction, before, nextState(standing, event)) };
    });
  }

  /** Changed settings are a change like one of the source: the next run takes them up and looks at the vault. */
  async #wantAgain(transaction: Queryable, before: SyncRow, change: SyncChange): Promise<SyncRow> {
    if (before.environmentId !== null) await requestCheck(transaction, before.id, "manual");
    return changeSync(transaction, before.id, change);
  }

  async #ringIfRunning({ id, state, environmentId }: SyncRow): Promise<void> {
    if (environmentId === null || (state !== "active" && state !== "failing")) return;
    await this.#ring(() => this.#dependencies.doorbell.ringRuns([id], "manual"));
  }

  async #ring(send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      this.#dependencies.logger.warn(
        { err: error },
        "the queue couldn't be rung; the sweeper will find what is wanted",
      );
    }
  }
}

export function syncNotFound(): ApiError {
  return new ApiError(404, "SYNC_NOT_FOUND", "Sync not found");
}

/** New settings deserve a new try. */
function unfail(state: SyncState, before: SyncRow): SyncState {
  return state === "failing" && before.environmentId !== null ? "active" : state;
}

const policiesOf = (sync: SyncRow): string =>
  [sync.removalPolicy, sync.driftPolicy, sync.existingPolicy].join(" ");

type Schedule = Readonly<{ cron: string; timeZone: string }> | null;

const scheduleOf = (sync: SyncRow): Schedule =>
  sync.schedule === null ? null : { cron: sync.schedule, timeZone: sync.timeZone ?? "UTC" };

function scheduleChange(sync: SyncRow, schedule: Schedule): SyncChange {
  if (schedule === null) return { schedule: null, timeZone: null, nextScheduledAt: null };
  const { cron, timeZone } = schedule;
  const nextScheduledAt = nextScheduledTime({ id: sync.id, schedule: cron, timeZone }, new Date());
  return { schedule: cron, timeZone, nextScheduledAt };
}
