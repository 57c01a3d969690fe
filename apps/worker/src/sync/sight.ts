import { findOwners, type RecordValue, type SyncRow } from "@kvsync/store";
import { budgetReads } from "../vault/budget/budgeted-vault.ts";
import type { VaultBudget } from "../vault/budget/budgets.ts";
import type { Vault } from "../vault/port.ts";
import { isEffect, type Plan } from "./actions.ts";
import { connectionOf } from "./connection.ts";
import { recall, type SyncInput } from "./input.ts";
import { lookAtAll, lookAtNames, type LookEnvironment, type LookRequest } from "./look.ts";
import { mapNames } from "@kvsync/contracts";
import type { PassContext, PassDependencies } from "./pass.ts";
import { plan } from "./plan.ts";
import { isFresh } from "./relook.ts";
import type { Resting } from "./resting.ts";
import type { VaultView } from "./view.ts";

/** A page of a list shows so many secrets. */
const PAGE = 25;
/** Up to so many names are looked at one by one even where a list would take fewer requests: they go in parallel. */
const ALWAYS_BY_NAME = 16;

/** What a run plans by: the source, the records, and as much of the vault as the plan needs to see. */
export class Sight {
  /** Its reads keep to the vault's budget by themselves. */
  readonly vault: Vault;
  readonly budget: VaultBudget;
  readonly environment: LookEnvironment;
  readonly #sync: SyncRow;
  readonly #database: PassDependencies["database"];
  readonly #readAll: () => Promise<SyncInput>;
  readonly #resting: Resting | null;
  #input: SyncInput;
  #request: LookRequest;

  /**
   * @param readAll reads what `input` leaves out, and all the rest anew
   * @param resting the secrets that `input` leaves out, where the whole vault is looked at
   */
  constructor(
    { database, vaults, budgets, concurrency, clock }: PassDependencies,
    { sync, signal, guard, vaultLimits }: Pick<PassContext, "sync" | "signal" | "guard" | "vaultLimits">,
    input: SyncInput,
    readAll: () => Promise<SyncInput>,
    resting: Resting | null = null,
  ) {
    this.#database = database;
    this.#resting = resting;
    this.#sync = sync;
    this.#readAll = readAll;
    this.#input = input;
    this.#request = requestOf(sync, input);
    const connection = connectionOf(sync);
    this.budget = budgets.of(connection.vaultUrl, sync.id, vaultLimits);
    this.vault = budgetReads(vaults.open(connection).vault, this.budget, (ms) => guard.pause(ms));
    this.environment = {
      vault: this.vault,
      signal,
      concurrency,
      now: clock.now,
      findOwners: (syncIds) => findOwners(database, syncIds),
    };
  }

  get input(): SyncInput {
    return this.#input;
  }

  get request(): LookRequest {
    return this.#request;
  }

  /** What would be done if the vault is as the records say. */
  planByRecords(): Plan {
    return plan({ ...this.#input, view: null });
  }

  /**
   * Plans by the records, and looks at the vault where that plan would change something that wasn't seen lately, or at
   * all of it when it was asked to. When nothing is to be done, not one request is made.
   *
   * @param looksAtAll whether the vault itself is in question
   */
  async plan(looksAtAll: boolean): Promise<{ actions: Plan; seen: VaultView | null }> {
    const byRecords = looksAtAll ? [] : this.planByRecords();
    const stale = byRecords.filter((action) => isEffect(action) && !isFresh(action.seenAt, this.#input.now));
    if (!looksAtAll && stale.length === 0) return { actions: byRecords, seen: null };
    const names = new Map(
      stale.flatMap((action) => (isEffect(action) ? [[action.key, action.vaultName]] : [])),
    );
    const byName = !looksAtAll && names.size <= Math.max(ALWAYS_BY_NAME, this.#vaultSecretCount / PAGE);
    // What a list shows may concern every secret.
    if (!byName && this.#input.leftOut > 0 && this.#resting === null) this.#take(await this.#readAll());
    const view = byName ? await lookAtNames(names, this.#request, this.environment) : await this.#lookAtAll();
    return { actions: plan({ ...this.#input, view }), seen: view };
  }

  get #vaultSecretCount(): number {
    const held = this.#request.held.size + this.#input.leftOut;
    return Math.max(this.#sync.vaultSecretCount ?? 0, held);
  }

  async #lookAtAll(): Promise<VaultView> {
    const resting = this.#resting;
    if (resting === null) return lookAtAll(this.#request, this.environment);
    const recallUnsettled = async (): Promise<LookRequest> => {
      this.#take(await recall(this.#database, this.#input, resting, resting.unsettled));
      return this.#request;
    };
    return lookAtAll(this.#request, this.environment, { resting, recall: recallUnsettled });
  }

  #take(input: SyncInput): void {
    this.#input = input;
    this.#request = requestOf(this.#sync, input);
  }
}

function requestOf(sync: SyncRow, input: SyncInput): LookRequest {
  const { settings, records } = input;
  return {
    syncId: settings.syncId,
    wanted: wantedNames(input),
    held: heldRecords(records, settings.vaultUrl),
    gathersUnrecorded: sync.state === "disconnecting",
  };
}

function wantedNames({ source, settings }: SyncInput): Map<string, string> {
  const rule = { prefix: settings.prefix, policy: settings.namePolicy };
  return new Map(
    mapNames(source, rule).flatMap(({ mapped }) =>
      mapped.ok ? [[mapped.key, mapped.vaultName] as const] : [],
    ),
  );
}

function heldRecords(records: readonly RecordValue[], vaultUrl: string): Map<string, RecordValue> {
  return new Map(
    records.flatMap((record) =>
      record.heldKey !== null && record.vaultUrl === vaultUrl ? [[record.heldKey, record] as const] : [],
    ),
  );
}
