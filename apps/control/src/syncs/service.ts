import { ApiError, checkVaultUrl, type Cloud, type ExistingPolicy, type NamePolicy } from "@kvsync/contracts";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  abandonValidations,
  changeSync,
  createSync,
  createValidation,
  requestCheck,
  type Actor,
  type Database,
  type Queryable,
  type SyncChange,
  type SyncRow,
  type SyncState,
  type ValidationRow,
} from "@kvsync/store";
import { noteChange, noteStart } from "./audit/noting.ts";
import type { SyncEvent } from "./lifecycle.ts";
import { inLockedSync, ringIfRunning, ringSafely, type SyncAddress } from "./locked-change.ts";
import { scheduleChange, scheduleOf } from "./schedule.ts";

export type SyncServiceDependencies = Readonly<{
  database: Database;
  doorbell: Doorbell;
  cloud: Cloud;
  logger: Logger;
  /** How long (ms) a request waits for the plan that it asks for: 25 s unless it is given. */
  planWaitMs?: number | undefined;
}>;

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
  existingPolicy?: ExistingPolicy | undefined;
  removalBrakePercent?: number | undefined;
  firstPlan?: "apply" | "ask" | undefined;
  vaultWritesPer10s?: number | null | undefined;
  vaultReadsPer10s?: number | null | undefined;
}>;

/** What an environment is linked with beside itself. */
export type LinkInput = Readonly<{
  environmentId: string;
  firstPlan?: "apply" | "ask" | undefined;
  existingPolicy?: ExistingPolicy | undefined;
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
    actor: Actor,
    wanted: Readonly<{ workspaceId: string; projectId: string; name: string }>,
  ): Promise<SyncRow> {
    return this.#dependencies.database.$transaction(async (transaction) => {
      const createdById = actor.userId ?? actor.tokenId;
      const sync = await createSync(transaction, { ...wanted, createdById });
      await noteStart(transaction, actor, sync);
      return sync;
    });
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
    await ringIfRunning(this.#dependencies, sync, "manual");
    return sync;
  }

  /**
   * Links an environment: validates first; when that succeeds the sync becomes active and runs.
   *
   * @throws {ApiError} 404, 409 `SYNC_STATE`
   */
  async link(
    address: SyncAddress,
    { environmentId, ...settings }: LinkInput,
  ): Promise<{ sync: SyncRow; validation: ValidationRow }> {
    return this.#validate(address, "link", environmentId, settings);
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
    await ringIfRunning(this.#dependencies, sync, "manual");
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
    await ringIfRunning(this.#dependencies, sync, "manual");
    return sync;
  }

  /**
   * Changes name, schedule or policies. A changed policy is acted on by a run that looks at the vault.
   *
   * @throws {ApiError} 404, 409 `SYNC_STATE`
   */
  async configure(address: SyncAddress, input: SettingsInput): Promise<SyncRow> {
    const { schedule, ...rest } = input;
    const given = definedOf(rest);
    const { sync, before } = await this.#change(address, "configure", async (transaction, current) => {
      if (rest.firstPlan !== undefined && current.firstPlanAt !== null)
        throw new ApiError(409, "SYNC_STATE", "This sync's first plan was applied already.");
      const timing = schedule === undefined ? {} : scheduleChange(current, schedule);
      const change = { ...given, ...timing };
      return policiesOf({ ...current, ...given }) === policiesOf(current)
        ? changeSync(transaction, current.id, change)
        : this.#wantAgain(transaction, current, change);
    });
    if (policiesOf(before) !== policiesOf(sync)) await ringIfRunning(this.#dependencies, sync, "manual");
    return sync;
  }

  async #validate(
    address: SyncAddress,
    event: "link" | "validate",
    environmentId: string,
    settings: Omit<LinkInput, "environmentId"> = {},
  ): Promise<{ sync: SyncRow; validation: ValidationRow }> {
    const given = definedOf(settings);
    let validation: ValidationRow | undefined;
    const { sync } = await this.#change(address, event, async (transaction, before, state) => {
      await abandonValidations(transaction, before.id);
      validation = await createValidation(transaction, { syncId: before.id, environmentId });
      return changeSync(transaction, before.id, { ...given, state });
    });
    if (validation === undefined) throw new TypeError("the transaction made no validation");
    const { id } = validation;
    const { doorbell, logger } = this.#dependencies;
    await ringSafely(logger, () => doorbell.ringValidation(id, sync.id));
    return { sync, validation };
  }

  async #change(
    address: SyncAddress,
    event: SyncEvent,
    change: (transaction: Queryable, before: SyncRow, state: SyncState) => Promise<SyncRow>,
  ): Promise<{ before: SyncRow; sync: SyncRow }> {
    const { actor } = address;
    return inLockedSync(this.#dependencies.database, address, event, async (transaction, before, state) => {
      const sync = await change(transaction, before, state);
      await noteChange(transaction, actor, event, before, sync);
      return { before, sync };
    });
  }

  /** Changed settings are a change like one of the source: the next run takes them up and looks at the vault. */
  async #wantAgain(transaction: Queryable, before: SyncRow, change: SyncChange): Promise<SyncRow> {
    if (before.environmentId !== null) await requestCheck(transaction, before.id, "manual");
    return changeSync(transaction, before.id, change);
  }
}

/** New settings deserve a new try. */
function unfail(state: SyncState, before: SyncRow): SyncState {
  return state === "failing" && before.environmentId !== null ? "active" : state;
}

/** The settings that make another plan of the same secrets, or let one go on that waits. */
function policiesOf(sync: SyncRow): string {
  const { removalPolicy, driftPolicy, existingPolicy, removalBrakePercent, firstPlan } = sync;
  return [removalPolicy, driftPolicy, existingPolicy, removalBrakePercent, firstPlan].join(" ");
}

/** What of these settings was given. */
function definedOf<Given extends object>(
  given: Given,
): { [Key in keyof Given]?: Exclude<Given[Key], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Given]?: Exclude<Given[Key], undefined> };
}
